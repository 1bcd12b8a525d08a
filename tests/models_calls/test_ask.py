import asyncio
import hashlib
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxoloom.errors import EndpointError, StoreError, StoreFull
from taxoloom.models import (
    REPLIED,
    Answer,
    Attempt,
    Failure,
    Gate,
    Identity,
    MemoryJournal,
    Outcome,
    connect,
)
from taxoloom.models.clean import LIMIT
from taxoloom.models.failure import CallFailed
from taxoloom.models.outcome import POLICY
from taxoloom.tests.models_calls.asking import (
    SHAPE,
    YES,
    Chat,
    Step,
    Time,
    Vote,
    ask,
    asker,
    endpoint,
    line,
    message,
    outcomes,
    question,
    sent,
)
from taxoloom.tests.support.endpoint import Endpoint, Fault

CUT = message('{"acc', "length")
NO_JSON = "I think so."
WRONG = '{"accept": true, "score": 9}'
DECLINED = message("", additional_kwargs={"refusal": "I would rather not."})
WITHHELD = message("", "content_filter")


def failed(outcome: Outcome, retry_after: float | None = None) -> CallFailed:
    return CallFailed(outcome, "planted", retry_after=retry_after)


@pytest.mark.parametrize(
    ("script", "ended"),
    [
        ([YES], "ok"),
        ([CUT, YES], "truncated ok"),
        ([CUT, CUT], "truncated truncated"),
        ([DECLINED], "refused"),
        ([WITHHELD], "filtered"),
        (["", YES], "empty ok"),
        (["", " ", "\n"], "empty empty empty"),
        ([NO_JSON, YES], "invalid_json ok"),
        ([NO_JSON] * 3, "invalid_json invalid_json invalid_json"),
        ([WRONG] * 3, "schema_violation schema_violation schema_violation"),
        (["", NO_JSON, WRONG], "empty invalid_json schema_violation"),
        ([NO_JSON, CUT, YES], "invalid_json truncated ok"),
        # Twice the limit is not a repair, and does not use one up.
        ([CUT, NO_JSON, WRONG, YES], "truncated invalid_json schema_violation ok"),
        ([CUT, NO_JSON, CUT], "truncated invalid_json truncated"),
        (["x" * (LIMIT + 1)], "too_large"),
        ([failed(Outcome.server), YES], "server ok"),
        ([failed(Outcome.server)] * 3, "server server server"),
        ([failed(Outcome.deadline)] * 2, "deadline deadline"),
        ([failed(Outcome.context)], "context"),
        ([failed(Outcome.bad_request)], "bad_request"),
        ([failed(Outcome.transport)] * 5, "transport " * 5),
        ([failed(Outcome.rate_limited)] * 7, "rate_limited " * 7),
        (
            [failed(Outcome.server), failed(Outcome.transport), failed(Outcome.server), YES],
            "server transport server ok",
        ),
        # A request that was repaired has failures of its own.
        (
            [failed(Outcome.server)] * 2 + [NO_JSON] + [failed(Outcome.server)] * 2 + [YES],
            "server server invalid_json server server ok",
        ),
    ],
)
def test_each_outcome_leads_to_what_the_table_says(script: list[Step], ended: str) -> None:
    result, attempts, _ = ask(*script)
    assert outcomes(attempts) == ended.split()
    assert [attempt.attempt for attempt in attempts] == list(range(1, len(script) + 1))
    if ended.split()[-1] == "ok":
        assert result == Answer(Vote(accept=True, score=4, why="good"), "m")
    else:
        assert isinstance(result, Failure)
        assert result.outcome == attempts[-1].outcome
        assert result.error == attempts[-1].error != ""


@pytest.mark.parametrize(("repairs", "calls"), [(0, 1), (1, 2), (2, 3), (5, 3)])
def test_the_endpoint_limits_repairs_below_the_table(repairs: int, calls: int) -> None:
    result, attempts, _ = ask(*[NO_JSON] * calls, at=endpoint(repairs=repairs))
    assert outcomes(attempts) == ["invalid_json"] * calls
    assert isinstance(result, Failure)


def test_a_contradiction_is_pointed_out_once() -> None:
    def check(vote: Vote) -> str:
        return "accepts what it calls bad" if vote.why == "bad" else ""

    bad = YES.replace("good", "bad")
    result, attempts, _ = ask(bad, YES, check=check)
    assert outcomes(attempts) == ["contradiction", "ok"]
    assert sent(attempts[1])[-1]["content"] == "again, since: accepts what it calls bad"
    result, attempts, _ = ask(bad, bad, check=check)
    assert outcomes(attempts) == ["contradiction"] * 2
    told = Vote.model_validate_json(bad)
    assert result == Failure(Outcome.contradiction, "accepts what it calls bad", "m", told)


