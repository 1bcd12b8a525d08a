"""Typos are at the rate asked for, spare what must stay, and can be taken back."""

import random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from taxoloom.errors import InputError
from taxoloom.quality.perturb import KINDS, perturbed, protected, restored
from taxoloom.tests.support.prose import LANGUAGES, document, joined

SPARED = [
    "```python\nreturn total * 2\n```",
    "`sort -u names.txt`",
    "https://example.org/a/b?c=d",
    "ann.lee@example.org",
    "{customer}",
    "[your name]",
    "<product>",
    "%s",
    "%(name)s",
    "${HOME}",
    "{{x}}",
    "``a `b` c``",
    "~~~sh\nls -la notes\n~~~",
    "    x = indented(code)",
    "docs.example.co.uk/a",
    "/etc/hosts",
    "C:\\notes\\file.txt",
    "config.yaml",
    "os.path.join(a)",
    "snake_case",
    "camelCase",
    "\\frac{a}{b}",
    "\\(x+y\\)",
    "&nbsp;",
    "3,141.59",
    "-5",
    "1e-9",
    "2026-11-25",
    "２０２６",
    "UUID-a1b2",
    "twenty-one",
    "四十二",
    "壹佰",
]


def documents(language: str, count: int) -> list[str]:
    dice = random.Random(1)
    return [joined(language, document(language, dice)) for _ in range(count)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rate", [0.02, 0.1])
def test_the_rate_is_the_one_asked_for(language: str, rate: float) -> None:
    edits = free = 0
    for text in documents(language, 1000):
        found = perturbed(text, language=language, rate=rate, seed=7)
        assert restored(found.text, found.edits) == text
        edits += len(found.edits)
        free += len(text) - sum(end - start for start, end in protected(text))
    assert edits / free == pytest.approx(rate, rel=0.2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_hangs_on_each_letter_is_never_touched(language: str) -> None:
    for number, text in enumerate(documents(language, 20)):
        whole = "\n".join(f"{text[:20]}\n{part}\n{part} {text[20:40]}" for part in SPARED)
        found = perturbed(whole, language=language, rate=0.5, seed=number)
        assert found.edits
        for part in SPARED:
            assert found.text.count(part) >= whole.count(part), part


def test_a_number_before_chinese_words_spares_the_number_alone() -> None:
    text = "他2026年去了北京工作"
    assert [text[start:end] for start, end in protected(text)] == ["2026"]


@pytest.mark.parametrize("part", ["a", "汉", "a-", "a.", "` ``", "[<{", "\\(", "_", "%(", "$a\n"])
def test_a_text_of_one_thing_alone_is_read_in_no_time(part: str) -> None:
    whole = part * (20_000 // len(part))
    start = process_time()
    protected(whole)
    # A pattern that looks to the end from every place takes ten seconds and more.
    assert process_time() - start < 2


def test_homophones_sound_the_same_with_their_tone() -> None:
    count = 0
    for text in documents("zh", 1000):
        found = perturbed(text, language="zh", rate=0.1, seed=3, kinds=["homophone"])
        for edit in found.edits:
            assert edit.before != edit.after
            before, after = (pinyin(one, style=Style.TONE) for one in (edit.before, edit.after))
            assert before == after
            count += 1
    assert count > 1000


@given(st.text(), st.sampled_from(LANGUAGES), st.floats(0, 1), st.integers())
def test_any_text_can_be_had_back(text: str, language: str, rate: float, seed: int) -> None:
    found = perturbed(text, language=language, rate=rate, seed=seed)
    assert restored(found.text, found.edits) == text
    assert found == perturbed(text, language=language, rate=rate, seed=seed)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_occurs_alone(kind: str) -> None:
    text = "他慢慢地走,跑得很快,我的书在桌子上。A Quiet Kettle, they said."
    found = perturbed(text, language="zh", rate=0.3, seed=1, kinds=[kind])
    assert {edit.kind for edit in found.edits} == {kind}


@pytest.mark.parametrize(
    ("language", "rate", "kinds"), [("xx", 0.1, []), ("en", 1.5, []), ("en", 0.1, ["shape"])]
)
def test_what_cannot_be_done_is_refused(language: str, rate: float, kinds: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        perturbed("some text", language=language, rate=rate, seed=1, kinds=kinds)
    assert refused.value.hint
