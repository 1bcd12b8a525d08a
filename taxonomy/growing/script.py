"""Which script a name is written in, and whether that is the taxonomy's.

The rule, not a guess: Chinese names are Han characters, beside which Latin letters may stand
(`Python 脚本`), and a Latin name alone is a technical one (`HTML/CSS`, `Ruby on Rails`). English
names are Latin. Everything else is foreign, a single Greek letter apart (`α testing`).
"""

import re
import unicodedata

_LINK = re.compile(r"(?:on|of|for|the|and|in|to|de|la)\Z")
_GREEK = "\u00b5\u0370-\u03ff"
_GREEK_LETTER = re.compile(f"[{_GREEK}]")
_GREEK_WORD = re.compile(f"[{_GREEK}]{{2}}")
_MARKS = 2
"""Combining marks in a name: more are noise that is stacked on letters."""


def script_of(character: str) -> str:
    """Han, Latin, Greek, or the name of another script; "" for what is no letter."""
    if not character.isalpha():
        return ""
    if character.isascii():
        return "Latin"
    name = unicodedata.name(character, "unnamed")
    if "CJK" in name or "IDEOGRAPH" in name:
        return "Han"
    if "LATIN" in name:
        return "Latin"
    return "Greek" if _GREEK_LETTER.match(character) else name.split()[0].capitalize()


def scripts_of(text: str) -> set[str]:
    """The scripts that a text has letters of."""
    return {script_of(character) for character in text} - {""}


def language_of(names: str) -> str:
    """The language, zh or en, that most letters of a taxonomy's names are in."""
    letters = [script_of(character) for character in names]
    # A Chinese word has two characters where an English one has six letters.
    return "zh" if 3 * letters.count("Han") > letters.count("Latin") else "en"


def name_script_problem(name: str, language: str) -> str:
    """What is foreign in a name, or ""."""
    marks = sum(unicodedata.combining(c) > 0 for c in unicodedata.normalize("NFC", name))
    if marks > _MARKS:
        return f"{marks} combining marks"
    scripts = scripts_of(name) - {"Latin"}
    if not _GREEK_WORD.search(name):
        scripts.discard("Greek")
    foreign = scripts - ({"Han"} if language == "zh" else set())
    if foreign:
        return " and ".join(sorted(foreign))
    if language == "zh" and "Han" not in scripts and not _technical(name):
        return "Latin, and no technical name"
    return ""


def prose_script_problem(text: str, language: str) -> str:
    """What is foreign in a sentence, which may quote other scripts but is not made of them."""
    letters = [script for script in map(script_of, text) if script]
    own = letters.count("Han" if language == "zh" else "Latin")
    known = letters.count("Han") + letters.count("Latin") + letters.count("Greek")
    if letters and (own == 0 or 2 * known < len(letters)):
        return "not written in the taxonomy's language"
    # A Latin term has many letters, so a Chinese sentence needs but a few of its own.
    if language == "zh" and len(letters) > 20 and own < 4:
        return "not written in the taxonomy's language"
    if language == "en" and 2 * own < len(letters):
        return "not written in the taxonomy's language"
    return ""


def _technical(name: str) -> bool:
    """Whether Latin words are a name: one word, or capitals throughout but for small links."""
    words = name.split()
    return len(words) == 1 or (len(words) <= 4 and all(_name_like(word) for word in words))


def _name_like(word: str) -> bool:
    return word != word.lower() or not any(c.isalpha() for c in word) or bool(_LINK.match(word))
