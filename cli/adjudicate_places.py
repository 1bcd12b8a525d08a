"""One session over texts that annotators placed differently: from keys to choices.

Every choice is kept before the next key is read.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import InputError
from .adjudicate_keys import Keys, written
from .adjudicate_view import Screen

if TYPE_CHECKING:
    from ..graphs.adjudicate_labels import LabelDesk

_MOST = 9
"""Options that a digit can name; any other can be written out."""


@dataclass(slots=True)
class PlaceSession:
    """What is still to be shown, and what was done."""

    desk: "LabelDesk"
    keys: Keys
    screen: Screen
    queue: deque[str]
    show_votes: bool = False
    done: list[str] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    """Differences of which the sides were looked at."""
    comment: str = ""

    def run(self) -> None:
        """Show one difference after the other until there are none, or `q`. Raises EOFError."""
        self._next()
        while self._step(self.keys.key()):
            pass

    def _next(self) -> None:
        self.comment = ""
        if not self.queue:
            self.screen.say(self.screen.words.finished)
            return
        self.screen.place(self.desk.case(self.queue[0]), len(self.queue))
        if self.show_votes:
            self._look()

    def _step(self, key: str) -> bool:
        """Do what a key says; False ends the session."""
        if key == "q" or (not self.queue and key != "u"):
            return False
        words = self.screen.words
        if key == "n":
            self._choose(())
        elif key == "o":
            self._other()
        elif key == "s":
            self.skipped.add(self.queue.popleft())
            self._next()
        elif key == "c":
            self.comment = written(self.keys.line(words.comment))
            self.screen.say(words.noted)
        elif key == "u":
            self._undo()
        elif key == "v":
            self._look()
        elif key:
            self._option(key)
        return True

    def _option(self, key: str) -> None:
        options = self.desk.case(self.queue[0]).options[:_MOST]
        if key in map(str, range(1, len(options) + 1)):
            self._choose(options[int(key) - 1])
        else:
            self.screen.say(self.screen.words.unknown.format(key=key))

    def _other(self) -> None:
        self.screen.say(self.screen.words.other)
        case = self.desk.case(self.queue[0])
        try:
            self._choose(self.desk.named(case, written(self.keys.line(">"))))
        except InputError as error:
            self.screen.say(f"{error.message}; {error.hint}")

    def _choose(self, chosen: tuple[str, ...]) -> None:
        id_, words = self.queue[0], self.screen.words
        case = self.desk.case(id_)
        self.desk.choose(case, chosen, comment=self.comment, blind=id_ not in self.seen)
        self.done.append(id_)
        self.seen.add(id_)
        self.screen.say(words.placed.format(chosen=" + ".join(chosen) or words.none))
        self.screen.sides(case)
        # With no place at all, what else of the text was open is settled as well.
        still = set(self.desk.waiting())
        self.queue = deque(one for one in self.queue if one in still)
        self._next()

    def _undo(self) -> None:
        try:
            id_ = self.desk.undo()
        except InputError as error:
            self.screen.say(f"{error.message}; {error.hint}")
            return
        if id_ is None:
            self.screen.say(self.screen.words.nothing_to_undo)
            return
        self.done = [one for one in self.done if one != id_]
        self.skipped.discard(id_)
        self.seen.add(id_)
        self.queue = deque([id_, *(one for one in self.queue if one != id_)])
        self.screen.say(self.screen.words.undone)
        self._next()

    def _look(self) -> None:
        case = self.desk.case(self.queue[0])
        self.seen.add(case.id)
        self.screen.sides(case)