def test_a_cut_reply_is_asked_for_once_more_with_twice_the_limit() -> None:
    _, attempts, chat = ask(CUT, NO_JSON, YES)
    assert [kwargs["max_tokens"] for _, kwargs in chat.asked] == [100, 200, 200]
    assert sent(attempts[0]) == sent(attempts[1])
    assert [json.loads(attempt.params)["max_tokens"] for attempt in attempts] == [100, 200, 200]


def test_a_repair_shows_the_faulty_reply_and_what_was_wrong() -> None:
    _, attempts, chat = ask(NO_JSON, WRONG, YES)
    first, second, third = (messages for messages, _ in chat.asked)
    assert second[:2] == first
    assert second[2] == {"role": "assistant", "content": NO_JSON}
    assert second[3] == {
        "role": "user",
        "content": "again, since: there is no JSON object in the reply",
    }
    assert third[:4] == second
    assert third[4] == {"role": "assistant", "content": WRONG}
    assert "score: " in third[5]["content"]
    assert [sent(attempt) for attempt in attempts] == [first, second, third]


def test_a_long_faulty_reply_is_quoted_in_part() -> None:
    _, attempts, _ = ask("x" * 50_000, YES)
    assert len(sent(attempts[1])[2]["content"]) == 6000
    assert len(attempts[0].reply) == 50_000


def test_an_empty_reply_is_asked_for_within_the_same_turn() -> None:
    _, attempts, chat = ask("", NO_JSON, YES)
    assert [m["role"] for m in chat.asked[1][0]] == ["system", "user"]
    assert chat.asked[1][0][1]["content"] == "this\n\nagain, since: the reply is empty"
    assert [m["role"] for m in chat.asked[2][0]] == ["system", "user", "assistant", "user"]
    assert question().messages[1]["content"] == "this"
    assert len({attempt.request_key for attempt in attempts}) == 3


@pytest.mark.parametrize("outcome", [outcome for outcome, policy in POLICY.items() if policy.fatal])
def test_what_no_call_can_get_past_stops_the_run(outcome: Outcome) -> None:
    chat, journal, gate = Chat(failed(outcome)), MemoryJournal(), Gate()

    async def main() -> None:
        one = asyncio.create_task(asker(journal, Time(), gate).ask(line(chat), question(), {}))
        await asyncio.wait_for(gate.closed.wait(), 1)
        await gate.idle()
        # Neither an answer nor a failure: the sample is left as it is, for --resume.
        done, _ = await asyncio.wait([one], timeout=0.01)
        assert not done
        one.cancel()

    asyncio.run(main())
    assert outcomes(journal.attempts) == [outcome]
    assert isinstance(gate.error, EndpointError)
    assert "'m' at http://127.0.0.1:9/v1" in str(gate.error)
    assert gate.error.hint


def test_who_waits_for_the_limit_when_the_gate_closes_sends_nothing() -> None:
    async def refuse() -> Any:
        await asyncio.sleep(0.01)
        raise failed(Outcome.auth)

    chat, journal, gate = Chat(*[refuse] * 20), MemoryJournal(), Gate()

    async def main() -> None:
        one, shared = asker(journal, Time(), gate), line(chat, in_flight=3)
        tasks = [asyncio.create_task(one.ask(shared, question(seed=n), {})) for n in range(20)]
        await asyncio.wait(tasks, timeout=0.05)
        assert gate.in_flight == 0
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(main())
    assert 1 <= len(chat.asked) <= 3
    assert len(journal.attempts) == len(chat.asked)


def test_a_call_in_flight_when_the_gate_closes_is_recorded() -> None:
    gate, journal = Gate(), MemoryJournal()

    async def slow() -> Any:
        gate.close()
        await asyncio.sleep(0.01)
        return message()

    async def main() -> Any:
        result = await asker(journal, Time(), gate).ask(line(Chat(slow)), question(), {})
        await gate.idle()
        return result

    assert isinstance(asyncio.run(main()), Answer)
    assert outcomes(journal.attempts) == ["ok"]


