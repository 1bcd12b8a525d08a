"""The words that the offline model has, and the setting of one sample that they are put into.

A setting is a pure function of what the request says and the call's seed, so that planner,
writer, critic and judges, who see different parts of a sample, speak of the same things. Knows
the templates in `zh.yaml` and `en.yaml`; not what a role makes of them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from .dice import Dice
from .read import Sheet

_SLOT = re.compile(r"\{(\w+)\}")
_FIGURE = re.compile(r"[$£€]?\d(?:[\d,.]*\d)?")
_UNSPACED = re.compile("(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])")
_OPENING = re.compile(r"\A[a-z]")
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Words:
    """The templates of one language."""

    language: str
    data: Mapping[str, Any]
    situations: tuple[re.Pattern[str], ...]
    lexicons: tuple[tuple[str, re.Pattern[str]], ...]
    flaws: Mapping[str, tuple[re.Pattern[str], ...]]
    """Patterns of the sentences that are planted, by kind, in the order of the templates."""

    def __getitem__(self, name: str) -> Any:
        return self.data[name]


@cache
def words(language: str) -> Words:
    """The templates for a language; English for one that there is none for."""
    language = "zh" if language == "zh" else "en"
    text = (resources.files(__package__) / f"{language}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return Words(
        language=language,
        data=data,
        situations=tuple(inverse(template) for template in data["situation"]),
        lexicons=tuple(
            (name, re.compile(lexicon["match"], re.IGNORECASE))
            for name, lexicon in data["lexicons"].items()
        ),
        flaws={
            kind: tuple(inverse(entry["text"], anywhere=True) for entry in data[kind])
            for kind in ("padding", "defects", "weak")
        },
    )


def inverse(template: str, *, anywhere: bool = False) -> re.Pattern[str]:
    """The pattern of all texts that a template makes, its slots as named groups."""
    seen: set[str] = set()

    def group(name: str) -> str:
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return rf"(?P<{name}>[^\n]{{1,80}}?)"

    parts = _SLOT.split(template)
    pattern = "".join(
        group(part) if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )
    return re.compile(pattern if anywhere else rf"\A{pattern}")


@dataclass(frozen=True, slots=True)
class Setting:
    """One sample as far as the offline model has decided it."""

    words: Words
    dice: Dice
    facts: Mapping[str, str]
    traits: Mapping[str, str]
    """Axis to value, by the names used in the templates; axes that the sample lacks are absent."""
    archetype: Mapping[str, Any]
    lexicon: str
    turns: int = 0
    """Messages of the asker; 0 where the request does not say."""
    switch: int = 0
    """Which of them turns to another matter; 0 for none."""

    @property
    def chinese(self) -> bool:
        """Whether the sample is in Chinese."""
        return self.words.language == "zh"

    def has(self, axis: str, *values: str) -> bool:
        """Whether the sample carries one of these values of an axis."""
        return self.traits.get(axis) in values

    def say(self, template: str, **more: object) -> str:
        """A template with the facts of the setting."""
        text = self.phrase(template, **more)
        return text if self.chinese else _OPENING.sub(lambda match: match[0].upper(), text)

    def one(self, name: str, templates: Sequence[str], **more: object) -> str:
        """One of several templates, with the facts."""
        return self.say(self.dice.pick(name, templates), **more)

    def phrase(self, template: str, **more: object) -> str:
        """Like `say`, for words that stand within a sentence."""
        text = template.format_map({**self.facts, **more})
        return _UNSPACED.sub(" ", text) if self.chinese else text


def setting(sheet: Sheet, seed: object) -> Setting:
    """The setting of the sample that a prompt is about."""
    vocabulary = words(sheet.language)
    traits, subjects = _sorted_labels(vocabulary, sheet.labels)
    # All agents of a sample draw alike, and the writer is not told what the rewriter will do.
    told = sorted((name, value) for name, value in traits.items() if name != "form")
    dice = Dice("sample", seed, sheet.language, sheet.path, told, subjects)
    about = " ".join((*sheet.path, *(f"{name} {value}" for name, value in subjects)))
    lexicon = next(name for name, match in vocabulary.lexicons if match.search(about))
    facts = _facts(vocabulary, dice, sheet, lexicon)
    facts.update(_spoken_facets(vocabulary, lexicon, subjects))
    kind = dice.pick("archetype", list(vocabulary["archetypes"]))
    return Setting(
        vocabulary,
        dice,
        facts,
        traits,
        vocabulary["archetypes"][kind],
        lexicon,
        sheet.turns,
        sheet.switch,
    )


def _sorted_labels(
    vocabulary: Words, labels: Sequence[tuple[str, str]]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Axes by the names used here, and the attributes that name a subject."""
    axes = {name: key for key, name in vocabulary["request_labels"].items()}
    values = vocabulary["label_values"]
    traits = {axes[n]: values.get(v, v) for n, v in labels if n in axes}
    unspoken = re.compile(vocabulary["unspoken"], re.IGNORECASE)
    subjects = [(n, v) for n, v in labels if n not in axes and not unspoken.search(n)]
    return traits, subjects


