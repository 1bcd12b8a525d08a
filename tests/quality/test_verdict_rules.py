"""A finding needs a quote that is there, and a vote that follows from the findings."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.quality import BLOCKERS, baseless, contradiction, void_false_quotes

SOURCE = (
    "您好，这件衣服支持“七天无理由退货”，请在 2026 年 11 月 30 日前申请。\n"
    "```python\ntotal = sum(x * 2 for x in items)\n```\n"
    "**注意**：运费由您承担……Thank you for your patience; we'll refund ¥39.90."
)
FINDINGS = ("met", "not_met", "cannot_tell")
TEXT = st.text(st.characters(categories=["L", "N", "P", "S", "Z"]), max_size=20)
CRITERIA = st.dictionaries(
    st.sampled_from(["correct", "clear", "safe", "complete"]),
    st.fixed_dictionaries({"finding": st.sampled_from(FINDINGS), "quote": TEXT}),
)
SOURCES = st.lists(TEXT, max_size=3)
Criteria = dict[str, dict[str, str]]


def _finding(quote: str, *sources: str) -> str:
    criteria = {"correct": {"finding": "not_met", "quote": quote}}
    return void_false_quotes(criteria, sources or (SOURCE,))["correct"]["finding"]


# --- what always holds


@given(CRITERIA, SOURCES)
def test_only_a_finding_of_not_met_is_ever_changed_and_only_to_cannot_tell(
    criteria: Criteria, sources: list[str]
) -> None:
    before = {name: dict(criterion) for name, criterion in criteria.items()}
    after = void_false_quotes(criteria, sources)
    assert criteria == before
    assert list(after) == list(before)
    for name, criterion in before.items():
        assert after[name]["quote"] == criterion["quote"]
        if after[name]["finding"] != criterion["finding"]:
            assert criterion["finding"] == "not_met"
            assert after[name]["finding"] == "cannot_tell"
    assert void_false_quotes(after, sources) == after


@given(CRITERIA, st.booleans())
def test_voiding_makes_no_contradiction(criteria: Criteria, accept: bool) -> None:
    if not contradiction(criteria, accept):
        assert not contradiction(void_false_quotes(criteria, []), accept)


# --- what counts as verbatim

# Letters that width and case leave alone or change one by one: marks that combine with their
# neighbours cannot be cut anywhere, and dots may be an ellipsis.
PLAIN = "七天无理由退货运费您承担abcdefxyzABCXYZ０１ｘＹ2026,;:!?，。；！（）()[]"
CHANGES: dict[str, Callable[[str], str]] = {
    "width": lambda text: re.sub("[!-~]", lambda m: chr(ord(m[0]) + 0xFEE0), text),
    "upper": str.upper,
    "lower": str.lower,
    "spaces": " ".join,
    "lines": lambda text: "\n\t".join(text),
    "no spaces": lambda text: "".join(text.split()),
    "quoted": lambda text: f"「{text}」",
    "straight": lambda text: f'"{text}"',
    "curly": lambda text: f"“{text}”",
    "emphasis": lambda text: f"**{text}**",
    "code": lambda text: f"`{text}`",
}


@given(
    st.text(st.sampled_from(PLAIN), min_size=1),
    st.text(st.sampled_from(PLAIN + " \n")),
    st.text(st.sampled_from(PLAIN + " \n")),
    st.lists(st.sampled_from(sorted(CHANGES)), max_size=3),
)
def test_a_verbatim_quote_survives_changes_that_say_the_same(
    quote: str, before: str, after: str, changes: list[str]
) -> None:
    changed = quote
    for name in changes:
        changed = CHANGES[name](changed)
    assert _finding(changed, f"{before}{quote}{after}") == "not_met"
    assert _finding(quote, "other", f"{before}{changed}{after}") == "not_met"


@pytest.mark.parametrize(
    "quote",
    [
        "支持“七天无理由退货”",
        "支持七天无理由退货",
        "支持「七天无理由退货」",
        "请在2026年11月30日前申请",
        "total = sum(x * 2 for x in items)",
        "THANK YOU for your patience",
        "we’ll refund ￥39.90",
        "注意:运费由您承担",
        "您好 … 运费由您承担",
        "您好，这件衣服......请在 2026 年",
        "您好，这件衣服 [...] 请在 2026 年",
        "您好，这件衣服（……）请在 2026 年",
        "…运费由您承担…",
        "sum(... for x in items)",
        "。",
    ],
)
def test_a_quote_that_is_there_stands(quote: str) -> None:
    assert _finding(quote) == "not_met"


@pytest.mark.parametrize(
    "quote",
    [
        "",
        " \n\t",
        "…",
        "......",
        "“”",
        '""',
        "``",
        "**",
        "「……」",
        "[...]",
        "七天有理由退货",
        "支持七天无理由退货，请于",
        "您好 … 运费由我们承担",
        "请在 2026 年 11 月 31 日前申请",
        "total = sum(x + 2 for x in items)",
        "我们会退款 39.90 元",
        "11 月 30 日前申请的衣服",
    ],
)
def test_a_quote_that_is_not_there_makes_the_criterion_undecided(quote: str) -> None:
    assert _finding(quote) == "cannot_tell"


@given(st.text(st.sampled_from(PLAIN), min_size=1), st.text(st.sampled_from(PLAIN)))
def test_a_fabricated_quote_never_stands(text: str, quote: str) -> None:
    assert _finding(f"{quote}◆{quote}", text, text) == "cannot_tell"


def test_a_quote_must_stand_within_one_source() -> None:
    assert _finding("前半后半", "前半", "后半") == "cannot_tell"
    assert _finding("前半…后半", "前半", "后半") == "not_met"
    assert _finding("任何", "") == "cannot_tell"


# --- a vote that follows from the findings


def _criteria(**findings: str) -> dict[str, Any]:
    names = ["on_request", "correct", "complete", "clear", "safe", "current"]
    names += ["natural_request", "worth_training"]
    return {name: {"finding": findings.get(name, "met"), "quote": ""} for name in names}


@pytest.mark.parametrize("name", sorted(BLOCKERS))
def test_an_acceptance_with_a_blocker_not_met_contradicts_itself(name: str) -> None:
    found = contradiction(_criteria(**{name: "not_met"}), accept=True)
    assert name in found
    assert "accept is true" in found
    assert not contradiction(_criteria(**{name: "not_met"}), accept=False)
    assert not contradiction(_criteria(**{name: "cannot_tell"}), accept=True)


@pytest.mark.parametrize("name", ["clear", "natural_request", "worth_training"])
def test_an_acceptance_may_live_with_what_is_no_blocker(name: str) -> None:
    assert not contradiction(_criteria(**{name: "not_met"}), accept=True)
    assert not contradiction(_criteria(**{name: "not_met"}), accept=False)


def test_a_reject_of_a_sample_that_meets_everything_contradicts_itself() -> None:
    assert "every criterion is met" in contradiction(_criteria(), accept=False)
    assert not contradiction(_criteria(), accept=True)


def test_a_contradiction_names_every_blocker_in_one_line() -> None:
    found = contradiction(_criteria(safe="not_met", correct="not_met", clear="not_met"), True)
    assert "correct, safe" in found
    assert "clear" not in found
    assert "\n" not in found


def test_a_reject_must_stand_on_something() -> None:
    raw = {name: {"finding": "met", "quote": ""} for name in ("correct", "clear")}
    fabricated = raw | {"correct": {"finding": "not_met", "quote": "never said"}}
    kept = void_false_quotes(fabricated, ["what was said"])
    assert "correct" in baseless(fabricated, kept, False)
    assert baseless(fabricated, kept, True) == ""
    honest = raw | {"correct": {"finding": "not_met", "quote": "was said"}}
    assert baseless(honest, void_false_quotes(honest, ["what was said"]), False) == ""
    unsure = fabricated | {"clear": {"finding": "cannot_tell", "quote": ""}}
    assert baseless(unsure, void_false_quotes(unsure, ["what was said"]), False) == ""
