"""Judges what rows say one by one: names, ids, definitions, aliases, attributes, examples.

Whether the rows make a tree is judged in `validate`. Knows no format.
"""

from collections.abc import Sequence

from ..names import MAX_NAME, id_problem, is_language, key, name_problem, prose_problem, shown
from .rows import Faults, Outline, RawAliases, RawAttribute, RawExample, Row, first


def check_rows(outline: Outline, faults: Faults) -> None:
    """Note every fault that can be seen in a row alone, and ids that stand twice."""
    checked: set[int] = set()
    if outline.root.name:
        _check_name(outline.root, "the root", faults)
    for row in outline.rows:
        _check_name(row, "the category", faults)
    for row in (outline.root, *outline.rows):
        if row.definition:
            _check_prose(row.definition, row.line, what="the definition", faults=faults, row=row)
        if row.aliases:
            _check_aliases(row.aliases, row.name, row.line, faults=faults)
        if row.attributes:
            _check_attributes(row.attributes, faults, checked=checked)
        for example in row.examples:
            _check_example(example, row, faults)
    _check_ids(outline, faults)


def _check_name(row: Row, what: str, faults: Faults) -> None:
    problem = name_problem(row.name)
    if problem:
        message = f"{what} {shown(row.name)} {problem[0]}"
        faults.add(message, row.line, hint=problem[1], file=row.file)
        # Names are compared below, and normalising megabytes can take minutes.
        row.name = row.name[: MAX_NAME + 1]


def _check_part(name: str, line: int | None, *, what: str, faults: Faults) -> None:
    problem = name_problem(name)
    if problem:
        faults.add(f"{what} {shown(name)} {problem[0]}", line, hint=problem[1])


def _check_prose(
    text: str, line: int | None, *, what: str, faults: Faults, row: Row | None = None
) -> None:
    problem = prose_problem(text)
    if problem:
        file = row.file if row else ""
        faults.add(f"{what} {shown(text)} {problem[0]}", line, hint=problem[1], file=file)


def _check_aliases(aliases: RawAliases, name: str, line: int | None, *, faults: Faults) -> None:
    seen: set[tuple[str, str]] = set()
    for language, alias in aliases:
        if not is_language(language):
            faults.add(
                f"{shown(language)} is no language of an alias of {shown(name)}",
                line,
                hint="write the tag of a language, such as `en` or `zh`, before the name",
            )
        _check_part(alias, line, what=f"an alias of {shown(name)},", faults=faults)
        same = language, key(alias[: MAX_NAME + 1])
        if same in seen:
            faults.add(
                f"the alias {shown(alias)} of {shown(name)} stands twice",
                line,
                hint="remove one; width and case of letters do not make two names",
            )
        seen.add(same)


def _check_attributes(
    attributes: Sequence[RawAttribute], faults: Faults, *, checked: set[int]
) -> None:
    seen: dict[str, int | None] = {}
    for attribute in attributes:
        if id(attribute) not in checked:
            checked.add(id(attribute))
            _check_attribute(attribute, faults)
        same = key(attribute.name[: MAX_NAME + 1])
        if same in seen:
            faults.add(
                f"the attribute {shown(attribute.name)} stands twice{first(seen[same])}",
                attribute.line,
                hint="put all its values into one list",
            )
        seen.setdefault(same, attribute.line)


def _check_attribute(attribute: RawAttribute, faults: Faults) -> None:
    name, line = attribute.name, attribute.line
    _check_part(name, line, what="the attribute", faults=faults)
    _check_prose(attribute.definition, line, what="the definition", faults=faults)
    _check_aliases(attribute.aliases, name, line, faults=faults)
    if not attribute.values:
        faults.add(
            f"the attribute {shown(name)} has no values",
            line,
            hint="list at least one value, or remove the attribute",
        )
    _check_values(attribute, faults)


def _check_values(attribute: RawAttribute, faults: Faults) -> None:
    seen: dict[str, int | None] = {}
    for value in attribute.values:
        _check_part(value.name, value.line, what="the value", faults=faults)
        _check_prose(value.definition, value.line, what="the definition", faults=faults)
        _check_aliases(value.aliases, value.name, value.line, faults=faults)
        if value.group:
            _check_part(value.group, value.line, what="the group", faults=faults)
        same = key(value.name[: MAX_NAME + 1])
        if same in seen:
            faults.add(
                f"the value {shown(value.name)} of {shown(attribute.name)} stands twice"
                f"{first(seen[same])}",
                value.line,
                hint="remove one; width and case of letters do not make two values",
            )
        seen.setdefault(same, value.line)


def _check_example(example: RawExample, row: Row, faults: Faults) -> None:
    for what in ("question", "answer"):
        if not getattr(example, what).strip():
            faults.add(
                f"an example of {shown(row.name)} has no {what}",
                example.line,
                hint="write both `question:` and `answer:`, or remove the example",
                file=row.file,
            )
    for what in ("question", "answer", "context"):
        text = getattr(example, what)
        _check_prose(text, example.line, what=f"the {what}", faults=faults, row=row)


def _check_ids(outline: Outline, faults: Faults) -> None:
    seen: dict[str, Row] = {}
    for row in (outline.root, *outline.rows):
        problem = id_problem(row.id) if row.id else None
        if problem:
            faults.add(
                f"the id {shown(row.id)} of {shown(row.name)} {problem[0]}",
                row.line,
                hint=problem[1],
            )
        ident = row.id or (row.key if isinstance(row.key, str) else "")
        if not ident.strip():
            continue
        earlier = seen.setdefault(_same_id(ident), row)
        if earlier is not row:
            _report_same_id(earlier, row, faults=faults)


def _same_id(ident: str) -> str:
    """The form in which two ids are compared. The addresses of concepts differ in case alone."""
    return ident if "/" in ident or ":" in ident else key(ident[: MAX_NAME + 1])


def _report_same_id(earlier: Row, row: Row, *, faults: Faults) -> None:
    same_name = key(earlier.name) == key(row.name)
    if same_name and earlier.parent != row.parent:
        faults.add(
            f"{shown(row.name)} has two parents{first(earlier.line)}",
            row.line,
            hint="a taxonomy is a tree: keep one of the two rows, or give each an `id` of its own",
        )
    elif row.id or not same_name:
        faults.add(
            f"the id {shown(row.id or str(row.key))} stands twice{first(earlier.line)}",
            row.line,
            hint="give each category an `id` of its own, or leave `id` out",
        )
