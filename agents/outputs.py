"""What each role gives: the typed replies, and nothing about how they are asked for.

The form that a model is shown is made from these classes, so a field is explained here and
nowhere else, in both languages: `description` is English, the extra key `zh` Chinese.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Finding = Literal["met", "not_met", "cannot_tell"]


def _no_switch(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("true and false are no scores")  # noqa: TRY004 - pydantic's way to refuse
    return value


Score = Annotated[Literal[0, 1, 2, 3, 4, 5], BeforeValidator(_no_switch)]
"""An enumeration, not a range: grammar-constrained servers hold to it."""


class Reply(BaseModel):
    """Base of every typed reply: unknown keys are a violation."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Plan(Reply):
    """What the planner gives."""

    working: str = Field(
        default="",
        description="room to think: work out what the answer must contain before fixing anything",
        json_schema_extra={"zh": "先在这里想清楚、算清楚，再写下面各项"},
    )
    situation: Text = Field(
        description="who asks, why now, with what at hand",
        json_schema_extra={"zh": "谁在问，为什么是现在，手边有什么"},
    )
    intent: Text = Field(
        description="what the asker wants to have in the end",
        json_schema_extra={"zh": "提问者最终想得到什么"},
    )
    requirements: list[Text] = Field(
        min_length=1,
        max_length=12,
        description="3 to 7 atomic things that the answer must do",
        json_schema_extra={"zh": "回答必须做到的 3 到 7 件事，每条只说一件"},
    )
    difficulty: Text = Field(
        description="what makes it exactly as hard as asked",
        json_schema_extra={"zh": "难度恰好落在要求的一档，靠的是什么"},
    )
    turns: list[Text] = Field(
        min_length=1,
        max_length=24,
        description="one line for each user turn, in order",
        json_schema_extra={"zh": "用户每一轮说什么，一轮一行，按先后"},
    )
    temptation: Text = Field(
        description="the mistake that a hasty answer would make",
        json_schema_extra={"zh": "草率的回答最容易犯的错"},
    )
    system: str = Field(
        default="",
        description="what the assistant is told beforehand and the asker would not say; or empty",
        json_schema_extra={"zh": "助手事先知道、提问者不会说的内容；没有就留空"},
    )


State = Literal["go_on", "satisfied", "gives_up"]


class Utterance(Reply):
    """What the user simulator gives: one message, and how the person stands to the last answer."""

    state: State = Field(
        description="satisfied: the last answer helped; gives_up: no more of this; else go_on",
        json_schema_extra={"zh": "satisfied 上一次回答管用；gives_up 不想再谈下去；其余 go_on"},
    )
    message: Text = Field(
        description="the message as the person types it",
        json_schema_extra={"zh": "这个人敲出来的原话"},
    )


class Response(Reply):
    """What the answerer gives: the assistant's answer to one message."""

    reasoning: str = Field(
        default="",
        description="the thinking before this answer, only if the depth asks for it",
        json_schema_extra={"zh": "这次回答之前的思考，仅在深度要求时写"},
    )
    answer: Text = Field(
        description="the answer as the person reads it",
        json_schema_extra={"zh": "对方看到的回答"},
    )
    final_answer: str = Field(
        default="",
        description="the checkable result alone, if this answer has one; else empty",
        json_schema_extra={"zh": "这次回答里可核对的最终结果本身；没有就留空"},
    )


class Turn(Reply):
    """One exchange. A dialogue made of turns is in legal order by construction."""

    user: Text
    assistant: Text


class Draft(Reply):
    """A candidate sample: what writer and rewriter give."""

    system: str = Field(
        default="",
        description="system message of the sample; empty for none",
        json_schema_extra={"zh": "样本的系统消息；没有就留空"},
    )
    reasoning: str = Field(
        default="",
        description="the thinking before the last answer, only if the depth asks for it",
        json_schema_extra={"zh": "最后一次回答之前的思考，仅在深度要求时写"},
    )
    turns: list[Turn] = Field(min_length=1, max_length=24)
    final_answer: str = Field(
        default="",
        description="the checkable result alone, if there is one; else empty",
        json_schema_extra={"zh": "可核对的最终结果本身；没有就留空"},
    )

    def messages(self) -> list[dict[str, str]]:
        """The sample as chat messages: an optional system message, then user and assistant."""
        head = [{"role": "system", "content": self.system}] if self.system.strip() else []
        return head + [
            {"role": role, "content": content}
            for turn in self.turns
            for role, content in (("user", turn.user), ("assistant", turn.assistant))
        ]


class Rewrite(Reply):
    """What the rewriter gives when it diversifies."""

    draft: Draft
    changes: list[Text] = Field(
        description="what was changed, one entry per change",
        json_schema_extra={"zh": "改动了什么，一处一条"},
    )


class Rework(Rewrite):
    """What the rewriter gives when the request itself has become another one."""

    requirements: list[Text] = Field(
        min_length=1,
        max_length=12,
        description="atomic things that the answer must do from now on, old ones that hold too",
        json_schema_extra={"zh": "回答现在必须做到的事，每条只说一件，仍然成立的旧要求也在内"},
    )


class NoteAnswer(Reply):
    """What became of one note of the critic."""

    note: int = Field(description="number of the note", json_schema_extra={"zh": "意见编号"})
    done: bool
    comment: str = Field(
        default="",
        description="what was changed, or why nothing was",
        json_schema_extra={"zh": "改了什么，或为何不改"},
    )


class Repair(Reply):
    """What the rewriter gives when it answers the critic's notes."""

    notes: list[NoteAnswer]
    draft: Draft


class Issue(Reply):
    """One fault that the critic found."""

    severity: Literal["blocker", "major", "minor"]
    evidence: str = Field(
        description="verbatim quote from the candidate",
        json_schema_extra={"zh": "候选样本中的原文"},
    )
    problem: Text = Field(description="what is wrong with it", json_schema_extra={"zh": "哪里不对"})
    remedy: Text = Field(
        description="what to write instead, concretely",
        json_schema_extra={"zh": "具体该改成什么"},
    )


class Critique(Reply):
    """One of the critic's two answers."""

    analysis: Text = Field(
        description="the check itself, step by step, before any issue is named",
        json_schema_extra={"zh": "先逐步核对，再列问题"},
    )
    issues: list[Issue] = Field(max_length=12)

    @property
    def sound(self) -> bool:
        """Whether nothing worse than a minor issue was found."""
        return all(issue.severity == "minor" for issue in self.issues)


class Criterion(Reply):
    """The finding on one criterion."""

    finding: Finding
    quote: str = Field(
        default="",
        description="for not_met: verbatim words from candidate or request; else empty",
        json_schema_extra={"zh": "not_met 时引用候选样本或需求单中的原文；其余留空"},
    )


class Criteria(Reply):
    """The rubric: eight atomic criteria, the same for every judge."""

    on_request: Criterion
    correct: Criterion
    complete: Criterion
    clear: Criterion
    safe: Criterion
    current: Criterion
    natural_request: Criterion
    worth_training: Criterion


class Verdict(Reply):
    """What a judge gives."""

    work: Text = Field(
        description="your own working, before any finding",
        json_schema_extra={"zh": "先写你自己的核对过程，再下结论"},
    )
    criteria: Criteria
    score: Score = Field(
        description="0 useless, 5 could not be better",
        json_schema_extra={"zh": "0 无用，5 无可挑剔"},
    )
    accept: bool
    rationale: Text = Field(
        description="at most 80 words: what decided",
        json_schema_extra={"zh": "不超过 120 字：决定性的理由"},
    )
