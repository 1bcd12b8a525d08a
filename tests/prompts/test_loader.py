from pathlib import Path

import pytest

from taxoloom.errors import PromptError
from taxoloom.prompts import Fence, PromptSet

FENCE = Fence("0123456789ab")
GOOD = """---
role: greeter
purpose: says hello
inputs: [who]
---
{% block system %}
You greet.
{% endblock %}
{% block user %}
{{ who | fenced("who") }}
{% endblock %}
"""


def write(folder: Path, text: str | bytes, file: str = "greeter.en.md") -> PromptSet:
    raw = text.encode() if isinstance(text, str) else text
    (folder / file).write_bytes(raw)
    return PromptSet("en", folder)


def test_a_prompt_of_the_user_is_loaded_and_rendered(tmp_path: Path) -> None:
    prompt = write(tmp_path, GOOD).get("greeter")
    assert (prompt.id, prompt.front.role, len(prompt.hash)) == ("greeter.en", "greeter", 16)
    assert prompt.render({"who": "Ann"}, FENCE) == [
        {"role": "system", "content": "You greet."},
        {
            "role": "user",
            "content": f"<<<BEGIN who {FENCE.token}>>>\nAnn\n<<<END {FENCE.token}>>>",
        },
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("purpose:", "puprose:"), "puprose|purpose"),
        (GOOD.replace("inputs: [who]", "inputs: [who]\nmodel: x"), "model"),
        (GOOD.replace("inputs: [who]", "inputs: [who"), "not YAML"),
        (GOOD.replace("---\nrole", "role", 1), "front matter is missing"),
        (GOOD.replace("{% block system %}\nYou greet.\n{% endblock %}\n", ""), "block system"),
        (GOOD.replace("block user", "block usr"), "block user"),
        (GOOD.replace("You greet.", "You greet {{ whom }}."), "'whom' is used but not declared"),
        (GOOD.replace("[who]", "[who, when]"), "'when' is declared but not used"),
        (GOOD.replace('{{ who | fenced("who") }}', "{{ who"), "greeter.en.md"),
        (GOOD.replace("fenced", "fencde"), "fencde"),
        (GOOD.encode().replace(b"hello", b"h\xe9llo"), "not UTF-8"),
    ],
)
def test_a_faulty_file_is_named_with_a_hint(tmp_path: Path, text: str | bytes, said: str) -> None:
    prompts = write(tmp_path, text)
    with pytest.raises(PromptError, match=said) as caught:
        prompts.get("greeter")
    assert "greeter.en.md" in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("text", ["{% macro x( %}", b"\xff"])
def test_a_faulty_shared_file_is_named_with_a_hint(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(PromptError, match=r"shared\.en\.md") as caught:
        write(tmp_path, text, "shared.en.md")
    assert caught.value.hint


def test_a_missing_prompt_is_named_with_a_hint() -> None:
    with pytest.raises(PromptError, match="'nobody'") as caught:
        PromptSet("en").get("nobody")
    assert "nobody.en.md" in caught.value.hint


def test_a_missing_language_or_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="'xx'"):
        PromptSet("xx")
    with pytest.raises(PromptError, match="does not exist"):
        PromptSet("en", tmp_path / "nowhere")


def test_a_missing_value_is_an_error(tmp_path: Path) -> None:
    prompt = write(tmp_path, GOOD).get("greeter")
    with pytest.raises(PromptError, match=r"greeter\.en.*'who' is undefined") as caught:
        prompt.render({}, FENCE)
    assert "who" in caught.value.hint


def test_a_missing_part_of_a_value_is_an_error() -> None:
    with pytest.raises(PromptError, match="path"):
        PromptSet("en").get("writer").render({"brief": {}, "plan": {}, "avoid": []}, FENCE)


def test_the_folder_of_the_user_comes_first(tmp_path: Path) -> None:
    packaged = PromptSet("en").get("writer")
    mine = write(tmp_path, GOOD, "writer.en.md")
    assert mine.get("writer").front.role == "greeter"
    assert mine.get("writer").hash != packaged.hash
    assert mine.get("planner").hash == PromptSet("en").get("planner").hash
    assert "writer" in mine.names()
    assert "shared" not in mine.names()


def test_other_macros_change_the_hash_of_every_prompt(tmp_path: Path) -> None:
    macros = '{% macro hello(who) %}Hello, {{ who | fenced("who") }}{% endmacro %}'
    write(tmp_path, macros, "shared.en.md")
    calling = GOOD.replace('{{ who | fenced("who") }}', "{{ hello(who) }}")
    prompt = write(tmp_path, calling).get("greeter")
    text = prompt.render({"who": "Ann"}, FENCE)[1]["content"]
    assert text == f"Hello, <<<BEGIN who {FENCE.token}>>>\nAnn\n<<<END {FENCE.token}>>>"
    (tmp_path / "shared.en.md").write_text(macros.replace("Hello", "Hi"), encoding="utf-8")
    assert PromptSet("en", tmp_path).get("greeter").hash != prompt.hash


def test_line_ends_and_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    windows = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    prompt = write(tmp_path, windows).get("greeter")
    assert prompt.render({"who": "Ann"}, FENCE)[0]["content"] == "You greet."


def test_a_plugin_brings_its_prompt(tmp_path: Path) -> None:
    beside = tmp_path / "plugin"
    beside.mkdir()
    (beside / "greeter.md").write_text(GOOD, encoding="utf-8")
    prompts = PromptSet("en")
    prompts.add("greeter", beside / "greeter.md")
    assert prompts.get("greeter").front.purpose == "says hello"
    (beside / "greeter.en.md").write_text(GOOD.replace("hello", "hi"), encoding="utf-8")
    assert PromptSet("en").add("greeter", beside / "greeter.md").front.purpose == "says hi"
    mine = tmp_path / "mine"
    mine.mkdir()
    over = write(mine, GOOD.replace("hello", "good day"))
    assert over.add("greeter", beside / "greeter.md").front.purpose == "says good day"
    with pytest.raises(PromptError, match=r"other\.md") as caught:
        prompts.add("other", beside / "other.md")
    assert "other.en.md" in caught.value.hint


def test_a_template_cannot_reach_out_of_its_sandbox(tmp_path: Path) -> None:
    prompt = write(tmp_path, GOOD.replace("who |", "who.__class__.__mro__ |")).get("greeter")
    with pytest.raises(PromptError):
        prompt.render({"who": "Ann"}, FENCE)


def test_a_token_is_the_same_for_the_same_call_only() -> None:
    token = Fence.of("key", "sample", "writer", 0).token
    assert token == Fence.of("key", "sample", "writer", 0).token
    others = [
        Fence.of("other", "sample", "writer", 0),
        Fence.of("key", "sample", "writer", 1),
        Fence.of("key", "samplewriter", 0),
    ]
    assert token not in {fence.token for fence in others}
    assert len(token) == 12
