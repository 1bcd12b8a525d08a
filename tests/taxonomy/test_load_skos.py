"""Thesauri in SKOS, as Turtle and as JSON-LD."""

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from taxoloom.errors import Fault, TaxonomyError
from taxoloom.taxonomy import Taxonomy, load

PREFIXES = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
"""
TREE = (
    PREFIXES
    + """
ex:scheme a skos:ConceptScheme ; dct:title "Garden"@en, "园艺"@zh ; skos:hasTopConcept ex:tools .
ex:spade a skos:Concept ;
    skos:prefLabel "Spade"@en, "锹"@zh ; skos:altLabel "Shovel"@en, "铲"@zh, "digger" ;
    skos:broader ex:tools ; skos:scopeNote "for digging"@en ; skos:notation "7.1" ;
    dct:modified "2020-99-99"^^xsd:date .
ex:tools a skos:Concept ;
    skos:prefLabel "工具"@zh, "Tools"@en ; skos:definition "干活用的"@zh, "what one works with"@en ;
    skos:narrower ex:rake ; skos:related ex:plants .
ex:rake a skos:Concept ; skos:prefLabel "Rake"@en, "耙"@zh ; skos:inScheme ex:scheme .
ex:plants a skos:Concept ; skos:prefLabel "Plants"@en, "植物"@zh ; skos:topConceptOf ex:scheme .
ex:group a skos:Collection ; skos:prefLabel "Things"@en ; skos:member ex:rake, ex:plants .
"""
)


def _load(folder: Path, text: str, name: str = "tree.ttl", section: str | None = None) -> Taxonomy:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load(path, section=section)


def _paths(tree: Taxonomy) -> list[str]:
    return [" > ".join(node.path) for node in tree.walk()]


def _faults(folder: Path, text: str, name: str = "bad.ttl") -> Sequence[Fault]:
    with pytest.raises(TaxonomyError) as caught:
        _load(folder, text, name)
    assert all(fault.hint and "\n" not in fault.message for fault in caught.value.faults)
    return caught.value.faults


def test_broader_narrower_and_schemes_make_the_tree(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tree = _load(tmp_path, TREE)
    assert _paths(tree) == [
        "Garden",
        "Garden > Tools",
        "Garden > Tools > Spade",
        "Garden > Tools > Rake",
        "Garden > Plants",
    ]
    assert tree.root.id == "http://example.org/scheme"
    spade = tree.node("http://example.org/spade")
    assert spade.aliases == (("zh", "锹"), ("zh", "铲"), ("en", "Shovel"), ("und", "digger"))
    assert spade.definition == "for digging"
    assert spade.line == 7
    assert not caplog.records
    assert not logging.getLogger("rdflib.term").filters


def test_the_language_of_the_names_can_be_chosen(tmp_path: Path) -> None:
    tree = _load(tmp_path, TREE, section="zh")
    assert _paths(tree)[:3] == ["园艺", "园艺 > 工具", "园艺 > 工具 > 锹"]
    assert tree.node("http://example.org/tools").definition == "干活用的"
    assert load(f"{tmp_path}/tree.ttl#ZH") == tree
    with pytest.raises(TaxonomyError, match="no concept has a label in the language") as caught:
        load(f"{tmp_path}/tree.ttl#fr")
    assert "en, zh" in caught.value.faults[0].hint


def test_the_commonest_language_names_and_others_step_in(tmp_path: Path) -> None:
    text = PREFIXES + (
        'ex:a a skos:Concept ; skos:prefLabel "A"@en, "甲"@zh .\n'
        'ex:b a skos:Concept ; skos:prefLabel "乙"@zh ; skos:broader ex:a .\n'
        'ex:c a skos:Concept ; skos:prefLabel "C"@en ; skos:broader ex:a .\n'
        'ex:d a skos:Concept ; skos:prefLabel "丁"@zh ; skos:broader ex:a .\n'
    )
    assert _paths(_load(tmp_path, text)) == ["甲", "甲 > 乙", "甲 > C", "甲 > 丁"]


def test_several_schemes_stand_side_by_side(tmp_path: Path) -> None:
    text = PREFIXES + (
        'ex:s a skos:ConceptScheme ; skos:prefLabel "S" .\nex:t a skos:ConceptScheme .\n'
        'ex:a a skos:Concept ; skos:prefLabel "A" ; skos:topConceptOf ex:s .\n'
        'ex:b a skos:Concept ; skos:prefLabel "B" ; skos:inScheme ex:t .\n'
        'ex:c a skos:Concept ; skos:prefLabel "C" .\n'
    )
    assert _paths(_load(tmp_path, text)) == [
        "tree",
        "tree > S",
        "tree > S > A",
        "tree > t",
        "tree > t > B",
        "tree > C",
    ]


def test_concepts_without_addresses_and_relative_ones(tmp_path: Path) -> None:
    text = PREFIXES + (
        '<#a> a skos:Concept ; skos:prefLabel "A" ;\n'
        '  skos:narrower [ a skos:Concept ; skos:prefLabel "B" ], <b/c> .\n'
        '<b/c> skos:prefLabel """C\n  c""" .\n'
    )
    tree = _load(tmp_path, text)
    assert _paths(tree) == ["A", "A > B", "A > C c"]
    assert [node.id for node in tree.walk()][::2] == ["#a", "b/c"]


LINKED = {
    "@context": {
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "broader": {"@id": "skos:broader", "@type": "@id"},
        "label": {"@id": "skos:prefLabel", "@container": "@language"},
    },
    "@graph": [
        {"@id": "http://example.org/a", "@type": "skos:Concept", "label": {"en": "A", "zh": "甲"}},
        {
            "@id": "http://example.org/b",
            "@type": "skos:Concept",
            "label": {"en": "B", "zh": "乙"},
            "broader": "http://example.org/a",
        },
    ],
}


@pytest.mark.parametrize("name", ["tree.jsonld", "tree.json", "tree.txt", "tree"])
def test_json_ld(tmp_path: Path, name: str) -> None:
    tree = _load(tmp_path, json.dumps(LINKED, ensure_ascii=False, indent=1), name)
    assert _paths(tree) == ["A", "A > B"]
    assert tree.node("http://example.org/b").aliases == (("zh", "乙"),)
    assert tree.root.line == 15


@pytest.mark.parametrize("name", ["tree.txt", "tree"])
def test_the_content_tells_turtle(tmp_path: Path, name: str) -> None:
    assert len(_load(tmp_path, TREE, name)) == 5


REMOTE = [
    '{"@context": "http://127.0.0.1:9/context.jsonld", "@id": "x"}',
    '{"@context": ["context.jsonld", {}], "@id": "x"}',
    '{"@context": {"@import": "http://127.0.0.1:9/c"}, "@id": "x"}',
    '{"@graph": [{"a": {"\\u0040context": "http://127.0.0.1:9/c"}}], "@id": "x"}',
    '{"@context": {"a": {"@id": "b:c", "@context": "http://127.0.0.1:9/c"}}, "@id": "x"}',
]


@pytest.mark.parametrize("text", REMOTE)
def test_contexts_are_never_fetched(tmp_path: Path, text: str) -> None:
    (fault,) = _faults(tmp_path, text, "bad.jsonld")
    assert "stands elsewhere, and nothing is fetched" in fault.message
    assert fault.line == 1
    assert "write the context out" in fault.hint


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        (
            'ex:a a skos:Concept ; skos:prefLabel "A" .\n'
            'ex:b a skos:Concept ; skos:prefLabel "B" .\n'
            'ex:c a skos:Concept ; skos:prefLabel "C" ; skos:broader ex:a, ex:b .\n',
            7,
            '"C" has 2 broader concepts: "http://example.org/a", "http://example.org/b"',
            "keep one",
        ),
        (
            'ex:a a skos:Concept ; skos:prefLabel "A" ; skos:broader ex:b .\n'
            'ex:b a skos:Concept ; skos:prefLabel "B" ; skos:broader ex:a .\n',
            5,
            'the categories form a cycle: "A" > "B" > "A"',
            "change",
        ),
        (
            'ex:a a skos:Concept ; skos:prefLabel "A" ; skos:broader ex:z .\n',
            5,
            'the broader concept "http://example.org/z" of "A" is not in the file',
            "describe it",
        ),
        (
            'ex:a a skos:Concept ; skos:prefLabel "A" ; skos:narrower ex:z .\n',
            None,
            'the concept "http://example.org/z" has no `prefLabel`',
            "describe it",
        ),
        (
            'ex:a a skos:Concept ; skos:prefLabel "A" .\n'
            'ex:b a skos:Concept ; skos:prefLabel "a" .\n',
            6,
            '"a" stands twice',
            "rename",
        ),
        (
            'ex:a a skos:Concept ; skos:prefLabel "A"\nex:b a',
            6,
            "cannot be read: expected",
            "Turtle",
        ),
        ("no:a a no:b .\n", 5, "cannot be read", "Turtle"),
        ("ex:a a skos:Collection .\n", None, "no categories", "at least one"),
    ],
)
def test_faults(tmp_path: Path, text: str, line: int | None, message: str, hint: str) -> None:
    found = [fault for fault in _faults(tmp_path, PREFIXES + text) if message in fault.message]
    assert found, _faults(tmp_path, PREFIXES + text)
    assert found[0].line == line
    assert hint in found[0].hint


def test_without_rdflib_the_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "tree.ttl").write_text(TREE, encoding="utf-8")
    code = (
        "import sys; sys.modules['rdflib'] = None\n"
        "from taxoloom.taxonomy import load\n"
        "try: load('tree.ttl')\n"
        "except Exception as error: print(type(error).__name__, error.faults[0].hint)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "TaxonomyError install it with `pip install 'taxoloom[skos]'`\n"
