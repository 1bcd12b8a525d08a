"""A corpus with planted near-duplicates of every kind and with hard negatives, by seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from opencc import OpenCC

from taxoloom.tests.support.prose import LANGUAGES, document, joined, sentences

Change = Callable[[str, list[str], random.Random], str]
_LETTERS = {
    "en": "etaoinshrdlucmfwypvbgkqjxz",
    "zh": "的一是在不了有和人这中大为上个国我以要他时来用们",
}
_TO_TRADITIONAL = OpenCC("s2t")
_POLITE = {
    "en": [
        ("Hello! Could you help me with something? ", " Thanks a lot in advance!"),
        ("Good morning, I hope you are well. ", " I really appreciate your time."),
        ("Sorry to bother you, but here is my question. ", " Have a nice day!"),
    ],
    "zh": [
        ("您好,想请教一个问题。", "麻烦您了,非常感谢!"),
        ("打扰一下,能不能帮帮我?", "先谢谢啦,祝您生活愉快。"),
        ("老师您好!", "辛苦您百忙之中回复,万分感激。"),
    ],
}


@dataclass(frozen=True, slots=True)
class Planted:
    """One text of the corpus."""

    id: str
    text: str
    group: str
    """The same for a text and its copy; every other text has one of its own."""
    kind: str
    language: str


def edited(share: float, language: str, parts: list[str], dice: random.Random) -> str:
    """That share of characters replaced, dropped or doubled up."""
    text = list(joined(language, parts))
    for place in dice.sample(range(len(text)), round(share * len(text))):
        letter = dice.choice(_LETTERS[language])
        text[place] = dice.choice([letter, "", text[place] + letter])
    return "".join(text)


def dropped(language: str, parts: list[str], dice: random.Random) -> str:
    gone = dice.randrange(len(parts))
    return joined(language, parts[:gone] + parts[gone + 1 :])


def reordered(language: str, parts: list[str], dice: random.Random) -> str:
    return joined(language, dice.sample(parts, len(parts)))


def traditional(language: str, parts: list[str], dice: random.Random) -> str:
    return str(_TO_TRADITIONAL.convert(joined(language, parts)))


def wide(language: str, parts: list[str], dice: random.Random) -> str:
    """Full-width letters and signs; of Chinese, those of its numbers and a few Latin words."""
    shift = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
    return joined(language, parts).translate(shift)


def upper(language: str, parts: list[str], dice: random.Random) -> str:
    return joined(language, parts).upper()


def wrapped(language: str, parts: list[str], dice: random.Random) -> str:
    before, behind = dice.choice(_POLITE[language])
    return before + joined(language, parts) + behind


def spaced(language: str, parts: list[str], dice: random.Random) -> str:
    """Broken into lines, with other signs and a character nobody sees."""
    return "\n\n".join(f"* {part[:9]}\u200b{part[9:-1]} !!" for part in parts)


KINDS: dict[str, Change] = {
    "2 % edits": partial(edited, 0.02),
    "6 % edits": partial(edited, 0.06),
    "one sentence dropped": dropped,
    "reordered": reordered,
    "traditional script": traditional,
    "full width": wide,
    "upper case": upper,
    "wrapped": wrapped,
    "spaced": spaced,
}
HARD = "hard negative"


def corpus(seed: int, *, bases: int, copies: int, hard: int) -> list[Planted]:
    """So many texts, copies of each kind and hard negatives per language, shuffled."""
    dice = random.Random(seed)
    made: list[Planted] = []
    for language in LANGUAGES:
        for place in range(bases):
            made.append(_text(f"{language}-base-{place}", "base", language, dice)[0])
        for kind, change in KINDS.items():
            for place in range(copies):
                name = f"{language}-{kind}-{place}"
                base, parts = _text(name, kind, language, dice)
                copy = change(language, parts, dice)
                made += [base, Planted(f"{name}'", copy, base.group, kind, language)]
        made += _hard(language, hard, dice)
    dice.shuffle(made)
    return made


def _text(name: str, kind: str, language: str, dice: random.Random) -> tuple[Planted, list[str]]:
    parts = document(language, dice)
    return Planted(name, joined(language, parts), name, kind, language), parts


def _hard(language: str, count: int, dice: random.Random) -> list[Planted]:
    """Texts of a few templates: two sentences of a template, and five of their own."""
    frames = [sentences(language, 2, dice) for _ in range(max(1, count // 40))]
    made = []
    for place in range(count):
        own = sentences(language, 5, dice)
        frame = frames[place % len(frames)]
        text = joined(language, [frame[0], *own, frame[1]])
        name = f"{language}-hard-{place}"
        made.append(Planted(name, text, name, HARD, language))
    return made
