"""Reads data files that others made: JSON Lines, JSON, CSV, TSV, and Parquet where pyarrow is.

Rows come as they are, one by one, with file and line; what they mean is for others to say. All but
JSON are read as a stream. A file with a row that cannot be read is refused: who counts what is
there must not count less in silence.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from json import JSONDecodeError
from pathlib import Path
from typing import Any, TextIO

from ..errors import InputError
from .json_list import listed

Found = Iterator[tuple[int, Any]]
_BROKEN = re.compile("[\x00\ud800-\udfff]")
_MAY_BREAK = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_MEND = "mend the line, or delete it"
_DELIMITERS = ",\t;"
_WIDEST = 1 << 30
"""Characters in one cell, at most."""
_MAGIC = {
    b"SQLite format 3\x00": ("is a database", "name a run of it: FILE#RUN"),
    b"\x1f\x8b": ("is compressed", "unpack it first: gunzip"),
    b"PK\x03\x04": ("is an archive or a spreadsheet", "unpack it, or save it as CSV"),
}


@dataclass(frozen=True, slots=True)
class DataRow:
    """One row of a file."""

    file: str
    line: int
    """Where it begins, from 1; in a Parquet file the number of the row."""
    data: dict[str, Any]


def rows(path: Path | str) -> Iterator[DataRow]:
    """The rows of a data file. Raises InputError, with the line of what is no row."""
    file = Path(path)
    try:
        for line, data in _reader(file)(file):
            if not isinstance(data, dict):
                raise _fault(file, line, "is no JSON object", "a row is an object: {...}")
            yield DataRow(str(path), line, data)
    except JSONDecodeError as error:
        raise _not_json(file, error.lineno, error) from error
    except UnicodeDecodeError as error:
        raise _not_utf8(file) from error
    except (RecursionError, ValueError) as error:
        raise InputError(f"{file}: cannot be read: {error}", hint="is it a data set?") from error
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "check path and permissions"
        raise InputError(f"{file}: cannot be read: {reason}", hint=hint) from error


def _reader(file: Path) -> Callable[[Path], Found]:
    """How to read a file: the suffix says it where there is a known one, else the content."""
    with file.open("rb") as stream:
        head = stream.read(16)
    for magic, (what, hint) in _MAGIC.items():
        if head.startswith(magic):
            raise InputError(f"{file}: {what}", hint=hint)
    suffix = file.suffix.lower()
    if head.startswith(b"PAR1") or suffix == ".parquet":
        return _parquet
    if suffix in {".csv", ".tsv", ".tab"}:
        return _table
    if suffix in {".jsonl", ".ndjson"}:
        return _json_lines
    return _by_content(file)


def _by_content(file: Path) -> Callable[[Path], Found]:
    with _text(file) as stream:
        first = next((line for line in stream if line.strip()), "")
        more = any(line.strip() for line in stream)
    if first.lstrip()[:1] not in {"{", "["}:
        if not first or not any(mark in first for mark in _DELIMITERS):
            what = "is empty" if not first else "is neither JSON nor a table"
            raise InputError(f"{file}: {what}", hint="give JSON Lines, JSON, CSV or TSV")
        return _table
    try:
        whole = isinstance(json.loads(first), dict)
    except ValueError:
        whole = False
    return _json_lines if whole and (more or file.suffix.lower() != ".json") else _json


def _json_lines(file: Path) -> Found:
    with _text(file) as stream:
        for line, text in enumerate(stream, 1):
            if text.strip():
                value = _loaded(file, line, text)
                yield line, _cleaned(value) if _MAY_BREAK.search(text) else value


def _loaded(file: Path, line: int, text: str) -> Any:
    try:
        return json.loads(text)
    except JSONDecodeError as error:
        raise _not_json(file, line, error) from error
    except (RecursionError, ValueError) as error:
        raise _fault(file, line, f"cannot be read: {error}", _MEND) from error


def _json(file: Path) -> Found:
    with _text(file) as stream:
        text = stream.read()
    broken = _MAY_BREAK.search(text) is not None
    for line, value in listed(text):
        yield line, _cleaned(value) if broken else value


def _table(file: Path) -> Found:
    """The first row names the columns; a row may lack the last of them, but not have more."""
    with _text(file, newline="") as stream:
        first = next((line for line in stream if line.strip()), "")
        known = {".tsv": "\t", ".tab": "\t"}.get(file.suffix.lower())
        stream.seek(0)
        lines = _cells(file, stream, known or max(_DELIMITERS, key=first.count))
        header = [name.strip() for name in next(lines, (0, []))[1]]
        twice = {name for name in header if name and header.count(name) > 1}
        if twice:
            what = f"two columns are called {min(twice)!r}"
            raise InputError(f"{file}: {what}", hint="rename one of them")
        for line, cells in lines:
            if len(cells) > len(header):
                what = f"has {len(cells)} cells, and the first row names {len(header)} columns"
                raise _fault(file, line, what, "put cells that hold the delimiter in quotes")
            pairs = zip(header, cells, strict=False)
            yield line, {name: _BROKEN.sub("\ufffd", cell) for name, cell in pairs if name}


def _cells(file: Path, stream: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        # The limit belongs to the process; texts of a data set are longer than it allows.
        before = csv.field_size_limit(_WIDEST)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            hint = 'a cell with a quotation mark stands in quotes, the mark doubled: "a ""b"" c"'
            raise _fault(file, line, f"cannot be read: {error}", hint) from error
        finally:
            csv.field_size_limit(before)
        if any(cell.strip() for cell in cells):
            yield line, cells


def _parquet(file: Path) -> Found:
    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise InputError(
            f"{file}: Parquet cannot be read without pyarrow",
            hint="pip install pyarrow, or convert the file to JSON Lines",
        ) from error
    try:
        number = 0
        for batch in parquet.ParquetFile(file).iter_batches():
            for data in batch.to_pylist():
                number += 1
                yield number, _cleaned(data)
    except ValueError as error:
        raise InputError(f"{file}: is no Parquet file: {error}", hint="write it anew") from error


def _text(file: Path, newline: str | None = None) -> TextIO:
    return file.open(encoding="utf-8-sig", newline=newline)


def _cleaned(value: Any) -> Any:
    """Without NUL and lone surrogates, which no terminal and no database takes."""
    if isinstance(value, str):
        return _BROKEN.sub("\ufffd", value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(one) for name, one in value.items()}
    return value


def _not_utf8(file: Path) -> InputError:
    """Says where the first byte is that is not UTF-8."""
    before, guess = 0, "GBK"
    with file.open("rb") as stream:
        for line, data in enumerate(stream, 1):
            if line == 1 and data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
                guess = "UTF-16"
            try:
                data.decode("utf-8")
            except UnicodeDecodeError as error:
                at = before + error.start
                what = f"is not UTF-8: byte 0x{data[error.start]:02x} at offset {at}"
                hint = f"save it as UTF-8, for example with `iconv -f {guess} -t UTF-8`"
                return _fault(file, line, what, hint)
            before += len(data)
    return InputError(f"{file}: is not UTF-8", hint="save it as UTF-8")


def _not_json(file: Path, line: int, error: JSONDecodeError) -> InputError:
    return _fault(file, line, f"is not valid JSON: {error.msg} (column {error.colno})", _MEND)


def _fault(file: Path, line: int, what: str, hint: str) -> InputError:
    return InputError(f"{file}:{line}: {what}", hint=hint)
