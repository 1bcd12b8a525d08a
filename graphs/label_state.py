"""What travels through the graph that labels a text, and what stands beside it.

The state is plain data, as in `state`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import add
from typing import Annotated, Any, TypedDict

from ..models import Asker, Attempt, Line
from ..prompts import PromptSet
from ..taxonomy import Taxonomy

Values = dict[str, Any]


class Labelled(TypedDict, total=False):
    """What comes out."""

    item: Values
    """Status, reason, leaves, labels and where it got stuck."""
    annotations: list[Values]
    differences: list[Values]


class ItemState(Labelled, total=False):
    """One text on its way."""

    messages: list[dict[str, str]]
    said: Annotated[list[Values], add]
    """One entry for every annotator: what it chose, or a failure."""


@dataclass(frozen=True, slots=True)
class LabelContext:
    """What the nodes need for one text."""

    taxonomy: Taxonomy
    ident: str
    """Of the text: the same in every run."""
    item_id: str
    """Under which its calls are recorded."""
    run_id: str
    seed: int
    fence_key: str
    asker: Asker
    lines: Mapping[str, Line]
    """By node."""
    prompts: PromptSet
    recalled: Mapping[str, Attempt]
