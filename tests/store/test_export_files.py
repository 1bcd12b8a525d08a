"""Training data on disk: three shapes, whole or not at all, texts untouched."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxoloom.errors import StoreError
from taxoloom.store import FORMATS, Filter, export, queries, reading
from taxoloom.tests.store.plant import blueprint, dialogue, inserted, plant, run, sample

SINGLE = dialogue("问一", "答一")
MULTI = dialogue("问一", "答一", "问二", "答二", "问三", "答三", system="你是客服")


def _row(messages: list[dict[str, str]], **changed: Any) -> dict[str, Any]:
    return sample(blueprint("b"), messages=messages, **changed)


def _lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_bytes().decode("utf-8")
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def _exported(folder: Path, format: str, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    path = folder / f"{format}.jsonl"
    assert export(rows, format, path) == len([row for row in rows if row["messages"]])
    assert [file.name for file in folder.iterdir()] == [path.name]
    return _lines(path)


@pytest.mark.parametrize(
    ("format", "messages", "expected"),
    [
        ("messages", SINGLE, {"messages": SINGLE}),
        ("messages", MULTI, {"messages": MULTI}),
        (
            "sharegpt",
            SINGLE,
            {
                "conversations": [
                    {"from": "human", "value": "问一"},
                    {"from": "gpt", "value": "答一"},
                ]
            },
        ),
        (
            "sharegpt",
            MULTI,
            {
                "system": "你是客服",
                "conversations": [
                    {"from": ("human", "gpt")[answer], "value": f"{'问答'[answer]}{turn}"}
                    for turn in "一二三"
                    for answer in (0, 1)
                ],
            },
        ),
        ("alpaca", SINGLE, {"instruction": "问一", "input": "", "output": "答一"}),
        (
            "alpaca",
            MULTI,
            {
                "instruction": "问三",
                "input": "",
                "output": "答三",
                "system": "你是客服",
                "history": [["问一", "答一"], ["问二", "答二"]],
            },
        ),
    ],
)
def test_each_format_has_the_shape_that_trainers_read(
    tmp_path: Path, format: str, messages: list[dict[str, str]], expected: dict[str, Any]
) -> None:
    (line,) = _exported(tmp_path, format, _row(messages))
    meta = line.pop("meta")
    assert line == expected
    assert meta == {
        "id": _row([])["id"],
        "leaf": "根 > 叶",
        "labels": {"难度": "基础"},
        "language": "zh",
        "status": "accepted",
        "model": "offline",
        "as_of": "2026-11-22",
    }


@pytest.mark.parametrize("format", FORMATS)
def test_reasoning_and_final_answer_go_along_where_there_are_any(
    tmp_path: Path, format: str
) -> None:
    line, bare = _exported(
        tmp_path, format, _row(SINGLE, reasoning="想", final_answer="42"), _row(SINGLE)
    )
    assert (line["meta"]["reasoning"], line["meta"]["final_answer"]) == ("想", "42")
    assert not {"reasoning", "final_answer"} & bare["meta"].keys()


@pytest.mark.parametrize("format", FORMATS)
def test_a_sample_without_messages_is_passed_over(tmp_path: Path, format: str) -> None:
    rows = [_row([], status="failed"), _row(SINGLE), _row([], status="failed")]
    assert len(_exported(tmp_path, format, *rows)) == 1
    assert _exported(tmp_path, format) == []


HARD = (
    *('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1"),
    *("a\u2028b\u2029c\x85d\x0be\x0cf\x1cg", "a\nb\r\nc", "\x00", "👩‍👩‍👧 𠮷", "</s>", "\ufeff"),
)


@pytest.mark.parametrize("text", HARD, ids=ascii)
@pytest.mark.parametrize("format", FORMATS)
def test_a_text_is_not_touched_and_stays_on_its_line(
    tmp_path: Path, format: str, text: str
) -> None:
    (line,) = _exported(tmp_path, format, _row(dialogue(text, text, system=text)))
    texts = {
        "messages": lambda: [m["content"] for m in line["messages"]],
        "sharegpt": lambda: [line["system"], *(m["value"] for m in line["conversations"])],
        "alpaca": lambda: [line["system"], line["instruction"], line["output"]],
    }[format]()
    assert texts == [text] * 3
    with (tmp_path / f"{format}.jsonl").open("rb") as file:
        assert len(file.readlines()) == 1


@settings(max_examples=100, deadline=None)
@given(
    turns=st.lists(st.tuples(*[st.text(st.characters(exclude_categories=["Cs"]))] * 2), min_size=1),
    system=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_all_formats_hold_the_same_dialogue(turns: list[tuple[str, str]], system: str) -> None:
    row = _row(dialogue(*(text for turn in turns for text in turn), system=system))
    plain = FORMATS["messages"](row)["messages"]
    sharegpt = FORMATS["sharegpt"](row)
    alpaca = FORMATS["alpaca"](row)
    texts = [message["content"] for message in plain if message["role"] != "system"]
    assert [turn["value"] for turn in sharegpt["conversations"]] == texts
    last = [alpaca["instruction"], alpaca["output"]]
    assert [text for pair in alpaca.get("history", []) for text in pair] + last == texts
    assert sharegpt.get("system", "") == alpaca.get("system", "") == system


def test_a_database_is_exported_through_a_filter(tmp_path: Path) -> None:
    blueprints = [blueprint(f"b{slot}", slot=slot) for slot in range(3)]
    samples = [
        sample(of, status, messages=messages)
        for of, status, messages in zip(
            blueprints, ("accepted", "failed", "accepted"), (SINGLE, [], MULTI), strict=True
        )
    ]
    path = plant(tmp_path / "a.db", inserted(runs=[run()], blueprints=blueprints, samples=samples))
    with reading(path) as db:
        chosen = queries.samples(db, Filter(run="r1", status="accepted"))
        assert export(chosen, "messages", tmp_path / "out.jsonl") == 2
    assert [line["messages"] for line in _lines(tmp_path / "out.jsonl")] == [SINGLE, MULTI]


# --- whole or not at all


def _unwritable(folder: Path, kind: str) -> Path:
    target = folder / "out.jsonl"
    if kind == "folder":
        target.mkdir()
    elif kind == "no parent":
        return folder / "none" / "out.jsonl"
    elif kind == "parent is a file":
        (folder / "file").write_text("")
        return folder / "file" / "out.jsonl"
    elif kind == "name too long":
        return folder / ("x" * 300)
    elif kind == "pipe":
        os.mkfifo(target)
    elif kind == "part is a folder":
        (folder / "out.jsonl.part").mkdir()
    return target


@pytest.mark.parametrize(
    "kind",
    ["folder", "no parent", "parent is a file", "name too long", "pipe", "part is a folder"],
)
def test_a_target_that_cannot_be_written_is_named_and_nothing_is_left(
    tmp_path: Path, kind: str
) -> None:
    target = _unwritable(tmp_path, kind)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError) as caught:
        export([_row(SINGLE)], "messages", target)
    assert str(target) in caught.value.message
    assert "name another file" in caught.value.hint
    assert sorted(tmp_path.rglob("*")) == before


def test_a_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    with pytest.raises(StoreError, match="not a regular file"):
        export([_row(SINGLE)], "messages", link)
    assert link.is_symlink()
    assert [file.name for file in tmp_path.iterdir()] == ["null"]


def _broken(error: BaseException) -> Iterator[dict[str, Any]]:
    yield _row(SINGLE)
    raise error


@pytest.mark.parametrize("error", [StoreError("x"), KeyboardInterrupt(), ZeroDivisionError()])
def test_an_export_that_breaks_off_leaves_the_file_that_was_there(
    tmp_path: Path, error: BaseException
) -> None:
    target = tmp_path / "out.jsonl"
    with pytest.raises(type(error)):
        export(_broken(error), "messages", target)
    assert list(tmp_path.iterdir()) == []
    target.write_text("old")
    with pytest.raises(type(error)):
        export(_broken(error), "messages", target)
    assert target.read_text() == "old"
    export([_row(SINGLE)], "messages", target)
    assert len(_lines(target)) == 1
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("format", "messages"),
    [
        ("sharegpt", [*SINGLE, {"role": "tool", "content": "?"}]),
        ("alpaca", dialogue("问", "答", "问")),
    ],
)
def test_a_dialogue_that_a_format_cannot_hold_leaves_no_file(
    tmp_path: Path, format: str, messages: list[dict[str, str]]
) -> None:
    with pytest.raises((ValueError, KeyError)):
        export([_row(SINGLE), _row(messages)], format, tmp_path / "out.jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", FORMATS)
def test_thinking_goes_before_the_last_answer_where_it_is_wanted(
    tmp_path: Path, format: str
) -> None:
    rows = [_row(MULTI, reasoning="先想想"), _row(SINGLE)]
    path = tmp_path / "out.jsonl"
    export(rows, format, path, reasoning="think")
    thinking, plain = _lines(path)
    text = json.dumps(thinking, ensure_ascii=False)
    assert text.count("<think>") == 1
    assert "<think>\\n先想想\\n</think>\\n\\n答三" in text
    assert "think" not in json.dumps(plain)
    assert thinking["meta"]["reasoning"] == "先想想"


def test_thinking_may_be_a_field_of_the_last_message(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    export([_row(MULTI, reasoning="先想想"), _row(SINGLE)], "messages", path, reasoning="field")
    thinking, plain = _lines(path)
    assert [m.get("reasoning_content") for m in thinking["messages"]] == [None] * 6 + ["先想想"]
    assert all(set(message) == {"role", "content"} for message in plain["messages"])
