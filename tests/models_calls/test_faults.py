import asyncio
import gzip
import json
import socket
import ssl
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import httpx2
import openai
import pytest

from taxoloom.models import Endpoint as Address
from taxoloom.models import Gate, Line, MemoryJournal, Outcome, Structured, connect
from taxoloom.models.ask import read
from taxoloom.models.chat import failure_of
from taxoloom.models.failure import CallFailed, outcome_of, said, scrub, told
from taxoloom.models.parse import parse
from taxoloom.tests.models_calls.asking import (
    YES,
    Time,
    Vote,
    asker,
    call,
    endpoint,
    outcomes,
    post,
    question,
)
from taxoloom.tests.support.endpoint import Endpoint, Fault, Said

KEY = "canary-0123456789-key"
GOOD = json.dumps(
    {"choices": [{"message": {"role": "assistant", "content": YES}, "finish_reason": "stop"}]}
).encode()


@pytest.fixture(params=["own path", "stock path"])
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to the endpoint: ours, and that for a library without its private names."""
    if request.param == "stock path":
        monkeypatch.setattr("taxoloom.models.chat._PRIVATE", ("_no_such_name",))
    return str(request.param)


@dataclass
class Wire:
    """An endpoint whose answer a test chooses, and an open line to it."""

    server: Endpoint
    runner: asyncio.Runner
    line: Line

    def answered(self, reply: Any, way: Structured = "json_schema") -> Any:
        """The message that a reply becomes, or the failure."""
        self.server.reply = lambda asked: reply
        asked = call(self.line, way)
        return self.runner.run(asked)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Endpoint(lambda asked: YES).running() as server, asyncio.Runner() as runner:
        opened = connect({"it": endpoint(base_url=server.url, api_key=KEY)})
        lines = runner.run(opened.__aenter__())
        yield Wire(server, runner, lines["it"])
        runner.run(opened.__aexit__(None, None, None))


def chunked(*pieces: bytes) -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + body


def whole(head: str, body: bytes) -> bytes:
    return f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body


def error(**inside: Any) -> bytes:
    return json.dumps({"error": inside}).encode()


BAD_BODIES = {
    "html": Fault(
        200, b"<!doctype html>\n<html>\n  Sign in\n</html>", (("content-type", "text/html"),)
    ),
    "html as json": Fault(200, b"<html>"),
    "text": Fault(200, b"upstream is away", (("content-type", "text/plain"),)),
    "bad json": Fault(200, b'{"choices": [{"mess'),
    "empty": Fault(200, b""),
    "null": Fault(200, b"null"),
    "number": Fault(200, b"42"),
    "list": Fault(200, b"[]"),
    "string": Fault(200, b'"choices"'),
    "deep": Fault(200, b"[" * 100_000),
    "huge number": Fault(200, b'{"choices": ' + b"9" * 5000 + b"}"),
    "no choices": Fault(200, b'{"id": "x", "object": "chat.completion"}'),
    "null choices": Fault(200, b'{"choices": null}'),
    "empty choices": Fault(200, b'{"choices": []}'),
    "choices as text": Fault(200, b'{"choices": "abc"}'),
    "choices as object": Fault(200, b'{"choices": {"a": 1}}'),
    "null choice": Fault(200, b'{"choices": [null]}'),
    "no message": Fault(200, b'{"choices": [{"finish_reason": "stop"}]}'),
    "null message": Fault(200, b'{"choices": [{"message": null}]}'),
    "message as text": Fault(200, b'{"choices": [{"message": "hello"}]}'),
    "content as number": Fault(200, b'{"choices": [{"message": {"content": 5}}]}'),
    "error object": Fault(200, error(message="overloaded")),
    "error text": Fault(200, b'{"error": "overloaded"}'),
    "error and choices": Fault(200, GOOD[:-1] + b', "error": {"message": "half way"}}'),
    "bad utf-8": Fault(200, GOOD.replace(b"good", b"g\xff\xfed")),
    "latin-1": Fault(200, GOOD.replace(b"good", "für".encode("latin-1"))),
    "utf-16 mark": Fault(200, b"\xff\xfe\x00"),
    "event stream": Fault(
        200, b"data: {}\n\ndata: [DONE]\n\n", (("content-type", "text/event-stream"),)
    ),
    "too long": Fault(200, b" " * 8_000_001),
    "gzip bomb": Fault(200, gzip.compress(b" " * 30_000_000), (("content-encoding", "gzip"),)),
}
TOO_LONG = {"too long", "gzip bomb"}
BROKEN = {
    "dropped": Fault(drop=True),
    "reset": Fault(reset=True),
    "reset within headers": Fault(raw=b"HTTP/1.1 200 OK\r\ncontent-le", reset=True),
    "closed within headers": Fault(raw=b"HTTP/1.1 200 OK\r\ncontent-le"),
    "truncated": Fault(raw=whole("content-length: 9999", GOOD)),
    "reset within body": Fault(raw=whole("content-length: 9999", GOOD), reset=True),
    "chunks without end": Fault(raw=chunked(GOOD)),
    "broken chunk": Fault(raw=chunked(GOOD[:20]) + b"zz\r\nabc\r\n0\r\n\r\n"),
    "no http": Fault(raw=b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    "binary": Fault(raw=bytes(range(256)) + b"\r\n\r\n"),
    "no gzip": Fault(200, b"plain", (("content-encoding", "gzip"),)),
    "half a gzip": Fault(
        raw=whole("content-encoding: gzip\r\ncontent-length: 999", gzip.compress(GOOD)[:30])
    ),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_good_status_with_a_bad_body_is_a_failure_of_the_server(
    name: str, path: str, wire: Wire
) -> None:
    if path == "stock path" and name in {*TOO_LONG, "bad utf-8", "latin-1"}:
        pytest.skip("the stock class reads all, and reads it leniently")
    failed = wire.answered(BAD_BODIES[name])
    assert isinstance(failed, CallFailed), failed
    assert failed.outcome == Outcome.server, failed
    assert ("longer than 8000000 bytes" in failed.message) == (name in TOO_LONG)
    assert_presentable(failed)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_connection_is_a_failure_of_transport(name: str, path: str, wire: Wire) -> None:
    failed = wire.answered(BROKEN[name])
    assert isinstance(failed, CallFailed), failed
    assert failed.outcome == Outcome.transport, failed
    assert_presentable(failed)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/v1",
        "https://127.0.0.1:9/v1",
        "http://localhost:1/v1",
        "http://127.0.0.1:99999/v1",
    ],
)
def test_an_address_where_nobody_is_is_a_failure_of_transport(url: str, path: str) -> None:
    failed = post(url, api_key=KEY)
    assert isinstance(failed, CallFailed), failed
    assert failed.outcome == Outcome.transport, failed
    assert_presentable(failed)


def test_a_name_that_is_none_is_a_failure_of_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAXOLOOM_REQUESTS", "any")
    failed = post("http://no-such-host.invalid/v1", api_key=KEY)
    assert failed.outcome == Outcome.transport, failed


def test_a_server_that_speaks_no_tls_is_a_failure_of_transport() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def main() -> Any:
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            async with connect({"it": endpoint(base_url=f"https://127.0.0.1:{port}/v1")}) as lines:
                return await call(lines["it"])

    failed = asyncio.run(main())
    assert failed.outcome == Outcome.transport, failed
    assert "SSL" in failed.message
    assert_presentable(failed)


def test_a_server_that_does_not_answer_is_late(path: str) -> None:
    with Endpoint(lambda asked: YES, latency=5).running() as server:
        failed = post(server.url, deadline=0.2)
    assert failed.outcome == Outcome.deadline, failed
    assert_presentable(failed)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


REQUEST = httpx2.Request("POST", "http://127.0.0.1:9/v1")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "server"),
        (KeyError("choices"), "server"),
        (RecursionError("too deep"), "server"),
        (aiohttp.ClientPayloadError("half"), "transport"),
        (aiohttp.ServerDisconnectedError(), "transport"),
        (httpx2.RemoteProtocolError("odd"), "transport"),
        (httpx2.ReadError("gone"), "transport"),
        (caused(httpx2.DecodingError("bad"), zlib.error("header")), "transport"),
        (asyncio.IncompleteReadError(b"", 5), "transport"),
        (ConnectionResetError(104, "reset"), "transport"),
        (ssl.SSLError("wrong version"), "transport"),
        (socket.gaierror(-2, "unknown name"), "transport"),
        (openai.APIConnectionError(request=REQUEST), "transport"),
        (caused(openai.APITimeoutError(REQUEST), httpx2.ReadTimeout("late")), "deadline"),
        (caused(openai.APITimeoutError(REQUEST), httpx2.PoolTimeout("late")), "deadline"),
        # A machine that is not there, and what the transport makes of a lost connection.
        (caused(openai.APITimeoutError(REQUEST), httpx2.ConnectTimeout("late")), "transport"),
        (caused(aiohttp.ConnectionTimeoutError("late"), TimeoutError()), "transport"),
        (
            caused(httpx2.ConnectTimeout("gone"), aiohttp.ServerDisconnectedError()),
            "transport",
        ),
        (caused(aiohttp.SocketTimeoutError("late"), TimeoutError()), "deadline"),
        (TimeoutError(), "deadline"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_whatever_the_libraries_raise_is_understood(error: Exception, outcome: str) -> None:
    failed = failure_of(error, KEY)
    assert failed.outcome == outcome, failed
    assert_presentable(failed)


def test_a_circle_of_causes_comes_to_an_end() -> None:
    error = caused(KeyError("a"), ValueError("b"))
    caused(error.__cause__, error)  # type: ignore[arg-type]
    assert failure_of(error).outcome == Outcome.server


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int, path: str, wire: Wire) -> None:
    with Endpoint(lambda asked: YES).running() as other:
        to = (("location", f"{other.url}/chat/completions"),)
        failed = wire.answered(Fault(status, b"", to))
    assert failed.outcome == Outcome.bad_request, failed
    assert f"HTTP {status}: redirected to {other.url}" in failed.message
    assert "base_url" in failed.message
    assert (other.connections, other.headers, other.requests) == (0, [], [])


STATUS = [
    (400, b"{}", "bad_request"),
    (400, error(message="Unrecognized request argument: seed"), "bad_request"),
    (400, error(message="'response_format' of type 'json_schema' is not supported"), "bad_request"),
    (400, error(code="context_length_exceeded", message="too many"), "context"),
    (400, error(message="This model's maximum context length is 4096 tokens"), "context"),
    (400, error(type="exceed_context_size_error", message="n_ctx"), "context"),
    (400, error(message="The model `x` does not exist."), "no_model"),
    (400, error(code="model_not_found", message="pick another"), "no_model"),
    (400, error(message="Model Not Exist"), "no_model"),
    (400, error(message="tool 'f' not found. The model said so"), "bad_request"),
    (400, error(code="content_filter", message="The response was filtered"), "filtered"),
    (400, error(code="data_inspection_failed", message="inappropriate content"), "filtered"),
    (400, error(message="Content Exists Risk"), "filtered"),
    (400, error(code="Arrearage", message="Access denied"), "quota"),
    (400, error(message="API key not valid. Please pass a valid API key."), "auth"),
    (401, error(message="Incorrect API key provided"), "auth"),
    (401, b"", "auth"),
    (402, b"", "quota"),
    (402, error(message="Insufficient Balance"), "quota"),
    (403, b"<html>forbidden</html>", "auth"),
    (403, error(code="insufficient_quota", message="no"), "quota"),
    (403, error(message="Your input was flagged"), "filtered"),
    (404, error(message="The model `x` does not exist"), "no_model"),
    (404, b'{"detail": "Not Found"}', "no_model"),
    (
        404,
        error(message="No endpoints found that can handle the requested parameters."),
        "bad_request",
    ),
    (405, b"", "bad_request"),
    (408, b"", "server"),
    (409, b"", "server"),
    (413, b"<html>413</html>", "bad_request"),
    (413, error(message="prompt is too long: 9 tokens"), "context"),
    (422, b'{"detail": [{"loc": ["body", "seed"], "msg": "extra"}]}', "bad_request"),
    (429, b"", "rate_limited"),
    (429, error(message="Rate limit reached for model x: 3 requests per min"), "rate_limited"),
    (429, error(code="insufficient_quota", message="no"), "quota"),
    (429, error(message="You exceeded your current quota, please check your plan"), "quota"),
    (
        429,
        error(status="RESOURCE_EXHAUSTED", message="You exceeded your current quota"),
        "rate_limited",
    ),
    (500, b"boom", "server"),
    (500, error(message="model not found in the cache"), "server"),
    (502, b"<html>\nbad gateway\n</html>", "server"),
    (503, error(message="Loading model"), "server"),
    (504, b"", "server"),
    (529, b"", "server"),
]


@pytest.mark.parametrize(("status", "body", "outcome"), STATUS)
def test_each_refusal_is_understood(status: int, body: bytes, outcome: str, wire: Wire) -> None:
    failed = wire.answered(Fault(status, body))
    assert failed.outcome == outcome, failed
    assert failed.message.startswith(f"HTTP {status}: ")
    assert len(failed.message) > len("HTTP 400: ")
    assert failed.busy == (status in (429, 502, 503, 504, 529) and outcome != "quota")
    assert_presentable(failed)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        next(row for row in STATUS if row[0] == status)
        for status in (400, 401, 402, 403, 404, 409, 422, 429, 500, 503)
    ],
)
def test_the_stock_path_understands_refusals_too(
    status: int, body: bytes, outcome: str, monkeypatch: pytest.MonkeyPatch, wire: Wire
) -> None:
    own = wire.answered(Fault(status, body))
    monkeypatch.setattr("taxoloom.models.chat._PRIVATE", ("_no_such_name",))
    stock = wire.answered(Fault(status, body))
    assert (stock.outcome, stock.message) == (own.outcome, own.message)
    assert stock.outcome == outcome


@pytest.mark.parametrize(
    ("inside", "outcome"),
    [
        ({"code": 429, "message": "slow down"}, "rate_limited"),
        ({"code": "429", "message": "slow down"}, "rate_limited"),
        ({"code": 402, "message": "no credit"}, "quota"),
        ({"code": 400, "message": "maximum context length is 9"}, "context"),
        ({"code": 502, "message": "provider failed"}, "server"),
        ({"code": 200, "message": "odd"}, "server"),
        ({"code": None, "message": "odd"}, "server"),
    ],
)
def test_a_failure_inside_a_good_status_is_understood(
    inside: dict[str, Any], outcome: str, wire: Wire
) -> None:
    failed = wire.answered(Fault(200, error(**inside)))
    assert failed.outcome == outcome
    assert inside["message"] in failed.message


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ((("retry-after", "7"),), 7, 7),
        ((("retry-after", "0"),), 0, 0),
        ((("retry-after", "600"),), 600, 600),
        ((("retry-after", "1e9"),), 1e9, 1e9),
        ((("retry-after-ms", "1500"), ("retry-after", "2")), 1.5, 1.5),
        ((("retry-after-ms", "soon"), ("retry-after", "2")), 2, 2),
        ((("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"),), 0, 0),
    ],
)
def test_retry_after_is_read(
    headers: tuple[tuple[str, str], ...], least: float, most: float, wire: Wire
) -> None:
    failed = wire.answered(Fault(429, b"", headers))
    assert least <= failed.retry_after <= most


def test_retry_after_may_be_a_date(wire: Wire) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    failed = wire.answered(Fault(429, b"", (("retry-after", later),)))
    assert 7000 <= failed.retry_after <= 7200


@pytest.mark.parametrize("value", ["-5", "abc", "", "nan", "-inf", "Wed, 99 Oct", "1970-01-01"])
def test_a_retry_after_that_says_nothing_is_none(value: str, wire: Wire) -> None:
    assert wire.answered(Fault(503, b"", (("retry-after", value),))).retry_after is None


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (YES, "ok"),
        (Said(YES, finish_reason="length"), "truncated"),
        (Said("", finish_reason="content_filter"), "filtered"),
        (Said(None, finish_reason="content_filter"), "filtered"),
        (Said(None, message={"refusal": "no"}), "refused"),
        (Said(None), "empty"),
        (Said(""), "empty"),
        (Said("   \n"), "empty"),
        (Said("no JSON"), "invalid_json"),
        (Said(f"```json\n{YES}\n```"), "ok"),
        (Said(YES, message={"role": "model"}), "ok"),
        (Said(YES, message={"role": "tool", "tool_call_id": "x"}), "ok"),
        (Said(YES, message={"role": None}), "ok"),
        (Said(YES, finish_reason="eos"), "ok"),
        (Said(YES, message={"refusal": None, "reasoning": None, "tool_calls": None}), "ok"),
        (Said(YES, message={"tool_calls": []}), "ok"),
        (Said(YES, message={"annotations": [], "audio": None, "function_call": None}), "ok"),
    ],
)
def test_each_kind_of_reply_arrives_as_what_it_is(
    reply: Any, outcome: str, path: str, wire: Wire
) -> None:
    message = wire.answered(reply)
    assert not isinstance(message, CallFailed), message
    assert parse(read(message), Vote).outcome == outcome


@pytest.mark.parametrize("way", ["json_schema", "json_object", "tool", "prompt"])
def test_each_way_of_asking_is_sent_and_answered(way: Structured, path: str) -> None:
    with Endpoint(lambda asked: YES).running() as server:
        raw = read(post(server.url, way=way, params={}))
    assert raw.text == YES
    (body,) = server.requests
    assert body["model"] == "m"
    assert (body["max_tokens"], body["seed"]) == (100, 1)
    assert body["messages"] == [{"role": "user", "content": "hello"}]
    assert ("response_format" in body) == (way in ("json_schema", "json_object"))
    assert ("tools" in body, "tool_choice" in body) == (way == "tool",) * 2
    assert "extra_body" not in body
    assert not body.get("stream")
    assert server.paths == ["/v1/chat/completions"]


@pytest.mark.parametrize("arguments", ['{"accept": true, "accept": false}', '{"accept": tru', "[]"])
def test_faulty_arguments_of_a_call_reach_our_own_parser(
    arguments: str, path: str, wire: Wire
) -> None:
    said = {"id": "1", "type": "function", "function": {"name": "Vote", "arguments": arguments}}
    raw = read(wire.answered(Said(None, message={"tool_calls": [said]}), "tool"))
    assert raw.text == arguments


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_is_kept_apart_by_either_name(name: str, path: str, wire: Wire) -> None:
    raw = read(wire.answered(Said(YES, message={name: "first, …"})))
    assert (raw.text, raw.reasoning) == (YES, "first, …")


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        (None, (0, 0, 0)),
        ({}, (0, 0, 0)),
        ({"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}, (7, 5, 0)),
        ({"prompt_tokens": "7", "completion_tokens": "5", "total_tokens": "12"}, (7, 5, 0)),
        ({"prompt_tokens": -7, "completion_tokens": 10**12}, (0, 0, 0)),
        ({"prompt_tokens": None, "completion_tokens": [1]}, (0, 0, 0)),
        ({"prompt_tokens": 7, "prompt_tokens_details": {"cached_tokens": 3}}, (7, 0, 3)),
        ({"prompt_tokens": 7, "prompt_tokens_details": {"cached_tokens": None}}, (7, 0, 0)),
        ({"prompt_tokens": 7, "prompt_tokens_details": "none"}, (7, 0, 0)),
        ({"prompt_tokens": 7, "completion_tokens_details": 5}, (7, 0, 0)),
        ({"prompt_tokens": 7, "prompt_cache_hit_tokens": 4}, (7, 0, 4)),
    ],
)
def test_usage_is_read_as_far_as_it_can_be(
    usage: Any, counted: tuple[int, int, int], path: str, wire: Wire
) -> None:
    raw = read(wire.answered(Said(YES, usage=usage)))
    assert raw.text == YES
    assert (raw.input_tokens, raw.output_tokens, raw.cached_tokens) == counted


@pytest.mark.parametrize("usage", [[], "many", 5])
def test_usage_of_another_shape_is_none(usage: Any, wire: Wire) -> None:
    raw = read(
        wire.answered(Fault(200, GOOD[:-1] + b', "usage": ' + json.dumps(usage).encode() + b"}"))
    )
    assert (raw.text, raw.input_tokens) == (YES, 0)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress(GOOD)), ("deflate", zlib.compress(GOOD)), ("identity", GOOD)],
)
def test_a_packed_body_is_read(encoding: str, packed: bytes, path: str, wire: Wire) -> None:
    raw = read(wire.answered(Fault(200, packed, (("content-encoding", encoding),))))
    assert raw.text == YES


def test_a_body_in_chunks_is_read(path: str, wire: Wire) -> None:
    reply = Fault(raw=chunked(GOOD[:9], GOOD[9:]) + b"0\r\n\r\n")
    assert read(wire.answered(reply)).text == YES


def test_halves_of_characters_and_nul_arrive_cleaned(wire: Wire) -> None:
    message = {"role": "assistant", "content": "a\x00b\ud800c", "reasoning": "\udc00"}
    body = json.dumps({"choices": [{"message": message}]}).encode()
    raw = read(wire.answered(Fault(200, body)))
    assert (raw.text, raw.reasoning) == ("ab�c", "�")


def echoes() -> Iterator[tuple[str, Fault]]:
    said = f"bad key {KEY}, sent as Bearer {KEY}; did you mean sk-proj-abcdef123456?"
    for status in (400, 401, 403, 404, 429, 500):
        yield f"{status}", Fault(status, error(message=said))
        yield f"{status} text", Fault(status, said.encode())
    yield "200 error", Fault(200, error(message=said))
    yield "200 text", Fault(200, said.encode())
    yield "200 list", Fault(200, json.dumps([said]).encode())
    yield "far on", Fault(400, b"x" * 290 + said.encode())
    yield "header", Fault(302, b"", (("location", f"http://127.0.0.1:9/?key={KEY}"),))
    yield "choices", Fault(200, json.dumps({"choices": {"a": KEY}}).encode())


@pytest.mark.parametrize(("name", "fault"), list(echoes()))
def test_the_key_is_in_no_record(name: str, fault: Fault, path: str, wire: Wire) -> None:
    journal, gate = MemoryJournal(), Gate()

    async def main() -> str:
        asked = asyncio.create_task(asker(journal, Time(), gate).ask(wire.line, question(), {}))
        stopped = asyncio.create_task(gate.closed.wait())
        await asyncio.wait({asked, stopped}, return_when=asyncio.FIRST_COMPLETED)
        await gate.idle()
        for task in (asked, stopped):
            task.cancel()
        return repr(asked.result()) if asked.done() else repr(gate.error)

    wire.server.reply = lambda asked: fault
    result = wire.runner.run(main())
    wire.line.resume_at = 0
    assert outcomes(journal.attempts)[0] != "ok"
    for text in (repr(journal.attempts), result, repr(wire.line.endpoint)):
        assert KEY not in text
        assert KEY[:12] not in text
        assert "sk-proj" not in text


def test_no_trace_of_an_exception_shows_the_key(wire: Wire) -> None:
    import traceback

    failed = wire.answered(Fault(401, error(message=f"bad key {KEY}")))
    shown = "".join(traceback.format_exception(failed))
    assert "HTTP 401" in shown
    assert KEY not in shown


def test_the_key_goes_where_it_belongs() -> None:
    with Endpoint(lambda asked: YES, key=KEY).running() as server:
        assert read(post(server.url, api_key=KEY)).text == YES
        assert post(server.url, api_key="another-key").outcome == Outcome.auth
        assert post(server.url).outcome == Outcome.auth
    assert server.headers[0]["authorization"] == f"bearer {KEY}"


def test_a_line_serves_one_event_loop_and_the_next_gets_its_own() -> None:
    with Endpoint(lambda asked: YES).running() as server:
        for _ in range(2):
            assert read(post(server.url)).text == YES


def test_callbacks_see_the_call_and_its_failure() -> None:
    from langchain_core.callbacks import AsyncCallbackHandler

    class Seen(AsyncCallbackHandler):
        def __init__(self) -> None:
            self.told: list[str] = []

        async def on_chat_model_start(self, *given: Any, **more: Any) -> None:
            self.told.append("start")

        async def on_llm_end(self, response: Any, **more: Any) -> None:
            usage = response.generations[0][0].message.usage_metadata
            self.told.append(f"end {usage['total_tokens']}")

        async def on_llm_error(self, error: BaseException, **more: Any) -> None:
            self.told.append(str(error))

    async def main(url: str, seen: Seen) -> None:
        async with connect({"it": Address(model="mock", base_url=url)}) as lines:
            config: Any = {"callbacks": [seen]}
            await lines["it"].chat.ainvoke("hello", config)
            with pytest.raises(CallFailed):
                await lines["it"].chat.ainvoke("hello", config)

    seen = Seen()
    replies: Iterator[Said | Fault] = iter([Said(YES), Fault(500, error(message="planted"))])
    with Endpoint(lambda asked: next(replies)).running() as server:
        asyncio.run(main(server.url, seen))
    assert seen.told == ["start", "end 150", "start", "HTTP 500: planted"]


def assert_presentable(failed: CallFailed) -> None:
    """One line that fits into a message, and nothing in it that no terminal or file can hold."""
    assert 10 < len(failed.message) <= 300
    assert failed.message == str(failed)
    assert "\n" not in failed.message
    assert "\x00" not in failed.message
    failed.message.encode()
    assert KEY not in failed.message


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n b\t\tc ", "a b c"),
        ("key sk-abcdefgh and hf_abcdefgh!", "key <key> and <key>!"),
        ("Authorization: Bearer abc", "Authorization: <key>"),
        ("a secret-word here", "a <key> here"),
        ("a\x00\ud800", "a�"),
        ("risk-averse task_force", "risk-averse task_force"),
    ],
)
def test_foreign_text_is_made_fit_for_a_message(text: str, shown: str) -> None:
    assert told(text, "secret-word") == shown


def test_long_text_is_cut_after_the_key_is_out() -> None:
    text = told("x" * 292 + KEY + "y" * 1_000_000, KEY)
    assert len(text) == 300
    assert text.endswith("x<key>yy…")


def test_what_stands_for_no_key_is_no_secret() -> None:
    assert scrub("none of it is EMPTY", "none") == "none of it is EMPTY"
    assert scrub("nothing", "") == "nothing"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"error": {"code": "bad", "message": "no"}}', "bad: no"),
        ('{"error": {"code": 400, "message": "no"}}', "no"),
        ('{"message": "no", "type": "x"}', "no"),
        ('[{"error": {"code": 429, "message": "no"}}]', "no"),
        ('{"error": "no"}', '{"error": "no"}'),
        ('{"detail": "Not Found"}', '{"detail": "Not Found"}'),
        ("[]", "[]"),
        ("plain", "plain"),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_what_an_error_body_says(body: str, shown: str) -> None:
    assert said(body) == shown


@pytest.mark.parametrize("status", range(300, 600, 7))
def test_any_status_has_an_outcome(status: int) -> None:
    outcome = outcome_of(status, "")
    assert outcome not in (Outcome.ok, Outcome.filtered)
