"""What servers that others wrote do before a run: found with llama.cpp, transformers, mock-llm."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import EndpointError
from taxoloom.graphs.generate import Options, agenerate
from taxoloom.models import Endpoint as Address
from taxoloom.models import Gate
from taxoloom.models.probe import examine, settle
from taxoloom.tests.support.endpoint import Endpoint, Fault
from taxoloom.tests.support.recipes import recipe

READY = '{"ready": true}'
NO_RULE = Fault(404, b'{"error": "Not Found", "message": "Cannot POST /v1/chat/completions"}')


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taxoloom.models.probe._HUNG_UP", 0.0)


def first(number: int, fault: Fault) -> Callable[[dict[str, Any]], Any]:
    """A server whose first answers are a fault."""
    left = iter([fault] * number)
    return lambda body: next(left, READY)


def settled(url: str) -> Address:
    return asyncio.run(settle({"it": (Address("mock", url), True)}))["it"]


def unusable(url: str, message: str) -> EndpointError:
    with pytest.raises(EndpointError, match=message) as caught:
        settled(url)
    return caught.value


def test_a_connection_that_the_server_closed_is_opened_once_more() -> None:
    # `transformers serve` without a cache fails on /v1/models and closes the connection, which a
    # client with keep-alive notices only in its next request.
    with Endpoint(first(1, Fault(drop=True))).running() as server:
        assert settled(server.url).structured == "json_schema"
    assert len(server.requests) == 2


def test_a_server_that_always_hangs_up_is_not_waited_for() -> None:
    with Endpoint(first(9, Fault(drop=True))).running() as server:
        unusable(server.url, "cannot be reached")
    assert len(server.requests) == 2


def test_what_one_way_of_asking_showed_is_kept_when_another_is_not_found() -> None:
    # mock-llm answers 404 to what no rule of its fits.
    def reply(body: dict[str, Any]) -> Any:
        asked = body.get("response_format", {}).get("type")
        return READY if asked == "json_schema" else NO_RULE

    with Endpoint(reply).running() as server:
        report = asyncio.run(examine(Address("mock", server.url)))
    found = [trial.outcome.value for trial in report.trials]
    assert found == ["ok", "no_model", "no_model", "no_model"]
    assert report.best == "json_schema"


def test_a_way_that_is_not_found_is_not_chosen() -> None:
    faults = {"json_schema": Fault(400), "json_object": "certainly, I am"}

    def reply(body: dict[str, Any]) -> Any:
        return faults.get(body.get("response_format", {}).get("type", ""), NO_RULE)

    with Endpoint(reply).running() as server:
        assert settled(server.url).structured == "json_object"


def test_what_is_not_found_from_the_first_way_on_is_not_there() -> None:
    with Endpoint(lambda body: NO_RULE).running() as server:
        unusable(server.url, "has no chat completions")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "page",
    [
        Fault(200, b"<!doctype html><html><body>Welcome</body></html>"),
        Fault(301, b"", headers=(("location", "http://127.0.0.1:9/"),)),
        Fault(405, b"Method Not Allowed"),
    ],
)
def test_an_address_where_something_else_lives(page: Fault) -> None:
    with Endpoint(lambda body: page).running() as server:
        error = unusable(server.url, "refuses every request")
    assert "base_url" in error.hint


def test_a_run_that_is_stopped_before_it_began_stops_at_once(tmp_path: Path) -> None:
    gate, db = Gate(), tmp_path / "run.db"

    async def main(path: Path) -> None:
        asyncio.get_running_loop().call_later(0.3, gate.close)
        await agenerate(path, Options(db=db), gate=gate)

    with Endpoint(lambda body: Fault(200, READY.encode(), drip=5)).running() as server:
        path = recipe(tmp_path, server.url, model={"structured": "auto"})
        start = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(main(path))
        assert time.monotonic() - start < 3
    assert not db.exists()
