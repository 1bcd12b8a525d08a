"""Vectors of an endpoint: in order, of one size, asked again as often as that can help."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from taxoloom.errors import EndpointError
from taxoloom.models import OFFLINE, Gate
from taxoloom.models.embed import Embedder, EmbeddingEndpoint, Vectors, embedder, try_out
from taxoloom.models.embed_http import sender
from taxoloom.models.failure import CallFailed
from taxoloom.models.outcome import Outcome
from taxoloom.tests.support.endpoint import Body, Endpoint, Fault, good
from taxoloom.tests.support.vectors import by, direction, reply

KEY = "canary-0123456789-key"


def address(url: str, **given: Any) -> EmbeddingEndpoint:
    return EmbeddingEndpoint(**{"model": "mock", "base_url": url, **given})


def embedded(end: EmbeddingEndpoint, texts: Sequence[str]) -> Vectors:
    async def scene() -> Vectors:
        async with embedder(end) as opened:
            return await opened.embed(texts)

    return asyncio.run(scene())


def refused(end: EmbeddingEndpoint, texts: Sequence[str] = ("a", "b")) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        embedded(end, texts)
    assert end.base_url in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value


def test_rows_come_back_in_the_order_of_the_texts_whatever_that_of_the_reply() -> None:
    texts = [f"text {number}" for number in range(21)]
    with Endpoint(good, vectors=by(direction), latency=0.01).running() as server:
        found = embedded(address(server.url, batch=4, concurrency=3), texts)
        nothing = embedded(address(server.url), [])
    assert np.allclose(found, [direction(text) for text in texts])
    assert nothing.shape == (0, 0)
    assert server.most_in_flight == 3
    assert sorted(len(body["input"]) for body in server.embedded) == [1, 4, 4, 4, 4, 4]
    assert {body["encoding_format"] for body in server.embedded} == {"float"}
    assert "dimensions" not in server.embedded[0]


def test_key_and_length_go_with_the_request() -> None:
    with Endpoint(good, vectors=by(lambda text: [1.0] * 8), key=KEY).running() as server:
        found = embedded(address(server.url, api_key=KEY, dimensions=8), ["a"])
        error = refused(address(server.url, api_key="wrong-0123456789-key"))
    assert found.shape == (1, 8)
    assert server.embedded[0]["dimensions"] == 8
    assert "auth" in error.message
    assert "api_key_env" in error.hint
    assert KEY not in error.message


ROW = [1.0, 2.0, 3.0]
WRONG: dict[str, tuple[Fault, str]] = {
    "one too few": (reply([ROW]), "2 texts became 1 vectors"),
    "one too many": (reply([ROW, ROW, ROW]), "2 texts became 3 vectors"),
    "two sizes": (reply([ROW, [1.0]]), "several sizes"),
    "another size": (reply([[1.0, 2.0]] * 2), "vectors have 2 numbers, not 3"),
    "zero": (reply([ROW, [0.0, 0.0, 0.0]]), "zero or not finite"),
    "not a number": (reply([ROW, [1.0, float("nan"), 0.0]]), "zero or not finite"),
    "infinite": (reply([ROW, [1.0, float("inf"), 0.0]]), "zero or not finite"),
    "too large": (reply([ROW, [1.0, 1e39, 0.0]]), "zero or not finite"),
    "words": (reply([ROW, ["a", "b", "c"]]), "no number"),
    "base64": (reply(["AACAPwAAAEA=", "AACAPwAAAEA="]), "no list of numbers"),
    "nested": (reply([[ROW] * 3, [ROW] * 3]), "zero or not finite"),
    "nothing": (reply([None, None]), "no list of numbers"),
    "twice": (
        Fault(200, json.dumps({"data": [{"index": 0, "embedding": ROW}] * 2}).encode()),
        "twice",
    ),
    "no index": (Fault(200, json.dumps({"data": [{"embedding": ROW}] * 2}).encode()), "missing"),
    "rows of nothing": (Fault(200, b'{"data": [1, 2]}'), "missing"),
    "others": (
        Fault(200, json.dumps({"data": [{"index": i, "embedding": ROW} for i in (1, 2)]}).encode()),
        "others than theirs",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_reply_that_cannot_be_compared_is_refused_at_once(name: str) -> None:
    fault, said = WRONG[name]
    with Endpoint(good, vectors=lambda body: fault).running() as server:
        error = refused(address(server.url, dimensions=3))
    assert said in error.message
    assert "base_url" in error.hint
    assert len(server.embedded) == 1


def test_batches_of_different_sizes_are_refused() -> None:
    with Endpoint(good, vectors=by(lambda text: [1.0] * len(text))).running() as server:
        assert "numbers, not" in refused(address(server.url, batch=1), ["a", "bb"]).message


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        (Fault(200, b"<html>"), 3),
        (Fault(500), 3),
        (Fault(200, b'{"error": {"code": 404, "message": "no such model"}}'), 1),
        (Fault(404, b'{"error": {"message": "The model `mock` does not exist"}}'), 1),
        (Fault(402), 1),
        (Fault(400, b'{"error": {"message": "batch size 64 > maximum 32"}}'), 1),
    ],
    ids=["no JSON", "server", "told inside", "no model", "no credit", "batch"],
)
def test_what_cannot_be_had_is_an_error_after_as_many_calls_as_may_help(
    fault: Fault, calls: int
) -> None:
    with (
        Endpoint(good, vectors=lambda body: fault).running() as server,
        pytest.raises(EndpointError, match="cannot be used"),
    ):
        asyncio.run(_impatient(address(server.url)))
    assert len(server.embedded) == calls


async def _at_once(seconds: float) -> None:
    await asyncio.sleep(0)


async def _impatient(end: EmbeddingEndpoint) -> Vectors:
    """Ask without a pause between the calls."""
    async with sender(end) as send:
        return await Embedder(end, send, Gate(), sleep=_at_once).embed(["a"])


class Time:
    """A clock that goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def scripted(replies: Iterator[Any], time: Time, **given: Any) -> Embedder:
    async def send(texts: Sequence[str]) -> Any:
        reply = next(replies)
        if isinstance(reply, Exception):
            raise reply
        return [direction(text) for text in texts]

    end = address("http://127.0.0.1:1/v1", **given)
    return Embedder(end, send, Gate(), sleep=time.sleep, clock=lambda: time.now)


