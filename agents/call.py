"""From a role's wish to a question for a model: prompt, fence, form and identity.

The one implementation of `Call`. Knows the prompts and the models, and no role by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel

from ..models import Answer, Asker, Attempt, Failure, Form, Identity, Line, Question, form
from ..prompts import Fence, Message, PromptSet
from .scene import View

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls on behalf of one node for one sample or list."""

    asker: Asker
    line: Line
    prompts: PromptSet
    scene: View
    identity: Identity
    fence_key: str
    recalled: Mapping[str, Attempt]

    async def __call__(
        self,
        prompt: str,
        output: type[T],
        *,
        check: Callable[[T], str] | None = None,
        order: Mapping[str, Sequence[str]] | None = None,
    ) -> Answer[T] | Failure:
        """See `Call`."""
        template = self.prompts.get(prompt)
        shape = _form(output, self.prompts.language, _frozen(order))
        messages = render(self.prompts, prompt, self.scene, shape, self.fence_key)
        fence = _fence(self.scene, prompt, self.fence_key)
        identity = self.identity
        question = Question(
            identity=Identity(
                identity.run_id,
                identity.sample_id,
                identity.role,
                identity.node,
                prompt,
                identity.round,
            ),
            messages=[{"role": m["role"], "content": m["content"]} for m in messages],
            output=output,
            form=shape,
            prompt=template.id,
            prompt_hash=template.hash,
            seed=self.scene.seed,
            ask_again=lambda problem: fence.apply(self.prompts.macro("ask_again", problem)),
            check=check,
        )
        return await self.asker.ask(self.line, question, self.recalled)

    def at(self, scene: View) -> "Caller":
        """See `Call`."""
        return replace(self, scene=scene, identity=replace(self.identity, round=scene.round))


def render(
    prompts: PromptSet, prompt: str, scene: View, shape: Form, fence_key: str
) -> list[Message]:
    """The messages of a call: what `taxoloom prompt` prints and every call sends."""
    template = prompts.get(prompt)
    values = {name: scene.sight(name) for name in template.front.inputs}
    system, user = template.render(values, _fence(scene, prompt, fence_key))
    told = prompts.macro("answer_form", shape.skeleton).strip()
    return [Message(role="system", content=f"{system['content']}\n\n{told}"), user]


def _fence(scene: View, prompt: str, fence_key: str) -> Fence:
    """One for a call and for all the times that it is asked again."""
    return Fence.of(fence_key, scene.id, scene.node, prompt, scene.round)


def shape_of(output: type[BaseModel], language: str, scene: View) -> Form:
    """The form that a role's reply has in this scene, judges' order of criteria included."""
    order = {"Criteria": scene.sight("order")} if "criteria" in output.model_fields else None
    return _form(output, language, _frozen(order))


def _frozen(order: Mapping[str, Sequence[str]] | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(fields)) for name, fields in (order or {}).items())


@lru_cache(maxsize=256)
def _form(
    output: type[BaseModel], language: str, order: tuple[tuple[str, tuple[str, ...]], ...]
) -> Form:
    return form(output, language, dict(order))
