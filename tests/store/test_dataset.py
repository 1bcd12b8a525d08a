"""Data files that others made: what is read, and how what cannot be read is refused."""

import csv
import importlib.util
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.errors import InputError
from taxoloom.store.dataset import rows

ROWS = [{"leaf": "服装 > 鞋", "n": 1}, {"leaf": "b", "messages": [{"role": "user"}]}, {"x": None}]


def written(name: str, content: str | bytes) -> Path:
    path = Path(name)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(name: str, content: str | bytes) -> list[tuple[int, dict[str, Any]]]:
    return [(row.line, row.data) for row in rows(written(name, content))]


def lines(*items: Any) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json", "a.txt", "data"])
def test_json_lines_are_read_whatever_the_file_is_called(name: str) -> None:
    assert read(name, lines(*ROWS)) == list(enumerate(ROWS, 1))


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["a.json", "data"])
def test_a_json_list_is_read_with_the_line_of_each_row(name: str, indent: int | None) -> None:
    found = read(name, json.dumps(ROWS, indent=indent, ensure_ascii=False))
    assert [data for _, data in found] == ROWS
    assert [line for line, _ in found] == ([1, 1, 1] if indent is None else [2, 6, 14])


@pytest.mark.parametrize("indent", [None, 1])
def test_the_only_list_of_an_object_holds_the_rows(indent: int | None) -> None:
    document = {"version": {"a": [1]}, "data": ROWS, "count": 3}
    found = read("a.json", json.dumps(document, indent=indent))
    assert [data for _, data in found] == ROWS


def test_a_single_line_is_a_row_unless_the_file_is_called_json() -> None:
    one = {"messages": [{"role": "user"}], "leaf": "a"}
    assert read("a.jsonl", lines(one)) == [(1, one)]
    assert read("a.txt", lines(one)) == [(1, one)]
    assert read("a.json", lines(one)) == [(1, {"role": "user"})]


