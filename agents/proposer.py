"""The proposers: one task in several wordings, each blind to what the others propose."""

from ..models import Answer, Failure
from .grow_outputs import AttributeProposal, Proposal
from .grow_scene import GrowScene
from .role import Call, Result, Role

WORDINGS = ("proposer_principle", "proposer_requests", "proposer_gaps")
"""From a principle downwards, from requests upwards, and from what is there to what is not."""
SEES = ("growth", "present", "nearby", "level")


def proposer(prompt: str) -> Role:
    """The proposer with that wording."""

    async def run(scene: GrowScene, call: Call) -> Result:
        output: type[Proposal] | type[AttributeProposal] = (
            AttributeProposal if scene.spot.kind == "attributes" else Proposal
        )
        answer: Answer[Proposal | AttributeProposal] | Failure = await call(prompt, output)
        if isinstance(answer, Failure):
            return Result(failure=answer)
        entries = [item.entry().to_dict() for item in answer.value.entries]
        return Result(artifact={"model": answer.model, "entries": entries})

    return Role(
        name="proposer",
        output=Proposal,
        prompts=(prompt,),
        run=run,
        purpose="Proposes what is missing from a list, with definition and example.",
        allowed=frozenset(SEES),
    )
