"""Reads attribute bullets of a Markdown outline.

    - **name**: `value`, `value`...          the ellipsis marks the list as incomplete
    - **name**:
        - `group`: value, value
        - `value` — definition

Knows what an attribute looks like; which category it belongs to is seen by the caller.
"""

from ..names import is_ellipsis, shown
from .markdown_facts import describe_attribute, describe_value
from .markdown_lines import Item
from .markdown_text import (
    bare,
    divide,
    is_attribute_title,
    listed_values,
    plain,
    strip_tail,
    ticked_values,
)
from .rows import Faults, RawAttribute, RawValue


def is_attribute(item: Item) -> bool:
    """Whether an item among categories is an attribute: a colon, and then backticks."""
    if ":" not in item.text and "：" not in item.text:
        return False
    _, divider, rest = divide(plain(item.text))
    if divider != "colon":
        return False
    if rest:
        return ticked_values(rest) is not None
    texts = [child.text for child in item.children if not is_ellipsis(child.text)]
    return bool(texts) and all(text.startswith("`") for text in texts)


def heads_attributes(item: Item) -> bool:
    """Whether an item is no category but the title over attributes."""
    if not is_attribute_title(plain(item.text)):
        return False
    return bool(item.children) and all(is_attribute(child) for child in item.children)


def read_attribute(item: Item, faults: Faults) -> RawAttribute:
    """The attribute that an item and all that stands under it describe."""
    name, divider, rest = divide(plain(item.text))
    attribute = RawAttribute(bare(name), item.line)
    if divider == "dash":
        attribute.definition = rest
    else:
        _add_values(rest, item, attribute=attribute)
    for child in item.children:
        before = len(attribute.values)
        _read_value_item(child, attribute, faults=faults)
        _describe(child, attribute.values[before:], faults)
    describe_attribute(item.facts, attribute, faults)
    return attribute


def _describe(item: Item, values: list[RawValue], faults: Faults) -> None:
    """Tell the value of an item what the braces at its end say."""
    if not item.facts:
        return
    if len(values) == 1 and not item.children:
        describe_value(item.facts, values[0], faults)
    else:
        faults.add(
            f"of which value {shown(item.facts)} is said cannot be told",
            item.line,
            hint="give each value that has braces a bullet of its own",
        )


def _read_value_item(item: Item, attribute: RawAttribute, *, faults: Faults) -> None:
    text = plain(item.text)
    name, divider, rest = divide(text)
    ticked, _ = ticked_values(text) or ([], False)
    if divider == "colon" or (item.children and not divider and len(ticked) < 2):
        _read_group(item, attribute, faults=faults)
        return
    if is_ellipsis(text):
        attribute.open = True
    elif divider == "dash":
        attribute.values.append(RawValue(bare(name), item.line, definition=rest))
    elif ticked:
        _add_values(text, item, attribute=attribute)
    else:
        name, more = strip_tail(name)
        attribute.open |= more
        attribute.values.append(RawValue(bare(name), item.line))
    _refuse_deeper(item, faults)


def _read_group(item: Item, attribute: RawAttribute, *, faults: Faults) -> None:
    name, _, rest = divide(plain(item.text))
    group, before = bare(name), len(attribute.values)
    _add_values(rest, item, attribute=attribute, group=group)
    for child in item.children:
        earlier = len(attribute.values)
        _read_grouped(child, attribute, group=group, faults=faults)
        _describe(child, attribute.values[earlier:], faults)
    if len(attribute.values) == before:
        faults.add(
            f"the group {shown(group)} of {shown(attribute.name)} has no values",
            item.line,
            hint="list its values behind the colon, or remove the colon if it is a value",
        )


def _read_grouped(item: Item, attribute: RawAttribute, *, group: str, faults: Faults) -> None:
    name, divider, rest = divide(plain(item.text))
    if divider == "dash":
        attribute.values.append(RawValue(bare(name), item.line, rest, group))
    else:
        _add_values(plain(item.text), item, attribute=attribute, group=group)
    _refuse_deeper(item, faults)


def _add_values(text: str, item: Item, *, attribute: RawAttribute, group: str = "") -> None:
    values, more = ticked_values(text) or listed_values(text)
    attribute.open |= more
    attribute.values += [RawValue(value, item.line, group=group) for value in values]


def _refuse_deeper(item: Item, faults: Faults) -> None:
    if item.children:
        faults.add(
            f"something stands under the value {shown(plain(item.text))}",
            item.children[0].line,
            hint="values do not nest; write `group: value, value`",
        )
