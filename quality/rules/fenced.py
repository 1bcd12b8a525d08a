"""Rules on fenced blocks that say what they are: JSON, YAML, CSV, Python, SQL, shell commands.

A block that its line before calls wrong, one of the request given back, and one that leaves things
out with dots pass. Whether code does what it should is for `execution.py` or a judge.
"""

import ast
import csv
import io
import json
import re
import shlex
import textwrap
import warnings
from collections.abc import Callable, Iterator

import yaml

from .bare_code import kind_of
from .rule import Limit, Sample, Spot, rule
from .sql import sql_fault
from .text import Block, blocks

_CALLED_WRONG = re.compile(
    r"错|误|不对|不合法|无效|有问题|反例|出问题|原始|原来|wrong|invalid|incorrect|broken|bad|error|fail|"
    r"doesn't|does not|not valid|malformed|original|your |before|❌|✗|buggy|pseudo|伪代码|"
    r"output|输出",
    re.IGNORECASE,
)
_DOTS = re.compile(r"\.\.\.|…|<[a-z_ -]+>|\{\{|\{%")


def _faulty(sample: Sample, infos: tuple[str, ...], fault: Callable[[str], str]) -> Iterator[Spot]:
    asked = ""
    for where, text in sample.said("system", "user", "assistant"):
        if not where.startswith("assistant"):
            asked += text
            continue
        for block in blocks(text):
            if block.info in infos and block.closed and not _passes(text, block, asked):
                detail = fault(block.body)
                if detail:
                    yield Spot(detail, where, (block.start, block.end))


def _faulty_bare(sample: Sample, kind: str, fault: Callable[[str], str]) -> Iterator[Spot]:
    """Faults of answers that are code without a fence."""
    for where, text, asked in sample.answers():
        if kind_of(text, asked) == kind and text.strip() not in asked:
            detail = fault(text)
            if detail:
                yield Spot(detail, where)


def _passes(text: str, block: Block, asked: str) -> bool:
    body = block.body.strip()
    before = [line for line in text[: block.start].split("\n") if line.strip()]
    called = bool(before) and _CALLED_WRONG.search(before[-1][-80:])
    return not body or bool(called) or body in asked


@rule("json_block")
def json_block(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """A block that says it is JSON can be parsed: whole, by lines, or as part of an object."""
    yield from _faulty(sample, ("json",), _json_fault)
    for where, text, asked in sample.answers():
        if text.lstrip()[:1] == "{" and "json" in asked.casefold() and not blocks(text):
            detail = _json_fault(text)
            if detail:
                yield Spot(detail, where)


def _json_fault(body: str) -> str:
    if _DOTS.search(body) or re.search(r"^\s*(?://|#)|\s//\s", body, re.MULTILINE):
        return ""
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        lines = [line for line in body.split("\n") if line.strip()]
        is_part = re.match(r'\s*"[^"\n]+"\s*:', body) and _parses(
            "{" + body.rstrip().rstrip(",") + "}"
        )
        if is_part or (len(lines) > 1 and all(map(_parses, lines))):
            return ""
        return f"the JSON block cannot be parsed: {error}"
    return ""


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


@rule("yaml_block")
def yaml_block(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """A block that says it is YAML can be parsed, templates aside."""
    yield from _faulty(sample, ("yaml", "yml"), _yaml_fault)


def _yaml_fault(body: str) -> str:
    if _DOTS.search(body):
        return ""
    try:
        for _ in yaml.parse(textwrap.dedent(body), Loader=yaml.SafeLoader):
            pass
    except yaml.YAMLError as error:
        return f"the YAML block cannot be parsed: {' '.join(str(error).split())[:160]}"
    except RecursionError:
        return "the YAML block is nested too deeply"
    return ""


@rule("python_block")
def python_block(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """A block that says it is Python, or an answer asked for in Python, can be parsed.

    It is never run here.
    """
    yield from _faulty(sample, ("python", "py", "python3"), python_fault)
    yield from _faulty_bare(sample, "python", python_fault)


_LEFT_OUT = re.compile(r"^\s*(?:#\s*)?\.\.\.|#.*\.\.\.\s*$|…", re.MULTILINE)
_SHELL = re.compile(r"^(\s*)[%!][^\n]*$", re.MULTILINE)


def python_fault(body: str) -> str:
    """Why a text is no Python, "" if it is; sessions and inner parts are taken as such."""
    if body.lstrip().startswith((">>>", "Traceback", "In [")):
        return ""
    code = textwrap.dedent(body)
    shapes = [code, _SHELL.sub(r"\1pass", code)]
    if re.match(r"(?:else|elif|except|finally|case)\b", code.lstrip()):
        opener = (
            "try:\n    pass\n"
            if re.match(r"except|finally", code.lstrip())
            else "if x:\n    pass\n"
        )
        shapes.append(opener + code)
    if _LEFT_OUT.search(code):
        return ""
    fault = ""
    for shape in dict.fromkeys(shapes):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(shape)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            fault = fault or f"the Python block cannot be parsed: {error}"
        else:
            return ""
    return fault


@rule("sql_block")
def sql_block(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """A block, or a whole answer, of SQL has its quotes and brackets closed, its clauses filled."""
    yield from _faulty(sample, ("sql", "mysql", "postgresql", "sqlite", "postgres"), sql_fault)
    yield from _faulty_bare(sample, "sql", sql_fault)


@rule("csv_block")
def csv_block(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """The lines of a block that says it is CSV have as many fields each as the first."""
    yield from _faulty(sample, ("csv",), _csv_fault)


def _csv_fault(body: str) -> str:
    if _DOTS.search(body):
        return ""
    try:
        rows = [row for row in csv.reader(io.StringIO(body), strict=True) if row]
    except csv.Error as error:
        return f"the CSV block cannot be read: {error}"
    for at, row in enumerate(rows):
        if len(row) != len(rows[0]) and not row[0].startswith("#"):
            return f"line {at + 1} of the CSV block has {len(row)} fields, the first {len(rows[0])}"
    return ""


@rule("shell_block")
def shell_block(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """The quotation marks of a block that says it is a shell's are closed."""
    yield from _faulty(sample, ("sh", "bash", "zsh"), _shell_fault)


def _shell_fault(body: str) -> str:
    if "<<" in body or _DOTS.search(body) or "$'" in body or "awk" in body:
        return ""
    try:
        shlex.split(body, comments=True)
    except ValueError as error:
        return f"the shell block cannot be read: {error}"
    return ""
