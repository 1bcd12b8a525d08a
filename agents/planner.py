"""The planner: a situation, and what an answer to it must do."""

from ..models import Failure
from .held import number_of_turns, system_message
from .outputs import Plan
from .role import Call, Result, role, unanswered
from .scene import Scene


@role("planner", output=Plan)
async def planner(scene: Scene, call: Call) -> Result:
    """Makes of a blueprint a situation, atomic requirements and an outline of the turns."""

    def problem(plan: Plan) -> str:
        return number_of_turns(scene.blueprint, plan.turns) or system_message(
            scene.blueprint, plan.system
        )

    answer = await call("planner", Plan, check=problem)
    if isinstance(answer, Failure):
        return unanswered(answer)
    return Result(artifact=answer.value.model_dump())
