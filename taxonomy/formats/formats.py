"""Tells the format of a taxonomy file from its name and its content.

Knows how the formats look from afar; what they say is known to their readers.
"""

import re
from pathlib import Path
from typing import Literal, get_args

from .load_folder import FILES
from .load_table import looks_like_table
from .path_lines import looks_like_paths, says_paths

Format = Literal["yaml", "json", "markdown", "paths", "csv", "tsv", "instructlab", "skos"]
FORMATS: tuple[Format, ...] = get_args(Format)

SUFFIXES: dict[str, Format] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".csv": "csv",
    ".tsv": "tsv",
    ".ttl": "skos",
    ".jsonld": "skos",
}
_LOOKS_YAML = re.compile(
    r"^(?:- )?(?:name|children|nodes|attributes|attribute_sets|constraints|definition|id|open):"
    r"(?:\s|$)",
    re.MULTILINE,
)
_LOOKS_TURTLE = re.compile(r"^\s*(?:@prefix|@base|prefix|base)\s[^\n]*<", re.MULTILINE | re.I)
_LOOKS_LINKED = re.compile(r'"@(?:context|graph|id|type)"\s*:')
_LOOKED_AT = 100_000


def detect(file: str, text: str) -> Format:
    """The format of a file: what its name says, unless its content says better."""
    if Path(file).name in FILES:
        return "instructlab"
    known = SUFFIXES.get(Path(file).suffix.lower())
    head = text[:_LOOKED_AT]
    if known is None:
        return _by_content(head)
    if known == "json" and _LOOKS_LINKED.search(head):
        return "skos"
    if known in {"csv", "tsv"} and '"' not in head and not looks_like_table(head, named=True):
        # The lists that shops publish are sometimes called so, with commas inside of names.
        return "paths" if looks_like_paths(head) and not _is_even(head) else known
    return known


def _by_content(head: str) -> Format:
    if says_paths(head):
        return "paths"
    if head.lstrip()[:1] in {"{", "["}:
        return "skos" if _LOOKS_LINKED.search(head) else "json"
    if _LOOKS_TURTLE.search(head):
        return "skos"
    if _LOOKS_YAML.search(head):
        return "yaml"
    if looks_like_table(head):
        return "tsv" if "\t" in head.partition("\n")[0] else "csv"
    return "paths" if looks_like_paths(head) else "markdown"


def _is_even(text: str) -> bool:
    """Whether all whole lines have the same number of commas, tabs or semicolons."""
    lines = [line for line in text.split("\n") if line.strip()][:200]
    counts = ({line.count(sign) for line in lines} for sign in ",\t;")
    return any(len(found) == 1 and found != {0} for found in counts)
