"""Reads a folder tree of `qna.yaml` files, as InstructLab keeps its taxonomy.

Folders are categories, if a `qna.yaml` stands in them or below. Its questions and answers become
examples of its folder, which need not be a leaf; its description becomes the definition. All other
files are left alone, and links are not followed out of the folder. What else such a file says
(who wrote it, where its documents are) is no part of a taxonomy.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ...errors import TaxonomyError
from ..names import shown
from .document import Document, Listing, Mapping
from .load_yaml import parse_yaml
from .rows import Faults, Outline, RawExample, Row
from .shape_parts import Parts
from .text_file import MAX_BYTES, decode, read_bytes

FILES = ("qna.yaml", "qna.yml")


def read_folder(folder: Path, faults: Faults) -> Outline:
    """The outline of a folder: its sub-folders in the order of their names."""
    found = dict(_files(folder, faults))
    if not found:
        faults.fatal(
            "this is a folder in which no `qna.yaml` stands",
            None,
            hint="name one file in it, or a folder as InstructLab has them",
        )
    outline = Outline(Row(folder.resolve().name, None))
    rows = {folder: outline.root}
    if set(found) == {folder}:
        # A folder without sub-folders is a category, not a tree.
        row = Row(outline.root.name, None)
        outline.root.name = folder.resolve().parent.name
        rows = {folder: outline.add(row, outline.root)}
    size = 0
    for place in sorted(found):
        row = _row(place, rows, outline)
        own = Faults(_named(found[place]))
        # It is noted then; the other files are read nevertheless.
        with suppress(TaxonomyError):
            size += _read_file(found[place], row, own)
        faults.take(own)
        if size > MAX_BYTES:
            faults.fatal(
                f"the files are larger than {MAX_BYTES // 2**20} MB together",
                None,
                hint="name a smaller folder",
            )
    return outline


def _files(top: Path, faults: Faults) -> Iterator[tuple[Path, Path]]:
    """Every folder with a `qna.yaml`, and that file."""
    for place, folders, names in os.walk(top, onerror=lambda e: _unreadable(e, faults)):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            _refuse_link(Path(place, name), top, faults)
        here = [Path(place, name) for name in FILES if name in names]
        if len(here) > 1:
            faults.add(
                f"both {FILES[0]} and {FILES[1]} stand in {shown(_named(Path(place)), 200)}",
                None,
                hint="put all questions into one of the two",
            )
        if here and not here[0].is_file():
            _unreadable(FileNotFoundError(0, "it is no file", _named(here[0])), faults)
        elif here and not _refuse_link(here[0], top, faults):
            yield Path(place), here[0]


def _unreadable(error: OSError, faults: Faults) -> None:
    faults.add(
        f"{shown(_named(Path(error.filename)), 200)} cannot be read: {error.strerror}",
        None,
        hint="check its permissions",
    )


def _refuse_link(path: Path, top: Path, faults: Faults) -> bool:
    """Note a link that leads out of the folder. One that stays inside is read where it leads."""
    if not path.is_symlink() or path.resolve().is_relative_to(top.resolve()):
        return False
    faults.add(
        f"{shown(_named(path), 200)} is a link that leads out of the folder, and is not followed",
        None,
        hint="copy what it leads to into the folder, or remove the link",
    )
    return True


def _row(place: Path, rows: dict[Path, Row], outline: Outline) -> Row:
    """The row of a folder, with those of all folders above it."""
    missing: list[Path] = []
    while place not in rows:
        missing.append(place)
        place = place.parent
    row = rows[place]
    for path in reversed(missing):
        row = rows[path] = outline.add(Row(path.name, None, file=_named(path)), row)
    return row


def _named(path: Path) -> str:
    """The path as text that can be printed, whatever its bytes."""
    return os.fsencode(path).decode("utf-8", "replace")


def _read_file(path: Path, row: Row, faults: Faults) -> int:
    """Take what a file says of its category; the number of its bytes."""
    row.file = _named(path)
    data = read_bytes(str(path), faults)
    document = parse_yaml(decode(data, faults), faults)
    if not isinstance(document, Mapping):
        line = document.line if document else None
        hint = "write `seed_examples:` with questions and answers"
        faults.fatal("the file is no mapping", line, hint=hint)
    parts = Parts(faults)
    for name in ("task_description", "document_outline"):
        written = document.get(name)
        if written is not None and not row.definition:
            row.definition = parts.spoken(written, f"`{name}`").strip()
            row.line = written.line
    examples = document.get("seed_examples")
    if not isinstance(examples, Listing) or not examples.items:
        line = examples.line if examples else document.line
        hint = "list questions with answers under `seed_examples:`"
        faults.fatal("the file holds no `seed_examples`", line, hint=hint)
    row.examples = [one for item in examples.items for one in _examples(item, parts)]
    return len(data)


def _examples(item: Document, parts: Parts) -> Iterator[RawExample]:
    """The examples of an item: one with a context of its own, or several that share one."""
    if not isinstance(item, Mapping):
        wanted = "a mapping with `question` and `answer`"
        parts.wrong("a seed example", item, wanted=wanted)
        return
    context = _said(item, "context", parts)
    pairs = item.get("questions_and_answers")
    if pairs is None:
        yield _example(item, context, parts)
    elif isinstance(pairs, Listing) and all(isinstance(pair, Mapping) for pair in pairs.items):
        for pair in pairs.items:
            if isinstance(pair, Mapping):
                yield _example(pair, context, parts)
    else:
        wanted = "a list of mappings with `question` and `answer`"
        parts.wrong("`questions_and_answers`", pairs, wanted=wanted)


def _example(item: Mapping, context: str, parts: Parts) -> RawExample:
    question, answer = (_said(item, name, parts) for name in ("question", "answer"))
    return RawExample(item.line, question, answer, context)


def _said(item: Mapping, name: str, parts: Parts) -> str:
    value = item.get(name)
    return "" if value is None else parts.spoken(value, f"the {name}")
