import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from taxoloom.errors import EndpointError
from taxoloom.models import LADDER, OFFLINE, Structured
from taxoloom.models import Endpoint as Address
from taxoloom.models.outcome import Outcome
from taxoloom.models.probe import Report, Trial, examine, settle
from taxoloom.tests.support.endpoint import Endpoint, Fault, Said

READY = '{"ready": true}'
KEY = "canary-0123456789-key"
Reply = Callable[[dict[str, Any]], Any]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taxoloom.models.probe._BUSY", (0.0, 0.0, 0.0))


def address(url: str, **given: Any) -> Address:
    return Address(**{"model": "mock", "base_url": url, **given})


def settled(url: str, choose: bool = True, **given: Any) -> Address:
    return asyncio.run(settle({"it": (address(url, **given), choose)}))["it"]


def unusable(url: str, choose: bool = True, **given: Any) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        settled(url, choose, **given)
    assert url in caught.value.message
    assert caught.value.hint
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 500
    return caught.value


def way_of(body: dict[str, Any]) -> Structured:
    if body.get("tools"):
        return "tool"
    asked = body.get("response_format", {}).get("type")
    return asked if asked in ("json_schema", "json_object") else "prompt"


def takes(*ways: Structured, else_: Any = Fault(400)) -> Reply:  # noqa: B008
    """A server that answers to these ways of asking."""
    return lambda body: READY if way_of(body) in ways else else_


def test_a_server_that_takes_all_is_settled_with_one_call() -> None:
    with Endpoint(takes(*LADDER)).running() as server:
        found = settled(server.url, structured="prompt")
    assert found.structured == "json_schema"
    assert [way_of(body) for body in server.requests] == ["json_schema"]
    assert server.paths == ["/v1/models", "/v1/chat/completions"]


@pytest.mark.parametrize(
    "refusal",
    [
        Fault(400, b'{"error": {"message": "response_format is not supported"}}'),
        Fault(422, b'{"detail": "no"}'),
        Fault(500, b"Internal Server Error"),
        Fault(501),
        Fault(404, b'{"error": {"message": "No endpoints found that support tool use"}}'),
        Fault(200, b'{"error": {"message": "grammar"}}'),
        Said("certainly, I am ready"),
        Said(""),
        Said('{"ready": "perhaps"}'),
    ],
)
@pytest.mark.parametrize("best", LADDER)
def test_the_most_binding_way_that_works_is_chosen(best: Structured, refusal: Any) -> None:
    rest = LADDER[LADDER.index(best) :]
    with Endpoint(takes(*rest, else_=refusal)).running() as server:
        assert settled(server.url).structured == best
    assert [way_of(b) for b in server.requests] == list(LADDER[: LADDER.index(best) + 1])


def test_a_way_that_was_chosen_by_hand_is_tried_alone() -> None:
    with Endpoint(takes("prompt")).running() as server:
        assert settled(server.url, choose=False, structured="prompt").structured == "prompt"
        assert len(server.requests) == 1
        error = unusable(server.url, choose=False, structured="tool")
    assert "refuses every request: tool: HTTP 400: planted" in error.message
    assert "structured" in error.hint


def test_a_server_that_refuses_all_is_said_to_and_each_reason_once() -> None:
    def reply(body: dict[str, Any]) -> Fault:
        return Fault(400, b"no forms") if way_of(body) != "prompt" else Fault(400, b"no prompts")

    with Endpoint(reply).running() as server:
        error = unusable(server.url)
    assert error.message.endswith(
        "refuses every request: json_schema: HTTP 400: no forms; prompt: HTTP 400: no prompts"
    )


def test_nobody_at_the_address() -> None:
    error = unusable("http://127.0.0.1:9/v1")
    assert "cannot be reached" in error.message
    assert "/v1" in error.hint


@pytest.mark.parametrize("fault", [Fault(drop=True), Fault(reset=True)])
def test_a_server_that_hangs_up(fault: Fault) -> None:
    with Endpoint(lambda body: fault).running() as server:
        assert "cannot be reached" in unusable(server.url).message


