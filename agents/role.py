"""A role: one agent, with its prompts, the form of its reply, and what is done with the reply.

Built-in roles and plugins are made alike, by the decorator `role`. Knows nothing of graphs: a
role may say where it likes to stand, the graph's spec decides.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from ..models import Answer, Failure, Outcome
from .outputs import Draft
from .scene import Scene, View

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Reject:
    """Said by a role that will not let the sample pass."""

    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a role brings to the sample. Agents never raise: a failure is a field."""

    artifact: Mapping[str, Any] | None = None
    draft: Draft | None = None
    """Replaces the candidate."""
    notes: Sequence[Mapping[str, Any]] | None = None
    """What the rewriter is to change; an empty list means that nothing is."""
    verdict: Mapping[str, Any] | None = None
    dialogue: Mapping[str, Any] | None = None
    """The conversation so far, where it is made turn by turn."""
    reject: str = ""
    rejected_for: str = "reject"
    """The second half of the reason code, if `reject` says anything."""
    failure: Failure | None = None
    """A model gave no reply that holds."""
    raised: str = ""
    """What the role's own code raised."""


class Call(Protocol):
    """The only way of a role to a model."""

    async def __call__(
        self,
        prompt: str,
        output: type[T],
        *,
        check: Callable[[T], str] | None = None,
        order: Mapping[str, Sequence[str]] | None = None,
    ) -> Answer[T] | Failure:
        """Ask with a prompt of the role, and get a reply of that type or a failure.

        `check` says what contradicts itself in a reply; `order` turns the fields of nested types.
        """
        ...

    def at(self, scene: View) -> "Call":
        """The same way for another look, whose `round` makes its calls calls of their own."""
        ...


def heard(answer: Answer[T] | Failure, kind: type[T]) -> T | Failure:
    """A reply, even one that was asked for again and still contradicts what was asked.

    For roles behind which the checks see the same, under reasons of their own.
    """
    if isinstance(answer.value, kind):
        return answer.value
    if isinstance(answer, Failure):
        return answer
    raise TypeError(f"a reply of {type(answer.value).__name__} where {kind.__name__} was asked for")


def unanswered(failure: Failure) -> Result:
    """What becomes of a sample without a reply.

    One that was asked for again and still contradicts the blueprint costs the sample alone; the
    endpoint is not at fault, and the run goes on.
    """
    if failure.outcome is Outcome.contradiction:
        return Result(reject=failure.error)
    return Result(failure=failure)


Run = Callable[[Any, Call], Awaitable[Result]]
"""What a role does with its scene: a `Scene`, or what another graph shows to its roles."""
Handler = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Role:
    """One agent."""

    name: str
    output: type[BaseModel]
    prompts: tuple[str, ...]
    run: Run
    purpose: str = ""
    after: str | None = None
    before: str | None = None
    allowed: frozenset[str] | None = None
    """Inputs that its prompts may declare; None for all."""
    prompt_file: Path | None = None
    """The prompt of a plugin, beside its module."""
    origin: str = "taxoloom"
    """Where the role comes from, for messages."""


def role(
    name: str,
    *,
    output: type[BaseModel],
    prompt: str | None = None,
    prompts: Sequence[str] = (),
    after: str | None = None,
    before: str | None = None,
    allowed: Sequence[str] | None = None,
) -> Callable[[Callable[..., Any]], Role]:
    """Make a role of a function.

    A plain function gets the reply, and the scene as second argument if it takes one. What it
    returns decides: None keeps the reply as an artifact, a model replaces the artifact, a
    `Draft` replaces the candidate, a `Reject` ends the sample. A coroutine function of
    (scene, call) asks for itself and returns a `Result`.

    `prompt` ending in `.md` is a file beside the module of the function, in one language
    (`x.md`) or in each (`x.zh.md`, `x.en.md`); otherwise it is the name of a packaged prompt.
    """

    def decorate(function: Callable[..., Any]) -> Role:
        source = Path(inspect.getfile(function))
        file = source.parent / prompt if prompt and prompt.endswith(".md") else None
        first = name if file else (prompt or name)
        asks = tuple(prompts) or (first,)
        own = inspect.iscoroutinefunction(function) and len(_parameters(function)) == 2
        return Role(
            name=name,
            output=output,
            prompts=asks,
            run=function if own else _handled(asks[0], output, function),
            purpose=inspect.getdoc(function) or "",
            after=after,
            before=before,
            allowed=None if allowed is None else frozenset(allowed),
            prompt_file=file,
            origin=f"{function.__module__} ({source.name})",
        )

    return decorate


def _handled(prompt: str, output: type[BaseModel], handler: Handler) -> Run:
    wants_scene = len(_parameters(handler)) > 1

    async def run(scene: Scene, call: Call) -> Result:
        answer = await call(prompt, output)
        if isinstance(answer, Failure):
            return Result(failure=answer)
        said = handler(answer.value, scene) if wants_scene else handler(answer.value)
        artifact = answer.value.model_dump()
        if isinstance(said, Reject):
            return Result(artifact=artifact, reject=said.reason)
        if isinstance(said, Draft):
            return Result(artifact=artifact, draft=said)
        if isinstance(said, BaseModel):
            return Result(artifact=said.model_dump())
        if said is not None:
            kind = type(said).__name__
            return Result(raised=f"TypeError: a role returns None, a model or a Reject, not {kind}")
        return Result(artifact=artifact)

    return run


def _parameters(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)
