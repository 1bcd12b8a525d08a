"""Turns an outline into a taxonomy, or says everything that is wrong with it.

Knows rows and trees; which format the rows came from makes no difference here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from .names import key, name_problem, prose_problem, shown
from .rows import Faults, Key, Outline, RawAttribute, Row
from .tree import Attribute, Node, Taxonomy, Value, digest_id, path_digest

_ID = re.compile(r"\w[\w.-]{0,63}")
_MOST_SUGGESTED_FROM = 1000
_LONGEST_CYCLE_SHOWN = 8


def build(outline: Outline, faults: Faults, *, default_name: str) -> Taxonomy:
    """The taxonomy of an outline; `default_name` names its root where the file does not."""
    if not outline.rows:
        faults.add(
            "the file holds no categories",
            outline.root.line,
            hint="list at least one category under `children:`, or one bullet in Markdown",
        )
        faults.raise_if_any()
    _check_rows(outline, faults)
    parents = _parents(outline.rows, faults)
    _check_cycles(outline.rows, parents, faults=faults)
    _check_siblings(outline, parents, faults=faults)
    faults.raise_if_any()
    _settle_root(outline, parents, default_name=default_name)
    nodes = _nodes(outline, parents, faults=faults)
    faults.raise_if_any()
    return Taxonomy(nodes)


def _check_rows(outline: Outline, faults: Faults) -> None:
    root = outline.root
    if root.name:
        _check_name(root.name, root.line, what="the root", faults=faults)
    for row in outline.rows:
        _check_name(row.name, row.line, what="the category", faults=faults)
    for row in (root, *outline.rows):
        _check_prose(row.definition, row.line, faults=faults)
        if row.attributes:
            _check_attributes(row.attributes, faults)
    _check_ids(outline, faults)


def _check_name(name: str, line: int | None, *, what: str, faults: Faults) -> None:
    problem = name_problem(name)
    if problem:
        faults.add(f"{what} {shown(name)} {problem[0]}", line, hint=problem[1])


def _check_prose(text: str, line: int | None, *, faults: Faults) -> None:
    problem = prose_problem(text)
    if problem:
        faults.add(f"the definition {shown(text)} {problem[0]}", line, hint=problem[1])


def _check_attributes(attributes: list[RawAttribute], faults: Faults) -> None:
    seen: dict[str, int | None] = {}
    for attribute in attributes:
        _check_name(attribute.name, attribute.line, what="the attribute", faults=faults)
        same = key(attribute.name)
        if same in seen:
            faults.add(
                f"the attribute {shown(attribute.name)} stands twice{_first(seen[same])}",
                attribute.line,
                hint="put all its values into one list",
            )
        seen.setdefault(same, attribute.line)
        _check_prose(attribute.definition, attribute.line, faults=faults)
        _check_values(attribute, faults)


def _check_values(attribute: RawAttribute, faults: Faults) -> None:
    if not attribute.values:
        faults.add(
            f"the attribute {shown(attribute.name)} has no values",
            attribute.line,
            hint="list at least one value, or remove the attribute",
        )
    seen: dict[str, int | None] = {}
    for value in attribute.values:
        _check_name(value.name, value.line, what="the value", faults=faults)
        _check_prose(value.definition, value.line, faults=faults)
        if value.group:
            _check_name(value.group, value.line, what="the group", faults=faults)
        same = key(value.name)
        if same in seen:
            faults.add(
                f"the value {shown(value.name)} of {shown(attribute.name)} stands twice"
                f"{_first(seen[same])}",
                value.line,
                hint="remove one; width and case of letters do not make two values",
            )
        seen.setdefault(same, value.line)


def _check_ids(outline: Outline, faults: Faults) -> None:
    seen: dict[str, Row] = {}
    for row in (outline.root, *outline.rows):
        if row.id and not _ID.fullmatch(row.id):
            faults.add(
                f"the id {shown(row.id)} of {shown(row.name)} is not usable",
                row.line,
                hint="use up to 64 letters, digits, `_`, `-` and `.`, beginning with a letter,"
                " a digit or `_`",
            )
        ident = row.id or (row.key if isinstance(row.key, str) else "")
        if not ident.strip():
            continue
        first = seen.setdefault(key(ident), row)
        if first is not row:
            _report_same_id(first, row, faults=faults)


def _report_same_id(first: Row, row: Row, *, faults: Faults) -> None:
    same_name = key(first.name) == key(row.name)
    if same_name and first.parent != row.parent:
        faults.add(
            f"{shown(row.name)} has two parents{_first(first.line)}",
            row.line,
            hint="a taxonomy is a tree: keep one of the two rows, or give each an `id` of its own",
        )
    elif row.id or not same_name:
        faults.add(
            f"the id {shown(row.id or str(row.key))} stands twice{_first(first.line)}",
            row.line,
            hint="give each category an `id` of its own, or leave `id` out",
        )


def _parents(rows: list[Row], faults: Faults) -> list[int | None]:
    """The index of every row's parent; None under the root, and where the parent is unknown."""
    index: dict[Key, int] = {}
    for i, row in enumerate(rows):
        index.setdefault(row.key, i)
    parents: list[int | None] = []
    for i, row in enumerate(rows):
        found = index.get(row.parent) if row.parent is not None else None
        if row.parent is not None and found is None:
            _report_unknown_parent(row, rows, faults=faults)
        if found == i:
            faults.add(
                f"{shown(row.name)} is its own parent",
                row.line,
                hint="name another row as its parent, or leave `parent` out at the top",
            )
            found = None
        parents.append(found)
    return parents


