"""Writes a taxonomy as a Markdown outline: a heading, nested bullets, and braces for the rest.

What no line can say (constraints, examples, rich attributes, long definitions, levels beyond the
fortieth) stands in YAML in one fenced block at the end. A line is written the plain way only if it
is read back as it was meant, which the reader's own functions are asked.
"""

import re

from ..tree import PATH_SEPARATOR, Attribute, Node, Taxonomy
from .load_markdown import read_category
from .markdown_attributes import is_attribute, read_attribute
from .markdown_block import LANGUAGE
from .markdown_facts import Fact, braces
from .markdown_lines import Item, NumberedLine, read_items
from .markdown_text import is_attribute_title, layer_title, plain
from .path_lines import spaced
from .plain_data import DEEPEST_NESTED, Plain, PlainData, walk
from .rows import Faults
from .write_yaml import yaml_document

_SURE = re.compile(r"[^\W\d_]+(?:[ /&-]?[^\W\d_]+)*")
_LONGEST = 500


def to_markdown(taxonomy: Taxonomy) -> str:
    """The taxonomy as a Markdown outline; `load` gives it back, ids included."""
    return _Writer(taxonomy).write()


class _Writer:
    """Writes one taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._data = PlainData(taxonomy)
        self._lines: list[str] = []
        self._about: Plain = {}
        self._bullets: dict[int, str] = {}
        """By the identity of attributes, which thousands of nodes may share."""
        self._rows: list[Plain] = []

    def write(self) -> str:
        unfinished: list[tuple[int, str]] = []
        for node, depth, explicit in walk(self._taxonomy):
            while unfinished and unfinished[-1][0] >= depth:
                self._lines.append(unfinished.pop()[1])
            if depth > DEEPEST_NESTED:
                self._rows.append(self._data.row(node))
                continue
            self._node(node, depth, explicit=explicit)
            if node.open:
                unfinished.append((depth, f"{'  ' * depth}- ..."))
        self._lines += [line for _, line in reversed(unfinished)]
        return "\n".join([*self._lines, *self._block(), ""])

    def _node(self, node: Node, depth: int, *, explicit: bool) -> None:
        facts = self._data.facts(node)
        facts.pop("open", None)
        said = [Fact("id", node.id)] if explicit else []
        if "weight" in facts:
            said.append(Fact("weight", repr(facts.pop("weight"))))
        if "fresh_for" in facts:
            said.append(Fact("fresh_for", str(facts.pop("fresh_for"))))
        if sum(len(name) for _, name in node.aliases) <= _LONGEST:
            facts.pop("aliases", None)
            said += [Fact(_language(tag), name) for tag, name in node.aliases]
        text = _spelt(node.name)
        if not text:
            said.append(Fact("name", node.name))
        if text and "definition" in facts and _is_read(f"{text}: {node.definition}", node):
            text += f": {facts.pop('definition')}"
        bullets = list(map(self._bullet, node.attributes))
        if all(bullets):
            facts.pop("use", None)
            facts.pop("attributes", None)
        if facts and _has_plain_path(node):
            self._about[PATH_SEPARATOR.join(node.path)] = facts
        elif facts:
            said = [Fact("id", node.id), *(fact for fact in said if fact.key != "id")]
            self._about[node.id] = facts
        margin = "# " if depth == 0 else f"{'  ' * (depth - 1)}- "
        self._lines.append(margin + " ".join(filter(None, (text, braces(said)))))
        if all(bullets):
            self._lines += [f"{'  ' * depth}- {bullet}" for bullet in bullets]

    def _bullet(self, attribute: Attribute) -> str:
        if id(attribute) not in self._bullets:
            self._bullets[id(attribute)] = _bullet(attribute)
        return self._bullets[id(attribute)]

    def _block(self) -> list[str]:
        data = dict(self._data.top)
        used = {name for facts in (*self._about.values(), *self._rows) for name in _uses(facts)}
        sets = {name: one for name, one in data.pop("attribute_sets", {}).items() if name in used}
        if sets:
            data["attribute_sets"] = sets
        if self._about:
            data["about"] = self._about
        if self._rows:
            data["nodes"] = self._rows
        if not data:
            return []
        body = yaml_document(data).rstrip("\n")
        ticks = max(map(len, re.findall(r"`{3,}", body)), default=2)
        fence = "`" * (ticks + 1)
        return ["", f"{fence}{LANGUAGE}", body, fence]


def _uses(facts: Plain) -> list[str]:
    """The attribute sets that a node names."""
    use = facts.get("use", [])
    return [use] if isinstance(use, str) else use


def _language(tag: str) -> str:
    """The tag as a key; an `@` keeps those apart that are spelt like something else."""
    return f"@{tag}" if tag in {"id", "name", "open", "use", "weight"} else tag


def _spelt(name: str) -> str:
    """The name as a line can say it; empty if none can."""
    if _SURE.fullmatch(name) and layer_title(name) is None and not is_attribute_title(name):
        return name
    for text in (name, f"`{name}`"):
        if _reads_as(text, name, ""):
            return text
    return ""


def _is_read(text: str, node: Node) -> bool:
    return len(text) <= _LONGEST and _reads_as(text, node.name, node.definition)


def _reads_as(text: str, name: str, definition: str) -> bool:
    """Whether a heading and a bullet with this text are read as that category."""
    for line in (f"- {text}", f"# {text}"):
        item = _item(line)
        if item is None or item.facts or is_attribute(item):
            return False
        read = plain(item.text)
        if layer_title(read) is not None or is_attribute_title(read):
            return False
        if read_category(read) != (name, definition, False):
            return False
    return True


def _bullet(attribute: Attribute) -> str:
    """The attribute as one line; empty if it has more to say."""
    names = [value.name for value in attribute.values]
    rich = any(v.definition or v.group or v.weight != 1 or v.aliases for v in attribute.values)
    if attribute.definition or attribute.aliases or rich:
        return ""
    text = f"{attribute.name}: {', '.join(f'`{name}`' for name in names)}"
    text += "..." * attribute.open
    item = _item(f"- {text}")
    if item is None or item.facts or not is_attribute(item):
        return ""
    read = read_attribute(item, Faults(""))
    same = (read.name, [value.name for value in read.values]) == (attribute.name, names)
    return text if same and read.open == attribute.open else ""


def _item(line: str) -> Item | None:
    """What the reader makes of a line, if it makes one item of it."""
    faults = Faults("")
    if any(sign in line for sign in ("<!--", "```", "~~~", "\n")):
        return None
    items = read_items([NumberedLine(1, line)], faults)
    return items[0] if len(items) == 1 and not faults else None


def _has_plain_path(node: Node) -> bool:
    return all(">" not in name and spaced(name) == [name] for name in node.path)
