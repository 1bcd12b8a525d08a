"""The frame: settings, plugins' rules, rows of any shape, and that no text makes a rule raise."""

import time
import types

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxoloom.errors import InputError
from taxoloom.quality.rules import (
    BUILT_IN,
    Finding,
    Limit,
    Sample,
    rule,
    rules_in,
    run_rules,
    sample_of,
    settings_for,
)
from taxoloom.tests.quality.rules.making import dialogue

LONG = dialogue("How long?", "As long as a piece of string, or longer.", language="en")


def codes(sample: Sample, **given: object) -> list[str]:
    return [f.code for f in run_rules(sample, settings_for(given, BUILT_IN), BUILT_IN)]


def test_reason_codes_are_unique_and_every_rule_says_what_it_demands() -> None:
    names = [one.code for one in BUILT_IN]
    assert len(set(names)) == len(names)
    assert all(one.about for one in BUILT_IN)


def test_what_is_dear_is_off_until_asked_for() -> None:
    assert all(not one.on for one in BUILT_IN if one.cost == "dear")


def test_an_unknown_code_is_refused_with_its_neighbours() -> None:
    with pytest.raises(InputError, match="no rule 'truncate'") as refused:
        settings_for({"truncate": {"on": False}}, BUILT_IN)
    assert "truncated" in refused.value.hint


@pytest.mark.parametrize(
    "given",
    [
        {"echo": {"treshold": 1}},
        {"echo": {"threshold": "much"}},
        {"relative_time": {"threshold": 3}},
        {"roles": {"threshold": 1}},
        {"echo": {"words": ["a"]}},
        {"echo": {"bounds": {"a": {"b": [1, 2]}}}},
        {"too_long": {"threshold": float("nan")}},
    ],
)
def test_settings_that_a_rule_cannot_use_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(InputError) as refused:
        settings_for(given, BUILT_IN)
    assert refused.value.hint


def test_a_rule_can_be_switched_off_and_its_threshold_moved() -> None:
    assert codes(LONG) == []
    assert codes(LONG, too_long={"threshold": 5}) == ["too_long"]
    assert codes(LONG, too_long={"threshold": 5, "on": False}) == []


def test_bounds_go_by_the_value_of_a_label() -> None:
    bounds = {"mood": {"formal": [1, 4], "terse": [1, 99]}}
    (finding,) = run_rules(LONG, settings_for({"too_long": {"bounds": bounds}}, BUILT_IN), BUILT_IN)
    assert finding == Finding(
        "too_long",
        "9 characters and words, wanted at most 4 for mood = formal",
        "assistant turn 1",
    )


def test_words_must_or_must_not_stand() -> None:
    assert codes(LONG, words_missing={"words": ["STRING"]}) == []
    assert codes(LONG, words_missing={"words": ["rope"]}) == ["words_missing"]
    assert codes(LONG, words_forbidden={"words": ["Piece"]}) == ["words_forbidden"]


def test_a_rule_of_a_plugin_is_like_a_built_in_one() -> None:
    @rule("shouting", threshold=3)
    def shouting(sample: Sample, limit: Limit) -> str:
        """Nobody shouts."""
        loud = sum(text.count("!") for _, text in sample.said("assistant"))
        return f"{loud} exclamation marks" if loud > limit.number else ""

    plugin = types.ModuleType("plugin")
    vars(plugin)["shouting"] = shouting
    rules = [*BUILT_IN, *rules_in(plugin)]
    loud = dialogue("Well?", "No!!!!", language="en")
    assert run_rules(loud, None, rules) == [Finding("shouting", "4 exclamation marks")]
    assert run_rules(loud, settings_for({"shouting": {"threshold": 4}}, rules), rules) == []


ANSWER = "作为一个人工智能，我不知道。"


