import json
import math
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, field_validator

from taxoloom.models.clean import LIMIT
from taxoloom.models.outcome import Outcome
from taxoloom.models.parse import Parsed, Raw, parse, split_thinking
from taxoloom.tests.models_calls.asking import YES, Vote


class Loose(BaseModel):
    """A stranger's type, which lets everything pass."""

    model_config = ConfigDict(extra="allow")

    accept: bool = True
    number: float = 0


def read(text: str) -> Parsed[Vote]:
    return parse(split_thinking(Raw(text)), Vote)


@pytest.mark.parametrize(
    "text",
    [
        YES,
        f"\n\n  {YES}\n",
        f"```json\n{YES}\n```",
        f"```\n{YES}```",
        f"```JSON\r\n{YES}\r\n```\r\n",
        f"Here is my verdict:\n\n{YES}\n\nI hope that helps.",
        f"好的，结论如下：{YES}。",
        f"Sure, {YES}",
        f"<think>Is it? {{maybe}}</think>{YES}",
        f"<think>\n</think>\n\n```json\n{YES}\n```",
        f"<THINKING>{YES.replace('true', 'false')}</THINKING>\n{YES}",
        f"Okay, they want {{a vote}}.\nI say so.\n</think>\n\n{YES}",
        YES.replace("good", "go\tod\n\x01").replace("go", "good", 1)[:-2] + '"}',
        YES.replace("4", "4.0"),
        '{"score": 4, "accept": true}',
        "\ufeff" + YES,
        YES + "\n}\n```",
    ],
)
def test_a_reply_is_read_through_what_stands_around_it(text: str) -> None:
    parsed = read(text)
    assert (parsed.outcome, parsed.error) == (Outcome.ok, "")
    assert parsed.value is not None
    assert (parsed.value.accept, parsed.value.score) == (True, 4)


NO = YES.replace("true", "false")


@pytest.mark.parametrize(
    ("text", "outcome", "said"),
    [
        ("", "empty", "empty"),
        (" \n\t ", "empty", "empty"),
        ("<think>all of it</think>", "empty", "empty"),
        (f"<think>perhaps {YES}", "empty", "empty"),
        ("I think that it is fine.", "invalid_json", "no JSON object"),
        ("null", "invalid_json", "no JSON object"),
        ('"yes"', "invalid_json", "no JSON object"),
        ("[1, 2]", "invalid_json", "no JSON object"),
        (f"[{YES}]", "invalid_json", "list"),
        (f"[{YES}, {NO}]", "invalid_json", "list"),
        (f"[1, {YES}]", "invalid_json", "list"),
        (f"{YES}, {NO}", "invalid_json", "list"),
        (f"{YES}\n{NO}", "invalid_json", "more than one"),
        (f"{YES} {{sic}} {NO}", "invalid_json", "more than one"),
        (f"{YES}\nOn reflection:\n```json\n{{\n {NO[1:]}\n```", "invalid_json", "more than one"),
        (f'{YES}\n{{"accept": fal', "invalid_json", "more than one"),
        (f"{YES}\n{{}}", "invalid_json", "more than one"),
        (f"I lean to {YES} for now.</think>I cannot say.", "invalid_json", "thinking"),
        (YES[:-1] + ",}", "invalid_json", ""),
        (YES[:-1], "invalid_json", ""),
        (YES.replace('"', "'"), "invalid_json", ""),
        (YES.replace("true", "True"), "invalid_json", ""),
        (YES.replace(":", "="), "invalid_json", ""),
        (YES[:-1] + ', "accept": false}', "invalid_json", "'accept' occurs twice"),
        (YES[:-1] + ', "accept\\u0000": false}', "invalid_json", "occurs twice"),
        (YES.replace("4", "NaN"), "invalid_json", "NaN is not JSON"),
        (YES.replace("4", "-Infinity"), "invalid_json", "-Infinity is not JSON"),
        (YES.replace("4", "1e999"), "invalid_json", "1e999 is too large"),
        (YES.replace("4", "1" * 401), "invalid_json", "401 digits"),
        (YES.replace("4", "1" * 100_000), "invalid_json", "100000 digits"),
        (YES.replace("4", "6"), "schema_violation", "score: "),
        (YES.replace("4", '"4"'), "schema_violation", "score: "),
        (YES.replace("4", "3.5"), "schema_violation", "score: "),
        (YES.replace("true", "null"), "schema_violation", "accept: "),
        (YES.replace("true", '"maybe"'), "schema_violation", "accept: "),
        (YES.replace("true", "[true]"), "schema_violation", "accept: "),
        (YES.replace("why", "because"), "schema_violation", "because: "),
        ('{"verdict": ' + YES + "}", "schema_violation", "verdict: "),
        ("{}", "schema_violation", "accept: "),
        ("{" * 100_000, "invalid_json", ""),
        ('{"a":' * 100_000, "invalid_json", "nested too deeply"),
        ('{"a":' + "[" * 100_000, "invalid_json", "nested too deeply"),
        ("x" * LIMIT + YES, "too_large", "characters"),
    ],
)
def test_what_is_no_clear_reply_is_refused_with_its_reason(
    text: str, outcome: str, said: str
) -> None:
    parsed = read(text)
    assert (parsed.outcome, parsed.value) == (outcome, None)
    assert said in parsed.error
    assert 0 < len(parsed.error) < 1500


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (Raw(YES, refusal="I would rather not."), "refused"),
        (Raw(YES, finish_reason="content_filter"), "filtered"),
        (Raw("", finish_reason="sensitive"), "filtered"),
        (Raw(YES, finish_reason="length", output_tokens=9), "truncated"),
        (Raw("", finish_reason="length"), "truncated"),
        (Raw("", finish_reason="stop"), "empty"),
        (Raw(YES, finish_reason="tool_calls"), "ok"),
        (Raw(YES, finish_reason=""), "ok"),
    ],
)
def test_what_the_endpoint_says_of_a_reply_comes_first(raw: Raw, outcome: str) -> None:
    assert parse(raw, Vote).outcome == outcome


