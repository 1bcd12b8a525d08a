"""A taxonomy as a tree in the terminal."""

from typing import TYPE_CHECKING

from ..taxonomy.formats.render import Line, outline
from ..taxonomy.tree import Taxonomy
from .render import text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_STYLES = {"category": "bold", "leaf": "", "attribute": "cyan", "group": "cyan"}


def draw(out: "Console", taxonomy: Taxonomy) -> None:
    """Print the tree line by line, so that any depth and size will do."""
    for line in outline(taxonomy):
        out.print(_shown(line), soft_wrap=True)
    for constraint in taxonomy.constraints:
        out.print(text(f"! {constraint}", "magenta"), soft_wrap=True)


def _shown(line: Line) -> "Text":
    shown = text("  " * line.depth)
    shown.append_text(
        text(f"@{line.name}" if line.kind == "attribute" else line.name, _STYLES[line.kind])
    )
    if line.aliases:
        shown.append_text(text(f" ({', '.join(line.aliases)})", "dim"))
    if line.weight != 1:
        shown.append_text(text(f" ×{line.weight:g}", "green"))
    if line.values:
        shown.append_text(text(f": {', '.join(line.values)}", "cyan"))
    if line.open:
        shown.append_text(text(" …", "yellow"))
    if line.examples:
        shown.append_text(text(f" [examples: {line.examples}]", "dim"))
    if line.fresh_for is not None:
        shown.append_text(text(f" [fresh for {line.fresh_for} days]", "dim"))
    if line.definition:
        shown.append_text(text(f"  {line.definition}", "dim"))
    return shown
