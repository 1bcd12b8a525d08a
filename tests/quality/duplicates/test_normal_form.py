"""What makes no difference between texts, and what does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.quality.duplicates.normal import plain, tokens, written


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Ｈｅｌｌｏ，　Ｗｏｒｌｄ！", "hello world"),
        ("STRASSE straße", "strasse strasse"),
        ("Cafe\u0301 — CAFÉ", "café café"),
        ("in\u200bvis\u00adible", "invisible"),
        ("snake_case, kebab-case", "snake case kebab case"),
        ("這是「測試」。", "这是测试"),
        ("用 Python 3 写 代码", "用python 3写代码"),
        ("ｶﾀｶﾅ 한국어", "カタカナ한국어"),
        ("\n* a\n\n* b ", "a b"),
        ("…?!", ""),
    ],
)
def test_width_case_script_signs_and_spaces_make_no_difference(text: str, form: str) -> None:
    assert plain(text) == form


def test_a_chinese_character_is_a_token() -> None:
    found = tokens("用Python 3 写代码, quickly!")
    assert found == ["用", "python", "3", "写", "代", "码", "quickly"]
    assert written(found) == "用python 3写代码quickly"


@given(st.text())
def test_the_form_is_found_for_any_text_and_is_its_own_form(text: str) -> None:
    form = plain(text)
    assert form == form.strip()
    assert "  " not in form
    assert plain(form) == form


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_the_quick_way_for_ascii_is_the_long_way(text: str) -> None:
    # A letter that is not ASCII takes the other way, and is cut off again.
    assert plain(text) == plain(text + " é").removesuffix("é").rstrip()