def test_a_key_that_is_not_accepted() -> None:
    with Endpoint(takes(*LADDER), key="right").running() as server:
        error = unusable(server.url, api_key=KEY)
    assert "does not accept the key: HTTP 401: Incorrect API key provided: <key>" in error.message
    assert "OPENAI_API_KEY" in error.hint
    assert "api_key_env" in error.hint


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_never_shows_the_key(status: int) -> None:
    fault = Fault(status, f"bad key {KEY}\nsent by you".encode())
    with Endpoint(lambda body: fault, listing=fault).running() as server:
        error = unusable(server.url, api_key=KEY)
    assert KEY not in repr(error) + error.hint
    assert "bad key <key> sent by you" in error.message


def test_no_credit() -> None:
    fault = Fault(429, b'{"error": {"code": "insufficient_quota", "message": "plan and billing"}}')
    with Endpoint(lambda body: fault).running() as server:
        error = unusable(server.url)
    assert "no credit left" in error.message
    assert len(server.requests) == 1


NO_MODEL = Fault(404, b'{"error": {"message": "The model `x` does not exist"}}')


@pytest.mark.parametrize(
    ("model", "named", "not_named"),
    [
        ("qwen3-8b", "qwen3:8b", "llama"),
        ("Qwen/Qwen3-8B", "qwen3:8b", "phi"),
        ("zzz", "qwen3:8b, llama3.3, phi-4, a, b", "c"),
    ],
)
def test_a_model_that_is_not_there_comes_with_those_that_are(
    model: str, named: str, not_named: str
) -> None:
    there = ("qwen3:8b", "llama3.3", "phi-4", "a", "b", "c")
    with Endpoint(lambda body: NO_MODEL, models=there).running() as server:
        error = unusable(server.url, model=model)
    assert f"does not have the model '{model}'" in error.message
    assert named in error.hint
    assert not_named not in error.hint.split(", ")


def test_a_model_that_is_not_there_where_none_are_listed() -> None:
    with Endpoint(lambda body: NO_MODEL, listing=Fault(404)).running() as server:
        error = unusable(server.url, model="x")
    assert "does not have the model 'x'" in error.message
    assert "name" in error.hint


@pytest.mark.parametrize("body", [b'{"detail": "Not Found"}', b"404 page not found", b"<html>"])
def test_an_address_without_its_last_part(body: bytes) -> None:
    with Endpoint(lambda asked: Fault(404, body), listing=Fault(404, body)).running() as server:
        error = unusable(server.url)
    assert "has no chat completions" in error.message
    assert "/v1" in error.hint


def test_a_bare_404_is_read_with_the_list_of_models() -> None:
    with Endpoint(lambda asked: Fault(404, b"Not Found")).running() as server:
        assert "has no chat completions" in unusable(server.url).message
        assert "does not have the model 'x'" in unusable(server.url, model="x").message


LISTINGS = [
    Fault(404),
    Fault(500),
    Fault(401, b'{"error": {"message": "Missing scopes: api.model.read"}}'),
    Fault(403),
    Fault(302, b"", (("location", "http://127.0.0.1:9/"),)),
    Fault(200, b"<html>"),
    Fault(200, b"[]"),
    Fault(200, b'{"data": null}'),
    Fault(200, b'{"data": [1, 2]}'),
    Fault(200, b'{"models": []}'),
    Fault(200, b"[" * 100_000),
    Fault(200, b"\xff\xfe"),
    Fault(drop=True),
    Fault(reset=True),
    Fault(raw=b"nonsense\r\n\r\n"),
]


@pytest.mark.parametrize("listing", LISTINGS, ids=range(len(LISTINGS)))
def test_a_server_need_not_list_its_models(listing: Fault) -> None:
    with Endpoint(takes(*LADDER), listing=listing).running() as server:
        assert settled(server.url).structured == "json_schema"


def test_a_list_that_never_comes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taxoloom.models.probe._TO_LIST", 0.1)
    listing = Fault(200, b'{"data": []}', drip=5)
    with Endpoint(takes(*LADDER), listing=listing).running() as server:
        assert settled(server.url).structured == "json_schema"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(429, b"", (("retry-after", "0"),)),
        Fault(503, b'{"error": {"message": "Loading model"}}'),
        Fault(502),
        Fault(529),
    ],
)
def test_a_busy_server_is_asked_again_in_the_same_way(fault: Fault) -> None:
    replies: Iterator[Any] = iter([fault, fault, READY])
    with Endpoint(lambda body: next(replies)).running() as server:
        assert settled(server.url).structured == "json_schema"
    assert [way_of(body) for body in server.requests] == ["json_schema"] * 3


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_stays_busy_is_said_to_be(status: int) -> None:
    with Endpoint(lambda body: Fault(status)).running() as server:
        error = unusable(server.url)
    assert "cannot be used now" in error.message
    assert len(server.requests) == 4