def test_the_pauses_grow_and_are_the_same_each_time() -> None:
    first, second, other = Time(), Time(), Time()
    script = [failed(Outcome.rate_limited)] * 7
    ask(*script, time=first)
    ask(*script, time=second)
    ask(*script, time=other, seed=8)
    assert first.slept == second.slept != other.slept
    for number, pause in enumerate(first.slept):
        assert 0.5 <= pause / (0.5 * 2**number) <= 1.5
    assert len(first.slept) == 6


@pytest.mark.parametrize(
    ("wait", "least", "most"),
    [(None, 0, 1), (0.0, 0, 1), (7.5, 7.5, 7.5), (600.0, 120, 120), (1e9, 120, 120)],
)
def test_no_call_goes_out_before_the_endpoint_said(
    wait: float | None, least: float, most: float
) -> None:
    time = Time()
    ask(failed(Outcome.rate_limited, wait), YES, time=time)
    assert least <= sum(time.slept) <= most


@pytest.mark.parametrize(("first", "second"), [(20.0, 5.0), (5.0, 20.0)])
def test_all_calls_of_a_line_wait_for_the_longest_pause(first: float, second: float) -> None:
    time = Time()
    sent_at: list[float] = []

    def step(latency: float, answer: CallFailed | None = None) -> Callable[[], Any]:
        async def said() -> Any:
            sent_at.append(time.now)
            await time.sleep(latency)
            if answer is not None:
                raise answer
            return message()

        return said

    waits = [failed(Outcome.rate_limited, first), failed(Outcome.rate_limited, second)]
    chat = Chat(step(0.5, waits[0]), step(1, waits[1]), *(step(0) for _ in range(6)))

    async def main() -> None:
        one, shared = asker(MemoryJournal(), time), line(chat, in_flight=2)
        await asyncio.gather(*(one.ask(shared, question(seed=n), {}) for n in range(6)))

    asyncio.run(main())
    assert sent_at[:2] == [1000, 1000]
    assert len(sent_at) == 8
    assert min(sent_at[2:]) >= 1000 + max(0.5 + first, 1 + second)


class SlowJournal(MemoryJournal):
    """A journal that lets a test decide when a row is committed."""

    def __init__(self) -> None:
        super().__init__()
        self.commit = asyncio.Event()

    async def record(self, attempt: Attempt) -> None:
        await self.commit.wait()
        await super().record(attempt)


def test_no_answer_is_used_before_its_row_is_committed() -> None:
    async def main() -> None:
        journal, gate, seen = SlowJournal(), Gate(), list[Attempt]()
        one = asker(journal, Time(), gate, on_attempt=seen.append)
        shared = line(Chat(YES, YES), in_flight=1)
        first = asyncio.create_task(one.ask(shared, question(), {}))
        second = asyncio.create_task(one.ask(shared, question(seed=8), {}))
        await asyncio.sleep(0.01)
        assert not first.done()
        assert seen == []
        # A commit holds up neither other calls nor the end of the run before it.
        assert gate.in_flight == 2
        assert not shared.limit.locked()
        journal.commit.set()
        assert isinstance(await first, Answer)
        assert isinstance(await second, Answer)
        assert len(seen) == 2

    asyncio.run(main())


@pytest.mark.parametrize("error", [StoreError("broken"), StoreFull("no space left")])
def test_a_reply_that_cannot_be_recorded_is_not_used(error: StoreError) -> None:
    class Broken(MemoryJournal):
        async def record(self, attempt: Attempt) -> None:
            raise error

    async def main() -> Gate:
        gate = Gate()
        one = asyncio.create_task(
            asker(Broken(), Time(), gate).ask(line(Chat(YES)), question(), {})
        )
        await asyncio.wait_for(gate.closed.wait(), 1)
        done, _ = await asyncio.wait([one], timeout=0.01)
        assert not done
        assert gate.in_flight == 0
        one.cancel()
        return gate

    assert asyncio.run(main()).error is error


def by_key(attempts: list[Attempt]) -> dict[str, Attempt]:
    return {attempt.request_key: attempt for attempt in attempts if attempt.outcome in REPLIED}


