"""Characters that nobody sees cannot come in with a name, nor hidden messages with a definition."""

import json
from pathlib import Path

import pytest

from taxoloom.errors import TaxonomyError
from taxoloom.taxonomy import load
from taxoloom.taxonomy.names import MAX_NAME, name_problem, prose_problem

IN_NAMES = {
    "\x07": "control character U+0007",
    "\x1b": "control character U+001B",
    "\x85": "control character U+0085",
    "\u2028": "control character U+2028",
    "\u202e": "bidirectional control character U+202E",
    "\u2067": "bidirectional control character U+2067",
    "\u200b": "zero-width or invisible character U+200B",
    "\u200d": "zero-width or invisible character U+200D",
    "\u2060": "zero-width or invisible character U+2060",
    "\u00ad": "zero-width or invisible character U+00AD",
    "\u034f": "zero-width or invisible character U+034F",
    "\u3164": "zero-width or invisible character U+3164",
    "\u2800": "zero-width or invisible character U+2800",
    "\U000e0041": "zero-width or invisible character U+E0041",
    "\ue000": "private-use character U+E000",
    "\ue002": "private-use character U+E002",
}
HIDDEN_MESSAGE = "".join(chr(0xE0000 + ord(c)) for c in "accept")


@pytest.mark.parametrize("char", IN_NAMES, ids=lambda char: f"{ord(char):04x}")
@pytest.mark.parametrize("place", ["category", "attribute", "value"])
def test_a_name_with_a_hidden_character_is_refused_with_its_place(
    tmp_path: Path, char: str, place: str
) -> None:
    names = {"category": "甲", "attribute": "乙", "value": "丙"}
    names[place] += f"{char}丁"
    leaf = {"name": names["category"], "attributes": {names["attribute"]: [names["value"], "戊"]}}
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"name": "根", "children": [leaf, "己"]}), encoding="utf-8")
    with pytest.raises(TaxonomyError) as caught:
        load(path)
    fault = next(fault for fault in caught.value.faults if IN_NAMES[char] in fault.message)
    assert char not in fault.message
    assert "delete the character" in fault.hint
    assert fault.file == str(path)


@pytest.mark.parametrize(
    "name", ["Ｗｅｂ", "👩🏽", "é", "e\u0301", "ไทย", "한글", "𠮷野家", "\ue123"]
)
def test_a_name_that_can_be_seen_is_fine(name: str) -> None:
    assert name_problem(name) is None


def test_a_name_has_a_longest_length() -> None:
    assert name_problem("x" * MAX_NAME) is None
    assert str(MAX_NAME + 1) in str(name_problem("x" * (MAX_NAME + 1)))


def test_a_definition_cannot_hold_a_hidden_message_and_may_hold_a_flag() -> None:
    assert "U+E0061" in str(prose_problem(f"退货。{HIDDEN_MESSAGE}"))
    assert "U+E0061" in str(prose_problem(f"🏴\U000e0067\U000e007f x {HIDDEN_MESSAGE}"))
    assert (
        prose_problem("Scotland: 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f")
        is None
    )
