"""An index of texts in memory that says, as texts stream by, whether one was there before.

Answers depend on which texts are held and not on the order in which they came: the most similar
one is named, of equal ones that with the smallest id. What is held may be a run, a store, a user's
files, or all of them: whoever adds texts chooses their ids. Knows nothing of databases;
`nearest_stored` decides
likewise among candidates that one has found.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .shingles import BANDS, ROWS, Fingerprint, Signature, fingerprint, unpacked

THRESHOLD = 0.5
CANDIDATES = 64
"""Texts that are compared in full, at the most: those with the most similar signatures."""
FAR = 0.2
"""How much less similar two signatures may be than their texts: one in 300,000 differs more."""


@dataclass(frozen=True, slots=True)
class Match:
    """A text that another one is like."""

    id: str
    similarity: float
    """From the threshold to 1, which is said of texts with the very same shingles."""
    field: str = ""
    """Of a sample, which part of it."""


class Index:
    """Texts of one kind, such as all instructions."""

    def __init__(self, threshold: float = THRESHOLD) -> None:
        if not 0 < threshold <= 1:
            raise ValueError(f"a threshold is above 0 and at most 1, not {threshold}")
        self.threshold = threshold
        self._ids: list[str] = []
        self._prints: list[Fingerprint] = []
        self._signatures: Signature = np.zeros((256, BANDS * ROWS), dtype=np.uint32)
        self._places: dict[bytes, int] = {}
        # Nearly all bands have one text: a list for each would double the memory.
        self._bands: dict[int, int | list[int]] = {}

    def __len__(self) -> int:
        """Texts that differ from each other."""
        return len(self._ids)

    def nearest(self, text: str | Fingerprint, template: Sequence[str] = ()) -> Match | None:
        """The most similar text that reaches the threshold. A text without words is like none."""
        own = _print_of(text, template)
        same = self._places.get(own.digest)
        if same is not None:
            return Match(self._ids[same], 1.0)
        places = self._candidates(own)
        return nearest_of(own, ((self._ids[i], self._prints[i]) for i in places), self.threshold)

    def add(self, ident: str, text: str | Fingerprint, template: Sequence[str] = ()) -> None:
        """Hold a text. One that is there already adds no more than its id, if that is smaller."""
        own = _print_of(text, template)
        if not len(own.shingles):
            return
        new = len(self._ids)
        place = self._places.setdefault(own.digest, new)
        if place != new:
            self._ids[place] = min(self._ids[place], ident)
            return
        self._ids.append(ident)
        # A fresh one: the bands, which the other keeps, are in the table.
        self._prints.append(Fingerprint(own.shingles))
        if place == len(self._signatures):
            self._signatures = np.resize(self._signatures, (2 * place, BANDS * ROWS))
        self._signatures[place] = own.signature
        for band in own.bands:
            held = self._bands.setdefault(band, place)
            if isinstance(held, list):
                held.append(place)
            elif held != place:
                self._bands[band] = [held, place]

    def check_and_add(
        self, ident: str, text: str | Fingerprint, template: Sequence[str] = ()
    ) -> Match | None:
        """The most similar text; where there is none, this one is held from now on."""
        own = _print_of(text, template)
        found = self.nearest(own)
        if found is None:
            self.add(ident, own)
        return found

    def _candidates(self, own: Fingerprint) -> list[int]:
        """Those that share a band, less those that are most likely too far off."""
        met = set[int]()
        for band in own.bands:
            held = self._bands.get(band)
            if isinstance(held, list):
                met.update(held)
            elif held is not None:
                met.add(held)
        places = list(met)
        if len(places) < 2:
            return places
        ids = [self._ids[i] for i in places]
        near = likely(own, ids, self._signatures[places], self.threshold)
        return [places[i] for i in near]


def likely(
    own: Fingerprint, ids: Sequence[str], signatures: Signature, threshold: float
) -> list[int]:
    """Which of some texts, by their signatures, may reach the threshold: 64 at the most."""
    equal = np.count_nonzero(signatures == own.signature, axis=1)
    near = np.flatnonzero(equal >= (threshold - FAR) * len(own.signature)).tolist()
    if len(near) > CANDIDATES:
        near.sort(key=lambda i: (-int(equal[i]), ids[i]))
    return near[:CANDIDATES]


def nearest_of(
    own: Fingerprint, candidates: Iterable[tuple[str, Fingerprint]], threshold: float = THRESHOLD
) -> Match | None:
    """The most similar of some texts, if it reaches the threshold."""
    likely = ((ident, one) for ident, one in candidates if own.may_reach(threshold, one))
    ranked = ((-own.similarity(one), ident) for ident, one in likely)
    best = min(ranked, default=(0.0, ""))
    return Match(best[1], -best[0]) if -best[0] >= threshold else None


def nearest_stored(
    own: Fingerprint,
    candidates: Sequence[tuple[str, bytes]],
    fetch: Callable[[list[str]], Iterable[tuple[str, bytes]]],
    threshold: float = THRESHOLD,
) -> Match | None:
    """The same where a store holds the texts.

    `candidates` are ids and signatures of what shares a band; `fetch` gives shingles for some ids.
    """
    if not candidates:
        return None
    ids = [ident for ident, _ in candidates]
    signatures = unpacked(b"".join(signature for _, signature in candidates))
    near = likely(own, ids, signatures.reshape(len(ids), -1), threshold)
    held = fetch([ids[i] for i in near])
    return nearest_of(own, ((ident, Fingerprint.unpacked(one)) for ident, one in held), threshold)


def _print_of(text: str | Fingerprint, template: Sequence[str]) -> Fingerprint:
    return text if isinstance(text, Fingerprint) else fingerprint(text, template)