@pytest.mark.parametrize(
    "row",
    [
        {
            "messages": [
                {"role": "user", "content": "为什么呢？"},
                {"role": "assistant", "content": ANSWER},
            ]
        },
        {
            "conversations": [
                {"from": "human", "value": "为什么呢？"},
                {"from": "gpt", "value": ANSWER},
            ]
        },
        {"instruction": "为什么呢？", "input": "", "output": ANSWER},
        {"prompt": "为什么呢？", "response": ANSWER},
    ],
)
def test_rows_of_every_known_shape_are_samples(row: dict[str, object]) -> None:
    sample = sample_of(row, as_of="2026-11-25")
    assert sample.language == "zh"
    assert [f.code for f in run_rules(sample, None, BUILT_IN)] == ["meta"]


@pytest.mark.parametrize(
    "row", [{}, {"text": "a"}, {"messages": [{"role": "user"}]}, {"messages": [3]}]
)
def test_rows_of_no_known_shape_are_refused(row: dict[str, object]) -> None:
    with pytest.raises(InputError) as refused:
        sample_of(row)
    assert refused.value.hint


def test_turns_around_a_tool_are_one_turn() -> None:
    roles = ["system", "user", "assistant", "tool", "assistant"]
    sample = Sample([{"role": role, "content": "Right, noted."} for role in roles])
    assert "roles" not in codes(sample)


PIECES = st.sampled_from(
    ["```json\n", "```python\n", "```sql\n", "```csv\n", "```sh\n", "```yaml\n", "```\n",
        "12 × 3 = ", "1/0",
     "等于", "一百二十", "百分之", "2026年13月45日", "5 March 2027", "今天是",
         "exactly 3 bullets", "只输出 JSON",
     "keys a, b", "(", "）", "“", "\u202e", "\ufffd", "\U000e0041", "x^99999", "10^-3", "[",
         "不超过 5 字", "in one sentence",
     "eyJ", "AKIA", "62", "@", "**", "$", "\\frac{1}{0}", "1 km = ", " 米", "25°C = 77°F", "- ",
         "1. ", "\n\n", "|", ": ", "今年是 20"]
)  # fmt: skip
TEXT = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=14).map("".join)


@settings(max_examples=250, deadline=None)
@given(
    st.lists(TEXT, max_size=5),
    st.sampled_from(["zh", "en", ""]),
    TEXT,
    st.sampled_from(["", "2026-11-25", "soon"]),
    st.sampled_from([None, 30]),
)
def test_no_text_makes_a_rule_raise(
    texts: list[str], language: str, final: str, as_of: str, fresh: int | None
) -> None:
    messages = [
        {"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(texts)
    ]
    sample = Sample(
        messages,
        final_answer=final,
        language=language,
        as_of=as_of,
        fresh_for=fresh,
        label_words=texts,
    )
    on = {one.code: {"on": True} for one in BUILT_IN if one.code not in ("code_fails",)}
    assert all(f.detail for f in run_rules(sample, settings_for(on, BUILT_IN), BUILT_IN))


@pytest.mark.parametrize(
    "unit",
    ["(", "[", "a ", "1 + ", "9", "（", "- ", "“", "=", " 1 = 1", "`", "1,", "x = ", "\n1. ", "A1"],
)
def test_long_texts_take_no_time_out_of_proportion(unit: str) -> None:
    text = unit * (8000 // len(unit)) + "b"
    sample = dialogue(f"JSON? {text}", text, language="en", final_answer="12")
    start = time.process_time()
    run_rules(sample, None, BUILT_IN)
    assert time.process_time() - start < 3


@pytest.mark.parametrize("answer", ["It is 12.", "第一步。"])
def test_a_thinking_block_before_the_last_answer_is_its_reasoning(answer: str) -> None:
    said = f"<think>\nTwo times six.\n</think>\n\n{answer}"
    row = {"instruction": "What is it?", "output": said, "meta": {"turns": 1}}
    sample = sample_of(row)
    assert sample.reasoning == "Two times six."
    assert sample.messages[-1]["content"] == answer
    assert sample.turns == 1


def test_a_thinking_block_without_an_answer_stays_what_it_is() -> None:
    row = {"instruction": "What is it?", "output": "<think>Two times six.</think>"}
    assert sample_of(row).messages[-1]["content"].startswith("<think>")
