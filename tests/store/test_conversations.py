"""Rows of every shape as conversations, and the same words back in the shape that is asked for."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.errors import InputError
from taxoloom.store.conversations import conversation, reader
from taxoloom.store.labelled_file import FORMATS, write_labelled

WHERE = "data.jsonl:7"
SHORT = {"s": "system", "u": "user", "a": "assistant", "t": "tool"}


def said(*turns: tuple[str, str]) -> list[dict[str, str]]:
    return [{"role": SHORT[role], "content": text} for role, text in turns]


ALPACA = {"instruction": "Do it", "input": "with x", "output": "done"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"messages": [{"role": "user", "content": "q"}]}, said(("u", "q"))),
        (
            {"messages": said(("s", "be brief"), ("u", "q"), ("a", "a"))},
            said(("s", "be brief"), ("u", "q"), ("a", "a")),
        ),
        (
            {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
            said(("u", "q"), ("a", "a")),
        ),
        (
            {"conversation": [{"human": "q", "assistant": "a"}, {"human": "r", "assistant": "b"}]},
            said(("u", "q"), ("a", "a"), ("u", "r"), ("a", "b")),
        ),
        (
            {"system": "s", "conversations": [{"from": "human", "value": "q"}]},
            said(("s", "s"), ("u", "q")),
        ),
        (
            {"conversation": [{"role": "Human", "text": "q"}, {"role": "BOT", "content": "a"}]},
            said(("u", "q"), ("a", "a")),
        ),
        (
            {"messages": [*said(("u", "q"), ("t", "42")), {"role": "assistant", "content": None}]},
            said(("u", "q"), ("t", "42")),
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "q"}, {"x": 1}]}]},
            said(("u", "q")),
        ),
        (ALPACA, said(("u", "Do it\n\nwith x"), ("a", "done"))),
        ({**ALPACA, "input": "", "output": ""}, said(("u", "Do it"))),
        ({**ALPACA, "input": None, "output": None}, said(("u", "Do it"))),
        (
            {**ALPACA, "system": "s", "history": [["q", "a"]]},
            said(("s", "s"), ("u", "q"), ("a", "a"), ("u", "Do it\n\nwith x"), ("a", "done")),
        ),
        ({"prompt": "p", "completion": "c"}, said(("u", "p"), ("a", "c"))),
        (
            {"prompt": said(("u", "p")), "completion": said(("a", "c"))},
            said(("u", "p"), ("a", "c")),
        ),
        ({"question": "q", "answer": 42}, said(("u", "q"), ("a", "42"))),
        ({" Question ": "q", "Answer": "a", "id": 3}, said(("u", "q"), ("a", "a"))),
        ({"query": "q", "response": "r"}, said(("u", "q"), ("a", "r"))),
        ({"input": "q", "output": "r"}, said(("u", "q"), ("a", "r"))),
        ({"instruction": " ", "question": "q"}, said(("u", "q"))),
        ({"text": "t", "label": "x"}, said(("u", "t"))),
        # A cell of a table holds turns as JSON.
        ({"messages": json.dumps(said(("u", "q"), ("a", "a")))}, said(("u", "q"), ("a", "a"))),
        ({"messages": None, "text": "t"}, said(("u", "t"))),
        ({"text": "[1, 2] is a list"}, said(("u", "[1, 2] is a list"))),
        ({"question": "[1, 2]", "answer": '["x"]'}, said(("u", "[1, 2]"), ("a", '["x"]'))),
    ],
)
def test_shapes_that_are_known(row: dict[str, Any], expected: list[dict[str, str]]) -> None:
    assert conversation(row, WHERE) == expected


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"leaf": "x", "utterances": ["q"]}, "is no conversation: it holds 'leaf', 'utterances'"),
        ({}, "is no conversation: it holds nothing"),
        ({"messages": []}, "no user says anything in it"),
        ({"text": "  "}, "no user says anything in it"),
        ({"messages": said(("a", "a"))}, "no user says anything in it"),
        ({"messages": ["q"]}, "turn 1 is no object"),
        ({"messages": [{"role": "narrator", "content": "q"}]}, "turn 1 has the role 'narrator'"),
        ({"messages": [{"content": "q"}]}, "turn 1 has the role None"),
        ({"messages": [{"role": "user", "content": {"a": 1}}]}, "turn 1 is no text"),
        ({"instruction": "q", "history": ["x"]}, "its history is no list of pairs"),
        ({"question": "q", "answer": {"text": "a"}}, "answer is no text"),
    ],
)
def test_what_is_no_conversation_is_refused_with_its_place(row: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError) as caught:
        conversation(row, WHERE)
    assert caught.value.message == f"{WHERE}: {what}"
    assert caught.value.hint


def test_a_named_field_holds_the_text_whatever_the_row_looks_like() -> None:
    row = {"text": "not this", "body": "this", "turns": said(("u", "q"), ("a", "a"))}
    assert reader("body")(row, WHERE) == said(("u", "this"))
    assert reader("turns")(row, WHERE) == said(("u", "q"), ("a", "a"))
    assert reader()(row, WHERE) == said(("u", "not this"))
    with pytest.raises(InputError, match="has no field 'Body'") as caught:
        reader("Body")(row, WHERE)
    assert "'body'" in caught.value.hint


_keys = st.sampled_from(
    ["messages", "conversations", "role", "from", "content", "value", "text", "instruction"]
    + ["input", "output", "history", "system", "prompt", "completion", "question", "answer"]
) | st.text(max_size=4)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_keys, _json, max_size=5))
def test_any_row_is_a_conversation_or_refused(row: dict[str, Any]) -> None:
    refused: InputError | None = None
    found: list[dict[str, str]] = []
    try:
        found = conversation(row, WHERE)
    except InputError as error:
        refused = error
    if refused is not None:
        assert refused.message.startswith(WHERE)
        return
    assert any(message["role"] == "user" for message in found)
    assert all(set(message) == {"role", "content"} for message in found)
    assert all(message["content"].strip() for message in found)


_words = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() and text[0] != "[")
_pairs = st.lists(st.tuples(_words, _words), min_size=1, max_size=3)


@given(_pairs, st.none() | _words, st.booleans())
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_reads_back_as_the_same_conversation(
    format: str, pairs: list[tuple[str, str]], system: str | None, answered: bool
) -> None:
    turns = [turn for asked, given in pairs for turn in (("u", asked), ("a", given))]
    turns = turns if answered else turns[:-1]
    messages = said(*([("s", system)] if system else []), *turns)
    assert conversation(FORMATS[format](messages), WHERE) == messages


def test_alpaca_keeps_every_word_of_turns_that_do_not_alternate() -> None:
    messages = said(("u", "a"), ("u", "b"), ("a", "c"), ("t", "d"), ("a", "e"))
    assert FORMATS["alpaca"](messages) == {
        "instruction": "d",
        "input": "",
        "output": "e",
        "history": [["a\n\nb", "c"]],
    }


def item(row: dict[str, Any], **more: Any) -> dict[str, Any]:
    given = {"leaves": ["t > a"], "labels": {"tone": ["calm"]}, "status": "labelled"}
    return {"row": row, "messages": conversation(row, WHERE), **given, **more}


@pytest.mark.parametrize("format", [None, *FORMATS])
def test_labels_stand_beside_what_the_row_held(tmp_path: Path, format: str | None) -> None:
    row = {"question": "q", "answer": "a", "id": 7, "leaf": "the true one"}
    out = tmp_path / "out.jsonl"
    count = write_labelled(
        [item(row), item({"text": "x"}, leaves=[], labels={}, status="none")], out, format
    )
    first, second = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert count == 2
    assert (first["leaf"], first["leaf_given"], first["id"]) == ("t > a", "the true one", 7)
    assert (first["labels"], first["label_status"]) == ({"tone": ["calm"]}, "labelled")
    assert (second["leaf"], second["leaves"], second["label_status"]) == (None, [], "none")
    assert conversation(first, WHERE) == said(("u", "q"), ("a", "a"))


def test_a_file_is_as_it_was_when_something_goes_wrong(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("old", encoding="utf-8")
    with pytest.raises(KeyError):
        write_labelled([item({"text": "x"}), {}], out)
    with pytest.raises(InputError, match="unknown format"):
        write_labelled([item({"text": "x"})], out, "xml")
    assert out.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
