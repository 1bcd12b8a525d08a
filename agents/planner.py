"""The planner: a situation, and what an answer to it must do."""

from ..models import Failure
from ..taxonomy import Blueprint
from .held import number_of_turns, system_message
from .outputs import Plan
from .role import Call, Result, heard, role
from .scene import Scene


@role("planner", output=Plan)
async def planner(scene: Scene, call: Call) -> Result:
    """Makes of a blueprint a situation, atomic requirements and an outline of the turns."""

    def problem(plan: Plan) -> str:
        return number_of_turns(scene.blueprint, plan.turns) or system_message(
            scene.blueprint, plan.system
        )

    said = heard(await call("planner", Plan, check=problem), Plan)
    if isinstance(said, Failure):
        return Result(failure=said)
    return Result(artifact=_fitted(said, scene.blueprint).model_dump())


def _fitted(plan: Plan, blueprint: Blueprint) -> Plan:
    """The plan with as many turns as were asked for, if asking again did not help.

    What is too much goes into the last one, and what is missing is the person's intent.
    """
    turns, count = list(plan.turns), blueprint.turns
    if not count or len(turns) == count:
        return plan
    kept = [*turns[: count - 1], " / ".join(turns[count - 1 :]) or plan.intent]
    kept += [plan.intent] * (count - len(kept))
    return plan.model_copy(update={"turns": kept})
