"""Reads the constraints of a YAML or JSON taxonomy, each with its line.

Judges their shape alone: whether what they name exists is seen when samples are planned.
"""

from ..constraints import Constraint
from ..names import prose_problem, shown
from .document import Document, Listing, Mapping, Scalar
from .shape_parts import Parts, is_null

_HINT = (
    "write `never: {name: value, name: value}`, `only: {name: value}` with `with: {name: value}`,"
    " or `attribute: name` with `when: {name: value}`; values may be lists"
)


def read_constraints(value: Document | None, parts: Parts) -> list[Constraint]:
    """The constraints of a list; one that cannot be read is noted and left out."""
    if value is None or is_null(value):
        return []
    if not isinstance(value, Listing):
        parts.wrong("`constraints`", value, wanted="a list")
        return []
    found = (_constraint(item, parts) for item in value.items)
    return [constraint for constraint in found if constraint is not None]


def _constraint(item: Document, parts: Parts) -> Constraint | None:
    if not isinstance(item, Mapping):
        parts.wrong("a constraint", item, wanted="a mapping such as `never: {…}`")
        return None
    data = {key.text: _part(body, parts) for key, body in item.entries}
    try:
        return Constraint.from_dict(data, item.line)
    except ValueError as error:
        parts.faults.add(f"the constraint cannot be read: {error}", item.line, hint=_HINT)
        return None


def _part(body: Document, parts: Parts) -> object:
    """Names with their values, or the name of one attribute."""
    if isinstance(body, Scalar):
        return _text(body, parts)
    if isinstance(body, Mapping):
        return {_text(name, parts): _values(values, parts) for name, values in body.entries}
    return None


def _values(body: Document, parts: Parts) -> object:
    if isinstance(body, Listing):
        return [_text(item, parts) for item in body.items]
    return _text(body, parts)


def _text(value: Document, parts: Parts) -> str:
    text = parts.name(value, "in a constraint")
    problem = prose_problem(text) if text else ("is blank", "write what is meant, or leave it out")
    if problem:
        message = f"in a constraint {shown(text)} {problem[0]}"
        parts.faults.add(message, value.line, hint=problem[1])
    return text
