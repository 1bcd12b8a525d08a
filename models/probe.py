"""Try an endpoint before a run depends on it: address, key, model, and how it takes a form.

Spends one or a few tiny calls. Nothing is journaled, since no sample is asked for.
"""

import asyncio
import difflib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from ..errors import EndpointError
from .ask import read
from .connect import Endpoint, Line, connect
from .failure import CallFailed, told
from .outcome import REPLIED, Outcome
from .parse import Raw, parse
from .structured import LADDER, Structured, form

_TOKENS = 2048
"""Enough for a model that thinks first; all others stop much sooner."""
_PATIENCE = 120.0
"""Seconds for one probe: a server may load the model first."""
_TO_LIST = 20.0
"""Seconds for the list of models, which a run does not need."""
_BUSY = (1.0, 3.0, 9.0)
"""Seconds between tries when the endpoint says that it is busy."""
_HUNG_UP = 0.5
"""Seconds before the one more try after a broken connection: the server may have closed it after
the list of models, which shows only when it is used again."""
_REFUSED = (Outcome.bad_request, Outcome.server)
"""Outcomes that an unsupported way of asking for a form has."""


class Ready(BaseModel):
    """The reply that a probe asks for."""

    ready: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """One way of asking for a form, tried."""

    structured: Structured
    outcome: Outcome
    detail: str = ""
    latency_ms: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    thought: bool = False
    """Whether the reply came with reasoning."""


@dataclass(frozen=True, slots=True)
class Report:
    """What `doctor` tells of one endpoint."""

    model: str
    base_url: str
    listed: tuple[str, ...] | None
    """Models that the endpoint lists; None if it lists none."""
    trials: tuple[Trial, ...] = field(default=())

    @property
    def works(self) -> bool:
        """Whether any way brought a valid reply."""
        return any(trial.outcome == Outcome.ok for trial in self.trials)

    @property
    def best(self) -> Structured | None:
        """The most binding way that brought a valid reply; else one that was not refused."""
        by_rank = [trial for way in LADDER for trial in self.trials if trial.structured == way]
        valid = [trial for trial in by_rank if trial.outcome == Outcome.ok]
        taken = [trial for trial in by_rank if trial.outcome in REPLIED]
        return next((trial.structured for trial in (*valid, *taken)), None)


async def examine(endpoint: Endpoint) -> Report:
    """Try every way of asking for a form. Raises EndpointError if the endpoint is unusable."""
    async with connect({"probe": endpoint}) as lines:
        line = lines["probe"]
        listed = await _listed(line)
        trials: list[Trial] = []
        for way in LADDER:
            trials.append(await _try(line, way, listed, trials))
    return Report(endpoint.model, endpoint.base_url, listed, tuple(trials))


async def settle(
    endpoints: Mapping[str, tuple[Endpoint, bool]],
) -> dict[str, Endpoint]:
    """Make sure that every endpoint can be used, and choose how forms are asked for.

    Takes an endpoint and whether its `structured` is to be chosen here. Raises EndpointError
    before a run has begun, naming address, model and remedy.
    """
    known: list[tuple[tuple[Endpoint, bool], Endpoint]] = []
    settled: dict[str, Endpoint] = {}
    for name, asked in endpoints.items():
        found = next((answer for question, answer in known if question == asked), None)
        if found is None:
            found = asked[0] if asked[0].offline else await _settle(*asked)
            known.append((asked, found))
        settled[name] = found
    return settled


async def _settle(endpoint: Endpoint, choose: bool) -> Endpoint:
    trials: list[Trial] = []
    async with connect({"probe": endpoint}) as lines:
        line = lines["probe"]
        listed = await _listed(line)
        for way in LADDER if choose else (endpoint.structured,):
            trials.append(await _try(line, way, listed, trials))
            if trials[-1].outcome == Outcome.ok:
                break
    best = Report(endpoint.model, endpoint.base_url, listed, tuple(trials)).best
    if best is None:
        details = {trial.detail: trial.structured for trial in reversed(trials)}
        said = [f"{way}: {detail}" for detail, way in reversed(details.items())]
        raise EndpointError(
            f"{endpoint.base_url} refuses every request: {'; '.join(said)}",
            hint="correct base_url (it usually ends in /v1) and the model's name"
            if choose
            else "`taxoloom doctor` says which settings work; write one down as `structured:`",
        )
    return replace(endpoint, structured=best)


