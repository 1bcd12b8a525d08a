"""Sets that a report compares are of one size and length, and labels are beside the whole set."""

import random

from taxoloom.graphs.report_diversity import Texts, diversity_part
from taxoloom.tests.support.prose import joined, sentences


def texts(count: int, size: int, seed: int) -> Texts:
    dice = random.Random(seed)
    made = [joined("en", sentences("en", size, dice)) for _ in range(count)]
    labels = [{f"axis {turn}": dice.choice("xy") for turn in range(6)} for _ in made]
    return Texts(made, [f"{one} {one}" for one in made], ["root > leaf"] * count, labels)


def test_a_set_is_measured_beside_as_many_texts_of_its_baseline() -> None:
    many, few = texts(200, 2, 1), texts(60, 5, 2)
    for own, other in ((many, few), (few, many)):
        side = diversity_part(own, other).requests
        assert side.baseline is not None
        assert side.own.texts == side.baseline.texts == side.collapse.texts == 60
        mine, theirs = side.own.self_repetition, side.baseline.self_repetition
        rut = side.collapse.self_repetition
        assert mine is not None
        assert theirs is not None
        assert rut is not None
        # Of one kind, so as diverse, whatever the number and length of all.
        assert abs(mine - theirs) < 0.1 < rut - max(mine, theirs)


def test_without_a_baseline_all_texts_are_measured() -> None:
    assert diversity_part(texts(200, 2, 1)).requests.own.texts == 200


def test_many_labels_of_each_sample_make_none_of_them_seem_monotonous() -> None:
    side = diversity_part(texts(60, 3, 1)).requests
    assert len(side.by_label) == 12
    assert max(abs(one.beside) for one in side.by_label.values()) < 0.1
    assert abs(side.by_leaf["root > leaf"].beside) < 0.1
