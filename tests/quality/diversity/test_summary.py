"""All measures together: they rank planted collapses, and name the corner that is monotonous."""

import random

import pytest

from taxoloom.quality.diversity import collapsed
from taxoloom.quality.diversity.summary import (
    EACH,
    LENGTH,
    SHORTEST,
    corners,
    diversity,
    equal_length,
    nearest,
    sampled,
)
from taxoloom.tests.support.prose import document, joined


def prose(language: str, count: int, seed: int = 0) -> list[str]:
    dice = random.Random(f"{language}{seed}")
    return [joined(language, document(language, dice)) for _ in range(count)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_measure_ranks_diverse_before_half_collapsed_before_collapsed(language: str) -> None:
    texts = prose(language, 300)
    half = [*texts[:150], *collapsed(texts[150:], 1)]
    sets = [diversity(one) for one in (texts, half, collapsed(texts, 1))]
    for name in ("self_repetition", "self_bleu", "lzma", "nearest"):
        values = [getattr(one, name) for one in sets]
        assert values == sorted(values), name
        assert values[0] < values[2], name
    assert sets[0].distinct_2 > sets[1].distinct_2 > sets[2].distinct_2  # type: ignore[operator]


def test_the_monotonous_group_comes_first_whatever_the_sizes() -> None:
    texts = prose("zh", 200)
    groups = {
        "small": texts[:30],
        "large": texts[30:150],
        "in a rut": collapsed(texts[150:], 2),
        "too few": texts[: EACH - 1],
    }
    found = corners(groups, [text for own in groups.values() for text in own])
    assert next(iter(found)) == "in a rut"
    assert set(found) == {"small", "large", "in a rut"}
    assert found["in a rut"].beside > 0.3
    assert abs(found["small"].beside) < 0.1 > abs(found["large"].beside)
    assert [one.texts for one in found.values()][0] == 50


@pytest.mark.parametrize("seed", range(5))
def test_groups_as_diverse_as_the_rest_are_as_usual_however_many_a_text_is_in(seed: int) -> None:
    texts = prose("en", 60, seed)
    groups = {(turn, half): texts[half::2] for turn in range(6) for half in range(2)}
    found = [one.beside for one in corners(groups, texts, seed=seed).values()]
    assert max(map(abs, found)) < 0.1


def test_sets_are_cut_to_what_half_of_each_has() -> None:
    long, short = ["a b c d e f g h i j k l"] * 3, ["a b c d e f g h i", "a", "k " * 300]
    assert equal_length(long) == 12
    assert equal_length(long, short) == equal_length(short, long, []) == 9
    assert equal_length(["k " * 300]) == LENGTH
    assert equal_length(["a"]) == SHORTEST


@pytest.mark.parametrize("language", ["zh", "en"])
def test_texts_of_the_same_kind_are_as_diverse_however_long(language: str) -> None:
    short = prose(language, 300)
    long = [
        first + "\n" + second for first, second in zip(short, prose(language, 300, 5), strict=True)
    ]
    length = equal_length(short, long)
    one, other = (diversity(texts, length=length) for texts in (short, long))
    for name in ("distinct_2", "self_repetition", "self_bleu", "lzma", "nearest"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=0.2), name


def test_nearest_neighbours_are_similar_as_copies_are() -> None:
    texts = prose("en", 40)
    alone = nearest(texts)
    assert len(alone) == 40
    assert alone.max() < 0.6
    twice = nearest([*texts, texts[3]])
    assert (twice[3], twice[-1]) == (1, 1)
    assert len(nearest(texts[:1])) == 0


def test_too_little_has_no_figure_and_much_is_sampled_by_seed() -> None:
    nothing = diversity(["", "。"])
    assert (nothing.texts, nothing.self_bleu, nothing.nearest) == (0, None, None)
    items = list(range(1000))
    assert sampled(items, 2000, 1) == items
    assert sampled(items, 50, 1) == sampled(items, 50, 1) != sampled(items, 50, 2)
    assert sampled(items, 50, 1) == sorted(sampled(items, 50, 1))
