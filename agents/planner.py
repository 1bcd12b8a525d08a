"""The planner: a situation, and what an answer to it must do."""

from .outputs import Plan
from .role import role


@role("planner", output=Plan)
def planner(reply: Plan) -> None:
    """Makes of a blueprint a situation, atomic requirements and an outline of the turns."""
