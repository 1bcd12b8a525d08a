"""What it costs to ask whether a text was there before.

    python benchmarks/duplicates.py [--json]

Half of the texts are Chinese and half English; one in ten is a copy with edits.
- texts a second that are fingerprinted, looked for and held in memory (mark: 10,000), also as a
  ratio to a plain set of hashes of the same texts, which finds none but verbatim copies: `varied`
  ones of 24 words, `long` ones of 200, and `formulaic` ones, sentences of 34 patterns, each of
  which has many that it must be compared with; of ready fingerprints of varied texts alone;
- megabytes that 20,000 varied texts take in memory;
- milliseconds to ask the store for one text among 20,000, half of the time and in all but one of a
  hundred cases (mark: 5), to write a sample's fingerprints there, and seconds to build an index
  from it; megabytes of the database for each 1,000 samples with three fields;
- seconds to look for 1,000 benchmark items in 8,000 texts.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

from taxoloom.quality.duplicates import (
    Benchmark,
    Fingerprint,
    Index,
    Item,
    fingerprint,
    fingerprints,
    nearest_stored,
)
from taxoloom.store import Writer, reading, records
from taxoloom.store.fingerprints import Print, candidates, shingles, stored, written
from taxoloom.store.writer import Statement
from taxoloom.tests.quality.duplicates.planting import edited
from taxoloom.tests.store.plant import blueprint, plant, run, sample
from taxoloom.tests.support.prose import EN_WORDS, LANGUAGES, ZH_WORDS, joined, sentences

HELD = 20_000
WORDS = {
    "en": " ".join(EN_WORDS.values()).replace("|", " ").split(),
    "zh": "|".join(ZH_WORDS.values()).replace("\n", "|").replace(" ", "").split("|"),
}


def texts(count: int, least: int, most: int, *, seed: int = 1) -> list[str]:
    """So many texts of so many sentences."""
    dice = random.Random(seed)
    made: list[str] = []
    parts: list[str] = []
    for place in range(count):
        language = LANGUAGES[place // 2 % 2]
        if place % 20 == 1:
            made.append(edited(0.02, language, parts, dice))
        else:
            parts = sentences(language, dice.randint(least, most), dice)
            made.append(joined(language, parts))
    return made


def salad(count: int, size: int) -> list[str]:
    """So many texts of words in no order, which share next to nothing unless they are copies."""
    dice = random.Random(5)
    made: list[str] = []
    for place in range(count):
        language = LANGUAGES[place // 2 % 2]
        if place % 20 == 1:
            made.append(edited(0.02, language, [made[-1]], dice))
        else:
            made.append(joined(language, dice.choices(WORDS[language], k=size)))
    return made


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def stream(some: list[str]) -> Index:
    index = Index()
    for place, text in enumerate(some):
        index.check_and_add(str(place), text)
    return index


def verbatim(some: list[str]) -> None:
    """The yardstick."""
    held = set[bytes]()
    for text in some:
        held.add(blake2b(text.encode(), digest_size=8).digest())


def rates(name: str, some: list[str]) -> dict[str, float]:
    # Dictionaries are loaded at the first Chinese text.
    stream(some[:10])
    spent = min(seconds(lambda: stream(some)) for _ in range(3))
    plain = min(seconds(lambda: verbatim(some)) for _ in range(3))
    return {f"{name}_texts_a_second": len(some) / spent, f"{name}_to_plain_set": spent / plain}


def ready(some: list[str]) -> float:
    """Ready fingerprints, with their bands, that are looked for and held in a second."""
    prints = [fingerprint(text) for text in some]
    for one in prints:
        _ = one.bands
    index = Index()

    def work() -> None:
        for place, one in enumerate(prints):
            index.check_and_add(str(place), one)

    return len(some) / seconds(work)


def held(some: list[str]) -> float:
    tracemalloc.start()
    index = stream(some)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(index) > 0.8 * len(some)
    return size / 1e6


def statements(place: int, text: str) -> list[Statement]:
    source = blueprint(f"b{place}", slot=place)
    prints = fingerprints(text[: len(text) // 3], text[len(text) // 3 :])
    rows = {field: Print(*one.packed(), one.bands) for field, one in prints.items()}
    row = sample(source, id=str(place))
    own = [records.insert("blueprints", [source]), *records.decided(row, [], [])]
    return [*own, *written(str(place), rows)]


def grouped(some: list[str], size: int = 500) -> Iterator[list[Statement]]:
    for start in range(0, len(some), size):
        group = range(start, min(len(some), start + size))
        yield [one for place in group for one in statements(place, some[place])]


def from_store(folder: Path, some: list[str], asked: list[str]) -> dict[str, float]:
    path = plant(folder / "a.db", [records.insert("runs", [run()])])
    writer = Writer(path)
    spent = 0.0
    for group in grouped(some):
        start = time.perf_counter()
        writer.write_now(group)
        spent += time.perf_counter() - start
    writer.close()
    waits = []
    index = Index()
    with reading(path) as db:

        def load() -> None:
            for ident, packed in stored(db, "both"):
                index.add(ident, Fingerprint.unpacked(packed))

        loaded = seconds(load)
        for text in asked:
            start = time.perf_counter()
            own = fingerprint(text)
            found = candidates(db, "both", own.bands)
            nearest_stored(own, found, lambda ids: shingles(db, "both", ids))
            waits.append(1000 * (time.perf_counter() - start))
    return {
        "store_median_ms": statistics.median(waits),
        "store_p99_ms": statistics.quantiles(waits, n=100)[98],
        "store_write_ms": 1000 * spent / len(some),
        "store_seconds_to_load_20k": loaded,
        "store_megabytes_per_1k": path.stat().st_size / 1e3 / len(some),
    }


def decontamination() -> float:
    items = texts(1000, 2, 5, seed=3)
    some = texts(8000, 4, 8, seed=4)

    def work() -> None:
        benchmark = Benchmark(Item(str(i), text) for i, text in enumerate(items))
        for text in some:
            benchmark.leaks(text)

    return seconds(work)


def measure() -> dict[str, float]:
    short, long, formulaic = salad(HELD, 24), salad(3000, 200), texts(HELD, 2, 3)
    with tempfile.TemporaryDirectory() as folder:
        store = from_store(Path(folder), formulaic, texts(2000, 2, 3, seed=2))
    return {
        "characters_of_varied": sum(map(len, short)) / len(short),
        "characters_of_long": sum(map(len, long)) / len(long),
        "characters_of_formulaic": sum(map(len, formulaic)) / len(formulaic),
        **rates("varied", short),
        **rates("long", long),
        **rates("formulaic", formulaic),
        "ready_prints_a_second": ready(short),
        "megabytes_of_20k_varied": held(short),
        **store,
        "seconds_for_8000_texts_by_1000_items": decontamination(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    found = measure()
    if parser.parse_args().json:
        print(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        print(f"{name:<38} {value:.4g}")


if __name__ == "__main__":
    main()
