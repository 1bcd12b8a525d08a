"""Reads SKOS, the web's way to publish thesauri, from Turtle or JSON-LD.

Parsing is rdflib's, an extra that is imported only here; nothing is ever fetched from the network.
What concepts say is read in `skos_concepts`.
"""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..names import shown
from .document import Document, Listing, Mapping, Scalar
from .load_json import parse_json
from .rows import Faults, Outline

if TYPE_CHECKING:
    from rdflib import Graph

BASE = "http://relative.invalid/"
"""What relative addresses are taken to be relative to; taken off again in ids."""
_WHY = re.compile(r"Bad syntax \((?P<why>.*?)\) at ", re.DOTALL)
_LONGEST_REASON = 200


def read_skos(text: str, faults: Faults, *, language: str | None = None) -> Outline:
    """The outline of a concept scheme, its names in a language of the file."""
    try:
        from rdflib import Graph
    except ImportError:
        faults.fatal(
            "SKOS files are read with rdflib, which is not installed",
            None,
            hint="install it with `pip install 'taxoloom[skos]'`",
        )
    from .skos_concepts import Concepts

    linked = text.lstrip()[:1] in {"{", "["}
    if linked:
        _refuse_remote(parse_json(text, faults), faults)
    graph = Graph()
    _parse(graph, text, faults, linked=linked)
    return Concepts(graph, _lines(text, graph, linked=linked), faults).outline(language)


def _parse(graph: "Graph", text: str, faults: Faults, *, linked: bool) -> None:
    from rdflib.plugins.parsers.jsonld import to_rdf

    try:
        with _quiet():
            if linked:
                # Not by `graph.parse`, which goes through a class that is on its way out.
                to_rdf(json.loads(text), graph, base=BASE)
            else:
                graph.parse(data=text, format="turtle", publicID=BASE)
    except Exception as error:
        # Whatever rdflib stumbles over, of any class, is a fault of the file.
        line = getattr(error, "lines", None)
        why = _WHY.search(str(error))
        reason = why["why"] if why else str(error) or type(error).__name__
        faults.fatal(
            f"the SKOS file cannot be read: {' '.join(reason.split())[:_LONGEST_REASON]}",
            line + 1 if isinstance(line, int) else None,
            hint="check the file around this line; Turtle and JSON-LD can be read",
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from printing what it thinks of dates and numbers that nobody here reads."""
    logger = logging.getLogger("rdflib.term")

    def drop(record: logging.LogRecord) -> bool:
        return False

    logger.addFilter(drop)
    try:
        yield
    finally:
        logger.removeFilter(drop)


def _refuse_remote(document: Document | None, faults: Faults) -> None:
    """Refuse contexts that rdflib would fetch, from the network or from another file."""
    waiting: list[Document] = [] if document is None else [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Listing):
            waiting += one.items
        elif isinstance(one, Mapping):
            for key, value in one.entries:
                if key.text in {"@context", "@import"}:
                    _refuse_address(value, faults)
                waiting.append(value)
    faults.raise_if_any()


def _refuse_address(value: Document, faults: Faults) -> None:
    for item in value.items if isinstance(value, Listing) else [value]:
        if isinstance(item, Scalar) and item.kind != "null":
            faults.add(
                f"the context {shown(item.text)} stands elsewhere, and nothing is fetched",
                item.line,
                hint="write the context out in the file: a mapping from short names to addresses",
            )


_SUBJECT = re.compile(
    r"^(?:<(?P<address>[^>\s]*)>|(?P<prefix>[\w.-]*):(?P<name>[^\s;,<>\"]+))", re.M
)
_ID = re.compile(r'"@id"\s*:\s*"(?:(?P<prefix>[\w.-]+):(?P<name>[^"/][^"]*)"|(?P<address>[^"]*)")')


def _lines(text: str, graph: "Graph", *, linked: bool) -> dict[str, int]:
    """Where addresses stand first as what is described, as far as the usual layout tells."""
    prefixes = {prefix: str(address) for prefix, address in graph.namespaces()}
    found: dict[str, int] = {}
    line, counted = 1, 0
    for match in (_ID if linked else _SUBJECT).finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if match["address"] is None:
            prefix = match["prefix"]
            address = prefixes.get(prefix, f"{prefix}:") + match["name"]
        else:
            address = match["address"]
        found.setdefault(address, line)
    return found
