import asyncio
import os
import subprocess
import sys

import pytest

from taxoloom.errors import EndpointError
from taxoloom.models import Endpoint, connect
from taxoloom.models.switch import VARIABLE, require_allowed

HERE = (
    "http://127.0.0.1:8000/v1",
    "http://127.9.9.9/v1",
    "http://localhost:1/v1",
    "http://LOCALHOST/v1",
    "http://[::1]:8000/v1",
)
ELSEWHERE = (
    "https://api.openai.com/v1",
    "http://10.0.0.1/v1",
    "http://0.0.0.0:8000/v1",
    "http://localhost.example.org/v1",
    "http://127.0.0.1.example.org/v1",
    "http://127.0.0.1@example.org/v1",
    "http://example.org/127.0.0.1",
    "http:///v1",
    "nonsense",
    "",
)


@pytest.mark.parametrize("url", HERE)
def test_loopback_lets_requests_to_this_machine_pass(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "loopback")
    require_allowed(url)


@pytest.mark.parametrize("url", ELSEWHERE)
def test_loopback_stops_all_others(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "loopback")
    with pytest.raises(EndpointError, match=f"{VARIABLE}=loopback forbids") as caught:
        require_allowed(url)
    assert caught.value.hint


@pytest.mark.parametrize("url", HERE + ELSEWHERE)
def test_none_stops_all_and_any_stops_none(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "any")
    require_allowed(url)
    monkeypatch.delenv(VARIABLE)
    require_allowed(url)
    monkeypatch.setenv(VARIABLE, "none")
    with pytest.raises(EndpointError):
        require_allowed(url)


@pytest.mark.parametrize("value", ["", "NONE", "off", "0"])
def test_a_misspelt_switch_stops_all(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(EndpointError, match=VARIABLE) as caught:
        require_allowed(HERE[0])
    assert "loopback" in caught.value.hint


def test_no_line_is_opened_against_the_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "none")

    async def main() -> None:
        ends = {"a": Endpoint("offline"), "b": Endpoint("m", base_url=HERE[0])}
        async with connect(ends):
            raise AssertionError("opened")

    with pytest.raises(EndpointError, match="forbids requests to http://127"):
        asyncio.run(main())


def test_child_processes_obey() -> None:
    code = f"from taxoloom.models.switch import *; require_allowed({ELSEWHERE[0]!r})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, VARIABLE: "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "EndpointError" in done.stderr
