"""What the diversity report costs, beside one pass of `\\w+` over the same texts.

    python benchmarks/diversity.py [--samples 100000] [--json]

Half of the samples are Chinese and half English, of 100 leaves and with two labels. The mark is
60 s for 100,000 of them, file to figures; the ratio to the plain pass, taken in the same run, says
what a busy machine does to it. Seconds of the parts:
- to read the file, and to measure requests and answers, with baseline, leaves and labels;
- of 10,000 texts, exact measures without sampling: self-BLEU, self-repetition, lzma;
- Vendi of 100,000 vectors of 384 numbers;
- microseconds for each text that a running job is watched by.
"""

import argparse
import json
import random
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from taxoloom.graphs.report_diversity import Texts, diversity_part, texts_of
from taxoloom.quality.diversity import (
    Watch,
    lzma_ratio,
    self_bleu,
    self_repetition,
    tokens,
    vendi,
)
from taxoloom.tests.support.prose import LANGUAGES, joined, sentences

LEAVES = 100
EXACT, LENGTH = 10_000, 100
VECTORS = (100_000, 384)


def written(path: Path, count: int) -> None:
    """So many rows, a request of one or two sentences and an answer of three to six."""
    dice = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        for place in range(count):
            language = LANGUAGES[place % 2]
            asked, said = (
                joined(language, sentences(language, dice.randint(*size), dice))
                for size in ((1, 2), (3, 6))
            )
            row = {
                "messages": [
                    {"role": "user", "content": asked},
                    {"role": "assistant", "content": said},
                ],
                "leaf": f"root > leaf {dice.randrange(LEAVES)}",
                "labels": {
                    "difficulty": dice.choice(("basic", "intermediate", "advanced")),
                    "language": language,
                },
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def plain(texts: Texts) -> None:
    """The yardstick."""
    word = re.compile(r"\w+")
    for text in (*texts.requests, *texts.answers):
        word.findall(text)


def watched(texts: list[str]) -> None:
    watch = Watch()
    for text in texts:
        watch.add(text)


def parts(texts: Texts) -> dict[str, float]:
    some = texts.answers[:EXACT]
    words = [tokens(text, LENGTH) for text in some]
    vectors = np.random.default_rng(1).normal(size=VECTORS).astype(np.float32)
    return {
        "exact_texts": len(words),
        "self_bleu_seconds": seconds(lambda: self_bleu(words)),
        "self_repetition_seconds": seconds(lambda: self_repetition(words)),
        "lzma_seconds": seconds(lambda: lzma_ratio(words)),
        "vendi_seconds": seconds(lambda: vendi(vectors)),
        "watch_microseconds": 1e6 * seconds(lambda: watched(some)) / len(some),
    }


def measure(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.jsonl"
        written(path, count)
        start = time.perf_counter()
        texts = texts_of(str(path))
        read = time.perf_counter() - start
    base = min(seconds(lambda: plain(texts)) for _ in range(3))
    # The whole set is its own baseline: what a user's other set of the same size would cost.
    spent = seconds(lambda: diversity_part(texts, texts))
    return {
        "samples": count,
        "read_seconds": read,
        "measure_seconds": spent,
        "report_seconds": read + spent,
        "plain_seconds": base,
        "report_to_plain": (read + spent) / base,
        **parts(texts),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.samples)
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:26} {value:,.2f}" if value % 1 else f"{name:26} {value:,.0f}")


if __name__ == "__main__":
    main()
