"""Samples that show a value of an axis, each beside one that does not, as rule tests list them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from taxoloom.quality.rules import Sample

FRAMES = {
    "zh": ("请算一下。", "您好：\n\n已经收到，明天上午给您答复。\n\n祝好"),
    "en": ("Please work it out.", "Hello,\n\nWe have it and answer tomorrow.\n\nBest\nTom"),
}
"""A request and an answer that go with anything."""
FOLDER = Path(__file__).parents[1] / "quality" / "rules"


def pairs(language: str) -> Iterator[tuple[str, Sample, Sample]]:
    """Axis and value, a sample that shows it, and one that does not."""
    text = (FOLDER / f"axes.{language}.yaml").read_text(encoding="utf-8")
    values: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    for value, cases in values.items():
        for case in cases:
            yield value, made(value, language, case["shown"]), made(value, language, case["not"])


def requests() -> Iterator[tuple[str, Sample]]:
    """Axis and value, and a sample in which request or answer shows it."""
    text = (FOLDER / "axes.clean.yaml").read_text(encoding="utf-8")
    values: dict[str, list[str]] = yaml.safe_load(text)
    for value, said in values.items():
        for one in said:
            language = "zh" if any("\u4e00" <= char <= "\u9fff" for char in one) else "en"
            asked, answer = FRAMES[language]
            talk = [asked, one] if value.startswith("depth/") else [one, answer]
            yield value, made(value, language, {"talk": talk})


def made(value: str, language: str, case: dict[str, Any]) -> Sample:
    """A sample with one label."""
    axis, _, name = value.partition("/")
    said = [
        {"role": ("user", "assistant")[at % 2], "content": text}
        for at, text in enumerate(case["talk"])
    ]
    system = [{"role": "system", "content": case["system"]}] if "system" in case else []
    return Sample(
        [*system, *said],
        reasoning=case.get("reasoning", ""),
        final_answer=case.get("final", ""),
        language=language,
        labels={axis: name},
        switch=case.get("switch", 0),
    )
