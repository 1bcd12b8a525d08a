"""Finds a taxonomy file, decodes it and hands it to the reader of its format.

Knows file names, bytes and formats; what the formats say is known to their readers.
"""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from .document import Document
from .load_json import parse_json
from .load_markdown import read_markdown
from .load_yaml import parse_yaml
from .names import name_problem
from .rows import Faults, Outline
from .shape import read_document
from .tree import Taxonomy
from .validate import build

Format = Literal["yaml", "json", "markdown"]

MAX_BYTES = 64 * 1024 * 1024
_SUFFIXES: dict[str, Format] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
}
_LOOKS_YAML = re.compile(
    r"^(?:- )?(?:name|children|nodes|attributes|definition|id|open):(?:\s|$)", re.MULTILINE
)
# Line separators too: editors, YAML and Markdown do not agree on which of them end a line.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def load(path: Path | str, *, section: str | None = None, format: Format | None = None) -> Taxonomy:
    """Load a taxonomy from a YAML, JSON or Markdown file.

    `section` chooses one of several outlines of a Markdown file; `notes.md#section` does the same.
    Raises TaxonomyError with every fault of the file.
    """
    file, suffix = _split_section(str(path))
    section = section if section is not None else suffix
    faults = Faults(file)
    text = _decode(_read(file, faults), faults)
    chosen = format or _detect(file, text)
    with _collector_paused():
        outline = _outline(text, faults, chosen=chosen, section=section)
        return build(outline, faults, default_name=_default_name(outline.title, file))


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


def _outline(text: str, faults: Faults, *, chosen: Format, section: str | None) -> Outline:
    if not text.strip():
        faults.fatal("the file is empty", None, hint="write at least one category into it")
    if chosen == "markdown":
        return read_markdown(text, faults, section=section)
    if section is not None:
        faults.fatal(
            f"the section {section!r} is asked of a {chosen.upper()} file",
            None,
            hint="only Markdown files have sections; remove it from the path",
        )
    parse = parse_json if chosen == "json" else parse_yaml
    document: Document | None = parse(text, faults)
    if document is None:
        faults.fatal("the file is empty", None, hint="write at least one category into it")
    return read_document(document, faults)


def _split_section(path: str) -> tuple[str, str | None]:
    """The file and the section of `notes.md#section`; a file that is called so comes first."""
    if "#" not in path or _exists(path):
        return path, None
    for at in (match.start() for match in re.finditer("#", path)):
        if _exists(path[:at]):
            return path[:at], path[at + 1 :]
    file, _, section = path.partition("#")
    return (file, section) if Path(file).suffix.lower() in _SUFFIXES else (path, None)


def _exists(path: str) -> bool:
    try:
        return bool(path) and Path(path).exists()
    except (OSError, ValueError):
        return False


def _read(file: str, faults: Faults) -> bytes:
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        faults.fatal("there is no such file", None, hint="check the path of the taxonomy")
    except IsADirectoryError:
        faults.fatal("this is a folder, not a file", None, hint="name one file in it")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        faults.fatal(f"the file cannot be read: {reason}", None, hint="check path and permissions")
    if len(data) > MAX_BYTES:
        faults.fatal(
            f"the file is larger than {MAX_BYTES // 2**20} MB",
            None,
            hint="a taxonomy holds names and short definitions; split the file",
        )
    return data


def _decode(data: bytes, faults: Faults) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Python counts from behind the mark that it skipped.
        at = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        guess = "UTF-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "GBK"
        faults.fatal(
            f"the file is not UTF-8: byte 0x{data[at]:02x} at offset {at}",
            data.count(b"\n", 0, at) + 1,
            hint=f"save it as UTF-8, for example with `iconv -f {guess} -t UTF-8`",
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    line, counted = 1, 0
    for match in _CONTROL.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        faults.add(
            f"the control character U+{ord(match[0]):04X} stands in the text",
            line,
            hint="delete the character; it cannot be seen in an editor",
        )
    faults.raise_if_any()
    return text


def _detect(file: str, text: str) -> Format:
    known = _SUFFIXES.get(Path(file).suffix.lower())
    if known:
        return known
    if text.lstrip()[:1] in {"{", "["}:
        return "json"
    return "yaml" if _LOOKS_YAML.search(text) else "markdown"


def _default_name(title: str, file: str) -> str:
    name = title or Path(file).stem
    return "taxonomy" if name_problem(name) else name
