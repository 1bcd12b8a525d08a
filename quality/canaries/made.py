"""Makes up good samples: right by construction, in both languages, from packaged texts.

`figures.py` names what draws the figures of a family and works out the answer; texts stand in
`zh.yaml` and `en.yaml`. Each defect that a family can take is written there as what to replace in
the answer.
"""

import random
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from .any_text import han
from .figures import FIGURES
from .sample import Messages, Plant, Trusted
from .writing import Slots

Text = Mapping[str, Any]
_APART = 0.3
"""Share of Chinese by which two answers differ that are surely in two languages."""
_OTHER = {"zh": "en", "en": "zh"}


def built_in(language: str, as_of: str, rng: random.Random) -> Trusted:
    """A good sample of a family that is drawn; the same for the same state of `rng`."""
    name = rng.choice(sorted(FIGURES))
    seed = rng.getrandbits(64)
    slots, foreign = (
        FIGURES[name](tongue, as_of, random.Random(seed)) for tongue in (language, _OTHER[language])
    )
    family, other = texts(language)[name], texts(_OTHER[language])[name]
    ask, answer = (_drawn(family[part], slots, rng) for part in ("ask", "answer"))
    final = _filled(family.get("final", ""), slots)
    plants = _plants(family, slots, Plant(answer, final, ""))
    # Whoever slips into another language does not rename people.
    wrong = _in_other_language(other, {**foreign, **_named(slots)}, language, rng)
    if abs(han(_prose(wrong.answer)) - han(_prose(answer))) > _APART:
        plants["wrong_language"] = wrong
    elsewhere = [one for one in texts(language) if one not in (name, *family.get("near", ()))]
    labels = family["labels"]
    return Trusted(
        path=_path(family),
        labels=tuple((one["name"], one["value"], one["told"]) for one in labels),
        language=language,
        as_of=as_of,
        messages=(*_before(family, slots, rng), ("user", ask), ("assistant", answer)),
        final_answer=final,
        origin=f"built-in:{name}",
        plants=plants,
        elsewhere=_path(texts(language)[rng.choice(elsewhere)]),
        unlike=tuple((one["name"], one["not"]["value"], one["not"]["told"]) for one in labels),
    )


@cache
def texts(language: str) -> Mapping[str, Text]:
    """The families' texts in a language, by name."""
    file = resources.files(__package__) / f"{language}.yaml"
    data: dict[str, Text] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return data


def _named(slots: Slots) -> Slots:
    return {"name": slots["name"]} if "name" in slots else {}


def _path(family: Text) -> tuple[tuple[str, str], ...]:
    return tuple((step["name"], step["told"]) for step in family["path"])


def _before(family: Text, slots: Slots, rng: random.Random) -> Messages:
    """The turn before, of a family that has two."""
    if "first" not in family:
        return ()
    ask, answer = (_drawn(family["first"][part], slots, rng) for part in ("ask", "answer"))
    return ("user", ask), ("assistant", answer)


def _plants(family: Text, slots: Slots, right: Plant) -> dict[str, Plant]:
    found = {}
    for kind, spec in family["plants"].items():
        changed, result = right.answer, right.final_answer
        if "answer" in spec:
            changed = _filled(spec["answer"], slots)
        for before, after in spec.get("swap", ()):
            old, new = _filled(before, slots), _filled(after, slots)
            changed, result = changed.replace(old, new), result.replace(old, new)
        changed += _filled(spec.get("add", ""), slots)
        if changed != right.answer:
            found[kind] = Plant(changed.strip(), result, _filled(spec["told"], slots))
    return found


_TOLD = {"zh": "回答用了英文，要求的是中文", "en": "the answer is in Chinese instead of English"}


def _in_other_language(family: Text, slots: Slots, language: str, rng: random.Random) -> Plant:
    """The right answer in another language than the one asked for, with the currency kept."""
    answer = _drawn(family["answer"], slots, rng)
    final = _filled(family.get("final", ""), slots)
    if language == "zh":
        answer, final = (re.sub(r"\$([\d.]*\d)", r"\1 yuan", text) for text in (answer, final))
    else:
        answer, final = (re.sub(r"(?<=\d) 元", " 美元", text) for text in (answer, final))
    return Plant(answer, final, _TOLD[language])


def _prose(text: str) -> str:
    """What is left without code, which is of no language."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def _drawn(variants: list[str], slots: Slots, rng: random.Random) -> str:
    return _filled(rng.choice(variants), slots).strip()


def _filled(text: str, slots: Slots) -> str:
    """A text with its slots: `[[name]]`, since braces are common in what is written."""
    for name, value in slots.items():
        text = text.replace(f"[[{name}]]", value)
    return text
