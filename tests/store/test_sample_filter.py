"""Every combination of filters against a brute-force oracle, over texts that SQL and JSON mind."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxoloom.store import Filter, Writer, queries, reading
from taxoloom.tests.store.plant import (
    CLEAR,
    STATUSES,
    blueprint,
    dialogue,
    inserted,
    plant,
    run,
    sample,
)

FRAGMENTS = (
    *(
        "退款",
        "退",
        "款",
        "100%",
        "%",
        "_",
        "a_b",
        "*",
        "?",
        "'",
        "''",
        '"',
        "\\",
        "\\\\",
        "n",
        "\n",
    ),
    *("\t", "nb", "u", "user", "role", "content", "assistant", '": "', ", ", "{", "}", "[", "]"),
    *(
        "\u2028",
        "\x7f",
        "é",
        "e\u0301",
        "Ａ",
        "A",
        "a",
        "🙂",
        "\\u9000",
        "/",
        " > ",
        "--",
        ";",
        "NULL",
    ),
)
TEXT = st.lists(st.sampled_from(FRAGMENTS), max_size=3).map("".join)
WORDS = st.one_of(TEXT, st.text(st.characters(exclude_categories=["Cs"], min_codepoint=1)))
LABELS = st.dictionaries(WORDS, WORDS, max_size=3)
DRAWN: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "run": st.sampled_from(["r1", "r2"]),
        "slot": st.integers(0, 3),
        "status": st.sampled_from(STATUSES),
        "leaf": WORDS,
        "labels": LABELS,
        "reason": WORDS,
        "texts": st.lists(WORDS, max_size=3),
        "system": TEXT,
    }
)
SAMPLES = st.lists(DRAWN, max_size=6)


ALONE = [
    kind
    for part in FRAGMENTS
    for kind in (Filter(text=part), Filter(leaf=part), Filter(reason=part))
]


@st.composite
def _cases(draw: st.DrawFn) -> tuple[list[dict[str, Any]], Filter]:
    """Samples, and a filter made mostly of what they hold."""
    drawn = draw(SAMPLES)
    texts = [text for row in drawn for text in (row["leaf"], row["reason"], *row["texts"])]
    pairs = [pair for row in drawn for pair in row["labels"].items()]
    part = st.builds(
        lambda text, start, size: text[start : start + size],
        st.sampled_from([*texts, "退款"]),
        st.integers(0, 4),
        st.integers(0, 4),
    )
    some = st.one_of(part, TEXT, st.sampled_from(FRAGMENTS))
    values = {
        "run": st.sampled_from(["r1", "r2", "r"]),
        "status": st.sampled_from([*STATUSES, "Accepted"]),
        "leaf": some,
        "label": st.sampled_from([("none", "such"), *pairs]),
        "reason": some,
        "text": some,
    }
    # Few at a time: all together find nothing, whatever each of them does.
    names = draw(st.sets(st.sampled_from(sorted(values)), max_size=3))
    chosen = Filter(**{name: draw(values[name]) for name in names})
    return drawn, chosen


def _rows(drawn: list[dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    blueprints, samples = [], []
    for number, one in enumerate(drawn):
        of = blueprint(f"b{number}", run=one["run"], slot=one["slot"], attempt=number)
        keys = ("leaf", "labels", "reason")
        messages = dialogue(*one["texts"], system=one["system"])
        blueprints.append(of)
        samples.append(
            sample(of, one["status"], messages=messages, **{key: one[key] for key in keys})
        )
    return blueprints, samples


def _fits(row: Mapping[str, Any], chosen: Filter) -> bool:
    return (
        chosen.run in (None, row["run_id"])
        and chosen.status in (None, row["status"])
        and (chosen.leaf is None or chosen.leaf in row["leaf"])
        and (chosen.label is None or chosen.label in row["labels"].items())
        and (chosen.reason is None or row["reason"].startswith(chosen.reason))
        and (chosen.text is None or any(chosen.text in m["content"] for m in row["messages"]))
    )


def test_a_filter_finds_what_a_loop_would_find(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    writer = Writer(path)
    writer.write_now(inserted(runs=[run("r1"), run("r2")]))

    @settings(max_examples=80, deadline=None)
    @given(_cases(), st.one_of(st.none(), st.integers(0, 3)))
    def agrees(case: tuple[list[dict[str, Any]], Filter], limit: int | None) -> None:
        drawn, chosen = case
        blueprints, samples = _rows(drawn)
        writer.write_now([*CLEAR, *inserted(blueprints=blueprints, samples=samples)])
        ordered = sorted(samples, key=lambda row: (row["run_id"], row["slot"], row["attempt"]))
        with reading(path) as db:
            found = list(queries.samples(db, chosen, limit))
            assert found == [row for row in ordered if _fits(row, chosen)][:limit]
            for alone in ALONE:
                found = list(queries.samples(db, alone))
                assert found == [row for row in ordered if _fits(row, alone)]

    try:
        agrees()
    finally:
        writer.close()


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    texts = ["满 100% 退款 'x_y'", "a\nb", 'C:\\temp "n"', "<b>好</b>", "\\"]
    blueprints = [blueprint(f"b{slot}", slot=slot) for slot in range(len(texts))]
    samples = [
        sample(of, messages=dialogue("问", text))
        for of, text in zip(blueprints, texts, strict=True)
    ]
    return plant(tmp_path / "a.db", inserted(runs=[run()], blueprints=blueprints, samples=samples))


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("100%", [0]),
        ("1%0", []),
        ("x_y", [0]),
        ("x%y", []),
        ("退款", [0]),
        ("'x", [0]),
        ("a\nb", [1]),
        ("nb", []),
        ("\\temp", [2]),
        ('"n"', [2]),
        ('"', [2]),
        ("user", []),
        ("content", []),
        ("问", [0, 1, 2, 3, 4]),
        ("</b>", [3]),
        ("\x00", []),
        ("\udcff", []),
    ],
)
def test_a_search_text_is_taken_as_it_stands(planted: Path, text: str, slots: list[int]) -> None:
    with reading(planted) as db:
        assert [row["slot"] for row in queries.samples(db, Filter(text=text))] == slots


@pytest.mark.parametrize(
    "chosen",
    [
        Filter(run="\udce9"),
        Filter(status="\udce9"),
        Filter(leaf="\udce9"),
        Filter(reason="\udce9"),
        Filter(text="\udce9"),
        Filter(label=("\udce9", "\udce9")),
    ],
)
def test_bytes_of_the_command_line_that_are_not_text_find_nothing(
    planted: Path, chosen: Filter
) -> None:
    with reading(planted) as db:
        assert list(queries.samples(db, chosen)) == []