@pytest.mark.parametrize(
    "script",
    [
        [YES],
        [CUT, YES],
        [CUT, CUT],
        [DECLINED],
        [WITHHELD],
        [failed(Outcome.filtered)],
        ["x" * (LIMIT + 1)],
        ["", "", YES],
        [NO_JSON, WRONG, YES],
        [CUT, "", NO_JSON, WRONG],
        [NO_JSON, NO_JSON, NO_JSON],
        [message(f"<think>so</think>{NO_JSON}"), YES],
    ],
    ids=range(12),
)
def test_what_was_paid_for_is_not_paid_for_again(script: list[Step]) -> None:
    first, attempts, _ = ask(*script)
    again, more, chat = ask(recalled=by_key(attempts))
    assert again == first
    assert (more, chat.asked) == ([], [])
    # Broken off anywhere, what is missing is asked for, and nothing else.
    for done in range(len(script)):
        result, rest, _ = ask(*script[done:], recalled=by_key(attempts[:done]))
        assert result == first
        assert [a.request_key for a in rest] == [a.request_key for a in attempts[done:]]
        assert [a.attempt for a in rest] == [a.attempt for a in attempts[done:]]


def test_failures_of_the_endpoint_are_not_recalled() -> None:
    _, attempts, _ = ask(failed(Outcome.server), NO_JSON, failed(Outcome.server), YES)
    assert len(by_key(attempts)) == 2
    result, rest, _ = ask(YES, recalled=by_key(attempts[:3]))
    assert isinstance(result, Answer)
    # The numbers go on after the one that was recalled.
    assert [attempt.attempt for attempt in rest] == [3]


def test_a_recalled_contradiction_is_found_again() -> None:
    def never(vote: Vote) -> str:
        return "no"

    first, attempts, _ = ask(YES, YES.replace("good", "fine"), check=never)
    assert ask(check=never, recalled=by_key(attempts))[0] == first


def test_recalled_reasoning_comes_with_the_answer() -> None:
    thought = message(YES, additional_kwargs={"reasoning_content": "because"})
    first, attempts, _ = ask(thought)
    assert first == ask(recalled=by_key(attempts))[0]
    assert isinstance(first, Answer)
    assert first.reasoning == "because"


class Fickle:
    """A chat whose reply depends on all of the request and on nothing else."""

    REPLIES = (YES, "", NO_JSON, WRONG, YES.replace("4", "0"))

    def __init__(self, dice: int) -> None:
        self.dice, self.calls = dice, 0

    async def ainvoke(self, messages: list[dict[str, str]], **kwargs: Any) -> Any:
        self.calls += 1
        asked = json.dumps([self.dice, messages, kwargs], sort_keys=True).encode()
        number = int(hashlib.sha256(asked).hexdigest(), 16)
        if number % 7 == 0:
            return CUT
        return message(self.REPLIES[number % len(self.REPLIES)])


@settings(max_examples=80)
@given(st.integers(), st.integers(0, 5), st.integers(0, 6))
def test_any_course_is_bounded_and_resumed_anywhere(dice: int, repairs: int, done: int) -> None:
    at = endpoint(repairs=repairs)

    def run(recalled: Mapping[str, Attempt]) -> tuple[Any, list[Attempt]]:
        journal = MemoryJournal()
        told = question(check=lambda vote: "" if vote.score else "accepts what is worth nothing")
        asked = asker(journal, Time()).ask(line(Fickle(dice), at), told, recalled)
        return asyncio.run(asked), journal.attempts

    result, attempts = run({})
    assert len(attempts) <= 2 + repairs
    assert outcomes(attempts).count("truncated") <= 2
    assert outcomes(attempts).count("contradiction") <= 2
    again, rest = run(by_key(attempts[:done]))
    assert again == result
    assert [a.request_key for a in rest] == [a.request_key for a in attempts[done:]]


def key_of(at: Any = None, **given: Any) -> str:
    return ask(YES, at=at, **given)[1][0].request_key


def test_the_key_of_a_request_holds_all_that_decides_the_reply() -> None:
    base = Identity("run", "sample", "judge", "examiner", "judge_examiner")
    other_form = replace(SHAPE, fingerprint="another")
    keys = [
        key_of(),
        key_of(identity=replace(base, role="x")),
        key_of(identity=replace(base, node="x")),
        key_of(identity=replace(base, ask="x")),
        key_of(identity=replace(base, round=1)),
        key_of(seed=8),
        key_of(form=other_form),
        key_of(messages=[{"role": "user", "content": "this"}]),
        *(
            key_of(at=endpoint(**changed))
            for changed in (
                {"model": "n"},
                {"params": {"temperature": 0.3}},
                {"params": {"temperature": 0.4}},
                {"max_tokens": 101},
            )
        ),
    ]
    assert len(set(keys)) == len(keys)


