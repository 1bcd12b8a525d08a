"""Makes up good samples: right by construction, in both languages, from packaged texts.

`figures.py` draws the figures of a family and works out the answer; texts stand in `zh.yaml` and
`en.yaml`. Each defect that a family can take is written there as what to replace in the answer.
"""

import random
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from .canary import Plant, Trusted
from .figures import FIGURES, Slots

Text = Mapping[str, Any]
_APART = 0.3
"""What tells two languages apart in an answer; one of code and figures alone is of neither."""
_OTHER = {"zh": "en", "en": "zh"}


def built_in(language: str, as_of: str, rng: random.Random) -> Trusted:
    """A good sample of a family that is drawn; the same for the same state of `rng`."""
    name = rng.choice(sorted(FIGURES))
    slots = FIGURES[name](language, as_of, rng)
    family = texts(language)[name]
    ask, answer = (_drawn(family[part], slots, rng) for part in ("ask", "answer"))
    final = _filled(family.get("final", ""), slots)
    others = [other for other in texts(language) if other not in (name, *family.get("near", ()))]
    return Trusted(
        path=tuple((step["name"], step["told"]) for step in family["path"]),
        labels=tuple((one["name"], one["value"], one["told"]) for one in family["labels"]),
        language=language,
        as_of=as_of,
        messages=(("user", ask), ("assistant", answer)),
        final_answer=final,
        origin=f"built-in:{name}",
        plants=_plants(family, slots, answer, final, texts(_OTHER[language])[name], rng),
        elsewhere=tuple(
            (step["name"], step["told"]) for step in texts(language)[rng.choice(others)]["path"]
        ),
    )


@cache
def texts(language: str) -> Mapping[str, Text]:
    """The families' texts in a language, by name."""
    file = resources.files(__package__) / f"{language}.yaml"
    data: dict[str, Text] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return data


def _plants(
    family: Text, slots: Slots, answer: str, final: str, foreign: Text, rng: random.Random
) -> dict[str, Plant]:
    found = {}
    for kind, spec in family["plants"].items():
        if "answer" in spec:
            changed, result = _filled(spec["answer"], slots), final
        else:
            changed, result = answer, final
            for before, after in spec.get("swap", ()):
                old, new = _filled(before, slots), _filled(after, slots)
                changed, result = changed.replace(old, new), result.replace(old, new)
        changed += _filled(spec.get("add", ""), slots)
        if changed != answer:
            found[kind] = Plant(changed, result, _filled(spec["told"], slots))
    changed = _drawn(foreign["answer"], slots, rng)
    if abs(_han(changed) - _han(answer)) > _APART:
        told = "the answer is in another language than the one asked for"
        found["wrong_language"] = Plant(changed, final, told)
    return found


def _han(text: str) -> float:
    """Share of Chinese characters among the letters."""
    letters = [char for char in text if char.isalpha()]
    return sum("\u4e00" <= char <= "\u9fff" for char in letters) / max(len(letters), 1)


def _drawn(variants: list[str], slots: Slots, rng: random.Random) -> str:
    return _filled(rng.choice(variants), slots).strip()


def _filled(text: str, slots: Slots) -> str:
    """A text with its slots: `[[name]]`, since braces are common in what is written."""
    for name, value in slots.items():
        text = text.replace(f"[[{name}]]", value)
    return text
