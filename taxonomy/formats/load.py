"""Finds a taxonomy and hands it to the reader of its format.

Knows paths, and which reader reads what; what the formats say is known to their readers.
"""

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..names import name_problem
from ..tree import Taxonomy
from .formats import SUFFIXES, Format, detect
from .load_folder import read_folder
from .load_json import parse_json
from .load_markdown import read_markdown
from .load_paths import read_paths
from .load_skos import read_skos
from .load_table import read_table
from .load_yaml import parse_yaml
from .rows import Faults, Outline
from .shape import read_document
from .text_file import decode, read_bytes
from .validate import build


def load(path: Path | str, *, section: str | None = None, format: Format | None = None) -> Taxonomy:
    """Load a taxonomy from a file, or from a folder of `qna.yaml` files.

    `section` chooses one of several outlines of a Markdown file, or the language of the names of
    a SKOS file; `notes.md#section` does the same. The format is found out if it is not given.
    Raises TaxonomyError with every fault of the file.
    """
    file, suffix = _split_section(str(path))
    section = section if section is not None else suffix
    faults = Faults(file)
    with _collector_paused():
        if _is_folder(file):
            outline = _read_folder(Path(file), faults, format=format, section=section)
        else:
            text = decode(read_bytes(file, faults), faults)
            outline = read_text(text, faults, format=format or detect(file, text), section=section)
        return build(outline, faults, default_name=_default_name(outline.title, file))


def read_text(text: str, faults: Faults, *, format: Format, section: str | None = None) -> Outline:
    """What the text of a file in a format says."""
    if not text.strip():
        faults.fatal("the file is empty", None, hint="write at least one category into it")
    if format == "markdown":
        return read_markdown(text, faults, section=section)
    if format == "skos":
        return read_skos(text, faults, language=section)
    _refuse_section(section, format.upper(), faults)
    if format == "instructlab":
        faults.fatal("this is a file, not a folder", None, hint="name the folder that it stands in")
    return _READERS[format](text, faults)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking ever more live objects: half of the time of a load.

    What is built here holds no cycles, so nothing waits for the collector meanwhile.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_folder(
    folder: Path, faults: Faults, *, format: Format | None, section: str | None
) -> Outline:
    _refuse_section(section, "folder", faults)
    if format not in {None, "instructlab"}:
        faults.fatal(
            f"this is a folder, which cannot be read as {format}",
            None,
            hint="name one file in it, or leave the format out",
        )
    return read_folder(folder, faults)


def _refuse_section(section: str | None, what: str, faults: Faults) -> None:
    if section is not None:
        faults.fatal(
            f"the section {section!r} is asked of a {what} file",
            None,
            hint="only Markdown files have sections, and SKOS files languages; leave it out",
        )


def _read_yaml(text: str, faults: Faults) -> Outline:
    document = parse_yaml(text, faults)
    if document is None:
        faults.fatal("the file is empty", None, hint="write at least one category into it")
    return read_document(document, faults)


def _read_json(text: str, faults: Faults) -> Outline:
    document = parse_json(text, faults)
    # A text that is not empty holds a value, or cannot be read.
    assert document is not None
    return read_document(document, faults)


_READERS: dict[Format, Callable[[str, Faults], Outline]] = {
    "yaml": _read_yaml,
    "json": _read_json,
    "paths": read_paths,
    "csv": read_table,
    "tsv": read_table,
}


def _split_section(path: str) -> tuple[str, str | None]:
    """The file and the section of `notes.md#section`; a file that is called so comes first."""
    if "#" not in path or _exists(path):
        return path, None
    for at in (match.start() for match in re.finditer("#", path)):
        if _exists(path[:at]):
            return path[:at], path[at + 1 :]
    file, _, section = path.partition("#")
    return (file, section) if Path(file).suffix.lower() in SUFFIXES else (path, None)


def _exists(path: str) -> bool:
    try:
        return bool(path) and Path(path).exists()
    except (OSError, ValueError):
        return False


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _default_name(title: str, file: str) -> str:
    name = title or Path(file).stem
    return "taxonomy" if name_problem(name) else name
