"""Turns the concepts of a SKOS graph into an outline.

`broader` and `narrower` make the tree, a scheme its root, labels names and aliases. Collections,
notations, mappings to other vocabularies and `related` are no part of a tree. Imports rdflib, so
only `load_skos` imports this.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rdflib import DC, DCTERMS, RDF, RDFS, SKOS, BNode, Graph, Literal
from rdflib.term import Node as Term

from ..names import key, shown
from .load_skos import BASE
from .rows import Faults, Outline, Row

_UNDETERMINED = "und"
_PREFERRED = (SKOS.prefLabel, RDFS.label)
_TITLES = (SKOS.prefLabel, RDFS.label, DCTERMS.title, DC.title)
_DEFINITIONS = (SKOS.definition, SKOS.scopeNote)

Labels = Sequence[tuple[str, str]]
"""Languages and texts, in file order."""


class Concepts:
    """The concepts and schemes of one graph."""

    def __init__(self, graph: Graph, lines: Mapping[str, int], faults: Faults) -> None:
        self._graph = graph
        self._lines = lines
        self._faults = faults
        self._parents: defaultdict[Term, dict[Term, None]] = defaultdict(dict)
        self._schemes: defaultdict[Term, dict[Term, None]] = defaultdict(dict)
        """Schemes of the concepts that say that they stand at their top."""
        for above, below in self._pairs(SKOS.narrower, SKOS.broader):
            self._parents[below][above] = None
        for scheme, concept in self._pairs(SKOS.hasTopConcept, SKOS.topConceptOf):
            self._schemes[concept][scheme] = None
        typed = graph.subjects(RDF.type, SKOS.Concept)
        parents = (parent for found in self._parents.values() for parent in found)
        named = (parent for parent in parents if self._labels(parent, _PREFERRED))
        self._concepts = dict.fromkeys((*typed, *self._parents, *self._schemes, *named))

    def outline(self, language: str | None) -> Outline:
        """The tree of all concepts, named in a language: the given one, or the commonest."""
        labels = {one: self._labels(one, _PREFERRED) for one in self._concepts}
        roots = self._tops()
        chosen = self._language(language, labels.values(), roots)
        outline = Outline(Row("", None))
        keys = self._place_schemes(roots, outline, chosen)
        for concept in self._concepts:
            row = self._row(concept, labels[concept], chosen)
            row.parent = self._parent(concept, row)
            if row.parent is None:
                row.parent = keys.get(self._scheme(concept))
            outline.rows.append(row)
        return outline

    def _pairs(self, down: Term, up: Term) -> Iterator[tuple[Term, Term]]:
        """What stands above and below, whichever of the two says it."""
        yield from self._graph.subject_objects(down)
        yield from ((above, below) for below, above in self._graph.subject_objects(up))

    def _tops(self) -> list[Term]:
        """The schemes that have concepts at their top, in file order."""
        tops = [concept for concept in self._concepts if not self._parents.get(concept)]
        used = list(dict.fromkeys(s for c in tops if (s := self._scheme(c)) is not None))
        alone = list(self._graph.subjects(RDF.type, SKOS.ConceptScheme))
        return used or (alone if len(alone) == 1 else [])

    def _scheme(self, concept: Term) -> Term | None:
        tops = list(self._schemes.get(concept, ()))
        return next(iter(tops or self._graph.objects(concept, SKOS.inScheme)), None)

    def _place_schemes(
        self, schemes: Sequence[Term], outline: Outline, language: str
    ) -> dict[Term | None, str]:
        """One scheme is the root; several stand under it. Keys of the rows of the latter."""
        for scheme in schemes:
            labels = self._labels(scheme, _TITLES)
            row = outline.root if len(schemes) == 1 else Row("", None)
            row.name = _chosen(labels, language)
            row.id, row.line = _ident(scheme), self._line(scheme)
            row.aliases = _others(labels, row.name, language)
            row.definition = self._definition(scheme, language)
            if row is not outline.root:
                row.key = _key(scheme)
                row.name = row.name or _local(scheme)
                outline.rows.append(row)
        return {scheme: _key(scheme) for scheme in schemes} if len(schemes) > 1 else {}

    def _row(self, concept: Term, labels: Labels, language: str) -> Row:
        row = Row(_chosen(labels, language), self._line(concept), _key(concept))
        row.id = _ident(concept)
        if not row.name:
            row.name = _local(concept)
            self._faults.add(
                f"the concept {shown(_key(concept), 200)} has no `prefLabel`",
                row.line,
                hint="describe it in the file, or remove what refers to it",
            )
        alternatives = self._labels(concept, (SKOS.altLabel,))
        row.aliases = _others((*labels, *alternatives), row.name, language)
        row.definition = self._definition(concept, language)
        return row

    def _parent(self, concept: Term, row: Row) -> str | None:
        above = list(self._parents.get(concept, ()))
        if len(above) > 1:
            named = ", ".join(shown(_key(one), 200) for one in above)
            self._faults.add(
                f"{shown(row.name)} has {len(above)} broader concepts: {named}",
                row.line,
                hint="a taxonomy is a tree: keep one of them",
            )
        elif above and above[0] not in self._concepts:
            self._faults.add(
                f"the broader concept {shown(_key(above[0]), 200)} of {shown(row.name)} is not"
                " in the file",
                row.line,
                hint="describe it in the file, or remove what refers to it",
            )
        elif above:
            return _key(above[0])
        return None

    def _labels(self, subject: Term, predicates: Iterable[Term]) -> Labels:
        """The labels of the first predicate that has any."""
        for predicate in predicates:
            found = [
                (literal.language or "", " ".join(str(literal).split()))
                for literal in self._graph.objects(subject, predicate)
                if isinstance(literal, Literal)
            ]
            if found:
                return found
        return ()

    def _definition(self, subject: Term, language: str) -> str:
        for predicate in _DEFINITIONS:
            texts = [
                (literal.language or "", str(literal).strip())
                for literal in self._graph.objects(subject, predicate)
                if isinstance(literal, Literal)
            ]
            if texts:
                return _chosen(texts, language)
        return ""

    def _language(
        self, wanted: str | None, labels: Iterable[Labels], schemes: Iterable[Term]
    ) -> str:
        """The language that is asked for, or that names most concepts.

        Of two that name as many, the first of the title of a scheme, else the first in the file.
        """
        titles = [tag for one in schemes for tag, _ in self._labels(one, _TITLES)]
        spoken = Counter(tag for found in labels for tag in dict.fromkeys(t for t, _ in found))
        if wanted is not None:
            known = {tag.lower(): tag for tag in spoken}
            if wanted.lower() not in known:
                listed = ", ".join(tag or "no language" for tag in spoken) or "none"
                self._faults.fatal(
                    f"no concept has a label in the language {shown(wanted)}",
                    None,
                    hint=f"the file has labels in {listed}",
                )
            return known[wanted.lower()]
        order = list(dict.fromkeys((*titles, *spoken)))
        return max(order, key=lambda tag: spoken[tag], default="")

    def _line(self, subject: Term) -> int | None:
        return self._lines.get(str(subject), self._lines.get(_key(subject)))


def _chosen(texts: Labels, language: str) -> str:
    """The text in a language, else one without, else the first."""
    for wanted in (language, ""):
        for tag, text in texts:
            if tag == wanted and text:
                return text
    return texts[0][1] if texts else ""


def _others(labels: Labels, name: str, language: str) -> list[tuple[str, str]]:
    """All labels but the name itself, each once."""
    taken = {(tag, key(text)) for tag, text in labels if text == name and tag in {language, ""}}
    found: list[tuple[str, str]] = []
    for tag, text in labels:
        if text and (tag, key(text)) not in taken:
            taken.add((tag, key(text)))
            found.append((tag or _UNDETERMINED, text))
    return found


def _key(subject: Term) -> str:
    return f"_:{subject}" if isinstance(subject, BNode) else str(subject).removeprefix(BASE)


def _ident(subject: Term) -> str:
    """The address of a concept; nodes without one get an id from their path."""
    return "" if isinstance(subject, BNode) else _key(subject)


def _local(subject: Term) -> str:
    """The last part of an address, for what has no label."""
    return _key(subject).rstrip("/#").replace("#", "/").rpartition("/")[2] or "?"