@pytest.mark.parametrize(
    ("text", "kept", "thought"),
    [
        ("<think>a</think>b", "b", "a"),
        ("  <Thinking> a\n</Thinking>\n\n b", "b", "a"),
        ("a</think>{b", "{b", "a"),
        ("a</think>\n```b", "```b", "a"),
        ("<think>never closed {}", "", "never closed {}"),
        ("<think>a</think><think>b</think>{}", "<think>b</think>{}", "a"),
        # Texts about thinking, and texts in which a sample thinks.
        ('{"a": "<think>b</think>c"}', '{"a": "<think>b</think>c"}', ""),
        ('{"a": "b</think>{c"}', '{"a": "b</think>{c"}', ""),
        ('```json\n{"a": "</think>{"}```', '```json\n{"a": "</think>{"}```', ""),
        ('So: {"a": "b</think>c"}', 'So: {"a": "b</think>c"}', ""),
        ("no tag at all", "no tag at all", ""),
        ("", "", ""),
    ],
)
def test_a_leading_thinking_block_becomes_reasoning(text: str, kept: str, thought: str) -> None:
    raw = split_thinking(Raw(text, finish_reason="stop", output_tokens=3))
    assert (raw.text, raw.reasoning) == (kept, thought)
    assert (raw.finish_reason, raw.output_tokens) == ("stop", 3)


def test_reasoning_that_came_apart_is_kept_over_a_thinking_block() -> None:
    raw = split_thinking(Raw("<think>short</think>{}", reasoning="long"))
    assert (raw.text, raw.reasoning) == ("{}", "long")


def test_a_check_finds_what_contradicts_itself() -> None:
    parsed = parse(Raw(YES), Vote, lambda vote: f"accepted with {vote.score}")
    assert (parsed.outcome, parsed.value) == (Outcome.contradiction, None)
    assert parsed.error == "accepted with 4"
    assert parse(Raw(YES), Vote, lambda vote: "").outcome == Outcome.ok


