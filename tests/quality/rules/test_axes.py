"""Rules on axes: what shows a value passes, what does not is found, kind by kind."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from taxoloom.quality.rules import (
    BUILT_IN,
    Finding,
    Rule,
    Sample,
    context,
    depth,
    form,
    genre,
    reasoning,
    rules_in,
    run_rules,
    sample_of,
    settings_for,
    tone,
)
from taxoloom.taxonomy import axes
from taxoloom.tests.models.offline_flow import World, follow
from taxoloom.tests.support.axis_samples import pairs, requests

RULES = [one for part in (context, depth, form, genre, tone, reasoning) for one in rules_in(part)]
LANGUAGES = ("zh", "en")
UNSEEN = {("tone/terse", "en"): 1, ("tone/formal", "en"): 1}
"""A long message behind a colon could be material, and plain English may be formal enough."""


def found(sample: Sample, *, every: bool = True) -> list[Finding]:
    """What rules on axes find; every one of them, or those that are on by default."""
    switched = {one.code: {"on": True} for one in RULES if every}
    return run_rules(sample, settings_for(switched, BUILT_IN), RULES)


def talk(*texts: str, **more: object) -> Sample:
    messages = [
        {"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(texts)
    ]
    return replace(Sample(messages), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_shows_its_value_raises_no_alarm(language: str) -> None:
    alarms = [
        (value, finding.code, sample.messages[0]["content"])
        for value, sample, _ in pairs(language)
        for finding in run_rules(sample, None, BUILT_IN)
    ]
    assert alarms == [], f"{len(alarms)} false alarms"


def test_requests_of_many_hands_raise_no_alarm() -> None:
    samples = list(requests())
    alarms = [
        (value, finding.code, sample.messages)
        for value, sample in samples
        for finding in run_rules(sample, None, BUILT_IN)
    ]
    assert len(samples) > 150
    assert alarms == [], f"{len(alarms)} false alarms in {len(samples)} samples"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_does_not_show_its_value_is_found_kind_by_kind(language: str) -> None:
    planted, seen = Counter[str](), Counter[str]()
    for value, _, sample in pairs(language):
        planted[value] += 1
        seen[value] += bool(found(sample))
    recall = {value: f"{seen[value]} of {number}" for value, number in planted.items()}
    missed = {value: number - seen[value] for value, number in planted.items()}
    allowed = {value: UNSEEN.get((value, language), 0) for value in planted}
    assert missed == allowed, recall


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_value_that_a_rule_sees_has_three_samples_or_more(language: str) -> None:
    known = {f"{axis.id}/{value.id}" for axis in axes(language) for value in axis.values}
    listed = Counter(value for value, _, _ in pairs(language))
    assert set(listed) <= known
    assert min(listed.values()) >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_samples_with_all_values_at_once_raise_no_alarm(language: str, tmp_path: Path) -> None:
    world, alarms, made = World(language, tmp_path), Counter[str](), 0
    for slot in range(60):
        sample = follow(world, slot)
        if sample is None:
            continue
        made += 1
        shown = Sample(
            sample.first.messages(),
            reasoning=sample.first.reasoning,
            final_answer=sample.first.final_answer,
            language=language,
            labels={**dict(sample.blueprint.labels), "instruction_form": ""},
        )
        alarms.update(finding.code for finding in found(shown, every=False))
    assert made > 50
    assert sum(alarms.values()) == 0, f"{dict(alarms)} in {made} samples"


@pytest.mark.parametrize(
    "labels", [{"语气": "正式"}, {"Tone": "Formal"}, {"tone": "formal"}, {"tone": "Formal"}]
)
def test_labels_are_known_by_id_and_by_displayed_name(labels: dict[str, str]) -> None:
    assert [f.code for f in found(talk("哥们，咋办？", "先别急。", labels=labels))]


def test_axes_and_values_of_the_user_are_left_alone() -> None:
    for labels in ({"mood": "formal"}, {"tone": "slangy"}, {"depth": "Profound"}):
        assert found(talk("Dude, why?", "Because.", labels=labels)) == []


@pytest.mark.parametrize(
    ("turns", "sent", "codes"),
    [(3, 3, []), (3, 2, ["wrong_turns"]), (6, 6, []), (0, 4, []), (0, 5, ["wrong_turns"])],
)
def test_a_planned_number_of_turns_counts_before_what_the_context_allows(
    turns: int, sent: int, codes: list[str]
) -> None:
    texts = [text for at in range(sent) for text in (f"And number {at}?", f"That is item {at}.")]
    sample = talk(*texts, labels={"context": "multi_turn"}, turns=turns)
    assert [finding.code for finding in found(sample)] == codes


def test_a_row_may_say_how_many_turns_were_planned() -> None:
    row = {"instruction": "Why?", "output": "Because.", "turns": 2, "switch": "no"}
    sample = sample_of(row)
    assert (sample.turns, sample.switch) == (2, 0)
    assert [finding.code for finding in found(sample)] == ["wrong_turns"]


def test_an_opening_of_the_users_needs_no_headings() -> None:
    asked = "A flight from Bergen to Wellington on 3 May for two people, please."
    sample = talk(asked, "There is one.", labels={"instruction_form": "template"})
    assert [finding.code for finding in found(sample)] == ["no_template"]
    assert found(replace(sample, opening=asked)) == []


def test_a_form_has_a_frame_of_its_own_and_is_no_mail() -> None:
    labels = {"instruction_form": "template", "genre": "email"}
    asked = "Item: kettle\nFault: leaks\nWanted: a new one"
    assert found(talk(asked, "You can have one.", labels=labels)) == []


def test_traditional_script_is_read_as_well() -> None:
    asked = "請問貴館的藏書能否外借？煩請告知。"
    labels = {"tone": "formal", "system_message": "absent"}
    assert found(talk(asked, "可以外借五冊。", labels=labels, language="zh")) == []


@pytest.mark.parametrize("code", ["no_slip", "not_impatient", "not_warm", "single_request"])
def test_what_words_show_only_half_the_time_is_off_by_default(code: str) -> None:
    (one,) = (one for one in RULES if one.code == code)
    assert not one.on
    assert "Off" in (one.look.__doc__ or "") or "off" in (one.look.__doc__ or "")


@pytest.mark.parametrize(
    ("language", "slipped", "clean"),
    [
        ("zh", "这个应为要用，所以现在在问问。", "这个今天要用，所以来问一句。"),
        ("zh", "我我想退货", "我想退货。"),
        ("en", "can you tell me how teh return works", "Can you tell me how the return works?"),
        ("en", "I want to to return it, dont know how.", "I want to return it and don't know how."),
    ],
)
def test_a_slip_is_seen_where_it_is_of_a_usual_kind(
    language: str, slipped: str, clean: str
) -> None:
    labels = {"instruction_form": "noise"}
    assert found(talk(slipped, "Yes.", labels=labels, language=language)) == []
    assert [f.code for f in found(talk(clean, "Yes.", labels=labels, language=language))] == [
        "no_slip"
    ]


@pytest.mark.parametrize(
    ("result", "answer", "codes"),
    [
        ("the yellow key", "Take the yellow one; it is the key to A.", []),
        ("the yellow key", "Take whatever fits.", ["result_not_told"]),
        ("交给店家", "这件事让店家去办，交给他就行。", []),
        ("交给店家", "自己再等两天。", ["result_not_told"]),
        ("B", "The second of the two.", []),
        ("yes", "You may.", []),
        ("", "You may.", []),
    ],
)
def test_a_result_in_words_stands_in_the_last_answer(
    result: str, answer: str, codes: list[str]
) -> None:
    assert [f.code for f in found(talk("Which?", answer, final_answer=result))] == codes


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.code)
def test_no_rule_stumbles_over_odd_samples(one: Rule) -> None:
    blank = [{"role": role, "content": ""} for role in ("user", "assistant")]
    for messages in ([], blank[:1], blank[1:], blank * 3):
        for axis in axes("en"):
            for value in axis.values:
                sample = Sample(messages, labels={axis.id: value.id}, turns=2, switch=9)
                settings = settings_for({one.code: {"on": True}}, BUILT_IN)
                codes = {finding.code for finding in run_rules(sample, settings, [one])}
                assert codes <= {one.code}
