"""The panel of a recipe: judges, canaries, and how verdicts become a decision."""

from pydantic import Field, field_validator, model_validator

from .models import ModelSettings
from .section import Name, Section


class Judge(Section):
    """One judge of the panel."""

    name: Name
    prompt: Name
    model: ModelSettings | None = None


class Canaries(Section):
    """Samples of known truth, put among those that the judges get without a word of it."""

    number: int | None = Field(default=None, ge=2)
    """In all; they are judged among the samples of the first wave."""
    share: float | None = Field(default=None, gt=0, le=1)
    """So many for each sample of every wave."""
    defective: float = Field(default=0.5, ge=0, le=1)
    """Share of them with a planted defect."""
    kinds: list[Name] = []
    """Defects to plant; all that fit if left out."""
    sources: list[str] = []
    """Where good ones come from: data files relative to the recipe, or runs, whose samples
    somebody trusts; made up by taxoloom if left out."""

    @model_validator(mode="after")
    def _one_way(self) -> "Canaries":
        if (self.number is None) == (self.share is None):
            raise ValueError("give either `number` or `share`")
        return self


class Variants(Section):
    """Other wordings in which each judge is asked again, to see whether its verdict hangs on them.

    What it says then is kept, and does not count in the panel.
    """

    prompts: list[Name] = Field(
        default=["judge_examiner", "judge_sceptic", "judge_editor"], min_length=1
    )
    share: float = Field(default=0.1, gt=0, le=1)
    """Share of the samples."""

    @model_validator(mode="before")
    @classmethod
    def _prompts_alone(cls, value: object) -> object:
        return {"prompts": value} if isinstance(value, list) else value


class Panel(Section):
    """Who judges, and how the verdicts become a decision."""

    judges: list[Judge] = [
        Judge(name="examiner", prompt="judge_examiner"),
        Judge(name="sceptic", prompt="judge_sceptic"),
        Judge(name="editor", prompt="judge_editor"),
    ]
    policy: Name = "unanimous"
    """unanimous, majority, calibrated (needs canaries), dawid_skene, or one of a plugin."""
    residual: float = Field(default=0.02, gt=0, lt=1)
    """calibrated, dawid_skene: share of defects among the accepted that is put up with."""
    lost: float = Field(default=0.10, gt=0, lt=1)
    """calibrated, dawid_skene: share of good samples among the rejected that is put up with."""
    defects: float | None = Field(default=None, gt=0, lt=1)
    """calibrated: share of defects among the samples; estimated from the votes if left out."""
    aside: list[Name] = []
    """calibrated: judges whose votes do not count, say because they carry no information."""
    spread: int = Field(default=2, ge=1, le=5)
    """Scores that lie so far apart are a disagreement."""
    canaries: Canaries | None = None
    variants: Variants | None = None
    label_check: bool = False
    """Whether an annotator who does not know the leaf has to find it again."""

    @field_validator("judges")
    @classmethod
    def _distinct(cls, value: list[Judge]) -> list[Judge]:
        if not value:
            raise ValueError("a graph without a judge accepts everything; name at least one judge")
        if len({judge.name for judge in value}) != len(value):
            raise ValueError("two judges have one name")
        return value

    @model_validator(mode="after")
    def _odd(self) -> "Panel":
        if self.policy == "majority" and len(self.judges) % 2 == 0:
            count = len(self.judges)
            raise ValueError(f"`majority` needs an odd number of judges, and there are {count}")
        return self

    @model_validator(mode="after")
    def _measured(self) -> "Panel":
        if self.policy == "calibrated" and self.canaries is None:
            raise ValueError("`calibrated` needs `canaries`, say `canaries: {number: 200}`")
        names = [judge.name for judge in self.judges]
        if strangers := [name for name in self.aside if name not in names]:
            raise ValueError(f"aside: there is no judge {strangers[0]!r} in the panel")
        if set(names) <= set(self.aside):
            raise ValueError("aside: no judge is left whose vote counts")
        return self