def _facts(vocabulary: Words, dice: Dice, sheet: Sheet, lexicon: str) -> dict[str, str]:
    facts = {name: dice.pick(name, options) for name, options in vocabulary["fallback"].items()}
    facts.update(_seeds(vocabulary, sheet))
    for name in ("object", "record", "helper", "sign", "trial"):
        facts[name] = dice.pick(name, vocabulary["lexicons"][lexicon][name])
    leaf = sheet.path[-1] if sheet.path else "?"
    facts["leaf"] = leaf if vocabulary.language == "zh" else _lowered(leaf)
    facts["moment"] = next(
        template.format(date=facts["date"])
        for pattern, template in vocabulary["moments"]
        if re.search(pattern, facts["date"])
    )
    article = "an" if facts["trade"][:1].lower() in _VOWELS else "a"
    facts["a_trade"] = f"{article} {facts['trade']}"
    facts["the_device"] = re.sub(r"\Aan? ", "the ", facts["device"])
    return facts


def _seeds(vocabulary: Words, sheet: Sheet) -> dict[str, str]:
    """The seeds of the situation: as given to the planner, or read out of its prose."""
    named = vocabulary["seed_labels"]
    found = {named[name]: value for name, value in sheet.seeds.items() if name in named}
    for pattern in () if found else vocabulary.situations:
        match = pattern.match(sheet.situation)
        if match is not None:
            return {name: value.strip() for name, value in match.groupdict().items()}
    return found


def _spoken_facets(
    vocabulary: Words, lexicon: str, subjects: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """The attributes as words: `Web: React` is spoken of as React."""
    joint = "、" if vocabulary.language == "zh" else " and "
    facet = joint.join(value.rsplit(": ", 1)[-1] for _, value in subjects[:2])
    clause = vocabulary["lexicons"][lexicon]["facet"].format(facet=facet) if facet else ""
    return {"facet": facet, "facet_clause": clause}


def _lowered(name: str) -> str:
    """A category's name within a sentence; abbreviations keep their capitals."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def figure(text: str) -> str:
    """The first figure in a text, or ""."""
    match = _FIGURE.search(text)
    return match[0] if match else ""


def other_figure(number: str) -> str:
    """The same amount with another figure; "" if it has none in digits."""
    match = _FIGURE.search(number)
    if match is None:
        return ""
    digits = match[0].lstrip("$£€").replace(",", "")
    sign = match[0][: len(match[0]) - len(match[0].lstrip("$£€"))]
    value = float(digits) * 3
    shown = f"{value:,.0f}" if value.is_integer() else f"{value:.10g}"
    return number[: match.start()] + sign + shown + number[match.end() :]
