"""Reads a list of paths, one category to a line: `A > B > C`, with or without an id before it.

This is how Google (`5181 - Luggage & Bags`) and Shopify (`gid://… : Animals`) publish theirs.
What a valid tree is, is not judged here.
"""

from .path_lines import path_lines, split_paths
from .path_tree import PathTree
from .rows import Faults, Outline, Row


def read_paths(text: str, faults: Faults) -> Outline:
    """The outline that the paths describe."""
    outline = Outline(Row("", 1))
    tree = PathTree(outline, faults)
    for line, names in split_paths(path_lines(text, faults), faults):
        row = tree.add(names, line.number)
        if row is not None:
            row.id = line.id
    return outline
