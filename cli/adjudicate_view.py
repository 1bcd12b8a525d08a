"""How a sample to be settled looks, and what the judges said of it, once that may be shown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .adjudicate_words import Words
from .render import COLOURS, console, labels, safe, table, text

if TYPE_CHECKING:
    from ..graphs.adjudicate import Case
    from ..graphs.adjudicate_labels import LabelCase

Row = Mapping[str, Any]
_COLOURS = {"system": "magenta", "user": "cyan", "assistant": "green"}


class Screen:
    """Where one session is shown."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._out = console()

    def say(self, line: str, style: str = "") -> None:
        """One line."""
        self._out.print(text(line, style), soft_wrap=True)

    def case(self, case: "Case", left: int) -> None:
        """The sample and nothing of how it was judged."""
        sample, words = case.sample, self.words
        self._head(left)
        self._out.print(text(sample["leaf"], "bold"))
        self._out.print(text(f"{words.labels}  {labels(sample['labels'])}", "dim"))
        final = {"role": words.final_answer, "content": sample["final_answer"]}
        self._messages([*sample["messages"], *([final] if sample["final_answer"] else [])])
        if case.others:
            self.say(words.others.format(names=", ".join(case.others)), "yellow")

    def _head(self, left: int) -> None:
        title = text(self.words.left.format(left=left), "bold")
        self._out.print()
        self._out.rule(title, align="left", characters="─")

    def _messages(self, messages: Sequence[Row]) -> None:
        from rich.padding import Padding

        for message in messages:
            who = message["role"]
            shown = self.words.roles.get(who, who)
            self._out.print()
            self._out.print(text(shown, f"bold {_COLOURS.get(who, '')}"))
            self._out.print(Padding(text(message["content"].strip()), (0, 0, 0, 2)))
        self._out.print()

    def place(self, case: "LabelCase", left: int) -> None:
        """A text, what is asked about it, and what may be chosen."""
        words, item = self.words, case.item
        self._head(left)
        self._messages(item["messages"])
        if case.subject and item["leaves"]:
            self.say(" + ".join(item["leaves"]), "bold")
        self.say(words.value.format(name=case.subject) if case.subject else words.place, "bold")
        for number, option in enumerate(case.options, 1):
            self.say(f"  {number}  {' + '.join(option)}")
        self.say(f"  n  {words.none}")
        self.say(words.place_keys, "dim")

    def sides(self, case: "LabelCase") -> None:
        """Who said what."""
        for who, said in case.sides.items():
            names = said["values"] if case.subject else said["leaves"]
            chosen = " + ".join(names) or self.words.none
            evidence = f" «{said['evidence']}»" if said.get("evidence") else ""
            self.say(f"{who}: {chosen}{evidence}", "dim")

    def prompt(self) -> None:
        """The keys there are."""
        self.say(self.words.keys, "dim")

    def criteria(self) -> None:
        """The criteria by number, and the question which one decided."""
        for number, told in enumerate(self.words.criteria.values(), 1):
            self.say(f"  {number}  {told}")
        self.say(self.words.criterion)

    def voted(self, case: "Case", *, accept: bool, moved: bool) -> None:
        """What became of the sample, and in one line what the judges had said."""
        words = self.words
        if moved:
            became = "accepted" if accept else "rejected"
            self.say(words.accepted if accept else words.rejected, COLOURS[became])
        else:
            self.say(words.opinion.format(by=", ".join(case.others)))
        said = ", ".join(_short(words, vote) for vote in case.votes)
        self.say(f"{words.judges}: {said}", "dim")

    def votes(self, case: "Case") -> None:
        """What each judge said."""
        rows = [
            (
                vote["judge"],
                self.words.votes[_vote(vote)],
                "" if vote["score"] is None else vote["score"],
                "\n".join(_unmet(vote)),
                vote["rationale"] or vote["unscored"],
            )
            for vote in case.votes
        ]
        self._out.print(table(self.words.columns, rows))


def _short(words: Words, vote: Row) -> str:
    score = "" if vote["score"] is None else f" {vote['score']}"
    return f"{safe(vote['judge'])} {words.votes[_vote(vote)]}{score}"


def _vote(vote: Row) -> bool | None:
    return None if vote["accept"] is None else bool(vote["accept"])


def _unmet(vote: Row) -> Iterator[str]:
    for name, criterion in vote["criteria"].items():
        if criterion["finding"] == "not_met":
            yield f"{name}: «{criterion['quote']}»" if criterion["quote"] else name
