"""Reads YAML text into a document with lines.

Works on parser events, so nothing in the file is ever constructed: aliases, anchors and tags are
refused where they stand. Knows nothing of taxonomies.
"""

import yaml

from ..names import shown
from .document import Builder, Document, Listing, Mapping
from .rows import Faults

# The C parser where PyYAML has one: the pure Python one needs a minute for 100,000 nodes.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT_TAGS = {None, "!", "tag:yaml.org,2002:str"}
_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_KINDS = {"int": "number", "float": "number", "bool": "true/false value", "timestamp": "date"}


def parse_yaml(text: str, faults: Faults) -> Document | None:
    """The document in the text; None if it holds nothing."""
    builder = Builder(faults)
    try:
        _read(text, builder, faults=faults)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.fatal(
            f"the YAML cannot be read: {error.problem or error.context}",
            mark.line + 1 if mark else None,
            hint="check indentation, colons and quotes around this line",
        )
    except yaml.YAMLError as error:
        faults.fatal(
            f"the YAML cannot be read: {' '.join(str(error).split())}",
            None,
            hint="save the file as plain UTF-8 text",
        )
    return builder.result


def plain_kind(text: str) -> str:
    """What YAML takes an unquoted text for: "str", or the name of another kind."""
    for tag, pattern in _RESOLVERS.get(text[:1], ()):
        if pattern.match(text):
            kind = tag.rpartition(":")[2]
            return "str" if kind in {"value", "merge"} else _KINDS.get(kind, kind)
    return "str"


def _read(text: str, builder: Builder, *, faults: Faults) -> None:
    documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.ScalarEvent):
            # Nearly all events; there may be a million.
            if event.anchor is not None or event.tag is not None:
                _refuse_reference(event, faults)
            plain = event.implicit[0] and event.tag is None
            kind = plain_kind(event.value) if plain else "str"
            builder.scalar(event.value, kind, line=_line(event))
        elif isinstance(event, yaml.NodeEvent):
            _refuse_reference(event, faults)
            sequence = isinstance(event, yaml.SequenceStartEvent)
            builder.begin(Listing(_line(event)) if sequence else Mapping(_line(event)))
        elif isinstance(event, yaml.CollectionEndEvent):
            builder.end()
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                faults.fatal(
                    "a second YAML document begins here",
                    _line(event),
                    hint="keep one taxonomy in one file and remove the line `---`",
                )


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _refuse_reference(event: yaml.NodeEvent, faults: Faults) -> None:
    if event.anchor is not None:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        faults.fatal(
            f"the YAML alias or anchor {shown(sign + event.anchor)} is not allowed",
            _line(event),
            hint="write the repeated part out; attributes that nodes share stand once under"
            " `attribute_sets:`, and nodes name them with `use:`",
        )
    tag = getattr(event, "tag", None)
    if tag not in _TEXT_TAGS:
        faults.fatal(
            f"the YAML tag {shown(str(tag))} is not allowed",
            _line(event),
            hint="a taxonomy holds plain texts, lists and mappings; remove the tag",
        )
