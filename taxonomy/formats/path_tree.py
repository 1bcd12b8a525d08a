"""Grows an outline from paths: parents may come before, after, or not at all.

Knows names in order from the top; how a line or a table spells a path is known to its reader.
"""

from collections.abc import Sequence

from ..names import is_ellipsis, shown
from .document import MAX_DEPTH
from .rows import Faults, Key, Outline, Row, first


class PathTree:
    """The categories that paths have named so far."""

    def __init__(self, outline: Outline, faults: Faults) -> None:
        self._outline = outline
        self._faults = faults
        self._rows: dict[tuple[Key | None, str], Row] = {}
        self._listed: dict[Key, int] = {}
        """Lines of the categories that a path of their own names."""

    def add(self, names: Sequence[str], line: int) -> Row | None:
        """The category at a path, with all above it; None where nothing can be said of it.

        An ellipsis at the end says that the list of children above it is not complete.
        """
        if not self._is_path(names, line):
            return None
        row = self._outline.root
        more = is_ellipsis(names[-1])
        for name in names[:-1] if more else names:
            row = self._child(row, name, line)
        if more:
            row.open = True
            return None
        earlier = self._listed.get(row.key)
        if earlier is not None:
            self._faults.add(
                f"the path {shown(' > '.join(names))} stands twice{first(earlier)}",
                line,
                hint="remove one of the two lines",
            )
            return None
        self._listed[row.key] = line
        row.line = line
        return row

    def _is_path(self, names: Sequence[str], line: int) -> bool:
        if len(names) > MAX_DEPTH:
            self._faults.add(
                f"the path has {len(names)} levels, more than {MAX_DEPTH}",
                line,
                hint="look for separators that belong to names",
            )
        elif "" in names:
            place = list(names).index("") + 1
            self._faults.add(
                f"level {place} of the path {shown(' > '.join(names))} is blank",
                line,
                hint="give it a name, or take one of the separators away",
            )
        else:
            return True
        return False

    def _child(self, parent: Row, name: str, line: int) -> Row:
        above = None if parent is self._outline.root else parent.key
        row = self._rows.get((above, name))
        if row is None:
            row = self._rows[above, name] = self._outline.add(Row(name, line), parent)
        return row
