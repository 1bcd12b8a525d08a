"""Vectors of a caller's model decide, within a language, field by field."""

import numpy as np
import pytest

from taxoloom.quality.duplicates import Match, SemanticIndex, SemanticSamples
from taxoloom.quality.duplicates.semantic import Vector


def v(*numbers: float) -> Vector:
    return np.array(numbers, dtype=np.float32)


CAT, KITTEN, TAX = v(1, 0, 0.1), v(0.9, 0.1, 0.1), v(0, 1, 0)


def test_a_paraphrase_is_named_and_another_subject_is_not() -> None:
    index = SemanticIndex(0.9)
    assert index.nearest(CAT[None]) == [None]
    index.add("1", CAT)
    index.add("2", 100 * TAX)
    found = index.nearest(np.stack([KITTEN, CAT * 7, -TAX]))
    assert [match and match.id for match in found] == ["1", "1", None]
    assert found[1] == Match("1", 1.0)
    assert index.nearest(CAT[None], since=1) == [None]
    assert len(index) == 2


def test_many_are_held_and_each_finds_itself() -> None:
    index = SemanticIndex(0.5)
    circle = np.array([[i, 200 - i, 1] for i in range(200)], dtype=np.float32)
    for place, vector in enumerate(circle):
        index.add(str(place), vector)
    assert [match and match.id for match in index.nearest(circle)] == list(map(str, range(200)))


@pytest.mark.parametrize("threshold", [-1.1, 2])
def test_a_threshold_beyond_cosines_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="cosine"):
        SemanticIndex(threshold)


def test_samples_are_compared_within_a_language_and_field() -> None:
    held = SemanticSamples(0.9)
    held.add("zh1", "zh", {"instruction": CAT, "both": TAX})
    assert held.nearest("x", "en", {"instruction": CAT}) is None
    assert held.nearest("x", "zh", {"both": CAT}) is None
    assert held.nearest("x", "zh", {}) is None
    match = held.nearest("x", "zh", {"instruction": KITTEN, "both": TAX})
    assert match == Match("zh1", 1.0, "both")


def test_looking_ahead_finds_the_same() -> None:
    dice = np.random.default_rng(3)
    kinds = dice.standard_normal((12, 16))
    drawn = (kinds[dice.integers(12, size=300)] + 0.35 * dice.standard_normal((300, 16))).astype(
        "f4"
    )
    samples = [(f"s{i:03}", "zh" if i % 2 else "en", {"both": row}) for i, row in enumerate(drawn)]
    plain, ahead = SemanticSamples(0.9), SemanticSamples(0.9)
    found: list[list[Match | None]] = [[], []]
    for start in range(0, 300, 50):
        some = samples[start : start + 50]
        ahead.look_ahead(some)
        for index, told in zip((plain, ahead), found, strict=True):
            for one in some:
                told.append(index.nearest(*one))
                if told[-1] is None:
                    index.add(*one)
    assert [m and (m.id, m.field) for m in found[0]] == [m and (m.id, m.field) for m in found[1]]
    pairs = [(a, b) for a, b in zip(*found, strict=True) if a and b]
    assert all(a.similarity == pytest.approx(b.similarity, abs=2e-5) for a, b in pairs)
    assert 20 < sum(match is not None for match in found[0]) < 290
