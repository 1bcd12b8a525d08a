"""The graph of a recipe: who speaks after whom, and what is done to a draft on its way."""

from pydantic import Field, field_validator, model_validator

from .section import Name, Section


class Insertion(Section):
    """A role put into the graph."""

    role: Name
    after: Name | None = None
    before: Name | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Insertion":
        if (self.after is None) == (self.before is None):
            raise ValueError("give either `after` or `before`")
        return self


class Graph(Section):
    """Who speaks after whom."""

    chain: list[Name] = ["planner", "writer", "rewriter", "critic"]
    user_simulator: bool = True
    """Whether samples of several turns are made turn by turn; else the writer writes both sides."""
    critic_rounds: int = Field(default=2, ge=0, le=8)
    """How often the rewriter may answer the critic's notes."""
    insert: list[Insertion] = []

    @field_validator("chain")
    @classmethod
    def _once_each(cls, value: list[str]) -> list[str]:
        if "writer" not in value:
            raise ValueError("a chain without `writer` makes no sample")
        if len(set(value)) != len(value):
            raise ValueError("a role stands twice in the chain")
        return value


class Noise(Section):
    """Typos by rule and not by a model, where a sample's instruction form is `noise`."""

    rate: float = Field(default=0.03, gt=0, le=0.5)
    """Slips for each character of the user's turns; numbers, code and addresses have none."""
    kinds: list[Name] = []
    """Kinds of slips; those usual in the language if left out."""
