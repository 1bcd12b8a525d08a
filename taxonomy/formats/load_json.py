"""Reads JSON text into a document with lines.

`json.loads` keeps no line numbers, lets the last of two equal keys win and recurses; this reader
walks the tokens instead and leaves only the strings to the standard library. Knows nothing of
taxonomies.
"""

import re
from json import JSONDecodeError, JSONDecoder
from typing import NoReturn

from ..names import shown
from .document import Builder, Document, Listing, Mapping
from .rows import Faults

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:(?P<mark>[{}\[\]:,])|(?P<string>\")"
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.]))"
    r"|(?P<word>-?\w+)|(?P<end>$)|(?P<other>.))",
    re.ASCII | re.DOTALL,
)
# Without escapes, and with what follows: most of a file, in a quarter of the time.
_SIMPLE = r"[ \t\r\n]*\"([^\"\\\x00-\x1f]*)\"[ \t\r\n]*"
_PAIR = re.compile(rf"{_SIMPLE}:{_SIMPLE}(?:(,)|(?=}}))")
_ELEMENT = re.compile(rf"{_SIMPLE}(?:(,)|(?=\]))")
_DECODER = JSONDecoder()
_WORDS = {"true": "true/false value", "false": "true/false value", "null": "null"}
_VALUE, _FIRST_VALUE, _KEY, _FIRST_KEY, _COLON, _AFTER, _DONE = range(7)
_WANTED = {
    _VALUE: "a value",
    _FIRST_VALUE: 'a value or "]"',
    _KEY: "a key in double quotes",
    _FIRST_KEY: 'a key in double quotes or "}"',
    _COLON: '":"',
    _AFTER: '"," or the closing bracket',
    _DONE: "the end of the file",
}


def parse_json(
    text: str, faults: Faults, *, line: int = 1, what: str = "the JSON"
) -> Document | None:
    """The document in a text that begins in a line; None if it holds nothing."""
    return _Reader(text, faults, line=line, what=what).read() if text.strip() else None


class _Reader:
    """One pass over a text: what is wanted next, and which brackets are open."""

    def __init__(self, text: str, faults: Faults, *, line: int, what: str) -> None:
        self._text = text
        self._faults = faults
        self._what = what
        self._builder = Builder(faults)
        self._closers: list[str] = []
        self._wanted = _VALUE
        self._at = 0
        self._line = line
        self._counted = 0

    def read(self) -> Document | None:
        while True:
            self._skim()
            token = _TOKEN.match(self._text, self._at)
            if token is None or token.lastgroup is None:
                raise AssertionError("every text has a next token")
            kind = token.lastgroup
            start = token.start(kind)
            self._line_at(start)
            self._at = token.end()
            if kind == "end" and self._wanted == _DONE:
                return self._builder.result
            self._take(kind, token[kind])

    def _skim(self) -> None:
        """Take simple pairs in mappings and simple texts in lists, as long as they last."""
        while self._wanted in {_KEY, _FIRST_KEY} and (pair := _PAIR.match(self._text, self._at)):
            self._builder.scalar(pair[1], "str", line=self._line_at(pair.start(1)))
            self._builder.scalar(pair[2], "str", line=self._line_at(pair.start(2)))
            self._at = pair.end()
            self._wanted = _KEY if pair[3] else _AFTER
        while (
            self._closers
            and self._closers[-1] == "]"
            and self._wanted in {_VALUE, _FIRST_VALUE}
            and (text := _ELEMENT.match(self._text, self._at))
        ):
            self._builder.scalar(text[1], "str", line=self._line_at(text.start(1)))
            self._at = text.end()
            self._wanted = _VALUE if text[2] else _AFTER

    def _line_at(self, place: int) -> int:
        self._line += self._text.count("\n", self._counted, place)
        self._counted = place
        return self._line

    def _take(self, kind: str, text: str) -> None:
        if kind == "mark":
            self._take_mark(text)
        elif kind == "string" and self._wanted in {_KEY, _FIRST_KEY}:
            self._builder.scalar(self._string(), "str", line=self._line)
            self._wanted = _COLON
        elif self._wanted not in {_VALUE, _FIRST_VALUE}:
            self._unexpected(text)
        elif kind == "string":
            self._value(self._string(), "str")
        elif kind == "number":
            self._value(text, "number")
        elif text in _WORDS:
            self._value(text, _WORDS[text])
        else:
            self._unexpected(text)

    def _take_mark(self, mark: str) -> None:
        wanted = self._wanted
        if mark in "{[" and wanted in {_VALUE, _FIRST_VALUE}:
            self._builder.begin(Mapping(self._line) if mark == "{" else Listing(self._line))
            self._closers.append("}" if mark == "{" else "]")
            self._wanted = _FIRST_KEY if mark == "{" else _FIRST_VALUE
        elif mark in "}]" and self._may_close(mark):
            self._builder.end()
            self._closers.pop()
            self._wanted = _AFTER if self._closers else _DONE
        elif mark == "," and wanted == _AFTER:
            self._wanted = _KEY if self._closers[-1] == "}" else _VALUE
        elif mark == ":" and wanted == _COLON:
            self._wanted = _VALUE
        else:
            self._unexpected(mark)

    def _may_close(self, mark: str) -> bool:
        empty = _FIRST_KEY if mark == "}" else _FIRST_VALUE
        return bool(self._closers) and mark == self._closers[-1] and self._wanted in {_AFTER, empty}

    def _value(self, text: str, kind: str) -> None:
        self._builder.scalar(text, kind, line=self._line)
        self._wanted = _AFTER if self._closers else _DONE

    def _string(self) -> str:
        try:
            text, self._at = _DECODER.raw_decode(self._text, self._counted)
        except JSONDecodeError as error:
            self._faults.fatal(
                f"{self._what} cannot be read: {error.msg} (column {error.colno})",
                self._line + error.lineno - self._text.count("\n", 0, self._counted) - 1,
                hint="check the quotes and backslashes of this text",
            )
        return str(text)

    def _unexpected(self, text: str) -> NoReturn:
        found = f"{shown(text)} stands" if text else "the file ends"
        self._faults.fatal(
            f"{self._what} cannot be read: {found} where {_WANTED[self._wanted]} is wanted",
            self._line,
            hint="check commas, quotes and brackets around this line; NaN and comments are no JSON",
        )
