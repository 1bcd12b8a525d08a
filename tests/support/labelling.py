"""A scripted annotator at the local endpoint: knows each text's place, and errs as it is told to.

Names of nodes begin with the name of their parent, so that the way to a leaf can be read from it.
Knows the lines of a menu, and nothing of the code that makes it.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .endpoint import Body, schema_name
from .growing import rows, sections, write

Answer = dict[str, Any]
_OPTION = re.compile(r"^(?:Option|选项) (\d+)(?:: |：)(.*)$", re.MULTILINE)


def tree(*widths: int, name: str = "t", **more: Any) -> dict[str, Any]:
    """A taxonomy with so many children on each level; a child of `t` is `t1`, of that `t1-1`."""
    return {"name": name, **more, "children": _children("c", widths)}


def _children(above: str, widths: Sequence[int]) -> list[Any]:
    width, *rest = widths
    names = [f"{above}-{number}" for number in range(1, width + 1)]
    if not rest:
        return list(names)
    return [{"name": name, "children": _children(name, rest)} for name in names]


def leaf_names(*widths: int) -> list[str]:
    """The names of the leaves of such a taxonomy."""
    names = ["c"]
    for width in widths:
        names = [f"{name}-{number}" for name in names for number in range(1, width + 1)]
    return names


def texts(folder: Path, truths: Iterable[str], name: str = "data.jsonl") -> Path:
    """A data file whose texts name their place, by which the script knows it."""
    path = folder / name
    data = [
        {
            "messages": [{"role": "user", "content": f"case {n} is about {truth} today"}],
            "truth": truth,
        }
        for n, truth in enumerate(truths)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in data), encoding="utf-8")
    return path


def shown(body: Body) -> dict[int, str]:
    """The options of a menu: number to path below the menu's own path."""
    found = sections(body)
    menu = found.get("menu") or found["菜单"]
    return {int(number): told.split(" = ")[0] for number, told in _OPTION.findall(menu)}


def is_of_values(body: Body) -> bool:
    """Whether a menu is one of attribute values."""
    return "Attribute: " in sections(body).get("menu", "")


def truth_of(body: Body) -> tuple[int, str]:
    """Number and place of the text that a prompt shows."""
    found = re.search(r"case (\d+) is about (\S+) today", sections(body)["candidate, user turn 1"])
    assert found is not None
    return int(found[1]), found[2]


def chance(body: Body, key: str) -> float:
    """A number in [0, 1) by the wording of the annotator and the text alone."""
    system = body["messages"][0]["content"][:400]
    digest = hashlib.sha256(f"{system}\x1f{truth_of(body)}\x1f{key}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def choice(*numbers: int, evidence: str = "is about", confidence: str = "high") -> Answer:
    """A reply that chooses these options, or none of them."""
    choices = [
        {"option": number, "confidence": confidence, "evidence": evidence} for number in numbers
    ]
    return {"working": "", "choices": choices, "none": not numbers}


def towards(body: Body, *leaves: str) -> Answer:
    """The options on the way to these leaves, in their order; none where there is no way."""
    options = shown(body)
    numbers = [
        number
        for leaf in leaves
        for number, path in options.items()
        if f"{leaf}-".startswith(f"{path.split(' > ')[-1]}-")
    ]
    return choice(*dict.fromkeys(numbers))


def annotator(
    believes: Callable[[Body], str | Sequence[str] | Answer],
    values: Callable[[Body], Answer] = lambda body: choice(),
) -> Callable[[Body], Any]:
    """A model that goes to where it believes a text belongs, whatever the menus are."""

    def reply(body: Body) -> Any:
        if schema_name(body) == "Ready":
            return {"ready": True}
        if is_of_values(body):
            return values(body)
        said = believes(body)
        if isinstance(said, str):
            return towards(body, said)
        return said if isinstance(said, Mapping) else towards(body, *said)

    return reply


def erring(rate: float, leaves: Sequence[str]) -> Callable[[Body], str]:
    """Believes the truth but for a share of texts, which it takes for any other leaf."""

    def believes(body: Body) -> str:
        _, truth = truth_of(body)
        if chance(body, "errs") >= rate:
            return truth
        others = [leaf for leaf in leaves if leaf != truth]
        return others[int(chance(body, "where") * len(others))]

    return believes


def taxonomy(folder: Path, data: dict[str, Any], name: str = "t.yaml") -> Path:
    """A taxonomy file."""
    return write(folder, data, name)


def kept(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that decides, without times and row numbers."""
    return {
        "items": rows(
            db,
            "SELECT id, place, source, row, messages, status, reason, detail, leaves, labels, "
            "stuck FROM items ORDER BY place",
        ),
        "annotations": rows(
            db,
            "SELECT sample_id, annotator, model, prompt, source, leaves, labels, none, stuck, "
            "confidence, evidence, failed FROM annotations ORDER BY sample_id, annotator",
        ),
        "disagreements": rows(
            db, "SELECT id, sample_id, kind, subject, detail, status FROM disagreements ORDER BY id"
        ),
        "calls": rows(
            db,
            "SELECT sample_id, node, round, request_key, reply, outcome FROM calls "
            "ORDER BY request_key, sample_id",
        ),
    }
