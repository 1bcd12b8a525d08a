"""Turns an outline into a taxonomy, or says everything that is wrong with it.

Knows rows and trees; which format the rows came from makes no difference here.
"""

from collections import defaultdict
from difflib import get_close_matches

from ..names import key, shown
from ..tree import Aliases, Attribute, Example, Node, Taxonomy, Value, digest_id, path_digest
from .row_checks import check_rows
from .rows import Faults, Key, Outline, RawAliases, RawAttribute, RawValue, Row, first

_NO_PARENT = {"0", "-1", "null", "none", "nil", "nan", "n/a", "\\n", "-"}
"""What databases and spreadsheets write where a row has no parent."""
_MOST_SUGGESTED_FROM = 1000
_LONGEST_CYCLE_SHOWN = 8


def build(outline: Outline, faults: Faults, *, default_name: str) -> Taxonomy:
    """The taxonomy of an outline; `default_name` names its root where the file does not."""
    if not outline.rows:
        faults.add(
            "the file holds no categories",
            outline.root.line,
            hint="list at least one: under `children:` in YAML and JSON, as a bullet in Markdown,"
            " as a line in a list of paths or a table",
        )
        faults.raise_if_any()
    check_rows(outline, faults)
    parents = _parents(outline.rows, faults)
    _check_cycles(outline.rows, parents, faults=faults)
    _check_siblings(outline, parents, faults=faults)
    faults.raise_if_any()
    _settle_root(outline, parents, default_name=default_name)
    nodes = _nodes(outline, parents, faults=faults)
    faults.raise_if_any()
    return Taxonomy(nodes, outline.constraints)


def _parents(rows: list[Row], faults: Faults) -> list[int | None]:
    """The index of every row's parent; None under the root, and where the parent is unknown."""
    index: dict[Key, int] = {}
    for i, row in enumerate(rows):
        index.setdefault(row.key, i)
    parents: list[int | None] = []
    for i, row in enumerate(rows):
        found = index.get(row.parent) if row.parent is not None else None
        if row.parent is not None and found is None and not _says_none(row.parent):
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


def _says_none(parent: Key) -> bool:
    return isinstance(parent, str) and parent.lower() in _NO_PARENT


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
        earlier = seen.setdefault((parent, key(row.name)), row)
        if earlier is not row:
            above = outline.rows[parent] if parent is not None else outline.root
            under = f" under {shown(above.name)}" if above.name else ""
            faults.add(
                f"{shown(row.name)} stands twice{under}{first(earlier.line)}",
                row.line,
                hint="rename or remove one; width and case of letters do not make two names",
                file=row.file,
            )


def _settle_root(outline: Outline, parents: list[int | None], *, default_name: str) -> None:
    """Let a lone top category be the root, where the file says nothing about a root above it."""
    root, rows = outline.root, outline.rows
    tops = [i for i, parent in enumerate(parents) if parent is None]
    facts = root.definition, root.open, root.attributes, root.aliases, root.examples, root.fresh_for
    said = root.name or root.id or any(facts) or root.weight != 1
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
    attributes: dict[int, Attribute] = {}
    waiting: list[tuple[Row, Node | None, bytes]] = [(outline.root, None, b"")]
    while waiting:
        row, above, digest = waiting.pop()
        digest = path_digest(digest, row.name)
        node = _node(row, above, node_id=row.id or digest_id(digest), known=attributes)
        earlier = taken.setdefault(node.id, node)
        if earlier is not node:
            faults.add(
                f"{shown(earlier.name)} and {shown(node.name)} share the id {shown(node.id)}",
                row.line,
                hint="give one of them another `id`",
            )
        nodes.append(node)
        below = children[index.get(id(row))]
        waiting.extend((child, node, digest) for child in reversed(below))
    return nodes


def _node(row: Row, parent: Node | None, *, node_id: str, known: dict[int, Attribute]) -> Node:
    return Node(
        id=node_id,
        name=row.name,
        parent=parent,
        definition=row.definition,
        open=row.open,
        attributes=tuple([_attribute(raw, known) for raw in row.attributes]),
        weight=row.weight,
        aliases=_aliases(row.aliases) if row.aliases else (),
        examples=tuple([Example(one.question, one.answer, one.context) for one in row.examples]),
        fresh_for=row.fresh_for,
        line=row.line,
    )


def _attribute(raw: RawAttribute, known: dict[int, Attribute]) -> Attribute:
    """The attribute as written; one object where rows share one."""
    found = known.get(id(raw))
    if found is None:
        values = tuple(map(_value, raw.values))
        aliases = _aliases(raw.aliases)
        found = Attribute(raw.name, values, raw.definition, raw.open, aliases)
        known[id(raw)] = found
    return found


def _value(raw: RawValue) -> Value:
    return Value(raw.name, raw.definition, raw.group, raw.weight, _aliases(raw.aliases))


def _aliases(raw: RawAliases) -> Aliases:
    """The aliases with those of one language together: no format could keep them apart."""
    languages = dict.fromkeys(language for language, _ in raw)
    return tuple((tag, name) for tag in languages for language, name in raw if language == tag)
