"""A review task and an answer to it, whichever annotation tool they go through.

Plain data; what a tool makes of it is for the module of that tool.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .tasks_words import CRITERIA, FORM

Row = Mapping[str, Any]
ACCEPT, REJECT = "accept", "reject"


@dataclass(frozen=True, slots=True)
class Task:
    """One sample for somebody to look at."""

    sample: str
    run: str
    language: str
    category: str
    labels: Mapping[str, str]
    messages: tuple[Row, ...]
    final_answer: str
    votes: tuple[Row, ...] = ()
    """What the judges said; empty for a blind review."""

    @property
    def words(self) -> Mapping[str, str]:
        """What the form says, in the task's language."""
        return FORM["zh" if self.language == "zh" else "en"]

    @property
    def asked(self) -> str:
        """Category and labels as text."""
        labels = "\n".join(f"{name} = {value}" for name, value in self.labels.items())
        return f"{self.category}\n{labels}".strip()

    def turns(self) -> list[tuple[str, str]]:
        """Who says what, the final answer as the last."""
        said = [(self.words.get(m["role"], m["role"]), m["content"]) for m in self.messages]
        if self.final_answer:
            said.append((self.words["final_answer"], self.final_answer))
        return said


@dataclass(frozen=True, slots=True)
class Answer:
    """What one annotator says of one sample."""

    place: str
    """Where in the file it stands."""
    sample: str
    run: str
    annotator: str
    """As the tool names them."""
    accept: bool
    criterion: str = ""
    comment: str = ""
    blind: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file that cannot be taken, and why."""

    place: str
    message: str


Read = tuple[list[Answer], list[Fault]]


def answer_of(
    given: Row, *, place: str, sample: str, run: str, annotator: str, blind: bool
) -> Answer | Fault:
    """An answer from the values of its fields as a tool gives them, or what is wrong with them."""
    decision = given.get("decision")
    criterion, comment = given.get("criterion") or "", given.get("comment") or ""
    if decision not in (ACCEPT, REJECT):
        what = "no decision" if decision is None else f"the decision {decision!r}"
        return Fault(place, f"{what}; it must be {ACCEPT} or {REJECT}")
    if not isinstance(criterion, str) or not isinstance(comment, str):
        return Fault(place, "criterion and comment must be text")
    if criterion and criterion not in CRITERIA["en"]:
        return Fault(place, f"there is no criterion {criterion!r}")
    accept = decision == ACCEPT
    return Answer(
        place=_whole(place),
        sample=_whole(sample),
        run=_whole(run),
        annotator=_whole(annotator),
        accept=accept,
        criterion="" if accept else criterion,
        comment=_whole(comment).strip(),
        blind=blind,
    )


def sorted_out(found: Iterable[Answer | Fault]) -> Read:
    """Answers and faults apart; of one annotator on one sample the last answer counts."""
    answers: dict[tuple[str, str, str], Answer] = {}
    faults: list[Fault] = []
    for one in found:
        if isinstance(one, Fault):
            faults.append(one)
            continue
        key = (one.run, one.sample, one.annotator)
        before = answers.get(key)
        if before is not None and before.accept != one.accept:
            faults.append(Fault(before.place, f"contradicted by {one.place}, which counts"))
        answers[key] = one
    return list(answers.values()), faults


def _whole(text: str) -> str:
    """A text without halves of characters, which JSON can hold and no database takes."""
    return text.encode("utf-8", "replace").decode()
