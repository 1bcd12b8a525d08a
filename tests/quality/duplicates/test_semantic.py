"""Vectors of a caller's model decide; what cannot be compared is refused."""

import asyncio

import pytest

from taxoloom.errors import EndpointError
from taxoloom.quality.duplicates import Match, SemanticIndex

DIRECTIONS = {"cat": [1.0, 0.0, 0.1], "kitten": [0.9, 0.1, 0.1], "tax": [0.0, 1.0, 0.0]}


async def _embed(texts: list[str]) -> list[list[float]]:
    return [DIRECTIONS[text] for text in texts]


def test_a_paraphrase_is_named_and_another_subject_is_not() -> None:
    async def scene() -> None:
        index = SemanticIndex(_embed, threshold=0.9)
        assert await index.nearest(["cat"]) == [None]
        assert await index.nearest([]) == []
        found = await index.check_and_add([("1", "cat"), ("2", "kitten"), ("3", "tax")])
        assert found[0] is None
        assert isinstance(found[1], Match)
        assert found[1].id == "1"
        assert found[2] is None
        assert len(index) == 2
        await index.add([("4", "kitten")])
        (again,) = await index.nearest(["kitten"])
        assert again is not None
        assert again.id == "4"
        assert again.similarity == pytest.approx(1)

    asyncio.run(scene())


def test_many_are_held_and_each_finds_itself() -> None:
    async def circle(texts: list[str]) -> list[list[float]]:
        return [[float(text), 100 - float(text), 1.0] for text in texts]

    async def scene() -> None:
        index = SemanticIndex(circle, threshold=0.5)
        names = [str(i) for i in range(200)]
        for name in names:
            await index.add([(name, name)])
        assert [match and match.id for match in await index.nearest(names)] == names

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        ([[1.0, 0.0, 0.0]], "2 texts became 1 vectors"),
        ([[1.0, 0.0, 0.0], [1.0]], "lengths"),
        ([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]], "zero"),
        ([[float("nan"), 0.0, 0.0], [1.0, 0.0, 0.0]], "finite"),
        ([[1.0, 0.0], [0.0, 1.0]], "had 3 numbers, now 2"),
    ],
)
def test_vectors_that_cannot_be_compared_are_refused(vectors: list[list[float]], said: str) -> None:
    replies = [[[1.0, 1.0, 1.0]], vectors]

    async def changing(texts: list[str]) -> list[list[float]]:
        return replies.pop(0)

    async def scene() -> None:
        index = SemanticIndex(changing, threshold=0.9)
        await index.add([("1", "cat")])
        with pytest.raises(EndpointError, match=said) as caught:
            await index.nearest(["a", "b"])
        assert caught.value.hint

    asyncio.run(scene())


@pytest.mark.parametrize("threshold", [-1.1, 2])
def test_a_threshold_beyond_cosines_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="cosine"):
        SemanticIndex(_embed, threshold=threshold)
