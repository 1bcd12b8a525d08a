"""The recipe: what is refused, where, with which remedy; what decides its fingerprint."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxoloom.errors import RecipeError
from taxoloom.graphs.recipe_file import load_recipe, parse_recipe
from taxoloom.recipe import ModelSettings, Panel, Recipe
from taxoloom.tests.support.recipes import EXAMPLES


def _file(folder: Path, text: str | bytes) -> Path:
    path = folder / "配方 1.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    return path


def _refused(path: Path) -> RecipeError:
    with pytest.raises(RecipeError) as caught:
        load_recipe(path)
    error = caught.value
    assert str(path) in error.message
    assert error.hint
    assert "\n" not in error.message + error.hint
    assert error.exit_code == 2
    return error


def _load(folder: Path, text: str) -> Recipe:
    return load_recipe(_file(folder, text))


# --- what is refused

T = "taxonomy: t.yaml\n"
BAD: list[tuple[str, int | None, str, str]] = [
    # keys
    (f"{T}sampels: 3", 2, "unknown key 'sampels'", "did you mean 'samples'?"),
    ("taxonmy: t.yaml", 1, "unknown key 'taxonmy'", "did you mean 'taxonomy'?"),
    (f"{T}xyz: 3", 2, "unknown key 'xyz'", "known keys: against, as_of, axes, benchmarks,"),
    (
        f"{T}models:\n  default:\n    modle: x",
        4,
        "unknown key 'models.default.modle'",
        "did you mean 'model'?",
    ),
    (f"{T}graph:\n  critic_round: 1", 3, "'graph.critic_round'", "'critic_rounds'?"),
    (f"{T}panel:\n  judges:\n  - {{nmae: a}}", 4, "'panel.judges.0.nmae'", "'name'?"),
    (f"{T}panel:\n  polcy: majority", 3, "'panel.polcy'", "'policy'?"),
    (f"{T}run:\n  atempts: 2", 3, "'run.atempts'", "'attempts'?"),
    (f"{T}axes:\n  a:\n    b: {{wieght: 1}}", 4, "'axes.a.b.wieght'", "'weight'?"),
    (f"{T}models: {{default: {{price: {{inptu: 1}}}}}}", 2, "price.inptu", "'input'?"),
    (f"{T}graph: {{insert: [{{rloe: a}}]}}", 2, "graph.insert.0.rloe", "'role'?"),
    ("seed: 1", None, "taxonomy: Field required", "add the key 'taxonomy'"),
    (f"{T}1: x", 2, "Keys should be strings", "correct"),
    (f"{T}seed: 1\ntaxonomy: u.yaml", 3, "'taxonomy' stands twice, first in line 1", "keep one"),
    (
        f"{T}models:\n  default:\n    model: offline\n    model: gpt",
        5,
        "'model' stands twice, first in line 4",
        "keep one",
    ),
    (f"{T}panel: {{judges: [{{name: a, name: b}}]}}", 2, "'name' stands twice", "keep one"),
    # types and values
    (f"{T}samples: many", 2, "samples.total: Input should be a valid integer", "correct the value"),
    (f"{T}samples: 2.5", 2, "samples.total: Input should be a valid integer", "correct the value"),
    (f"{T}samples: yes", 2, "samples: true or false", "correct the value"),
    (f"{T}samples: 0", 2, "samples.total: Input should be greater", "correct the value"),
    (f"{T}samples:", 2, "samples: give a number", "leave the key out"),
    (f"{T}samples: [3]", 2, "samples: give a number", "correct"),
    (f"{T}samples: {{}}", 2, "samples: give a number", "correct"),
    (f"{T}samples: {{per_leaf: 2, per_cell: 1}}", 2, "samples: give a number", "correct"),
    (f"{T}samples: {{per_leaf: 2, labels: [a]}}", 2, "need `per_cell`", "correct"),
    (f"{T}coverage: {{strength: 3}}", 2, "coverage.strength: Input should be 0, 1 or 2", "correct"),
    (f"{T}coverage: {{groups: [[a, b]]}}", 2, "at least three", "correct"),
    (f"{T}seed: -1", 2, "seed: Input should be greater", "correct"),
    (f"{T}seed: {2**63}", 2, "seed: Input should be less", "correct"),
    (f"{T}seed: {'1' * 5000}", None, "digits", "correct"),
    (f"{T}language: fr", 2, "language: Input should be 'zh' or 'en'", "correct"),
    (f"{T}language: no", 2, "language: true or false", "correct"),
    ("taxonomy: 12", 1, "taxonomy: Input should be a valid string", "quotes"),
    ("taxonomy: ''", 1, "taxonomy: String should have at least 1 character", "correct"),
    (f"{T}as_of: 2026-13-01", 2, "as_of: not a date; write YYYY-MM-DD", "correct"),
    (f"{T}as_of: '2026-02-30'", 2, "as_of: not a date", "correct"),
    (f"{T}as_of: 2026-1-2", 2, "as_of: not a date", "correct"),
    (f"{T}as_of: 20261122", 2, "as_of: not a date", "correct"),
    (f"{T}as_of: 2026-W47-7", 2, "as_of: not a date", "correct"),
    (f"{T}as_of: 2026-11-22 10:00:00", 2, "as_of: not a date", "correct"),
    (f"{T}as_of: '２０２６-11-22'", 2, "as_of: not a date", "correct"),
    (f"{T}graph:", 2, "graph: Input should be a valid dictionary", "leave the key out"),
    (f"{T}models: offline", 2, "models: Input should be a valid dictionary", "correct"),
    (f"{T}models:\n  default: offline", 3, "models.default: Input should be", "correct"),
    (f"{T}models:\n  The Judge: {{}}", 3, "models.The Judge", "a name is made of a-z"),
    (f"{T}models:\n  9: {{}}", 3, "models.9: Input should be a valid string", "quotes"),
    (
        f"{T}models:\n  default:\n    model: 4.1",
        4,
        "models.default.model: Input should be a valid string",
        "quotes",
    ),
    (
        f"{T}models: {{default: {{base_url: 'localhost:8000'}}}}",
        2,
        "begins with http://",
        "correct",
    ),
    (f"{T}models: {{default: {{temperature: hot}}}}", 2, "temperature: Input should be", "correct"),
    (f"{T}models: {{default: {{temperature: 3}}}}", 2, "less than or equal to 2", "correct"),
    (f"{T}models: {{default: {{timeout: .inf}}}}", 2, "timeout: Input should be a finite", ""),
    (f"{T}models: {{default: {{structured: xml}}}}", 2, "structured: Input should be 'auto'", ""),
    (f"{T}models: {{default: {{price: {{input: 1}}}}}}", 2, "price.output: Field required", "add"),
    (f"{T}axes: {{a: {{b: .nan}}}}", 2, "axes.a.b.weight: Input should be", "correct"),
    (f"{T}axes: {{a: {{b: .inf}}}}", 2, "axes.a.b.weight: Input should be a finite", "correct"),
    (f"{T}axes: {{a: {{b: -1}}}}", 2, "axes.a.b.weight: Input should be greater", "correct"),
    (f"{T}axes: {{a: {{b: x}}}}", 2, "axes.a.b.weight: Input should be a valid number", "correct"),
    (f"{T}axes:\n  a:\n    yes: 1", 3, "axes.a.True: Input should be a valid string", "quotes"),
    (f"{T}axes: {{turns: {{1: 1}}}}", 2, "axes.turns.1: Input should be a valid string", "quotes"),
    # graph and panel
    (f"{T}graph:\n  chain: [planner]", 3, "a chain without `writer`", "correct"),
    (f"{T}graph: {{chain: []}}", 2, "a chain without `writer`", "correct"),
    (f"{T}graph: {{chain: [writer, writer]}}", 2, "stands twice in the chain", "correct"),
    (f"{T}graph: {{critic_rounds: 9}}", 2, "critic_rounds: Input should be less", "correct"),
    (f"{T}graph:\n  insert:\n  - role: a", 4, "either `after` or `before`", "correct"),
    (f"{T}graph: {{insert: [{{role: a, after: b, before: c}}]}}", 2, "either `after`", "correct"),
    (f"{T}panel:\n  judges: []", 3, "name at least one judge", "correct"),
    (
        f"{T}panel:\n  judges:\n  - {{name: a, prompt: p}}\n  - {{name: a, prompt: q}}",
        3,
        "two judges have one name",
        "correct",
    ),
    (
        f"{T}panel:\n  policy: majority\n  judges:\n"
        "  - {name: a, prompt: p}\n  - {name: b, prompt: p}",
        2,
        "`majority` needs an odd number of judges, and there are 2",
        "correct",
    ),
    (f"{T}duplicates: {{semantic: 0.9}}", 2, "`semantic` needs `embeddings`", "correct"),
    (
        f"{T}embeddings: {{model: m}}\nduplicates: {{semantic: 1.2}}",
        3,
        "duplicates.semantic: Input should be less than or equal to 1",
        "correct",
    ),
    (f"{T}embeddings: {{modle: m}}", 2, "'embeddings.modle'", "'model'?"),
    (f"{T}embeddings: {{model: m, base_url: x}}", 2, "begins with http://", "correct"),
    (f"{T}embeddings: {{model: m, batch: 0}}", 2, "embeddings.batch: Input should be", "correct"),
    # YAML
    ("", None, "the recipe is empty", "init"),
    ("# nothing\n", None, "the recipe is empty", "init"),
    ("- a\n- b", None, "is not a mapping", "init"),
    ("just text", None, "is not a mapping", "init"),
    (f"{T}\tseed: 1", 2, "not YAML: found character '\\t'", "indentation"),
    ("taxonomy: a: b", 1, "not YAML: mapping values are not allowed here", "colons"),
    (f"{T}graph: [", 2, "not YAML", "quotes"),
    (f"{T}as_of: '2026", 2, "not YAML", "quotes"),
    (f"{T}---\nseed: 1", 2, "not YAML: but found another document", "this line"),
    (f"{T}? [a]\n: b", 2, "not YAML: found unhashable key", "this line"),
    ("a: &x [1]\nb: [*x, *x]", 2, "holds a YAML alias", "write the value out"),
    ("a: &x {b: 1}\n<<: *x", 2, "holds a YAML alias", "write the value out"),
    ("taxonomy: !!python/object/apply:os.system ['true']", 1, "holds the YAML tag", "remove it"),
    (f"{T}seed: !!int ''", 2, "holds the YAML tag", "remove it"),
    (f"{T}as_of: !!timestamp x", 2, "holds the YAML tag", "remove it"),
    (f"{T}seed: !own 1", 2, "holds the YAML tag '!own'", "remove it"),
    (f"{T}plugins: {'[' * 3000}{']' * 3000}", 2, "nested too deeply", "flatten"),
    (f'{T}prompts: "a\\0b"', 2, "spells a control character", "remove it"),
    (f'{T}prompts: "a\\e[31m"', 2, "spells a control character", "remove it"),
    (f'{T}prompts: "a\\uD800"', 2, "half of a character", "remove it"),
    (f"{T}prompts: a\x07b", 2, "holds a control character", "remove it"),
    (f"{T}prompts: a\ud800b", 2, "not UTF-8", "save it as UTF-8"),
]


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"), BAD, ids=[repr(b[0][-40:]) for b in BAD]
)
def test_a_fault_is_told_with_file_line_and_remedy(
    tmp_path: Path, text: str, line: int | None, message: str, hint: str
) -> None:
    path = _file(tmp_path, text)
    error = _refused(path)
    assert error.message.startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert message in error.message
    assert hint in error.hint
    assert "instance of" not in error.message
    assert "unicode string" not in error.message


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        ("taxonomy: t\nlanguage: 中".encode("utf-16"), 1, "not UTF-8"),
        ("taxonomy: t\n# 商品\nlanguage: zh".encode("gb18030"), 2, "not UTF-8"),
        (b"taxonomy: t\nseed: \xff", 2, "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n", 1, "not UTF-8"),
    ],
)
def test_bytes_that_are_not_utf_8_are_told_with_their_line(
    tmp_path: Path, data: bytes, line: int, message: str
) -> None:
    path = _file(tmp_path, data)
    error = _refused(path)
    assert error.message == f"{path}:{line}: {message}"
    assert "UTF-8" in error.hint


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "does not exist" in _refused(tmp_path / "none.yaml").message
    assert "init" in _refused(tmp_path / "none.yaml").hint
    for path in (tmp_path, tmp_path / "file" / "x.yaml", tmp_path / ("x" * 300)):
        error = _refused(path)
        assert "cannot be read" in error.message
        assert "UTF-8" not in error.hint


def test_a_key_that_was_pasted_for_its_variable_is_refused_and_not_repeated(tmp_path: Path) -> None:
    secret = "sk-abcdef1234567890"
    error = _refused(_file(tmp_path, f"{T}models: {{default: {{api_key_env: {secret}}}}}"))
    assert "never the key itself" in error.message
    assert secret not in error.message + error.hint + str(error.__cause__)


def test_data_that_is_no_file_is_told_by_its_source() -> None:
    with pytest.raises(RecipeError, match=r"^options: samples.total: Input should be greater"):
        parse_recipe({"taxonomy": "t", "samples": 0}, source="options")
    with pytest.raises(RecipeError, match="^recipe: the recipe is not a mapping"):
        parse_recipe(["taxonomy"])


EXAMPLE = (EXAMPLES / "recipe.zh.yaml").read_text(encoding="utf-8")
SNIPPETS = st.one_of(
    st.sampled_from(
        ["  ", "\n", ": ", "- ", "{", "}", "[", "]", "&a ", "*a", "!!", "'", '"', "\t"]
    ),
    st.sampled_from(["null", "true", "1e999", ".nan", "0x", "2026-99-99", "<<: {}", "? ", "---\n"]),
    st.text(max_size=5),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), SNIPPETS), min_size=1, max_size=3))
def test_a_mangled_recipe_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[float, str]]
) -> None:
    text = EXAMPLE
    for where, snippet in cuts:
        at = int(where * len(text))
        text = text[:at] + snippet + text[at:]
    path = _file(tmp_path_factory.getbasetemp(), text)
    refused = None
    try:
        load_recipe(path).fingerprint()
    except RecipeError as error:
        refused = error
    if refused:
        assert str(path) in refused.message
        assert refused.hint
        assert "\n" not in refused.message + refused.hint


# --- what is read


def test_a_recipe_of_one_line_has_defaults_for_all_else(tmp_path: Path) -> None:
    recipe = _load(tmp_path, T)
    assert recipe == Recipe(taxonomy="t.yaml")
    assert recipe.graph.chain == ["planner", "writer", "rewriter", "critic"]
    assert [judge.name for judge in recipe.panel.judges] == ["examiner", "sceptic", "editor"]
    assert recipe.settings("writer").model == "offline"
    assert recipe.axes is None


def test_marks_of_windows_are_no_part_of_the_text(tmp_path: Path) -> None:
    recipe = _load(tmp_path, "\ufefftaxonomy: 类别.yaml\r\nlanguage: en\r\n")
    assert (recipe.taxonomy, recipe.language) == ("类别.yaml", "en")


@pytest.mark.parametrize("written", ["2026-11-22", "'2026-11-22'", '"2026-11-22"'])
def test_a_date_is_a_date_with_and_without_quotes(tmp_path: Path, written: str) -> None:
    assert _load(tmp_path, f"{T}as_of: {written}").as_of == "2026-11-22"


def test_an_axis_has_weights_alone_or_with_guidance(tmp_path: Path) -> None:
    values = "{零售: 2, 餐饮: {weight: 1, guidance: 在餐馆}, 其他: {}}"
    axes = _load(tmp_path, f"{T}axes:\n  depth:\n  行业: {values}").axes
    assert axes is not None
    assert axes["depth"] is None
    industry = axes["行业"]
    assert industry is not None
    assert {name: (v.weight, v.guidance) for name, v in industry.items()} == {
        "零售": (2, ""),
        "餐饮": (1, "在餐馆"),
        "其他": (1, ""),
    }


def test_a_switch_is_a_switch_only_where_one_is_asked_for(tmp_path: Path) -> None:
    text = f"{T}models: {{default: {{seed: no, extra_body: {{thinking: false}}}}}}"
    settings = _load(tmp_path, text).settings()
    assert settings.seed is False
    assert settings.extra_body == {"thinking": False}


def test_an_address_loses_its_last_slash() -> None:
    assert ModelSettings(base_url="https://x/v1/").base_url == "https://x/v1"


@pytest.mark.parametrize("count", [1, 3, 5])
def test_an_odd_panel_may_decide_by_majority(count: int) -> None:
    judges = [{"name": f"j{n}", "prompt": "p"} for n in range(count)]
    assert Panel.model_validate({"judges": judges, "policy": "majority"}).policy == "majority"


@pytest.mark.parametrize(
    ("names", "model"),
    [
        (("examiner", "judge"), "own"),
        (("sceptic", "judge"), "any judge"),
        (("judge", "examiner"), "any judge"),
        (("writer",), "all others"),
        ((), "all others"),
    ],
)
def test_the_first_name_that_has_settings_counts_then_the_default(
    names: tuple[str, ...], model: str
) -> None:
    models = {"default": "all others", "judge": "any judge", "examiner": "own"}
    recipe = Recipe.model_validate(
        {"taxonomy": "t", "models": {name: {"model": m} for name, m in models.items()}}
    )
    assert recipe.settings(*names).model == model


def test_without_a_default_the_rest_is_offline() -> None:
    recipe = Recipe.model_validate({"taxonomy": "t", "models": {"writer": {"model": "m"}}})
    assert recipe.settings("writer").model == "m"
    assert recipe.settings("critic") == ModelSettings()


# --- the fingerprint

BASE: dict[str, Any] = {
    "taxonomy": "t.yaml",
    "language": "zh",
    "samples": 5,
    "seed": 1,
    "as_of": "2026-11-22",
    "axes": {"depth": None, "行业": {"零售": 2, "餐饮": {"weight": 1, "guidance": "在餐馆"}}},
    "models": {"default": {"model": "a"}, "judge": {"model": "b", "base_url": "http://x/v1"}},
    "graph": {"insert": [{"role": "fact_checker", "after": "writer"}]},
    "panel": {
        "judges": [
            {"name": "one", "prompt": "p", "model": {"model": "c"}},
            {"name": "two", "prompt": "q"},
        ]
    },
    "plugins": ["a.py"],
}
Change = Callable[[dict[str, Any]], Any]


def _fingerprint(change: Change | None = None) -> str:
    data: dict[str, Any] = Recipe.model_validate(BASE).model_dump(mode="json")
    if change:
        change(data)
    return Recipe.model_validate(data).fingerprint()


def _reversed(mapping: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(mapping.items()))


def _by_meaning(data: dict[str, Any], **given: Any) -> None:
    data.update(embeddings={"model": "v", **given}, duplicates={"semantic": 0.9})


DATA: dict[str, Change] = {
    "taxonomy": lambda d: d.update(taxonomy="u.yaml"),
    "language": lambda d: d.update(language="en"),
    "samples": lambda d: d.update(samples=6),
    "seed": lambda d: d.update(seed=2),
    "as_of": lambda d: d.update(as_of="2026-11-23"),
    "no as_of": lambda d: d.update(as_of=None),
    "no axes": lambda d: d.update(axes=None),
    "one axis less": lambda d: d["axes"].pop("depth"),
    "a weight": lambda d: d["axes"]["行业"]["零售"].update(weight=3),
    "guidance": lambda d: d["axes"]["行业"]["零售"].update(guidance="在店里"),
    # The plan deals axes and values in their order, and a label's place is part of a blueprint.
    "order of axes": lambda d: d.update(axes=_reversed(d["axes"])),
    "order of values": lambda d: d["axes"].update(行业=_reversed(d["axes"]["行业"])),
    "model": lambda d: d["models"]["default"].update(model="z"),
    "temperature": lambda d: d["models"]["default"].update(temperature=0.5),
    "max_tokens": lambda d: d["models"]["judge"].update(max_tokens=100),
    "repairs": lambda d: d["models"]["judge"].update(repairs=0),
    "whether a seed is sent": lambda d: d["models"]["judge"].update(seed=False),
    "extra_body": lambda d: d["models"]["default"].update(extra_body={"top_p": 0.5}),
    "one model less": lambda d: d["models"].pop("judge"),
    "chain": lambda d: d["graph"].update(chain=["writer"]),
    "rounds": lambda d: d["graph"].update(critic_rounds=0),
    "insertion": lambda d: d["graph"].update(insert=[]),
    "policy": lambda d: d["panel"].update(policy="other"),
    "a judge's name": lambda d: d["panel"]["judges"][0].update(name="three"),
    "a judge's prompt": lambda d: d["panel"]["judges"][0].update(prompt="r"),
    "a judge's model": lambda d: d["panel"]["judges"][0]["model"].update(model="d"),
    "a judge without a model": lambda d: d["panel"]["judges"][0].update(model=None),
    "order of judges": lambda d: d["panel"]["judges"].reverse(),
    "attempts": lambda d: d["run"].update(attempts=2),
    "wave": lambda d: d["run"].update(wave=10),
    "constraints": lambda d: d.update(constraints=[{"never": {"a": "b", "c": "d"}}]),
    "strength": lambda d: d["coverage"].update(strength=1),
    "mix": lambda d: d["coverage"].update(mix="nearest"),
    "against": lambda d: d.update(against=["old.jsonl"]),
    "plugins": lambda d: d.update(plugins=["b.py"]),
    "prompts": lambda d: d.update(prompts="mine"),
    "meaning": lambda d: _by_meaning(d),
    "model of vectors": lambda d: _by_meaning(d, model="w"),
    "length of vectors": lambda d: _by_meaning(d, dimensions=8),
}
NOT_DATA: dict[str, Change] = {
    "nothing": lambda d: None,
    "order of keys": lambda d: d.update(_reversed(d)),
    "order of models": lambda d: d.update(models=_reversed(d["models"])),
    "concurrency": lambda d: d["models"]["default"].update(concurrency=3),
    "timeout": lambda d: d["models"]["judge"].update(timeout=3),
    "price": lambda d: d["models"]["default"].update(price={"input": 1, "output": 2}),
    "address": lambda d: d["models"]["judge"].update(base_url="http://y/v1"),
    "how a form is asked for": lambda d: d["models"]["judge"].update(structured="tool"),
    "key": lambda d: d["models"]["default"].update(api_key_env="OTHER"),
    "a judge's key": lambda d: d["panel"]["judges"][0]["model"].update(api_key_env="OTHER"),
    "a judge's timeout": lambda d: d["panel"]["judges"][0]["model"].update(timeout=9),
    "when it stops": lambda d: d["run"].update(stop_after_failures=5),
    "a model of vectors that nothing is compared by": lambda d: d.update(embeddings={"model": "v"}),
}


@pytest.mark.parametrize("name", DATA)
def test_what_decides_the_data_changes_the_fingerprint(name: str) -> None:
    assert _fingerprint(DATA[name]) != _fingerprint()


def test_no_two_of_these_changes_look_alike() -> None:
    assert len({_fingerprint(change) for change in DATA.values()}) == len(DATA)


@pytest.mark.parametrize("name", NOT_DATA)
def test_what_does_not_decide_the_data_leaves_the_fingerprint(name: str) -> None:
    assert _fingerprint(NOT_DATA[name]) == _fingerprint()


@pytest.mark.parametrize(
    "given",
    [
        {"base_url": "http://x/v1"},
        {"api_key_env": "OTHER"},
        {"batch": 1},
        {"concurrency": 1},
        {"timeout": 5},
    ],
    ids=str,
)
def test_where_and_how_fast_vectors_are_made_leaves_the_fingerprint(given: dict[str, Any]) -> None:
    assert _fingerprint(lambda d: _by_meaning(d, **given)) == _fingerprint(DATA["meaning"])


def test_a_recipe_keeps_its_fingerprint_through_the_database_and_with_defaults_written_out() -> (
    None
):
    recipe = Recipe.model_validate(BASE)
    stored = Recipe.model_validate_json(recipe.model_dump_json())
    assert stored == recipe
    assert stored.fingerprint() == recipe.fingerprint()
    assert re.fullmatch("[0-9a-f]{16}", recipe.fingerprint())
    bare = Recipe(taxonomy="t")
    written_out = Recipe.model_validate(bare.model_dump(mode="json"))
    assert written_out.fingerprint() == bare.fingerprint()


# --- the examples


def _uncommented(text: str) -> str:
    """The text with every setting that stands in a comment made a setting.

    The offline model goes, as its comment asks: two models in one place are refused.
    """
    bare = re.sub(r"^ *model: offline.*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"^( *)# ( *(?:\w+:|- \{|- \w+:))", r"\1\2", bare, flags=re.MULTILINE)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["recipe", "demo"])
def test_every_recipe_of_the_examples_is_one(name: str, language: str) -> None:
    recipe = load_recipe(EXAMPLES / f"{name}.{language}.yaml")
    assert recipe.language == language
    assert recipe.settings("writer").model == "offline"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_example_with_all_its_comments_taken_away_is_a_recipe(
    tmp_path: Path, language: str
) -> None:
    text = (EXAMPLES / f"recipe.{language}.yaml").read_text(encoding="utf-8")
    full = _uncommented(text)
    recipe = _load(tmp_path, full)
    assert recipe.model_fields_set == set(Recipe.model_fields)
    assert recipe.models["default"].model == "qwen2.5-7b-instruct"
    assert recipe.models["judge"].base_url == "http://localhost:8001/v1"
    assert recipe.models["default"].price is not None
    assert recipe.graph.insert[0].role == "fact_checker"
    assert [judge.name for judge in recipe.panel.judges] == ["examiner", "sceptic", "editor"]
    assert recipe.axes is not None
    assert recipe.axes["depth"] is None
    assert recipe.run.wave == 1000
    settings = (
        (Panel, recipe.panel),
        (type(recipe.graph), recipe.graph),
        (type(recipe.run), recipe.run),
    )
    for kind, section in settings:
        assert section.model_fields_set == set(kind.model_fields)


@pytest.mark.parametrize("written", [str, _uncommented])
def test_both_languages_of_the_example_ask_for_the_same(
    tmp_path: Path, written: Callable[[str], str]
) -> None:
    zh, en = (
        _load(tmp_path, written((EXAMPLES / f"recipe.{language}.yaml").read_text(encoding="utf-8")))
        for language in ("zh", "en")
    )
    own: dict[str, Any] = {"language": None, "axes": None, "templates": []}
    assert zh.model_copy(update=own) == en.model_copy(update=own)
    assert [len(a or {}) for a in (zh.axes or {}).values()] == [
        len(a or {}) for a in (en.axes or {}).values()
    ]


def test_the_default_values_in_the_comments_of_the_example_are_the_defaults(tmp_path: Path) -> None:
    text = (EXAMPLES / "recipe.en.yaml").read_text(encoding="utf-8")
    recipe = _load(tmp_path, _uncommented(text))
    default, bare = recipe.models["default"], ModelSettings()
    for key in ("structured", "max_tokens", "concurrency", "timeout"):
        assert getattr(default, key) == getattr(bare, key)
    assert recipe.run == Recipe(taxonomy="t").run
    assert recipe.graph.chain == Recipe(taxonomy="t").graph.chain
    assert [judge.prompt for judge in recipe.panel.judges] == [
        judge.prompt for judge in Panel().judges
    ]
