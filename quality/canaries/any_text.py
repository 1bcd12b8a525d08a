"""Defects that can be planted for certain in texts of which nothing more is known.

Each function gives the sample with the defect and what was changed, or None where it might still
be good. Better none than a canary that is not what it is said to be: judges are measured by it.
"""

import json
import random
import re
from dataclasses import replace

from .sample import Trusted

Changed = tuple[Trusted, str] | None

_SHORTEST = {"zh": 60, "en": 160}
"""Characters without which a cut answer might pass for a short one."""
_OTHER = {"zh": "en", "en": "zh"}
_TOLD = {
    "truncated": {
        "zh": "回答在第 {} 个字处断了，全文 {} 个字",
        "en": "cut after {} of {} characters",
    },
    "path": {"zh": "归到了“{}”，应为“{}”", "en": "filed under {} instead of {}"},
    "label": {"zh": "{}标成了“{}”，应为“{}”", "en": "{} is said to be {} instead of {}"},
    "number": {"zh": "应为 {}，写成了 {}", "en": "the answer says {1} instead of {0}"},
    "language": {
        "zh": "要的是英文，对话却是中文",
        "en": "the request wants Chinese, the conversation is English",
    },
    "schema": {"zh": "JSON 少了末尾的括号", "en": "the closing bracket of the JSON is missing"},
}


def _told(what: str, sample: Trusted, *values: object) -> str:
    phrases = _TOLD[what]
    return phrases.get(sample.language, phrases["en"]).format(*values)


def with_answer(sample: Trusted, answer: str, final_answer: str) -> Trusted:
    """The sample with another last message."""
    messages = (*sample.messages[:-1], ("assistant", answer))
    return replace(sample, messages=messages, final_answer=final_answer)


def truncated(sample: Trusted, rng: random.Random) -> Changed:
    """Cut the last answer within a sentence, between two fifths and four fifths of it."""
    answer = sample.answer
    size = len(answer)
    if size < _SHORTEST.get(sample.language, 160) or "```" in answer:
        return None
    # Some letters more stood in the sentence, so what is left of it is no whole one.
    places = [
        place
        for place in range(-(-size * 2 // 5), size * 4 // 5 + 1)
        if answer[place - 1 : place + 3].isalpha()
    ]
    if not places:
        return None
    place = rng.choice(places)
    cut = answer[:place]
    final = sample.final_answer if sample.final_answer in cut else ""
    return with_answer(sample, cut, final), _told("truncated", sample, place, size)


def wrong_label(sample: Trusted, rng: random.Random) -> Changed:
    """Put the sample under a category, or give it a label, that is not its own."""
    right = {name: value for name, value, _ in sample.labels}
    ways: list[tuple[Trusted, str]] = []
    if sample.elsewhere and sample.path:
        names = sample.elsewhere[-1][0], sample.path[-1][0]
        ways.append((replace(sample, path=sample.elsewhere), _told("path", sample, *names)))
    for wrong in sample.unlike:
        name, value, _ = wrong
        labels = tuple(wrong if label[0] == name else label for label in sample.labels)
        detail = _told("label", sample, name, value, right.get(name, ""))
        ways.append((replace(sample, labels=labels), detail))
    return rng.choice(ways) if ways else None


_NUMBER = re.compile(r"(?<![\w.,:/\-−])[1-9][0-9]*(?:\.[0-9]+)?(?![.,:/\-−]?[0-9])(?![A-Za-z_])")
_ROUGHLY = re.compile(
    r"[约≈~～]|左右|上下|将近|差不多|估计|随机|\b(?:about|around|roughly|nearly|approx\w*|estimate\w*"
    r"|random\w*|some)\b",
    re.IGNORECASE,
)


def wrong_number(sample: Trusted, rng: random.Random) -> Changed:
    """Change the one number that is the result, wherever the last answer says it."""
    given, answer = sample.final_answer, sample.answer
    found = [match[0] for match in _NUMBER.finditer(given)]
    if len(found) != 1 or len(re.findall(r"\d+(?:\.\d+)?", given)) != 1:
        return None
    right = found[0]
    asked = "\n".join(content for role, content in sample.messages[:-1] if role != "assistant")
    stated = [match[0] for match in _NUMBER.finditer(answer)]
    # A number of the request is no result, and another may be as good where it is only about right.
    if right not in stated or right in asked or _ROUGHLY.search(answer) or _ROUGHLY.search(asked):
        return None
    wrong = [slip for slip in _slips(right) if slip not in answer and slip not in asked]
    if not wrong:
        return None
    slip = rng.choice(wrong)

    def slipped(text: str) -> str:
        return _NUMBER.sub(lambda match: slip if match[0] == right else match[0], text)

    changed = with_answer(sample, slipped(answer), slipped(given))
    return changed, _told("number", sample, right, slip)


def _slips(number: str) -> list[str]:
    """The number with one of its first two digits wrong, off by a sixth at least."""
    places = [at for at, char in enumerate(number) if char != "."][:2]
    found = [
        number[:at] + digit + number[at + 1 :]
        for at in places
        for digit in "123456789"
        if digit != number[at]
    ]
    return [one for one in found if abs(float(one) / float(number) - 1) > 1 / 6]


_TONGUES = re.compile(
    r"[中英外双]文|[汉英外双母]语|语言|翻译|译|\b(?:english|chinese|mandarin|translat\w*|languages?|bilingual)\b",
    re.IGNORECASE,
)


def wrong_language(sample: Trusted, _: random.Random) -> Changed:
    """Ask for the other language than the one that the whole conversation is in."""
    texts = [content for role, content in sample.messages if role != "system"]
    own = sample.language
    if own not in _OTHER or len(sample.answer) < _SHORTEST[own]:
        return None
    if any(not _is_in(own, text) for text in texts) or _TONGUES.search("\n".join(texts)):
        return None
    return replace(sample, language=_OTHER[own]), _told("language", sample)


def _is_in(language: str, text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    if not letters:
        return False
    if language == "zh":
        return han(text) > 0.7
    return sum(char.isascii() for char in letters) > 0.95 * len(letters) and _reads_english(text)


def _reads_english(text: str) -> bool:
    """Other languages have its letters too, and none has so many of its small words."""
    words = re.findall(r"[a-z]+", text.lower())
    small = sum(word in _SMALL for word in words)
    return small > 0.12 * len(words)


_SMALL = frozenset(
    str.split("the of and to a in is you that it for on with as are be this or can i")
)


def han(text: str) -> float:
    """Share of Chinese characters among the letters."""
    letters = [char for char in text if char.isalpha()]
    return sum("\u4e00" <= char <= "\u9fff" for char in letters) / max(len(letters), 1)


_JSON = re.compile(r"```json\n([^`]*?)\s*\n```")


def broken_schema(sample: Trusted, _: random.Random) -> Changed:
    """Leave out the last bracket of the one JSON block."""
    blocks = list(_JSON.finditer(sample.answer))
    if len(blocks) != 1 or sample.answer.count("```") != 2:
        return None
    text = blocks[0][1]
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict | list) or not data:
        return None
    start, end = blocks[0].span(1)
    broken = sample.answer[:start] + text[:-1].rstrip() + sample.answer[end:]
    final = sample.final_answer
    if final and final not in broken:
        return None
    return with_answer(sample, broken, final), _told("schema", sample)
