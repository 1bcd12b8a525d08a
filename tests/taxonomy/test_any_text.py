"""Whatever a file holds, loading ends in a taxonomy or in a TaxonomyError, and soon."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taxoloom.errors import TaxonomyError
from taxoloom.taxonomy import Taxonomy, load
from taxoloom.taxonomy.formats.formats import FORMATS, Format
from taxoloom.taxonomy.formats.write import TARGETS, write
from taxoloom.tests.support.taxonomies import taxonomies

FILES = tuple(known for known in FORMATS if known != "instructlab")

_SIGNS = """\
> |＞| > |>| / |# |## |- |* |1. |1.1 |1 - |a : |name: |children:|nodes:|id,name,parent|path
level 1,level 2|"|'|{|}|[|]|,|;|:|：|——|...|…|`|```|```taxoloom|~~~|<!--|-->|{#x}|{en="x"}|{a=
weight: 2|aliases|&a|*a|!x|>-|? |---|null|1e999|NaN|true|甲|Ａ|A|B|第一层|属性|@prefix |<a>|_:b|^^
skos:broader|a skos:Concept .|"@context"|"@id"|sep=;|""|use: s|attribute_sets:|constraints:
- never: {a: b}|\\u202e|\\x""".replace("\n", "|").split("|")
_HIDDEN = ["\n", " ", "\t", "\x00", "\r", "\x85", "\u2028", "\ufeff", "\ud800", "\u202e", "|-"]
_pieces = st.sampled_from(_SIGNS) | st.sampled_from(_HIDDEN) | st.text(max_size=4)
_texts = st.lists(_pieces, max_size=40).map("".join)


def _load(path: Path, data: bytes, format: Format | None) -> None:
    path.write_bytes(data)
    with suppress(TaxonomyError):
        load(path, format=format)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=_texts, format=st.sampled_from([None, *FILES]))
def test_any_text(tmp_path_factory: pytest.TempPathFactory, text: str, format: Format) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    _load(path, text.encode("utf-8", "surrogatepass"), format)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(taxonomy=taxonomies(), seed=st.integers(0, 2**32))
def test_files_with_a_few_characters_changed(
    tmp_path_factory: pytest.TempPathFactory, taxonomy: Taxonomy, seed: int
) -> None:
    if len(taxonomy) == 1:
        return
    dice = random.Random(seed)
    path = tmp_path_factory.getbasetemp() / "changed"
    for target in (known for known in TARGETS if known != "paths"):
        data = bytearray(write(taxonomy, target).encode())
        for _ in range(dice.randrange(1, 4)):
            at = dice.randrange(len(data))
            data[at : at + dice.randrange(3)] = dice.choice([b"", b"\n", b'"', b",", b"{", b"\xff"])
        _load(path, bytes(data), dice.choice([None, target]))


_TEN = 10 * 1024 * 1024
LONG: dict[str, Callable[[], str]] = {
    "letters": lambda: "x" * _TEN,
    "spaces": lambda: "a" + " " * _TEN + "b",
    "levels": lambda: "a > " * (_TEN // 4) + "b",
    "full-width levels": lambda: "甲＞" * (_TEN // 6) + "乙",
    "commas": lambda: "path," * (_TEN // 5),
    "quotes": lambda: '"' * _TEN,
    "open quote": lambda: 'name,parent\n"' + "x" * _TEN,
    "brackets": lambda: "[" * _TEN,
    "braces": lambda: '{"a":' * (_TEN // 5),
    "dashes": lambda: "- " * (_TEN // 2),
    "hashes": lambda: "# " + "#" * _TEN,
    "stars": lambda: "- " + "*a" * (_TEN // 2),
    "backticks": lambda: "- x: " + "`a`, " * (_TEN // 5),
    "facts": lambda: "- x {" + 'en="a" ' * (_TEN // 7) + "}",
    "marks": lambda: "- a" + "\u0301\u0316" * (_TEN // 4),
    "comments": lambda: "# " + "<!-- " * (_TEN // 5),
    "blocks": lambda: "```taxoloom\n" + "a: b\n" * (_TEN // 5),
    "names in a list": lambda: "children: [" + "x, " * (_TEN // 3) + "]",
}


@pytest.mark.parametrize("kind", ["letters", "levels", "open quote", "dashes", "marks"])
def test_a_line_of_ten_megabytes_ends_soon(tmp_path: Path, kind: str) -> None:
    start = time.process_time()
    _load(tmp_path / "long", LONG[kind]().encode(), None)
    assert time.process_time() - start < 20


@pytest.mark.slow
@pytest.mark.parametrize("kind", LONG)
@pytest.mark.parametrize("format", [None, *FILES])
def test_lines_of_ten_megabytes_end_soon(tmp_path: Path, kind: str, format: Format) -> None:
    start = time.process_time()
    _load(tmp_path / "long", LONG[kind]().encode(), format)
    assert time.process_time() - start < 60
