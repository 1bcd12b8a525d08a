"""Measures of diversity order planted collapses as they are, and agree with their definitions."""

import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from math import exp, log

import numpy as np
import pytest

from taxoloom.quality.diversity import (
    collapsed,
    distinct,
    lzma_ratio,
    self_bleu,
    self_repetition,
    tag_entropy,
    tokens,
    vendi,
)
from taxoloom.tests.support.prose import LANGUAGES, document, joined

Texts = list[list[str]]


def written(language: str, count: int) -> list[str]:
    dice = random.Random(2)
    return [joined(language, document(language, dice)) for _ in range(count)]


def texts(language: str, count: int) -> Texts:
    return [tokens(text, 60) for text in written(language, count)]


def brute_bleu(own: list[str], others: Texts) -> float:
    logs = []
    for n in range(1, 5):
        count = Counter(tuple(own[i : i + n]) for i in range(len(own) - n + 1))
        limits = [Counter(tuple(o[i : i + n]) for i in range(len(o) - n + 1)) for o in others]
        hits = sum(min(c, max(limit[g] for limit in limits)) for g, c in count.items())
        if n == 1 and not hits:
            return 0.0
        logs.append(log(hits / max(1, sum(count.values())) if hits else sys.float_info.min) / 4)
    near = min((abs(len(other) - len(own)), len(other)) for other in others)[1]
    return (1.0 if len(own) > near else exp(1 - near / len(own))) * exp(sum(logs))


def test_self_bleu_is_the_mean_against_all_others() -> None:
    dice = random.Random(4)
    some = [text[: dice.randint(1, 60)] for lang in LANGUAGES for text in texts(lang, 30)]
    some.append([])
    each = [brute_bleu(t, some[:i] + some[i + 1 :]) if t else 0.0 for i, t in enumerate(some)]
    assert self_bleu(some) == pytest.approx(sum(each) / len(each), abs=1e-12)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("measure", "sign"),
    [(lambda t: distinct(t, 2), 1), (self_repetition, -1), (lzma_ratio, -1), (self_bleu, -1)],
)
def test_more_collapse_is_less_diversity(
    language: str, measure: Callable[[Sequence[Sequence[str]]], float | None], sign: int
) -> None:
    some = written(language, 1200)
    # Copies are further apart than the 32 KB that gzip looks back.
    few = collapsed(some, 1)
    assert len("".join(few[:120]).encode()) > 32_000
    half = some[:600] + collapsed(some[600:], 1)
    found = [measure([tokens(text, 60) for text in every]) or 0.0 for every in (some, half, few)]
    assert sign * found[0] > sign * found[1] > sign * found[2]


def test_a_planted_collapse_is_a_tenth_of_the_texts_with_one_word_changed() -> None:
    some = written("en", 100)
    found = collapsed(some, 3)
    assert found == collapsed(some, 3) != collapsed(some, 4)
    assert len(found) == 100
    assert len({text[:20] for text in found} & {text[:20] for text in some}) <= 10
    assert collapsed([], 1) == []
    assert collapsed(["?!"], 1) == ["?!"]


@pytest.mark.parametrize("groups", [1, 3, 8])
@pytest.mark.parametrize("numbers", [16, 200])
def test_orthogonal_groups_are_worth_their_number(groups: int, numbers: int) -> None:
    found = vendi(np.repeat(np.eye(groups, numbers), 5, axis=0))
    assert found == pytest.approx(groups, abs=1e-6)


def test_vendi_ranks_copies_below_what_they_are_copies_of() -> None:
    dice = np.random.default_rng(2)
    rows = dice.normal(size=(1000, 64))
    few = np.repeat(rows[:100], 10, axis=0) + dice.normal(scale=0.05, size=(1000, 64))
    found = [vendi(one) or 0.0 for one in (rows, np.concatenate((rows[:500], few[500:])), few)]
    assert found[0] > found[1] > found[2]


@pytest.mark.parametrize("shape", [(80, 12), (12, 80), (300, 300)])
def test_vendi_is_that_of_the_matrix_of_all_pairs(shape: tuple[int, int]) -> None:
    rows = np.random.default_rng(1).normal(size=shape)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    pairs = [[float(one @ other) for other in unit] for one in unit]
    shares = np.linalg.eigvalsh(np.array(pairs) / len(rows))
    shares = shares[shares > 1e-15]
    assert vendi(rows) == pytest.approx(np.exp(-(shares * np.log(shares)).sum()), abs=1e-6)


def test_entropy_of_tags_is_between_one_tag_and_all_alike() -> None:
    assert tag_entropy("aabb") == pytest.approx(1)
    assert tag_entropy("aaaa", 4) == 0
    assert tag_entropy("aabb", 4) == pytest.approx(0.5)


def test_nothing_to_measure_is_no_number() -> None:
    assert [distinct([], 2), self_repetition([]), lzma_ratio([[]]), self_bleu([["a"]])] == [
        None
    ] * 4
    assert [vendi(np.zeros((2, 3))), tag_entropy("")] == [None, None]
