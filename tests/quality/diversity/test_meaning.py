"""Distances in meaning, from planted vectors: k orthogonal groups, corners, neighbours."""

import numpy as np
import pytest

from taxoloom.quality.diversity import beginning
from taxoloom.quality.diversity.meaning import (
    MOST_NEAR,
    Vectors,
    neighbour_distances,
    spread_corners,
    spread_of,
)


def drawn(count: int, size: int, seed: int = 0) -> Vectors:
    return np.random.default_rng(seed).standard_normal((count, size)).astype(np.float32)


@pytest.mark.parametrize("groups", [1, 3, 8])
def test_groups_of_the_same_meaning_count_once_each(groups: int) -> None:
    vectors = np.eye(groups, 16, dtype=np.float32)[np.arange(10 * groups) % groups] * 3
    found = spread_of(vectors)
    assert found.vendi == pytest.approx(groups)
    assert found.mean_distance == found.median_distance == pytest.approx(0)


def test_the_distance_is_that_to_the_nearest_of_all_others() -> None:
    vectors = drawn(1100, 8)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -1)
    assert np.allclose(neighbour_distances(vectors), 1 - cosines.max(axis=1), atol=1e-5)


def test_too_little_is_not_measured() -> None:
    for count in (0, 1):
        found = spread_of(drawn(count, 4))
        assert (found.texts, found.vendi, found.mean_distance) == (count, None, None)


def test_of_very_many_some_are_compared_by_seed() -> None:
    vectors = drawn(MOST_NEAR + 500, 2)
    first, again = neighbour_distances(vectors, 1), neighbour_distances(vectors, 1)
    assert len(first) == MOST_NEAR
    assert (first == again).all()


def test_a_group_is_beside_as_many_of_the_whole_set() -> None:
    vectors = drawn(300, 64)
    vectors[:50] = vectors[0] + 0.1 * vectors[:50]
    groups = {"rut": range(50), "other": range(50, 150), "small": range(19)}
    found = spread_corners(groups, vectors)
    assert list(found) == ["rut", "other"]
    assert found["rut"].texts == 50
    assert found["rut"].beside < 0.2
    assert 0.9 < found["other"].beside < 1.5


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("One, two, three.", "One, two"),
        ("你好，世界", "你好"),
        ("ＡＢ c d", "ＡＢ c"),
        ("a!", "a!"),
        ("", ""),
    ],
)
def test_a_beginning_has_so_many_words_as_they_are_written(text: str, kept: str) -> None:
    assert beginning(text, 2) == kept