def test_the_key_of_a_request_holds_nothing_else() -> None:
    base = Identity("run", "sample", "judge", "examiner", "judge_examiner")
    keys = [
        key_of(),
        key_of(identity=replace(base, run_id="x", sample_id="y")),
        *(
            key_of(at=endpoint(**changed))
            for changed in (
                {"base_url": "http://127.0.0.2:9/v1"},
                {"api_key": "sk-other-key"},
                {"structured": "tool"},
                {"concurrency": 1, "deadline": 1.0, "repairs": 0},
                {"price_input": 1.0, "price_output": 2.0},
            )
        ),
    ]
    assert len(set(keys)) == 1


def test_what_is_sent_beside_the_messages() -> None:
    at = endpoint(params={"temperature": 0.3, "top_k": 5}, structured="json_object")
    _, attempts, chat = ask(YES, at=at)
    assert chat.asked[0][1] == {
        "temperature": 0.3,
        "top_k": 5,
        "max_tokens": 100,
        "seed": 7,
        "response_format": {"type": "json_object"},
    }
    assert json.loads(attempts[0].params) == {
        "temperature": 0.3,
        "top_k": 5,
        "max_tokens": 100,
        "seed": 7,
        "structured": "json_object",
        "form": f"Vote:{SHAPE.fingerprint}",
    }
    _, _, chat = ask(YES, at=endpoint(send_seed=False))
    assert "seed" not in chat.asked[0][1]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.openai.com/v1", "max_completion_tokens"),
        ("https://mine.openai.azure.com/openai/v1", "max_completion_tokens"),
        ("http://127.0.0.1:8000/v1", "max_tokens"),
        ("https://api.openai.com.example.org/v1", "max_tokens"),
        ("", "max_tokens"),
    ],
)
def test_the_token_limit_has_the_name_that_the_endpoint_takes(url: str, name: str) -> None:
    _, _, chat = ask(CUT, YES, at=endpoint(base_url=url))
    assert [kwargs[name] for _, kwargs in chat.asked] == [100, 200]


def test_an_attempt_is_a_whole_row() -> None:
    time = Time()

    async def slow() -> Any:
        await time.sleep(0.25)
        return message(YES, additional_kwargs={"reasoning_content": "thought"})

    journal = MemoryJournal()
    one = asker(journal, time, now=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
    at = endpoint(price_input=2.0, price_output=8.0)
    asyncio.run(one.ask(line(Chat(slow), at), question(), {}))
    (row,) = journal.attempts
    assert (row.run_id, row.sample_id, row.role) == ("run", "sample", "judge")
    assert (row.node, row.round, row.attempt) == ("examiner", 0, 1)
    assert (row.model, row.prompt, row.prompt_hash) == (
        "m",
        "judge_examiner.en",
        "0123456789abcdef",
    )
    assert (row.reply, row.reasoning, row.finish_reason) == (YES, "thought", "stop")
    assert (row.input_tokens, row.output_tokens, row.cached_tokens) == (1000, 500, 0)
    assert row.cost == pytest.approx((1000 * 2 + 500 * 8) / 1e6)
    assert (row.latency_ms, row.outcome, row.error) == (250.0, Outcome.ok, "")
    assert row.created_at == "2026-11-22T12:00:00.000+00:00"
    assert len(row.request_key) == 64


@pytest.mark.parametrize(
    ("prices", "cost"), [({}, None), ({"price_input": 1.0}, None), ({"price_output": 1.0}, None)]
)
def test_a_cost_is_not_guessed(prices: dict[str, float], cost: None) -> None:
    assert ask(YES, at=endpoint(**prices))[1][0].cost is cost


def test_a_call_that_failed_costs_nothing() -> None:
    at = endpoint(price_input=1.0, price_output=1.0)
    assert ask(failed(Outcome.context), at=at)[1][0].cost == 0


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"input_tokens": None, "output_tokens": None},
        {"input_tokens": -5, "output_tokens": -1},
        {"input_tokens": "many", "output_tokens": [1]},
        {"input_tokens": 10**30, "output_tokens": float("inf")},
        {"input_tokens": float("nan"), "output_tokens": 10**12},
        {"input_tokens": 0, "output_tokens": 0, "input_token_details": None},
        {"input_tokens": 0, "output_tokens": 0, "input_token_details": {"cache_read": "x"}},
    ],
)
def test_usage_that_cannot_be_counts_as_nothing(usage: Any) -> None:
    said = message()
    said.usage_metadata = usage
    _, (row,), _ = ask(said, at=endpoint(price_input=1.0, price_output=1.0))
    assert (row.input_tokens, row.output_tokens, row.cached_tokens, row.cost) == (0, 0, 0, 0)
    assert row.outcome == Outcome.ok


