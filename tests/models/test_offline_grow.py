"""The offline model where a taxonomy is grown: it reads the prompts and answers their forms."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from taxoloom.graphs.grow import grow
from taxoloom.models.offline.chat import OfflineChat
from taxoloom.taxonomy.growing.growth import Entry
from taxoloom.taxonomy.growing.screen import Ground, screen
from taxoloom.tests.support.growing import rows, write

STOCK = Path(__file__).parent.parent.parent / "models" / "offline" / "grow.yaml"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_stock_passes_the_screen(language: str) -> None:
    stock = yaml.safe_load(STOCK.read_text(encoding="utf-8"))[language]
    words = {
        "topic": {"zh": "退货", "en": "returns"}[language],
        "Topic": "Returns",
        "attribute": "x",
    }
    items = [*stock["children"], *(part for i in stock["children"] for part in i.get("split", ()))]
    entries = [
        Entry(*(item[key].format_map(words) for key in ("name", "definition", "example")))
        for item in items
    ]
    for group in stock["values"]:
        example = stock["value_example"].format(name="x", **words)
        entries += [
            Entry(name, told.format_map(words), example) for name, told in group["entries"].items()
        ]
    kept, cuts = screen(entries, Ground(language, {}), by="stock", most=1000)
    assert [(cut.name, cut.reason) for cut in cuts] == []
    assert len(kept) == len(entries)


def test_both_languages_have_the_same_kinds_of_entries() -> None:
    stock = yaml.safe_load(STOCK.read_text(encoding="utf-8"))
    shapes: list[Any] = [
        [sorted(set(item)) for kind in ("children", "attributes") for item in stock[language][kind]]
        for language in ("zh", "en")
    ]
    assert shapes[0] == shapes[1]
    assert set(stock["zh"]) == set(stock["en"])


def test_a_reply_depends_on_its_seed_and_on_nothing_else(tmp_path: Path) -> None:
    file = write(tmp_path, {"name": "Shop", "children": [{"name": "Returns", "open": True}]})
    grow(file, tmp_path / "grow.db")
    asked = rows(
        tmp_path / "grow.db", "SELECT messages, params, reply FROM calls WHERE node LIKE 'p%'"
    )
    assert len({reply for _, _, reply in asked}) > 3
    chat = OfflineChat()
    for messages, params, reply in asked:
        settings = yaml.safe_load(params)
        name = settings["form"].split(":")[0]
        spec = {"name": name, "schema": {"properties": {"working": {}, "entries": {}}}}
        kwargs = {
            "seed": settings["seed"],
            "response_format": {"type": "json_schema", "json_schema": spec},
        }
        again = chat.invoke(yaml.safe_load(messages), **kwargs)
        assert yaml.safe_load(str(again.content)) == yaml.safe_load(reply)
