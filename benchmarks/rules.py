"""What the rules cost for each sample, beside a plain regular expression over the same text.

    python benchmarks/rules.py [--samples 400] [--tokens 600] [--json]

Samples are running text in zh and en without code and mathematics, each of them different, so that
nothing is remembered from one to the next, and have a value of every axis. The goal is 2 ms of
processor time; the ratio to one pass of `\\w+` over the text, taken in the same run, says what a
busy machine does to the figure.
"""

import argparse
import json
import random
import re
from statistics import median
from time import process_time

from taxoloom.quality.rules import BUILT_IN, Rule, Sample, run_rules
from taxoloom.taxonomy import axes

PARTS = {
    "en": (
        "The shop|Her brother|Our courier|A neighbour|The maker|Nobody|The landlord|This clerk",
        "sends|forgets|repairs|finds|returns|labels|measures|paints|opens|carries",
        "the parcel|two chairs|a receipt|the kettle|every window|an old map|the bicycle|his letter",
        "within {n} days|on Monday|before lunch|near the station|after {n} minutes|without help",
    ),
    "zh": (
        "店员|她弟弟|快递员|邻居|厂家|房东|会计|老师",
        "寄出了|忘记了|修好了|找到了|退回了|量过了|刷完了|打开了|搬走了|画好了",
        "包裹|两把椅子|小票|电水壶|每扇窗|旧地图|自行车|那封信",
        "大约{n}天以后|就在周一|午饭之前|离车站不远|过了{n}分钟|没有人帮忙",
    ),
}


def sentence(language: str, rng: random.Random) -> str:
    who, does, what, when = (rng.choice(part.split("|")) for part in PARTS[language])
    if language == "zh":
        return f"{when}，{who}{does}{what}。".format(n=rng.randint(3, 99))
    return f"{who} {does} {what} {when}. ".format(n=rng.randint(3, 99))


def sample(language: str, tokens: int, rng: random.Random) -> Sample:
    """Two turns of text of so many tokens: a character, or four letters."""
    size = tokens if language == "zh" else tokens * 4
    asked = said = ""
    while len(asked) < size // 4:
        asked += sentence(language, rng)
    while len(said) < size * 3 // 4:
        said += sentence(language, rng) + rng.choice(("", "", "\n\n"))
    texts = (("user", asked.strip()), ("assistant", said.strip()))
    messages = [{"role": role, "content": text} for role, text in texts]
    labels = {axis.id: rng.choice(axis.values).id for axis in axes(language)}
    return Sample(messages, language=language, as_of="2026-11-25", labels=labels)


def cost(samples: list[Sample], rules: tuple[Rule, ...]) -> float:
    """Milliseconds of processor time for each sample."""
    start = process_time()
    for one in samples:
        run_rules(one, None, rules)
    return (process_time() - start) / len(samples) * 1000


def plain(samples: list[Sample]) -> float:
    """The same for one pass of a simple expression."""
    word = re.compile(r"\w+")
    start = process_time()
    for one in samples:
        for message in one.messages:
            word.findall(message["content"])
    return (process_time() - start) / len(samples) * 1000


def measure(language: str, *, count: int, tokens: int) -> dict[str, float | str]:
    rng = random.Random(1)
    rounds = [[sample(language, tokens, rng) for _ in range(count // 5)] for _ in range(6)]
    cost(rounds[0], BUILT_IN)
    spent = median(cost(batch, BUILT_IN) for batch in rounds[1:])
    base = median(plain(batch) for batch in rounds[1:])
    return {"language": language, "ms": spent, "plain_ms": base, "ratio": spent / base}


def dearest(language: str, *, count: int, tokens: int) -> list[tuple[str, float]]:
    """The rules that cost most, each alone on samples of its own."""
    found = []
    for one in BUILT_IN:
        rng = random.Random(one.code)
        found.append(
            (one.code, cost([sample(language, tokens, rng) for _ in range(count // 8)], (one,)))
        )
    return sorted(found, key=lambda pair: -pair[1])[:8]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=400)
    parser.add_argument("--tokens", type=int, default=600)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    size = {"count": options.samples, "tokens": options.tokens}
    rows = [measure(language, **size) for language in ("zh", "en")]
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        language = str(row["language"])
        print(
            f"{language}: {row['ms']:.2f} ms a sample, {row['ratio']:.0f} passes of \\w+ "
            f"({row['plain_ms']:.3f} ms)"
        )
        for code, spent in dearest(language, **size):
            print(f"    {code:24} {spent:.3f} ms alone")


if __name__ == "__main__":
    main()
