"""Every fault names the file, the line and what to do about it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from taxoloom.errors import Fault, TaxonomyError
from taxoloom.taxonomy import load


def _faults(path: Path | str, *, section: str | None = None) -> Sequence[Fault]:
    with pytest.raises(TaxonomyError) as caught:
        load(path, section=section)
    assert caught.value.exit_code == 2
    for fault in caught.value.faults:
        assert fault.file
        assert fault.hint
        assert "\n" not in fault.message + fault.hint
    return caught.value.faults


def _of(folder: Path, text: str | bytes, *, name: str = "bad.yaml") -> Sequence[Fault]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    faults = _faults(path)
    assert all(fault.file == str(path) for fault in faults)
    return faults


def _expect(faults: Sequence[Fault], line: int | None, message: str, hint: str) -> None:
    found = [fault for fault in faults if message in fault.message]
    assert found, faults
    assert found[0].line == line
    assert hint in found[0].hint


YAML_FAULTS = [
    # trees that are none
    ("children: [甲, 乙, 甲]", 1, '"甲" stands twice', "rename"),
    (
        "name: 根\nchildren:\n- Web\n- ＷＥＢ \n",
        4,
        'stands twice under "根", first in line 3',
        "width",
    ),
    ("- {name: 甲, id: x}\n- {name: 乙, id: x}", 2, 'the id "x" stands twice', "`id`"),
    ("- {name: 甲, id: X}\n- {name: 乙, id: x}", 2, 'the id "x" stands twice', "`id`"),
    ("- {name: 甲, id: a b}\n- 乙", 1, 'the id "a b" of "甲" is not usable', "without spaces"),
    (f"- {{name: 甲, id: {'x' * 201}}}\n- 乙", 1, "has 201 characters", "shorter"),
    ("nodes:\n- {id: a, name: 甲, parent: z}", 2, 'the parent "z" of "甲" is unknown', "add a row"),
    (
        "nodes:\n- {id: alpha, name: 甲}\n- {id: b, name: 乙, parent: alpah}",
        3,
        'the parent "alpah" of "乙" is unknown',
        "did you mean `parent: alpha`",
    ),
    (
        "nodes:\n- {id: a, name: 甲}\n- {id: b, name: 乙, parent: 甲}",
        3,
        'the parent "甲" of "乙" is unknown',
        "did you mean `parent: a`",
    ),
    ("nodes:\n- {id: a, name: 甲, parent: a}", 2, '"甲" is its own parent', "another row"),
    (
        "nodes:\n- {id: a, name: 甲, parent: c}\n- {id: b, name: 乙, parent: a}\n"
        "- {id: c, name: 丙, parent: b}\n- {id: d, name: 丁}",
        2,
        'form a cycle: "甲" > "乙" > "丙" > "甲"',
        "`parent`",
    ),
    (
        "nodes:\n- {id: a, name: 甲}\n- {id: b, name: 乙}\n- {id: c, name: 丙, parent: [a, b]}",
        4,
        '"丙" has 2 parents: "a", "b"',
        "one parent",
    ),
    (
        "nodes:\n- {id: a, name: 甲}\n- {id: b, name: 乙, parent: a}\n"
        "- {id: c, name: 丙, parent: a}\n- {id: c, name: 丙, parent: b}",
        5,
        '"丙" has two parents, first in line 4',
        "one of the two rows",
    ),
    (
        "- {name: 甲, children: [{name: 丙, id: c}]}\n- {name: 乙, children: [{name: 丙, id: c}]}",
        2,
        '"丙" has two parents, first in line 1',
        "one of the two rows",
    ),
    ("name: 根", 1, "no categories", "at least one"),
    ("name: 根\nchildren: []", 1, "no categories", "at least one"),
    ("name: 根\nchildren: ['...']", 1, "no categories", "at least one"),
    ("nodes: []", 1, "no categories", "at least one"),
    ("[]", None, "no categories", "at least one"),
    # names
    ("- ''\n- 甲", 1, "is blank", "give it a name"),
    ("- '  '\n- 甲", 1, "is blank", "give it a name"),
    ("-\n- 甲", 1, "is blank", "give it a name"),
    ("- {definition: d}\n- 甲", 1, "is blank", "give it a name"),
    ("- {name: ...}\n- 甲", 1, "is an ellipsis", "open: true"),
    ('- "a\\u0007b"\n- 甲', 1, '"a\\u0007b" contains the control character U+0007', "delete"),
    ('- "a\\nb"\n- 甲', 1, "control character U+000A", "delete"),
    ("- a\u202eb\n- 甲", 1, '"a\\u202eb" contains the bidirectional control', "delete"),
    ("- a\u2066b\n- 甲", 1, "bidirectional control character U+2066", "delete"),
    ("- a\u200bb\n- 甲", 1, "zero-width or invisible character U+200B", "delete"),
    (f"- {'长' * 201}\n- 甲", 1, "has 201 characters, more than 200", "shorten"),
    (f"- {'x' * 10_000}\n- 甲", 1, "has 10000 characters", "definition"),
    ("- no\n- 甲", 1, '"no" is not text: it is read as a true/false value', 'quotes: "no"'),
    ("- 012\n- 甲", 1, '"012" is not text: it is read as a number', 'quotes: "012"'),
    ("- 12:30:45\n- 甲", 1, "read as a number", "quotes"),
    ("- 1.5\n- 甲", 1, "read as a number", "quotes"),
    ("- 2025-09-17\n- 甲", 1, "read as a date", 'quotes: "2025-09-17"'),
    ("- {name: [a]}\n- 甲", 1, "the name is a list", "a text"),
    ("- {name: 甲, id: no}\n- 乙", 1, 'the id "no" is not text', "quotes"),
    ("name: 根\ndefinition: 7\nchildren: [甲]", 2, 'the definition "7" is not text', "quotes"),
    ('name: 根\ndefinition: "a\\u202eb"\nchildren: [甲]', 1, "bidirectional control", "delete"),
    # attributes
    (
        "name: 根\nattributes: {x: }\nchildren: [甲]",
        2,
        'the attribute "x" has no values',
        "at least",
    ),
    ("name: 根\nattributes: {x: []}\nchildren: [甲]", 2, "has no values", "at least"),
    ("name: 根\nattributes: {x: {open: true}}\nchildren: [甲]", 2, "has no values", "at least"),
    (
        "name: 根\nattributes: {x: {values: {g: []}}}\nchildren: [甲]",
        2,
        'group "g" of "x"',
        "group",
    ),
    (
        "name: 根\nattributes: {x: [a, A]}\nchildren: [甲]",
        2,
        'value "A" of "x" stands twice',
        "width",
    ),
    (
        "name: 根\nattributes:\n  x: {values: {g: [a], h: [a]}}\nchildren: [甲]",
        3,
        'value "a" of "x" stands twice',
        "remove one",
    ),
    ("name: 根\nattributes: {x: [a], X: [b]}\nchildren: [甲]", 2, '"X" stands twice', "one list"),
    (
        "name: 根\nattributes: {x: a}\nchildren: [甲]",
        2,
        'values of "x" is a single value',
        "a list",
    ),
    ("name: 根\nattributes: [x]\nchildren: [甲]", 2, "`attributes` is a list", "a mapping"),
    ("name: 根\nattributes: {x: [no]}\nchildren: [甲]", 2, '"no" is not text', 'quotes: "no"'),
    ("name: 根\nattributes: {no: [a]}\nchildren: [甲]", 2, '"no" is not text', 'quotes: "no"'),
    ("name: 根\nattributes: {x: [[a]]}\nchildren: [甲]", 2, "is a list", "a text"),
    (
        "name: 根\nattributes: {x: [{g: [{h: [a]}]}]}\nchildren: [甲]",
        2,
        '"h" is a list',
        "do not nest",
    ),
    ("name: 根\nattributes: {x: {valeus: [a]}}\nchildren: [甲]", 2, '"valeus"', "mean `values`"),
    # shapes
    ("name: 根\nchildern: [甲]", 2, 'unknown key "childern"', "did you mean `children`?"),
    ("- {name: 甲, Definition: d}\n- 乙", 1, 'unknown key "Definition"', "mean `definition`?"),
    ("- {name: 甲, zzz: d}\n- 乙", 1, 'unknown key "zzz"', "name, id, definition"),
    ("nodes:\n- {name: 甲, children: [乙]}", 2, 'a row has the unknown key "children"', "name, id"),
    ("children: 甲", 1, "`children` is a single value", "a list"),
    ("children: {甲: [乙]}", 1, "`children` is a mapping", "a list"),
    ("children: [[甲]]", 1, "a child is a list", "a name or a mapping"),
    ("nodes: {a: b}", 1, "`nodes` is a mapping", "a list of rows"),
    ("nodes: [甲]", 1, "an element of `nodes` is a single value", "a row"),
    ("nodes: [{name: 甲, parent: {a: b}}]", 1, "the parent is a mapping", "id of one row"),
    ("nodes: [{name: 甲}]\nchildren: [乙]", 1, "`nodes` and `children`", "not both"),
    ("name: 根\nopen: maybe\nchildren: [甲]", 2, "`open` is a single value", "true or false"),
    ("just a text", 1, 'only the text "just a text"', "children"),
    # YAML itself
    ("name: a\nname: b\nchildren: [甲]", 2, 'the key "name" stands twice, first in line 1', "one"),
    ("a: &x [甲]\nchildren: *x", 1, 'alias or anchor "&x" is not allowed', "`attribute_sets:`"),
    ("children: [*x]", 1, 'alias or anchor "*x" is not allowed', "write"),
    ("children: &x [*x]", 1, 'alias or anchor "&x"', "write"),
    ("children:\n- !!python/object:os.system 甲", 2, "the YAML tag", "remove the tag"),
    ("!!python/object/apply:os.system ['true']", 1, "python/object/apply:os.system", "remove"),
    ("children:\n- !custom 甲", 2, 'the YAML tag "!custom"', "remove the tag"),
    ("name: 根\nchildren: [甲", 3, "the YAML cannot be read", "check"),
    ("name: 根\n\tchildren: [甲]", 2, "the YAML cannot be read", "check"),
    ("name: a: b", 1, "the YAML cannot be read", "check"),
    ("? [a]\n: b", 1, "where a key is wanted", "plain text"),
    ("- 甲\n---\n- 乙", 2, "second YAML document", "one file"),
    ('- "\\ud800"\n- 甲', 1, "the YAML cannot be read", "check"),
    # files
    ("", None, "the file is empty", "at least one category"),
    (" \n\n", None, "the file is empty", "at least one category"),
    ("# only a comment\n", None, "the file is empty", "at least one category"),
    ("name: a\x00b", 1, "control character U+0000", "delete"),
    ("name: 根\nchildren: [甲\x1b[31m]", 2, "control character U+001B", "delete"),
    ("name: 根\u2028x\nchildren: [甲]", 1, "U+2028", "delete"),
    ("name: 根\nchildren: [\ufeff甲]", 2, "U+FEFF", "delete"),
]


@pytest.mark.parametrize(("text", "line", "message", "hint"), YAML_FAULTS)
def test_yaml_faults(tmp_path: Path, text: str, line: int | None, message: str, hint: str) -> None:
    _expect(_of(tmp_path, text), line, message, hint)


JSON_FAULTS = [
    ('{"name": "a", "name": "b", "children": ["甲"]}', 1, '"name" stands twice', "keep one"),
    ('{"children": [NaN]}', 1, '"NaN" stands where', "NaN"),
    ('{"children": [-Infinity]}', 1, '"-Infinity" stands where', "NaN"),
    ('{"children": [12]}', 1, '"12" is not text: it is read as a number', 'quotes: "12"'),
    ('{"children": [true]}', 1, '"true" is not text', "quotes"),
    ('{"children": [012]}', 1, "cannot be read", "check"),
    ('{"children":\n ["甲",\n]}', 3, '"]" stands where a value is wanted', "check commas"),
    ('{"children":\n ["甲" "乙"]}', 2, 'where "," or the closing bracket', "check commas"),
    ('{"children": ["甲"]', 1, "the file ends where", "check commas"),
    ('{"children": ["甲"]} x', 1, "where the end of the file is wanted", "check"),
    ('{"children": ["甲"]]', 1, '"]" stands where', "check"),
    ("{'children': []}", 1, '"\'" stands where a key in double quotes', "quotes"),
    ('{"a" 1}', 1, 'where ":" is wanted', "check"),
    ("{,}", 1, "where a key", "check"),
    ('{"a": 1,}', 1, "where a key in double quotes is wanted", "check"),
    ('["甲", // x\n"乙"]', 1, '"/" stands where', "comments"),
    ('{"children": [\n"a\nb"]}', 2, "Invalid control character", "quotes"),
    ('{"children": ["甲]}', 1, "Unterminated string", "quotes"),
    ('{"children": ["\\x"]}', 1, "escape", "backslashes"),
    ('["\\ud800", "甲"]', 1, '"\\ud800" contains the lone surrogate U+D800', "delete"),
    ('["\\u202e", "甲"]', 1, "bidirectional control", "delete"),
    ('["\\u0000", "甲"]', 1, "control character U+0000", "delete"),
    ('{"children": [{"name": "甲", "children": ["乙", "乙"]}]}', 1, '"乙" stands twice', "rename"),
    ('"text"', 1, "only the text", "children"),
    (" ", None, "empty", "at least one"),
]


@pytest.mark.parametrize(("text", "line", "message", "hint"), JSON_FAULTS)
def test_json_faults(tmp_path: Path, text: str, line: int | None, message: str, hint: str) -> None:
    _expect(_of(tmp_path, text, name="bad.json"), line, message, hint)


MARKDOWN_FAULTS = [
    ("# 根\n- 甲\n- 甲\n", 3, '"甲" stands twice under "根", first in line 2', "rename"),
    ("# 根\n- 甲\nsome prose\n", 3, '"some prose" is no part of an outline', "- name"),
    ("# 根\n- 甲\n  wrapped line\n", 3, '"wrapped line" is no part', "- name"),
    ("# 根\n- 甲\n| a | b |\n", 3, "is no part of an outline", "- name"),
    ("# 根\n- 甲\n> quote\n", 3, "is no part of an outline", "- name"),
    (f"# 根\n- {'x' * 20_000}\n", 2, "is no part of an outline", "- name"),
    (f"# 根\n- {'x' * 300}\n", 2, "has 300 characters", "shorten"),
    ("1. 甲\n   2.1 子\n", 2, 'number 2.1 ("子") stands under number 1 ("甲")', "renumber"),
    ("# 根\n- ``\n- 甲\n", 2, "is blank", "name"),
    ("# 根\n- a\u202eb\n- 甲\n", 2, "bidirectional control", "delete"),
    ("# 根\n- 甲\n- ...\n  - 乙\n", 4, "under an ellipsis", "name"),
    ("<!-- nothing -->\n", 1, "no categories", "bullet"),
    ("# 根\n<!-- - 甲\n", 2, "never ends", "-->"),
    ("- 甲\n\n```md\n- 甲\n", 3, "never closed", "```"),
    ("# 根\n- 甲\n```python\nx\n```\n", 3, "is no part of an outline", "- name"),
    ("- 第一层\n  - 甲\n- 第二层\n  - 乙\n    - 子\n", 4, '"乙" stands in layer 2', "layer before"),
    ("- 第一层\n  - 甲\n- 第二层\n  - 甲\n    - 子\n    - 子\n", 6, '"子" stands twice', "rename"),
    ("- 第一层\n  - 甲\n  - 甲\n- 第二层\n  - 甲\n    - 子\n", 3, '"甲" stands twice', "rename"),
    (
        "- 第一层\n  - 甲\n  - 乙\n- 第二层\n  - 甲\n    - 子\n  - 乙\n    - 子\n"
        "- 第三层\n  - 子\n    - 孙\n",
        10,
        '"子" stands in layer 3, and the layers before hold more than one',
        "repeat the categories above",
    ),
    ("- 第一层\n  - 甲\n  - 乙\n- 第二层: 属性\n  - x\n", 5, '"x" has no values', "at least one"),
    ("- 第一层\n  - 甲\n  - 乙\n- 第二层: 属性\n  - ...\n", 5, "attributes are missing", "behind"),
    ("# 根\n- 甲\n- x: `a`, `a`\n", 3, 'value "a" of "x" stands twice', "remove one"),
    ("# 根\n- 甲\n- x:\n  - `g`:\n", 4, 'group "g" of "x" has no values', "colon"),
    ("# 根\n- 甲\n- x:\n  - `a`, `b`\n    - c\n", 5, "stands under the", "nest"),
    (
        "# 根\n- 甲\n- x:\n  - `g`: a\n    - b\n      - c\n",
        6,
        "stands under the value",
        "do not nest",
    ),
]


@pytest.mark.parametrize(("text", "line", "message", "hint"), MARKDOWN_FAULTS)
def test_markdown_faults(tmp_path: Path, text: str, line: int, message: str, hint: str) -> None:
    _expect(_of(tmp_path, text, name="bad.md"), line, message, hint)


def test_all_faults_are_found_at_once_and_in_order(tmp_path: Path) -> None:
    text = "name: 根\nchildren:\n- no\n- 甲\n- 甲\n- {name: 乙, opne: true}\n- ''\n"
    faults = _of(tmp_path, text)
    assert [fault.line for fault in faults] == [3, 5, 6, 7]
    with pytest.raises(TaxonomyError) as caught:
        load(tmp_path / "bad.yaml")
    assert "and 3 more" in str(caught.value)
    assert str(faults[0]) == f"{tmp_path}/bad.yaml:3: {faults[0].message}"


def test_very_many_faults_are_cut(tmp_path: Path) -> None:
    assert len(_of(tmp_path, "prose\n\n" * 5000, name="bad.md")) == 1000


def test_two_cycles_are_both_named_and_long_ones_cut(tmp_path: Path) -> None:
    rows = [f"- {{id: a{i}, name: a{i}, parent: a{(i + 1) % 50}}}" for i in range(50)]
    rows += ["- {id: b, name: b, parent: c}", "- {id: c, name: c, parent: b}"]
    faults = _of(tmp_path, "nodes:\n" + "\n".join(rows))
    assert len(faults) == 2
    assert '"…"' in faults[0].message
    assert 'cycle: "b" > "c" > "b"' in faults[1].message


def test_an_alias_bomb_is_refused_at_its_first_alias(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{f'*a{i - 1}, ' * 9}]" for i in range(1, 30)]
    (fault,) = _of(tmp_path, "\n".join(lines))
    assert '"&a0"' in fault.message
    assert fault.line == 1


@pytest.mark.parametrize(
    ("data", "line", "offset", "guess"),
    [
        ("name: 编程\nchildren: [甲]".encode("gbk"), 1, 6, "GBK"),
        ("name: 根\nchildren: [".encode() + "甲".encode("gbk"), 2, 21, "GBK"),
        ("\ufeffname: 编程".encode("utf-16-le"), 1, 0, "UTF-16"),
        (b"\xef\xbb\xbfa: \xff", 1, 6, "GBK"),
    ],
)
def test_what_is_not_utf_8_is_named_with_its_offset(
    tmp_path: Path, data: bytes, line: int, offset: int, guess: str
) -> None:
    (fault,) = _of(tmp_path, data)
    assert f"0x{data[offset]:02x} at offset {offset}" in fault.message
    assert fault.line == line
    assert f"iconv -f {guess}" in fault.hint


@pytest.mark.parametrize(
    ("file", "opener"), [("deep.yaml", "["), ("deep.json", "["), ("deep.json", '{"children":[')]
)
def test_absurd_depth_is_refused(tmp_path: Path, file: str, opener: str) -> None:
    (fault,) = _of(tmp_path, opener * 31_000, name=file)
    assert "nested more than" in fault.message
    assert "parent" in fault.hint


def test_a_file_beyond_the_cap_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as stream:
        stream.truncate(64 * 1024 * 1024 + 1)
    (fault,) = _faults(path)
    assert "larger than 64 MB" in fault.message


@pytest.mark.parametrize(
    "name", ["nothing.yaml", "nothing.md#x", "no#thing", "x" * 5000, "a\0b", "no/such/x.yaml"]
)
def test_a_missing_file(tmp_path: Path, name: str) -> None:
    (fault,) = _faults(f"{tmp_path}/{name}")
    assert "no such file" in fault.message or "cannot be read" in fault.message


def test_a_folder(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path)
    assert "a folder" in fault.message


def test_sections_that_do_not_exist(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("# 甲\n```md\n- 一\n```\n# 乙\n```md\n- 二\n```\n", encoding="utf-8")
    (fault,) = _faults(notes)
    assert 'holds 2 outlines: "甲" (line 2), "乙" (line 6)' in fault.message
    assert f"`{notes}#甲` or `{notes}#乙`" in fault.hint
    (fault,) = _faults(f"{notes}#丙")
    assert 'no section "丙"; it holds "甲" (line 2), "乙" (line 6)' in fault.message
    notes.write_text("# 甲\n```md\n- 一\n```\n# 甲\n```md\n- 二\n```\n", encoding="utf-8")
    (fault,) = _faults(notes, section="甲")
    assert "more than one section" in fault.message
    notes.write_text("- 一\n", encoding="utf-8")
    (fault,) = _faults(notes, section="甲")
    assert "nor any other" in fault.message


def test_only_markdown_has_sections(tmp_path: Path) -> None:
    path = tmp_path / "tree.yaml"
    path.write_text("children: [甲]", encoding="utf-8")
    (fault,) = _faults(f"{path}#甲")
    assert "YAML" in fault.message
    assert "Markdown" in fault.hint
