"""What a candidate must pass before a judge is paid: checks, and what it must not repeat."""

from typing import Literal

from pydantic import Field, model_validator

from .section import Section


class Check(Section):
    """What is set for one rule check; what is left out is the check's own default.

    `true`, `false` and a threshold may stand alone.
    """

    on: bool = True
    threshold: float | str | None = None
    bounds: dict[str, dict[str, tuple[float | None, float | None]]] = {}
    """Label to value to least and most, for checks that take them."""
    words: list[str] = []
    """For checks that take them."""

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, value: object) -> object:
        if isinstance(value, bool):
            return {"on": value}
        return {"threshold": value} if isinstance(value, int | float | str) else value


class Duplicates(Section):
    """What samples must not repeat: those accepted before in the run, and what else is named."""

    threshold: float = Field(default=0.5, gt=0, le=1)
    """Share of common shingles from which two samples are near-duplicates."""
    fields: list[Literal["instruction", "answer", "both"]] = Field(
        default=["instruction", "both"], min_length=1
    )
    """Parts of a sample that are compared with the same part of others."""
    against: list[str] = []
    """`store` for all other runs of the database, data files relative to the recipe, or runs."""
    semantic: float | None = Field(default=None, gt=0, le=1)
    """Cosine of vectors from which two samples of one language say the same in other words; needs
    `embeddings`. What it means is the model's: look at pairs around it."""
