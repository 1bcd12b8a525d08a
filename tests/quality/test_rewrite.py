"""What rewording must carry over, and what it may do as it likes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.quality import lost


def talk(user: str, assistant: str = "好的。") -> list[dict[str, str]]:
    return [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}]


@pytest.mark.parametrize(
    ("before", "after", "thing"),
    [
        ("订单 4821 什么时候到？", "我那单什么时候能到啊", "4821"),
        ("The limit is 60 words.", "Keep it under 50 words.", "60"),
        ("见 https://example.com/a 的说明", "见官网的说明", "https://example.com/a"),
        ("写信到 li@example.com", "写信给小李", "li@example.com"),
        ("运行 `ls -la` 没反应", "运行 ls 没反应", "ls -la"),
        ("```py\nx = 1\n```\n报错", "```py\nx = 2\n```\n报错", "x = 1"),
        ("把 {name} 换掉", "把名字换掉", "{name}"),
        ("2026-11-22 出发", "22 号出发", "2026-11-22"),
    ],
)
def test_what_is_fixed_and_gone_is_named(before: str, after: str, thing: str) -> None:
    assert thing in lost(talk(before), talk(after))
    assert thing in lost(talk("?", before), talk("?", after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("订单 4821 什么时候到？", "问一下，４８２１ 这单几时送到"),
        ("1. 先关机\n2. 再开机", "先关机，然后再开机"),
        ("Please reset it within 3 days.", "could u reset it? 3 days max!!"),
        ("用 `git log` 看", "拿 ```\ngit log\n``` 看看"),
    ],
)
def test_other_words_width_and_form_lose_nothing(before: str, after: str) -> None:
    assert lost(talk(before), talk(after)) == ""


def test_turns_stay_as_they_are() -> None:
    one = talk("a")
    assert "turns were user, assistant" in lost(one, one * 2)
    assert lost(one * 2, one * 2) == ""


@given(st.lists(st.tuples(st.text(), st.text()), max_size=3))
def test_a_conversation_has_lost_nothing_of_itself(turns: list[tuple[str, str]]) -> None:
    messages = [message for user, said in turns for message in talk(user, said)]
    assert lost(messages, messages) == ""
