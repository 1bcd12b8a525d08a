"""Writes a taxonomy as a list of paths: names and ids, and nothing else.

Ids are written if any of them is another than its path gives; the first line says so. Knows lines;
whether what is left out is wanted is asked by the caller.
"""

from collections.abc import Iterator

from ...errors import InputError
from ..names import shown
from ..tree import PATH_SEPARATOR, Taxonomy
from .path_lines import spaced
from .plain_data import walk
from .text_file import MAX_BYTES


def to_paths(taxonomy: Taxonomy) -> str:
    """The taxonomy as a list of paths. Raises InputError for names and ids that none can hold."""
    ids = any(explicit for _, _, explicit in walk(taxonomy)) or taxonomy.root.name.startswith("#")
    head = "# Format: {id} : {path}" if ids else "# Format: {path}"
    lines, size = [head], 0
    for ident, path in _paths(taxonomy):
        lines.append(f"{ident} : {path}" if ids else path)
        size += len(path)
        if size > MAX_BYTES:
            raise InputError(
                "the tree is too deep for a list of paths: it would be larger than"
                f" {MAX_BYTES // 2**20} MB",
                hint="write it as yaml, json or csv, where a row names its parent alone",
            )
    return "\n".join([*lines, ""])


def _paths(taxonomy: Taxonomy) -> Iterator[tuple[str, str]]:
    """Ids and paths, parents before their children."""
    waiting = [(taxonomy.root, "")]
    while waiting:
        node, above = waiting.pop()
        if ">" in node.name or spaced(node.name) != [node.name]:
            raise InputError(
                f"the name {shown(node.name)} holds what separates the levels of a path",
                hint="write it as yaml, json, csv or markdown",
            )
        if node.id.startswith("#"):
            raise InputError(
                f"the id {shown(node.id)} would make its line a comment",
                hint="write it as yaml, json, csv or markdown",
            )
        path = above + PATH_SEPARATOR + node.name if above else node.name
        yield node.id, path
        waiting.extend((child, path) for child in reversed(taxonomy.children(node.id)))
