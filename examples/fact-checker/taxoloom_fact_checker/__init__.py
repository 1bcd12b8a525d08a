"""A fact checker: lists claims that nothing in the sample supports, and rejects beyond three."""

from pydantic import BaseModel, Field

from taxoloom import Reject, role

LIMIT = 3


class FactCheck(BaseModel):
    """What the fact checker gives."""

    unsupported_claims: list[str] = Field(
        max_length=12,
        description="verbatim claims that neither the dialogue nor common knowledge supports",
        json_schema_extra={"zh": "对话与常识都无从支持的说法，照抄原文"},
    )


@role("fact_checker", after="writer", prompt="fact_checker.md", output=FactCheck)
def fact_checker(reply: FactCheck) -> Reject | None:
    """Lists claims that nothing in the sample supports."""
    if len(reply.unsupported_claims) > LIMIT:
        return Reject(f"{len(reply.unsupported_claims)} unsupported claims")
    return None
