"""Writes a taxonomy in a text format, and makes sure that it can be read back as it was.

Knows which writer writes what, and what a format cannot say.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from ...errors import InputError, TaxonomyError
from ..tree import Node, Taxonomy
from .load import read_text
from .rows import Faults
from .text_file import MAX_BYTES, decode
from .validate import build
from .write_json import to_json
from .write_markdown import to_markdown
from .write_paths import to_paths
from .write_table import to_table
from .write_yaml import to_yaml

Target = Literal["yaml", "json", "markdown", "paths", "csv", "tsv"]
TARGETS: tuple[Target, ...] = get_args(Target)
_SUFFIXES: dict[str, Target] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "paths",
    ".csv": "csv",
    ".tsv": "tsv",
}
_WRITERS: dict[Target, Callable[[Taxonomy], str]] = {
    "yaml": to_yaml,
    "json": to_json,
    "markdown": to_markdown,
    "paths": to_paths,
    "csv": lambda taxonomy: to_table(taxonomy, ","),
    "tsv": lambda taxonomy: to_table(taxonomy, "\t"),
}


def write(taxonomy: Taxonomy, target: Target, *, lossy: bool = False) -> str:
    """The taxonomy as the text of a file. `load` gives it back, ids included.

    A list of paths has names and ids alone: what else there is raises InputError, unless `lossy`.
    """
    if target == "paths":
        lost = losses(taxonomy)
        if lost and not lossy:
            raise InputError(
                f"a list of paths cannot say {', '.join(lost)}",
                hint="write it as yaml, json, markdown or csv, or let it go with --lossy",
            )
        taxonomy = _bare(taxonomy)
    text = _WRITERS[target](taxonomy)
    _read_back(text, taxonomy, target)
    return text


def target_of(path: Path) -> Target | None:
    """The format that the name of a file says; None for a name that says none."""
    return _SUFFIXES.get(path.suffix.lower())


def losses(taxonomy: Taxonomy) -> list[str]:
    """What a list of paths loses, with the number of categories that it concerns."""
    nodes = list(taxonomy.walk())
    counts = {
        "definitions": sum(bool(node.definition) for node in nodes),
        "open lists": sum(node.open for node in nodes),
        "weights": sum(node.weight != 1 for node in nodes),
        "aliases": sum(bool(node.aliases) for node in nodes),
        "attributes": sum(bool(node.attributes) for node in nodes),
        "examples": sum(bool(node.examples) for node in nodes),
        "lifetimes": sum(node.fresh_for is not None for node in nodes),
        "constraints": len(taxonomy.constraints),
    }
    return [f"{what} ({count})" for what, count in counts.items() if count]


def _bare(taxonomy: Taxonomy) -> Taxonomy:
    """Names and ids alone."""
    made: dict[str, Node] = {}
    for node in taxonomy.walk():
        parent = None if node.parent is None else made[node.parent.id]
        made[node.id] = Node(node.id, node.name, parent)
    return Taxonomy(made.values())


def _read_back(text: str, taxonomy: Taxonomy, target: Target) -> None:
    """Make sure that nothing is lost before anything is replaced."""
    faults = Faults(f"the {target} text")
    data = text.encode("utf-8", "surrogatepass")
    try:
        if len(data) > MAX_BYTES:
            faults.fatal(f"it is larger than {MAX_BYTES // 2**20} MB", None, hint="")
        outline = read_text(decode(data, faults), faults, format=target)
        same = build(outline, faults, default_name="taxonomy") == taxonomy
        reason = "" if same else ": it would not come back as it was"
    except TaxonomyError as error:
        reason = f": {error.faults[0].message}"
    if reason:
        raise InputError(
            f"the taxonomy cannot be written as {target}{reason}",
            hint="write it in another format, such as yaml",
        )
