"""Vectors of samples: those that a database has, and the others asked for and kept there.

A text is asked for once, however often it occurs. Knows the store only through statements and
questions, and nothing of what vectors are compared for.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..errors import EndpointError
from ..models.embed import Embedder, Vectors
from ..quality.duplicates.semantic import Vector
from ..store import embeddings, reading
from ..store.writer import Statement
from .checking import parts

Messages = Sequence[Mapping[str, str]]
Write = Callable[[Sequence[Statement]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Words:
    """A sample as texts."""

    id: str
    """As it is named to people."""
    key: str
    """What its vectors are kept under."""
    language: str
    fields: Mapping[str, str]
    """Field to text; blank ones are left out."""


def words_of(
    ident: str, messages: Messages, *, language: str, key: str = "", fields: Sequence[str]
) -> Words:
    """Some fields of a sample. Without a key its vectors are kept under a hash of the text."""
    asked, said = parts(messages)
    texts = {"instruction": asked, "answer": said, "both": f"{asked}\n{said}"}
    if not key:
        text = texts["both"].encode("utf-8", "surrogatepass")
        key = f"text:{hashlib.sha256(text).hexdigest()[:24]}"
    return Words(ident, key, language, {f: texts[f] for f in fields if texts[f].strip()})


@dataclass(slots=True)
class VectorSource:
    """One model's vectors."""

    embedder: Embedder
    db: Path | None = None
    """Where there may be some already."""
    write: Write | None = None
    """Keeps new ones there, batch by batch."""
    asked: int = 0
    """Texts that the model was asked for."""
    _size: int | None = field(default=None, init=False)

    async def of(self, samples: Sequence[Words]) -> list[dict[str, Vector]]:
        """By sample, the vector of each of its fields. Raises EndpointError."""
        found = self._kept(samples)
        places: dict[str, list[embeddings.Place]] = {}
        for sample in samples:
            for name, text in sample.fields.items():
                if (sample.key, name) not in found:
                    places.setdefault(text, []).append((sample.key, name))
        texts = list(places)

        async def keep(start: int, vectors: Vectors) -> None:
            rows = [
                (place, vector)
                for text, vector in zip(texts[start:], vectors, strict=False)
                for place in places[text]
            ]
            found.update(rows)
            self.asked += len(vectors)
            if self.write is not None:
                kept = [(place, vector.astype("<f4").tobytes()) for place, vector in rows]
                await self.write([embeddings.written(self.embedder.endpoint.name, kept)])

        await self.embedder.embed(texts, keep)
        self._check(found.values())
        return [{name: found[one.key, name] for name in one.fields} for one in samples]

    def _kept(self, samples: Sequence[Words]) -> dict[embeddings.Place, Vector]:
        if self.db is None or not self.db.exists():
            return {}
        keys = [sample.key for sample in samples]
        fields = {name for sample in samples for name in sample.fields}
        with reading(self.db) as connection:
            known = embeddings.known(connection, self.embedder.endpoint.name, keys, fields)
            return {place: np.frombuffer(vector, dtype="<f4") for place, vector in known}

    def _check(self, vectors: Iterable[Vector]) -> None:
        """Refuse vectors of two lengths: the model behind the name is another one now."""
        sizes = {len(vector) for vector in vectors}
        if self._size is not None:
            sizes.add(self._size)
        if len(sizes) > 1:
            end = self.embedder.endpoint
            raise EndpointError(
                f"vectors of {end.model!r} have {' and '.join(map(str, sorted(sizes)))} numbers",
                hint="the name stands for another model than before: write the full name, or "
                "begin anew in another database",
            )
        self._size = next(iter(sizes), None)