def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taxoloom.models.probe._PATIENCE", 0.2)
    with Endpoint(lambda body: Fault(200, READY.encode(), drip=5)).running() as server:
        error = unusable(server.url)
    assert "no reply within 0.2 s" in error.message
    assert len(server.requests) == 1


def test_a_model_that_thinks_for_long_has_room_to() -> None:
    def reply(body: dict[str, Any]) -> Said:
        short = body["max_tokens"] < 1500
        return Said("", "length") if short else Said(READY, message={"reasoning": "am I?"})

    with Endpoint(reply).running() as server:
        report = asyncio.run(examine(address(server.url)))
    assert report.best == "json_schema"
    assert [trial.outcome.value for trial in report.trials] == ["ok"] * 4
    assert report.trials[0].thought


def test_a_model_that_is_always_cut_off_is_taken_as_it_is() -> None:
    with Endpoint(lambda body: Said("{", "length")).running() as server:
        assert settled(server.url, max_tokens=64).structured == "json_schema"
    assert {body["max_tokens"] for body in server.requests} == {64}


def test_a_way_that_works_is_better_than_one_that_is_not_refused() -> None:
    with Endpoint(takes("tool", else_=Said("", "length"))).running() as server:
        assert settled(server.url).structured == "tool"


def test_doctor_hears_of_every_way() -> None:
    with Endpoint(takes("json_object", "prompt"), models=("mock", "other")).running() as server:
        report = asyncio.run(examine(address(server.url)))
    assert (report.model, report.base_url) == ("mock", server.url)
    assert report.listed == ("mock", "other")
    found = {trial.structured: trial.outcome.value for trial in report.trials}
    assert found == {
        "json_schema": "bad_request",
        "json_object": "ok",
        "tool": "bad_request",
        "prompt": "ok",
    }
    assert report.best == "json_object"
    worked = report.trials[1]
    assert (worked.input_tokens, worked.output_tokens, worked.thought) == (100, 50, False)
    assert worked.latency_ms > 0


def test_what_is_settled_is_asked_once_per_endpoint() -> None:
    with Endpoint(takes(*LADDER)).running() as server:
        one, other = address(server.url), address(server.url, model="other")
        ends = {"a": (one, True), "b": (one, True), "c": (other, True), "d": (one, False)}
        found = asyncio.run(settle(ends))
    assert len(server.requests) == 3
    assert [found[name].model for name in "abcd"] == ["mock", "mock", "other", "mock"]


def test_endpoints_that_differ_by_the_key_alone_keep_their_own() -> None:
    with Endpoint(takes(*LADDER)).running() as server:
        ends = {key: (address(server.url, api_key=key), True) for key in ("first", "second")}
        found = asyncio.run(settle(ends))
    assert {name: at.api_key for name, at in found.items()} == {k: k for k in found}
    sent = {headers.get("authorization") for headers in server.headers}
    assert sent == {"bearer first", "bearer second"}


def test_the_offline_model_needs_no_probe() -> None:
    offline = Address(OFFLINE)
    assert asyncio.run(settle({"a": (offline, True)})) == {"a": offline}


def test_all_settings_go_with_a_probe() -> None:
    with Endpoint(takes(*LADDER)).running() as server:
        settled(server.url, params={"enable_thinking": False}, api_key=KEY)
        settled(server.url, send_seed=False)
    first, second = server.requests
    assert (first["enable_thinking"], first["seed"]) == (False, 1)
    assert "seed" not in second
    assert first["max_tokens"] == 2048
    assert server.headers[1]["authorization"] == f"bearer {KEY}"


def test_nothing_works() -> None:
    refused = tuple(Trial(way, Outcome.bad_request) for way in LADDER)
    assert Report("m", "u", None, refused).best is None
