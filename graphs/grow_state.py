"""What travels through the graph that grows a taxonomy, and what stands beside it.

The states are plain data, as in `state`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import add
from typing import Annotated, Any, TypedDict

from ..models import Asker, Attempt, Line
from ..prompts import PromptSet
from ..taxonomy import Taxonomy
from ..taxonomy.growing.growth import Spot
from ..taxonomy.growing.kinship import Kinship
from .state import Ending

Values = dict[str, Any]


class Grown(TypedDict, total=False):
    """What comes out: one item for every list."""

    grown: Annotated[list[Values], add]


class LevelState(Grown, total=False):
    """The lists of one level under one parent on their way."""

    level: Values
    """The level plan; a `failure` where there is none."""


class ListState(Grown, total=False):
    """One list on its way."""

    place: int
    """Which of the level's lists it is."""
    level: Values
    proposals: Annotated[list[Values], add]
    """One item for every proposer: its entries, or a failure."""
    counted: list[int]
    """Numbers of the proposers whose list counts."""
    pool: list[Values]
    cuts: Annotated[list[Values], add]
    decisions: list[Values]
    ending: Ending


@dataclass(frozen=True, slots=True)
class GrowContext:
    """What the nodes need for one level."""

    taxonomy: Taxonomy
    kinship: Kinship
    language: str
    spots: Sequence[Spot]
    """The lists of the level that are to be grown."""
    ids: Sequence[str]
    """Under which the calls of each list are recorded."""
    level_id: str
    """Under which the call for the level plan is recorded."""
    run_id: str
    seed: int
    fence_key: str
    asker: Asker
    lines: Mapping[str, Line]
    """By node."""
    prompts: PromptSet
    recalled: Mapping[str, Attempt]
