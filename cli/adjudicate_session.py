"""One session at the desk: from keys to votes. Every vote is kept before the next key is read."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import InputError
from .adjudicate_keys import Keys, written
from .adjudicate_view import Screen

if TYPE_CHECKING:
    from ..graphs.adjudicate import Case, Desk


@dataclass(slots=True)
class Session:
    """What is still to be shown, and what was done."""

    desk: "Desk"
    keys: Keys
    screen: Screen
    queue: deque[str]
    show_votes: bool = False
    done: list[tuple[str, bool, bool]] = field(default_factory=list)
    """Votes in their order: the sample, whether accepted, whether it moved."""
    skipped: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    """Samples of which the judges' votes were looked at."""
    comment: str = ""
    """For the next vote on the sample that is shown."""

    def run(self) -> None:
        """Show one sample after the other until there are none, or `q`. Raises EOFError."""
        self._next()
        while self._step(self.keys.key()):
            pass

    def count(self, *, accept: bool, moved: bool = True) -> int:
        """How many votes there were of a kind."""
        return sum(one[1:] == (accept, moved) for one in self.done)

    def _next(self) -> None:
        self.comment = ""
        if not self.queue:
            self.screen.say(self.screen.words.finished)
            return
        case = self.desk.case(self.queue[0])
        self.screen.case(case, len(self.queue))
        if self.show_votes:
            self._votes(case)
        self.screen.prompt()

    def _step(self, key: str) -> bool:
        """Do what a key says; False ends the session."""
        if key == "q" or (not self.queue and key != "u"):
            return False
        if key in _ACTIONS:
            _ACTIONS[key](self)
        elif key:
            self.screen.say(self.screen.words.unknown.format(key=key))
        return True

    def _accept(self) -> None:
        self._vote(accept=True)

    def _reject(self) -> None:
        self.screen.criteria()
        digit = self.keys.key()
        names = list(self.screen.words.criteria)
        if digit and digit not in map(str, range(1, len(names) + 1)):
            words = self.screen.words
            self.screen.say(f"{words.no_criterion}; {words.not_voted}")
            return
        self._vote(accept=False, criterion=names[int(digit) - 1] if digit else "")

    def _vote(self, *, accept: bool, criterion: str = "") -> None:
        sample_id = self.queue[0]
        case = self.desk.case(sample_id)
        moved = self.desk.vote(
            sample_id,
            accept,
            criterion=criterion,
            comment=self.comment,
            blind=sample_id not in self.seen,
        )
        self.queue.popleft()
        self.done.append((sample_id, accept, moved))
        self.seen.add(sample_id)
        self.screen.voted(case, accept=accept, moved=moved)
        self._next()

    def _skip(self) -> None:
        self.skipped.add(self.queue.popleft())
        self._next()

    def _write_comment(self) -> None:
        self.comment = written(self.keys.line(self.screen.words.comment))
        self.screen.say(self.screen.words.noted)

    def _undo(self) -> None:
        try:
            sample_id = self.desk.undo()
        except InputError as error:
            self.screen.say(f"{error.message}; {error.hint}")
            return
        if sample_id is None:
            self.screen.say(self.screen.words.nothing_to_undo)
            return
        self.done = [one for one in self.done if one[0] != sample_id]
        self.skipped.discard(sample_id)
        self.queue = deque([sample_id, *(id_ for id_ in self.queue if id_ != sample_id)])
        self.screen.say(self.screen.words.undone)
        self._next()

    def _look(self) -> None:
        self._votes(self.desk.case(self.queue[0]))

    def _votes(self, case: "Case") -> None:
        self.seen.add(case.sample["id"])
        self.screen.votes(case)

    def _help(self) -> None:
        for line in self.screen.words.help.splitlines():
            self.screen.say(line)


_ACTIONS: dict[str, Callable[[Session], None]] = {
    "a": Session._accept,
    "r": Session._reject,
    "s": Session._skip,
    "c": Session._write_comment,
    "u": Session._undo,
    "v": Session._look,
    "?": Session._help,
}
