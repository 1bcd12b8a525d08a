"""The journal in SQLite: what was answered is found again, and only that."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from taxoloom.models import REPLIED, Attempt, Outcome
from taxoloom.store import CallJournal, Writer, queries, reading
from taxoloom.tests.store.plant import as_json, call


def _attempt(**changed: Any) -> Attempt:
    return replace(Attempt(**(call() | {"outcome": Outcome.ok})), **changed)


def _read_back(row: Any) -> Attempt:
    return Attempt(**{**row, "outcome": Outcome(row["outcome"])})


def _journal(writer: Writer, path: Path, *, resumed: bool = True) -> CallJournal[Attempt]:
    return CallJournal(writer, path, Attempt, make=_read_back, replied=REPLIED, resumed=resumed)


def _recalled(path: Path, attempts: list[Attempt], sample_id: str, **how: Any) -> dict[str, Any]:
    async def main() -> dict[str, Attempt]:
        writer = Writer(path)
        try:
            for attempt in attempts:
                await _journal(writer, path).record(attempt)
            return await _journal(writer, path, **how).recall(sample_id)
        finally:
            writer.close()

    return asyncio.run(main())


def test_an_attempt_comes_back_with_every_column(tmp_path: Path) -> None:
    texts = {
        "reply": "答\x00\u2028" * 9,
        "reasoning": "想",
        "error": "'",
        "messages": as_json(["问"]),
    }
    given = _attempt(**texts, cost=0.25, latency_ms=12.5, round=2, cached_tokens=3)
    path = tmp_path / "a.db"
    assert _recalled(path, [given], "s") == {"k": given}
    with reading(path) as db:
        row = queries.calls(db, "s")[0]
    assert row["messages"] == ["问"]
    assert row["params"] == {}
    assert row["outcome"] == "ok"


def test_only_what_a_model_answered_is_recalled_and_all_is_on_record(tmp_path: Path) -> None:
    attempts = [_attempt(request_key=outcome.value, outcome=outcome) for outcome in Outcome]
    recalled = _recalled(tmp_path / "a.db", attempts, "s")
    assert set(recalled) == {outcome.value for outcome in REPLIED}
    assert all(isinstance(attempt.outcome, Outcome) for attempt in recalled.values())
    with reading(tmp_path / "a.db") as db:
        assert [row["outcome"] for row in queries.calls(db, "s")] == list(Outcome)
        assert queries.outcomes(db, "r1") == dict.fromkeys(sorted(Outcome), 1)


def test_the_last_answer_to_a_request_counts_and_other_samples_do_not(tmp_path: Path) -> None:
    attempts = [
        _attempt(reply="first"),
        _attempt(reply="last", attempt=2),
        _attempt(reply="not ours", sample_id="other"),
        _attempt(request_key="k2"),
    ]
    recalled = _recalled(tmp_path / "a.db", attempts, "s")
    assert {key: attempt.reply for key, attempt in recalled.items()} == {"k": "last", "k2": "{}"}


def test_a_run_that_is_not_resumed_recalls_nothing(tmp_path: Path) -> None:
    assert _recalled(tmp_path / "a.db", [_attempt()], "s", resumed=False) == {}


def test_several_hundred_attempts_at_once_are_all_on_record(tmp_path: Path) -> None:
    path = tmp_path / "a.db"

    async def main() -> None:
        writer = Writer(path)
        journal = _journal(writer, path)
        attempts = (_attempt(sample_id=f"s{number}") for number in range(500))
        await asyncio.gather(*(journal.record(attempt) for attempt in attempts))
        writer.close()

    asyncio.run(main())
    with reading(path) as db:
        assert queries.outcomes(db, "r1") == {"ok": 500}
        assert [row["reply"] for row in queries.calls(db, "s77")] == ["{}"]
