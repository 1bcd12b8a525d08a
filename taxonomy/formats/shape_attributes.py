"""Reads attributes of a YAML or JSON taxonomy: values, groups, and sets that nodes share.

A mapping under the name of a value is a group (`Web: {React: a library, Vue: }`) unless it cannot
be one: it has `weight`, `aliases` or `definition`, and something that is no text
(`React: {weight: 2}`), or nothing but a definition. Lists under a name are always groups.
"""

from difflib import get_close_matches

from ..names import is_ellipsis, key, shown
from .document import Document, Listing, Mapping, Scalar
from .rows import RawAttribute, RawValue
from .shape_parts import Parts, is_null

_ATTRIBUTE_KEYS = ("definition", "open", "aliases", "values")
_VALUE_KEYS = ("definition", "weight", "aliases")


class AttributeReader:
    """Reads the attributes of one file; sets are read first, and shared by all that use them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sets: dict[str, list[RawAttribute]] = {}

    def read_sets(self, value: Document | None) -> None:
        """Take a mapping from the names of sets to their attributes."""
        if value is None or is_null(value):
            return
        if not isinstance(value, Mapping):
            wanted = "a mapping from a name to attributes"
            self._parts.wrong("`attribute_sets`", value, wanted=wanted)
            return
        for name, body in value.entries:
            written = self._parts.name(name, "the name of a set")
            if written in self._sets:
                self._parts.faults.add(
                    f"the attribute set {shown(written)} stands twice",
                    name.line,
                    hint="keep one of the two",
                )
            self._sets[written] = self.read(body)

    def joined(self, own: Document | None, use: Document | None) -> list[RawAttribute]:
        """The attributes of the sets that a node uses, and then its own.

        As with attributes of nodes above: the nearer of two with one name holds.
        """
        found = [] if own is None else self.read(own)
        if use is None:
            return found
        names = {key(attribute.name) for attribute in found}
        return [one for one in self._used(use) if key(one.name) not in names] + found

    def _used(self, value: Document) -> list[RawAttribute]:
        names = value.items if isinstance(value, Listing) else [value]
        found: dict[str, RawAttribute] = {}
        for item in names:
            if is_null(item):
                continue
            name = self._parts.name(item, "the name of a set")
            for attribute in self._set(name, item.line):
                if found.setdefault(key(attribute.name), attribute) is not attribute:
                    self._parts.faults.add(
                        f"two of the sets in `use` have the attribute {shown(attribute.name)}",
                        item.line,
                        hint="use one of them, or take the attribute out of the other",
                    )
        return list(found.values())

    def _set(self, name: str, line: int) -> list[RawAttribute]:
        if name not in self._sets:
            near = get_close_matches(name[:200], list(self._sets), n=1, cutoff=0.5)
            hint = f"did you mean {shown(near[0])}?" if near else "write it under `attribute_sets:`"
            self._parts.faults.add(f"there is no attribute set {shown(name)}", line, hint=hint)
        return self._sets.get(name, [])

    def read(self, value: Document) -> list[RawAttribute]:
        """A mapping from names to attributes."""
        if isinstance(value, Mapping):
            return [self._read_attribute(name, body) for name, body in value.entries]
        if not is_null(value):
            wanted = "a mapping from a name to its values"
            self._parts.wrong("`attributes`", value, wanted=wanted)
        return []

    def _read_attribute(self, name: Scalar, body: Document) -> RawAttribute:
        parts = self._parts
        attribute = RawAttribute(parts.name(name, "the attribute name"), name.line)
        if not isinstance(body, Mapping):
            self._read_values(body, attribute)
            return attribute
        parts.check_keys(body, _ATTRIBUTE_KEYS, where=f"the attribute {shown(name.text)}")
        for entry, value in body.entries:
            if entry.text == "definition":
                attribute.definition = parts.prose(value)
            elif entry.text == "open":
                attribute.open = parts.flag(value) or attribute.open
            elif entry.text == "aliases":
                attribute.aliases = parts.aliases(value, attribute.name)
            elif entry.text == "values":
                self._read_values(value, attribute)
        return attribute

    def _read_values(self, body: Document, attribute: RawAttribute, *, group: str = "") -> None:
        if isinstance(body, Mapping):
            for name, value in body.entries:
                self._read_value(name, value, attribute=attribute, group=group)
        elif isinstance(body, Listing):
            for item in body.items:
                if isinstance(item, Mapping):
                    for name, value in item.entries:
                        self._read_value(name, value, attribute=attribute, group=group)
                elif isinstance(item, Scalar) and is_ellipsis(item.text):
                    attribute.open = True
                else:
                    attribute.values.append(self._value(item, attribute, group))
        elif not is_null(body):
            what = f"the values of {shown(attribute.name)}"
            self._parts.wrong(what, body, wanted="a list or a mapping")

    def _read_value(
        self, name: Scalar, body: Document, *, attribute: RawAttribute, group: str
    ) -> None:
        if isinstance(body, Scalar):
            value = self._value(name, attribute, group)
            value.definition = "" if body.kind == "null" else self._parts.prose(body)
            attribute.values.append(value)
        elif isinstance(body, Mapping) and _is_value(body):
            attribute.values.append(self._described(name, body, attribute=attribute, group=group))
        elif group:
            wanted = "a definition: groups do not nest"
            self._parts.wrong(f"the value {shown(name.text)}", body, wanted=wanted)
        else:
            self._read_group(name, body, attribute)

    def _described(
        self, name: Scalar, body: Mapping, *, attribute: RawAttribute, group: str
    ) -> RawValue:
        """A value with a body of its own: `React: {weight: 2}`."""
        value = self._value(name, attribute, group)
        self._parts.check_keys(body, _VALUE_KEYS, where=f"the value {shown(name.text)}")
        for entry, fact in body.entries:
            if entry.text == "definition":
                value.definition = self._parts.prose(fact)
            elif entry.text == "weight":
                value.weight = self._parts.weight(fact, value.name)
            elif entry.text == "aliases":
                value.aliases = self._parts.aliases(fact, value.name)
        return value

    def _read_group(self, name: Scalar, body: Document, attribute: RawAttribute) -> None:
        group, before = self._parts.name(name, "the group"), len(attribute.values)
        self._read_values(body, attribute, group=group)
        if len(attribute.values) == before:
            self._parts.faults.add(
                f"the group {shown(group)} of {shown(attribute.name)} has no values",
                name.line,
                hint="list at least one value under it, or remove the group",
            )

    def _value(self, name: Document, attribute: RawAttribute, group: str) -> RawValue:
        text = self._parts.name(name, f"a value of {shown(attribute.name)}")
        return RawValue(text, name.line, group=group)


def _is_value(body: Mapping) -> bool:
    """Whether a mapping under a name says something of a value, instead of listing a group."""
    names = {entry.text for entry, _ in body.entries}
    texts = all(isinstance(v, Scalar) and v.kind in {"str", "null"} for _, v in body.entries)
    return names == {"definition"} or (not texts and not names.isdisjoint(_VALUE_KEYS))