@pytest.mark.parametrize(
    ("content", "more", "reply", "reasoning"),
    [
        (f"<think>hm</think>\n{YES}", {}, YES, "hm"),
        (YES, {"reasoning_content": "hm"}, YES, "hm"),
        ([{"type": "text", "text": YES[:9]}, {"type": "text", "text": YES[9:]}], {}, YES, ""),
        ([{"type": "thinking", "thinking": []}, {"type": "text", "text": YES}], {}, YES, ""),
        ("", {"tool_calls": [{"function": {"name": "Vote", "arguments": YES}}]}, YES, ""),
        ("so", {"tool_calls": [{"function": {"arguments": json.loads(YES)}}]}, YES, ""),
        (YES, {"tool_calls": []}, YES, ""),
        (YES, {"tool_calls": [None]}, YES, ""),
        (YES, {"tool_calls": [{"function": None}]}, YES, ""),
        (YES, {"tool_calls": [{"function": {"name": "Vote"}}]}, YES, ""),
        (f"\ud83d{YES}\x00", {"reasoning_content": "a\x00\udc00"}, f"�{YES}", "a�"),
    ],
)
def test_a_message_is_read_whatever_carries_its_text(
    content: Any, more: dict[str, Any], reply: str, reasoning: str
) -> None:
    result, (row,), _ = ask(message(content, additional_kwargs=more))
    assert isinstance(result, Answer)
    assert result.reasoning == reasoning
    assert (row.reply, row.reasoning) == (reply, reasoning)
    for value in (row.reply, row.reasoning, row.finish_reason, row.error):
        value.encode()
        assert "\x00" not in value


def test_a_reply_without_end_is_kept_in_part() -> None:
    long = message("x" * 3_000_000, additional_kwargs={"reasoning_content": "y" * 3_000_000})
    result, (row,), _ = ask(long)
    assert isinstance(result, Failure)
    assert result.outcome == Outcome.too_large
    assert (len(row.reply), len(row.reasoning)) == (LIMIT, LIMIT)


def test_a_deadline_is_a_deadline() -> None:
    async def forever() -> Any:
        await asyncio.sleep(60)

    result, attempts, _ = ask(forever, forever, at=endpoint(deadline=0.05))
    assert outcomes(attempts) == ["deadline"] * 2
    assert isinstance(result, Failure)
    assert result.error == "no complete reply within 0.05 s"


def test_a_byte_now_and_then_does_not_keep_a_call_alive() -> None:
    body = b'{"choices": [{"message": {"role": "assistant", "content": "slow"}}]}'

    async def main(url: str) -> list[Attempt]:
        journal = MemoryJournal()
        at = endpoint(base_url=url, deadline=0.3)
        async with connect({"it": at}) as lines:
            start = asyncio.get_running_loop().time()
            await asker(journal, Time()).ask(lines["it"], question(), {})
            assert asyncio.get_running_loop().time() - start < 0.9
        return journal.attempts

    with Endpoint(lambda asked: Fault(200, body, drip=0.1)).running() as server:
        attempts = asyncio.run(main(server.url))
    assert outcomes(attempts) == ["deadline"] * 2


def test_endpoints_with_one_address_share_one_limit() -> None:
    async def main(url: str) -> None:
        ends = {
            name: endpoint(base_url=url, model=name, concurrency=number)
            for name, number in (("a", 3), ("b", 2))
        }
        async with connect(ends) as lines:
            assert lines["a"] is not lines["b"]
            assert lines["a"].limit is lines["b"].limit
            one = asker(MemoryJournal(), Time())
            names = itertools.islice(itertools.cycle(lines), 24)
            asked = [one.ask(lines[n], question(seed=i), {}) for i, n in enumerate(names)]
            results = await asyncio.gather(*asked)
        assert all(isinstance(result, Answer) for result in results)

    with Endpoint(lambda asked: YES, latency=0.02).running() as server:
        asyncio.run(main(server.url))
    assert len(server.requests) == 24
    assert server.most_in_flight == 3


def test_equal_endpoints_share_a_line_and_others_do_not() -> None:
    chats: list[object] = []

    def local(at: Any) -> Any:
        chats.append(at)
        return object()

    async def main() -> None:
        one = endpoint(base_url="")
        async with connect({"a": one, "b": one, "c": replace(one, max_tokens=7)}, local) as lines:
            assert lines["a"] is lines["b"]
            assert lines["a"] is not lines["c"]
        assert len(chats) == 2

    asyncio.run(main())
