"""The loop in which a conversation is made turn by turn: who speaks in it, and which way it goes.

It stands where the writer stands, for samples of several messages; what comes after the writer
comes after it. Knows nothing of what is said.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from langgraph.graph import END
from langgraph.runtime import Runtime

from .spec import ASSISTANT, USER, WRITER, simulated
from .state import Context, State

Ways = dict[Hashable, str]
Route = tuple[Callable[..., Any], Ways]
ContextOf = Callable[[State, Runtime[Context]], Context]


def message_number(state: Mapping[str, Any]) -> int:
    """Which message of the asker is next, or waits for its answer, from 1."""
    return len(state.get("dialogue", {}).get("turns", ())) + 1


def to_writing(context_of: ContextOf) -> Route:
    """To the writer, or into the loop."""

    def route(state: State, runtime: Runtime[Context]) -> str:
        if state.get("ending"):
            return END
        return USER if simulated(context_of(state, runtime).blueprint) else WRITER

    return route, {way: way for way in (WRITER, USER, END)}


def to_answer() -> Route:
    """To the assistant, unless the person has given up."""

    def route(state: State) -> str:
        return END if state.get("ending") else ASSISTANT

    return route, {way: way for way in (ASSISTANT, END)}


def to_next_message(following: str) -> Route:
    """Back to the person, or on once the conversation is whole."""

    def route(state: State) -> str:
        if state.get("ending"):
            return END
        return following if state.get("draft") else USER

    return route, {way: way for way in (USER, following, END)}