async def _listed(line: Line) -> tuple[str, ...] | None:
    """Names of the models that the endpoint lists, if it can; servers need not.

    What goes wrong here says little: a key may be good for chat completions alone.
    """
    import httpx2

    client: Any = line.chat
    try:
        async with asyncio.timeout(_TO_LIST):
            response = await client.root_async_client.get("/models", cast_to=httpx2.Response)
        data = json.loads(response.content)["data"]
        return tuple(told(str(entry["id"])) for entry in data)
    except Exception:
        return None


async def _try(
    line: Line, way: Structured, listed: tuple[str, ...] | None, before: Sequence[Trial]
) -> Trial:
    shape = form(Ready)
    limit = min(_TOKENS, line.endpoint.max_tokens)
    kwargs = {**line.endpoint.params, line.endpoint.token_limit: limit, **shape.request(way)}
    if line.endpoint.send_seed:
        kwargs["seed"] = 1
    ask = f"Are you ready? Reply with exactly this JSON object and nothing else: {shape.skeleton}"
    messages = [{"role": "user", "content": ask}]
    # A model that has answered is there: what is not found now is this way of asking.
    answered = any(trial.outcome in REPLIED for trial in before)
    refused = (*_REFUSED, Outcome.no_model) if answered else _REFUSED
    hung_up = False
    for pause in (*_BUSY, None):
        start = time.perf_counter()
        try:
            async with asyncio.timeout(_PATIENCE):
                raw = read(await line.chat.ainvoke(messages, **kwargs))
            return _trial(way, raw, (time.perf_counter() - start) * 1000)
        except TimeoutError:
            failed = CallFailed(Outcome.deadline, f"no reply within {_PATIENCE:g} s")
        except CallFailed as error:
            failed = error
        if failed.busy and pause is not None:
            await asyncio.sleep(max(pause, min(failed.retry_after or 0, 30.0)))
        elif failed.outcome == Outcome.transport and not hung_up and pause is not None:
            hung_up = True
            await asyncio.sleep(_HUNG_UP)
        elif failed.busy or failed.outcome not in refused:
            raise _unusable(line.endpoint, failed, listed)
        else:
            return Trial(way, failed.outcome, failed.message[:200])
    raise AssertionError("the last pause is None, so the loop returns or raises")


def _trial(way: Structured, raw: Raw, latency: float) -> Trial:
    parsed = parse(raw, Ready)
    return Trial(
        way,
        parsed.outcome,
        parsed.error[:200],
        round(latency, 1),
        raw.input_tokens,
        raw.output_tokens,
        bool(raw.reasoning),
    )


def _unusable(
    endpoint: Endpoint, failed: CallFailed, listed: tuple[str, ...] | None
) -> EndpointError:
    where, outcome, message = endpoint.base_url, failed.outcome, failed.message
    if outcome == Outcome.auth:
        return EndpointError(
            f"{where} does not accept the key: {message}",
            hint="set OPENAI_API_KEY, or name another variable as `api_key_env:` in the recipe",
        )
    if outcome == Outcome.quota:
        return EndpointError(
            f"{where} has no credit left: {message}", hint="add credit, or choose another endpoint"
        )
    may_be_there = listed is None or endpoint.model in listed
    if outcome == Outcome.no_model and may_be_there and "model" not in message.lower():
        return EndpointError(
            f"{where} has no chat completions: {message}",
            hint="correct base_url (it usually ends in /v1)",
        )
    if outcome == Outcome.no_model:
        near = difflib.get_close_matches(endpoint.model, listed or (), n=3, cutoff=0.3)
        names = ", ".join(near or (listed or ())[:5])
        return EndpointError(
            f"{where} does not have the model {endpoint.model!r}: {message}",
            hint=f"it has {names}" if names else "check the model's name with the server",
        )
    if outcome == Outcome.transport:
        return EndpointError(
            f"{where} cannot be reached: {message}",
            hint="start the server, or correct base_url (it usually ends in /v1)",
        )
    return EndpointError(
        f"{where} cannot be used now ({outcome}): {message}",
        hint="try again later; `timeout:` and `structured:` in the recipe may matter",
    )