def test_as_long_as_the_endpoint_asks_nobody_calls_it() -> None:
    time = Time()
    busy = CallFailed(Outcome.rate_limited, "slow down", retry_after=17)
    found = asyncio.run(
        scripted(iter([busy, 1, 1]), time, batch=1, concurrency=1).embed(["a", "b"])
    )
    assert np.allclose(found, [direction("a"), direction("b")])
    assert 17 <= time.now < 40
    assert max(time.slept) >= 17


def test_a_429_with_retry_after_is_waited_for_over_http() -> None:
    replies = iter([Fault(429, b"{}", (("retry-after-ms", "1"),)), reply([ROW])])
    with Endpoint(good, vectors=lambda body: next(replies)).running() as server:
        assert embedded(address(server.url), ["a"]).tolist() == [ROW]
    assert len(server.embedded) == 2


def test_failures_of_one_kind_are_counted_apart_and_end() -> None:
    time = Time()
    many = [CallFailed(Outcome.rate_limited, "busy")] * 6
    asyncio.run(scripted(iter([*many, CallFailed(Outcome.server, "oops"), 1]), time).embed(["a"]))
    with pytest.raises(EndpointError, match="rate_limited"):
        asyncio.run(scripted(iter([*many, many[0]]), time).embed(["a"]))


def test_a_reply_that_drips_is_given_up_at_the_deadline() -> None:
    fault = Fault(200, reply([ROW]).body, drip=0.5)
    with Endpoint(good, vectors=lambda body: fault).running() as server:
        found = asyncio.run(_attempt(address(server.url, deadline=0.2)))
    assert isinstance(found, CallFailed)
    assert found.outcome == Outcome.deadline


async def _attempt(end: EmbeddingEndpoint) -> Any:
    async with embedder(end) as opened:
        return await opened._attempt(["a"], 0, None)


def test_texts_that_are_too_long_are_asked_apart_and_then_by_their_beginning() -> None:
    def limited(body: Body) -> Fault:
        if sum(map(len, body["input"])) > 500:
            said = {"error": {"message": "maximum context length is 500 tokens"}}
            return Fault(400, json.dumps(said).encode())
        return by(lambda text: [float(len(text)), 1.0])(body)

    kept: dict[int, int] = {}

    async def keep(start: int, vectors: Vectors) -> None:
        kept.update({start + i: int(vector[0]) for i, vector in enumerate(vectors)})

    async def scene() -> Vectors:
        async with embedder(address(server.url)) as opened:
            return await opened.embed(["x" * 300, "x" * 40, "y" * 1600, "z" * 10], keep)

    with Endpoint(good, vectors=limited).running() as server:
        assert asyncio.run(scene())[:, 0].tolist() == [300, 40, 400, 10]
        assert kept == {0: 300, 1: 40, 2: 400, 3: 10}


def test_calls_in_flight_are_kept_when_another_one_fails() -> None:
    def answer(body: Body) -> Fault:
        return Fault(401) if body["input"] == ["b"] else by(direction)(body)

    kept: list[int] = []

    async def keep(start: int, vectors: Vectors) -> None:
        await asyncio.sleep(0.05)
        kept.append(start)

    async def scene() -> None:
        gate = Gate()
        async with embedder(address(server.url, batch=1, concurrency=2), gate) as opened:
            with pytest.raises(EndpointError, match="auth"):
                await opened.embed(["a", "b", "c", "d", "e", "f"], keep)
        assert isinstance(gate.error, EndpointError)

    with Endpoint(good, vectors=answer).running() as server:
        asyncio.run(scene())
    assert 0 in kept
    assert len(kept) == len(server.embedded) - 1 < 5


def test_an_endpoint_is_tried_with_one_text() -> None:
    with Endpoint(good, vectors=by(direction)).running() as server:
        found = asyncio.run(try_out(address(server.url)))
        assert (found.model, found.base_url, found.numbers) == ("mock", server.url, 64)
        assert len(server.embedded) == 1
    with pytest.raises(EndpointError, match="transport"):
        asyncio.run(_impatient(address(server.url)))


def test_another_machine_is_not_asked_where_requests_are_forbidden() -> None:
    with pytest.raises(EndpointError, match="forbids"):
        embedded(address("http://192.0.2.1/v1"), ["a"])


@pytest.mark.parametrize(
    ("own", "like", "other"),
    [
        (
            "快递三天没动了，能帮我查一下吗",
            "快递三天没动，能帮我查一下吗？",
            "怎么开公司抬头的发票",
        ),
        ("My parcel has not moved for days.", "My parcel has not moved for 3 days", "Write a poem"),
    ],
)
def test_the_offline_stand_in_compares_words(own: str, like: str, other: str) -> None:
    found = embedded(EmbeddingEndpoint(OFFLINE), [own, like, other, own])
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)
    assert unit[0] @ unit[1] > 0.7
    assert unit[0] @ unit[2] < 0.3
    assert (found[0] == found[3]).all()
    assert embedded(EmbeddingEndpoint(OFFLINE, dimensions=32), ["", own]).shape == (2, 32)