@pytest.mark.parametrize(
    ("name", "mark"), [("a.csv", ","), ("a.csv", ";"), ("a.csv", "\t"), ("a.tsv", "\t"), ("a", ",")]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_tables_are_read_with_their_delimiter(name: str, mark: str, end: str) -> None:
    text = end.join(
        [mark.join(["leaf", " tone "]), mark.join(["a", '"x, ;\t""y"""']), "", mark.join(["b", ""])]
    )
    assert read(name, text) == [
        (2, {"leaf": "a", "tone": 'x, ;\t"y"'}),
        (4, {"leaf": "b", "tone": ""}),
    ]


def test_a_cell_may_go_over_lines_and_be_long() -> None:
    long, usual = "字" * 200_000, 131_072
    found = read("a.csv", f'leaf,text\na,"1\n2\n3"\nb,{long}\n')
    assert found == [(2, {"leaf": "a", "text": "1\n2\n3"}), (5, {"leaf": "b", "text": long})]
    assert csv.field_size_limit() == usual


def test_a_short_row_lacks_its_last_columns_and_a_column_without_name_is_passed_over() -> None:
    assert read("a.csv", "leaf,,tone\na,7\nb,8,kind\n") == [
        (2, {"leaf": "a"}),
        (3, {"leaf": "b", "tone": "kind"}),
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.txt"])
def test_a_byte_order_mark_and_blank_lines_do_not_count(name: str) -> None:
    text = (
        "\r\n leaf,tone\r\n\r\na,b\r\n"
        if name == "a.csv"
        else '\r\n\r\n{"leaf": "a"}\r\n{}\r\n\r\n'
    )
    found = read(name, b"\xef\xbb\xbf" + text.encode())
    assert found[0] == ((4, {"leaf": "a", "tone": "b"}) if name == "a.csv" else (3, {"leaf": "a"}))


def test_what_no_database_and_no_terminal_takes_is_replaced() -> None:
    found = read("a.jsonl", '{"a\\u0000": ["\\ud800x", "\\ud83d\\ude00"]}\n{"a": "\\\\ud800"}\n')
    assert [data for _, data in found] == [{"a\ufffd": ["\ufffdx", "😀"]}, {"a": "\\ud800"}]
    assert read("a.csv", "leaf\na\x00b\n") == [(2, {"leaf": "a\ufffdb"})]


def test_long_lines_are_read() -> None:
    text = "x" * 10_000_000
    assert read("a.jsonl", lines({"t": text}))[0][1]["t"] == text
    assert read("a.txt", lines({"t": text}, {}))[0][1]["t"] == text


BAD: dict[str, tuple[str, str | bytes, str]] = {
    "broken line": ("a.jsonl", '{"a": 1}\n\n{"a": 1,,}\n', "a.jsonl:3: is not valid JSON"),
    "cut off": ("a.jsonl", '{"a": 1}\n{"a": "x', "a.jsonl:2: is not valid JSON"),
    "no object": ("a.jsonl", '{"a": 1}\n[1]\n', "a.jsonl:2: is no JSON object"),
    "no object in a list": ("a.json", '[{"a": 1},\n "x"]', "a.json:2: is no JSON object"),
    "broken list": ("a.json", '[{"a": 1},\n{"b": }]', "a.json:2: is not valid JSON"),
    "comma too many": ("a.json", '[{"a": 1},\n]', "a.json:2: is not valid JSON: a comma"),
    "no comma": (
        "a.json",
        '[{"a": 1}\n{"a": 2}]',
        "a.json:2: is not valid JSON: wanted is a comma",
    ),
    "more behind": ("a.json", '[{"a": 1}]\n]', "a.json:2: is not valid JSON: more stands"),
    "unclosed": ("a.json", '[\n{"a": 1}\n', "is not valid JSON"),
    "no list": ("a.json", '{\n"a": 1}', "an object with 0 lists"),
    "two lists": ("a.json", '{"a": [],\n "b": []}', "an object with 2 lists"),
    "no key": ("a.json", "{\n1: []}", "is not valid JSON"),
    "a number": ("a.json", "7", "is neither JSON nor a table"),
    "huge number": ("a.jsonl", '{"a": ' + "9" * 5000 + "}", "a.jsonl:1: cannot be read"),
    "huge number in a list": ("a.json", '[{"a": ' + "9" * 5000 + "}]", "a.json: cannot be read"),
    "too deep": ("a.jsonl", "[" * 200_000 + "\n", "a.jsonl:1: "),
    "too deep a list": ("a.json", "[" * 200_000, "a.json: "),
    "GBK": ("a.jsonl", lines({}) + "服装", "a.jsonl:2: is not UTF-8: byte 0xb7 at offset 3"),
    "GBK table": ("a.csv", "leaf\n服装\n", "a.csv:2: is not UTF-8"),
    "UTF-16": ("a.csv", "leaf\na\n".encode("utf-16"), "iconv -f UTF-16"),
    "empty": ("a.txt", " \n", "a.txt: is empty"),
    "prose": ("a.txt", "once upon a time\n", "is neither JSON nor a table"),
    "too many cells": ("a.csv", "leaf,tone\na,b\na,b,c\n", "a.csv:3: has 3 cells"),
    "twice": ("a.csv", "leaf,tone,leaf\n", "two columns are called 'leaf'"),
    "open quote": ("a.csv", 'leaf,tone\na,"b\nc,d\n', "a.csv:2: cannot be read"),
    "odd quote": ("a.csv", 'leaf,tone\na,"b"c\n', "a.csv:2: cannot be read"),
    "database": ("a.db2", b"SQLite format 3\x00 etc", "is a database"),
    "compressed": ("a.jsonl", b"\x1f\x8b\x08\x00", "is compressed"),
    "spreadsheet": ("a.csv", b"PK\x03\x04rest", "is an archive or a spreadsheet"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_place_and_remedy(name: str) -> None:
    file, content, expected = BAD[name]
    if name.startswith("GBK"):
        content = str(content).encode("gbk")
    with pytest.raises(InputError) as caught:
        read(file, content)
    assert expected in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("name", ["none.jsonl", ".", "a\x00b.csv"])
def test_what_is_no_file_is_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        list(rows(name))
    assert caught.value.hint


def test_rows_come_before_the_file_is_read_to_its_end() -> None:
    stream = rows(written("a.jsonl", lines({"a": 1}) + "broken\n"))
    assert next(stream).data == {"a": 1}
    with pytest.raises(InputError):
        next(stream)


@pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is not None, reason="speaks of machines without pyarrow"
)
@pytest.mark.parametrize(("name", "content"), [("a.parquet", b"x"), ("data", b"PAR1 etc")])
def test_parquet_without_pyarrow_says_what_to_do(name: str, content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(name, content)
    assert "pyarrow" in caught.value.message
    assert "JSON Lines" in caught.value.hint


def test_parquet_is_read_where_pyarrow_is() -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    data = [{"leaf": "a", "n": 1}, {"leaf": "b", "n": 2}]
    parquet.write_table(arrow.Table.from_pylist(data), "a.parquet")
    assert [(row.line, row.data) for row in rows("a.parquet")] == list(enumerate(data, 1))
    written("b.parquet", b"PAR1 and no more")
    with pytest.raises(InputError):
        list(rows("b.parquet"))


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(TEXT, JSON, max_size=4), min_size=1, max_size=6)


@given(OBJECTS, st.booleans(), st.sampled_from([None, 0, 3]))
def test_every_json_comes_back_as_it_was(
    items: list[dict[str, Any]], ascii_only: bool, indent: int | None
) -> None:
    each = "\r\n".join(json.dumps(item, ensure_ascii=ascii_only) for item in items)
    whole = json.dumps(items, ensure_ascii=ascii_only, indent=indent)
    assert [data for _, data in read("a.jsonl", each)] == items
    assert [data for _, data in read("a.json", whole)] == items


CELLS = st.lists(st.lists(st.text(min_size=1), min_size=2, max_size=2), min_size=1, max_size=5)


@given(CELLS, st.sampled_from(["\n", "\r\n"]))
def test_every_table_comes_back_as_it_was(cells: list[list[str]], end: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["a", "b"], *cells])
    found = [list(data.values()) for _, data in read("a.csv", out.getvalue())]
    kept = [row for row in cells if any(cell.strip() for cell in row)]
    assert found == [[cell.replace("\x00", "\ufffd") for cell in row] for row in kept]