def _report_unknown_parent(row: Row, rows: list[Row], *, faults: Faults) -> None:
    wanted = str(row.parent)
    hint = "add a row with this id, or leave `parent` out at the top"
    if len(rows) <= _MOST_SUGGESTED_FROM:
        named = [str(other.key) for other in rows if key(other.name) == key(wanted)]
        near = named or get_close_matches(wanted, [str(other.key) for other in rows], n=1)
        if near:
            hint = f"did you mean `parent: {shown(near[0])[1:-1]}`?"
    faults.add(f"the parent {shown(wanted)} of {shown(row.name)} is unknown", row.line, hint=hint)


def _check_cycles(rows: list[Row], parents: list[int | None], *, faults: Faults) -> None:
    """Walk up from every row; whoever meets the own trail is in a cycle."""
    trail_of = [-1] * len(rows)
    for start in range(len(rows)):
        at: int | None = start
        while at is not None and trail_of[at] == -1:
            trail_of[at] = start
            at = parents[at]
        if at is not None and trail_of[at] == start:
            _report_cycle(at, rows, parents=parents, faults=faults)


def _report_cycle(
    start: int, rows: list[Row], *, parents: list[int | None], faults: Faults
) -> None:
    names = [rows[start].name]
    at = parents[start]
    while at is not None and at != start:
        names.append(rows[at].name)
        at = parents[at]
    names = [names[0], *reversed(names)]
    if len(names) > _LONGEST_CYCLE_SHOWN:
        half = _LONGEST_CYCLE_SHOWN // 2
        names = [*names[:half], "…", *names[-half:]]
    faults.add(
        f"the categories form a cycle: {' > '.join(map(shown, names))}",
        rows[start].line,
        hint="change the `parent` of one of them",
    )


def _check_siblings(outline: Outline, parents: list[int | None], *, faults: Faults) -> None:
    seen: dict[tuple[int | None, str], Row] = {}
    for row, parent in zip(outline.rows, parents, strict=True):
        if not row.name:
            continue
        first = seen.setdefault((parent, key(row.name)), row)
        if first is not row:
            above = outline.rows[parent] if parent is not None else outline.root
            under = f" under {shown(above.name)}" if above.name else ""
            faults.add(
                f"{shown(row.name)} stands twice{under}{_first(first.line)}",
                row.line,
                hint="rename or remove one; width and case of letters do not make two names",
            )


def _settle_root(outline: Outline, parents: list[int | None], *, default_name: str) -> None:
    """Let a lone top category be the root, where the file says nothing about a root above it."""
    root, rows = outline.root, outline.rows
    tops = [i for i, parent in enumerate(parents) if parent is None]
    said = root.name or root.id or root.definition or root.open or root.attributes
    if len(tops) == 1 and len(rows) > 1 and not said:
        outline.root = rows[tops[0]]
    elif not root.name:
        root.name = default_name


def _nodes(outline: Outline, parents: list[int | None], *, faults: Faults) -> list[Node]:
    children: defaultdict[int | None, list[Row]] = defaultdict(list)
    index = {id(row): i for i, row in enumerate(outline.rows)}
    for row, parent in zip(outline.rows, parents, strict=True):
        if row is not outline.root:
            children[parent].append(row)
    nodes: list[Node] = []
    taken: dict[str, Node] = {}
    waiting: list[tuple[Row, Node | None, bytes]] = [(outline.root, None, b"")]
    while waiting:
        row, above, digest = waiting.pop()
        digest = path_digest(digest, row.name)
        node = _node(row, above, node_id=row.id or digest_id(digest))
        first = taken.setdefault(node.id, node)
        if first is not node:
            faults.add(
                f"{shown(first.name)} and {shown(node.name)} share the id {shown(node.id)}",
                row.line,
                hint="give one of them another `id`",
            )
        nodes.append(node)
        below = children[index.get(id(row))]
        waiting.extend((child, node, digest) for child in reversed(below))
    return nodes


def _node(row: Row, parent: Node | None, *, node_id: str) -> Node:
    return Node(
        id=node_id,
        name=row.name,
        parent=parent,
        definition=row.definition,
        open=row.open,
        attributes=tuple(_attributes(row.attributes)),
        line=row.line,
    )


def _attributes(attributes: list[RawAttribute]) -> Iterable[Attribute]:
    for raw in attributes:
        values = (Value(value.name, value.definition, value.group) for value in raw.values)
        yield Attribute(raw.name, tuple(values), raw.definition, raw.open)


def _first(line: int | None) -> str:
    return f", first in line {line}" if line else ""