def test_what_a_strangers_validator_raises_is_a_reason() -> None:
    class Odd(BaseModel):
        why: str

        @field_validator("why")
        @classmethod
        def _known(cls, value: str) -> str:
            return {"a": "b"}[value]

    parsed = parse(Raw('{"why": "x"}'), Odd)
    assert (parsed.outcome, parsed.error) == (Outcome.schema_violation, "KeyError: 'x'")

    def broken(odd: Odd) -> str:
        raise ZeroDivisionError("by zero")

    assert parse(Raw('{"why": "a"}'), Odd, broken).error == "ZeroDivisionError: by zero"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (r"a\u0000b", "ab"),
        (r"a\ud800b", "a�b"),
        (r"a\udc00", "a�"),
        (r"\ud83d\ude00", "😀"),
        (r"\ud83d \ude00", "� �"),
        (r"\u2028\ufffe\u202e", "\u2028\ufffe\u202e"),
    ],
)
def test_escapes_that_no_database_can_hold_are_cleaned(written: str, kept: str) -> None:
    text = '{"k_": "_", "in": [["_"], {"x": "_"}]}'.replace("_", written)
    value = parse(Raw(text), Loose).value
    assert value is not None
    found = value.model_dump()
    assert found[f"k{kept}"] == kept
    assert found["in"] == [[kept], {"x": kept}]
    json.dumps(found, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "text",
    [
        "```json\n{" + "\n" * 200_000,
        "```json\n" + " \n" * 200_000 + "{",
        "{" + '"a' * 200_000,
        "```" * 200_000,
        "<think>" * 100_000,
        "</think>" * 100_000,
        "{}" + "{ " * 200_000,
        "{" + ",".join(f'"k{i}":0' for i in range(50_000)) + ',"k49999":0}',
        "{" + " " * 400_000 + "}",
        "{}" + "{" + " " * 400_000,
    ],
    ids=range(10),
)
def test_a_model_run_wild_costs_no_time(text: str) -> None:
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 0.5


@given(st.text())
@example('{"accept": true')
@example("<think>{}</think>")
@example("\ud800{")
def test_no_text_raises(text: str) -> None:
    parsed = read(text)
    assert (parsed.value is None) == (parsed.outcome != Outcome.ok)
    assert bool(parsed.error) == (parsed.outcome != Outcome.ok)


WORDS = ["true", "false", "null", "NaN", "1e999", "4", "-0", '"accept"', '"score"', '"why"']
WHOLE = ['{"accept":true,"score":4}', '{"accept":false,"score":1}']
SIGNS = [*'{}[],:"\\\n', "<think>", "</think>", "```", "json", r"\u0000", r"\ud800"]
PIECES = [*WORDS, *WHOLE, *SIGNS]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_no_scraps_of_json_raise_or_flip_a_verdict(pieces: list[str]) -> None:
    text = " ".join(pieces)
    value = read(text).value
    if value is not None:
        # What is accepted stands in the reply exactly once, and its opposite nowhere after it.
        said = f'"accept" : {str(value.accept).lower()}'
        assert said.replace(" ", "") in text.replace(" ", "")
        answer = text.rsplit("</think>", 1)[-1].replace(" ", "")
        assert f'"accept":{str(not value.accept).lower()}' not in answer


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    ),
    st.booleans(),
)
def test_any_json_beside_the_reply_is_kept_as_it_is(extra: Any, ascii_only: bool) -> None:
    text = json.dumps({"accept": False, "extra": extra}, ensure_ascii=ascii_only, allow_nan=True)
    parsed = parse(Raw(text), Loose)
    if "Infinity" in text and parsed.outcome == Outcome.invalid_json:
        return
    # Cleaning can make two keys one, which is then refused.
    if parsed.outcome == Outcome.invalid_json:
        assert "occurs twice" in parsed.error
        return
    assert parsed.value is not None
    assert parsed.value.accept is False
    if "\\u0000" not in text and "\\ud" not in text and "\x00" not in text:
        assert parsed.value.model_dump()["extra"] == extra


@given(
    st.booleans(),
    st.integers(0, 5),
    st.text(),
    st.sampled_from(["{}", "```json\n{}\n```", "So: {}"]),
)
def test_what_is_written_is_what_is_read(accept: bool, score: int, why: str, around: str) -> None:
    text = json.dumps({"accept": accept, "score": score, "why": why})
    value = read(around.replace("{}", text)).value
    assert value is not None
    assert (value.accept, value.score) == (accept, score)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_number_that_is_none_gets_through(number: float) -> None:
    parsed = parse(Raw(json.dumps({"number": number})), Loose)
    assert (parsed.outcome == Outcome.ok) == math.isfinite(number)
