"""What rewording must carry over, and what it may do as it likes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.quality import changed, lost, lost_condition


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
    assert thing in lost([before], [after])
    assert thing in lost(["?", before], ["?", after])


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
    assert lost([before], [after]) == ""


def test_what_was_to_stay_is_compared_but_for_white_space() -> None:
    assert changed(["好的。", "再见"], ["好的。\n", "再见"]) == ""
    assert "text 2 of 2" in changed(["好的。", "再见"], ["好的。", "回见"])


@given(st.lists(st.text(), max_size=4))
def test_texts_have_lost_nothing_of_themselves(texts: list[str]) -> None:
    assert lost(texts, texts) == changed(texts, texts) == lost_condition(texts, texts) == ""


LOST = [
    (
        "No more than $80.00 for it, shipping included, please.",
        "Please keep it at no more than $80.00.",
    ),
    ("帮我寄三瓶，3瓶都未拆封，地址照旧", "帮我寄三瓶，地址照旧"),
    ("买了两双，其中一双没拆，能退吗", "买了两双，能退吗"),
    ("只退其中3瓶，其余留着", "退3瓶"),
    ("水杯不要塑料的，五百毫升", "水杯，塑料的也行，五百毫升"),
    ("礼物寄到公司，别告诉我老公", "礼物寄到公司，告诉我老公"),
    ("至少要三个，周末送", "要三个，周末送"),
    ("I need at least three of them by the weekend", "I need three of them, weekend delivery"),
    ("Don't tell my husband, send it to the office", "Tell my husband, send it to the office"),
    ("The box is not opened and I have the receipt", "The box is here and I have the receipt"),
    ("写个函数去重，不要用集合，保持原来的顺序。", "写个函数去重，保持原来的顺序。"),
    ("我想订一家餐厅，人均不超过二百，带包间，离地铁近", "想订家餐厅，要带包间，离地铁近点"),
    ("帮我写请假条，语气正式，别提家里的事", "帮我写个正式点的请假条"),
    ("必须在周五之前发货，不然我就退", "不发货我就退"),
    (
        "Write a parser without using regular expressions. It must handle quotes.",
        "Write a parser that must handle quotes.",
    ),
    (
        "Suggest a gift for my aunt, nothing perishable, and it has to ship before Friday.",
        "Suggest a gift for my aunt, and it has to ship before Friday.",
    ),
    ("Only use the standard library. Print the total.", "Print the total please."),
    (
        "Translate it but keep product names untranslated, and never use passive voice.",
        "Translate it but keep the product names untranslated.",
    ),
]
KEPT = [
    (
        "I would rather settle the order by bank transfer today instead of by card.",
        "I'd prefer a bank transfer today to the card for the order.",
    ),
    (
        "No more than $80.00 for it, shipping included, please.",
        "80.00 is the most I'll pay, and that has to have the shipping included.",
    ),
    ("订单到现在没到，要不要等", "至今未收到货，还等不等"),
    ("不能晚于周五送到", "周五前得送到"),
    ("点了没反应", "点下去毫无反应"),
    ("最多能等两天", "两天封顶，等不了更久"),
    ("我还没买，先问问", "问一声，东西我还未下单"),
    (
        "It hasn't arrived and nobody answers the phone",
        "Still no sign of it, and the phone goes unanswered",
    ),
    ("I can only come before noon", "Mornings only, noon at the latest"),
    ("不想花太多时间，不超过半小时", "半小时以内搞定，时间别太长"),
    ("没想到会这么贵，能便宜点吗", "居然这么贵，便宜些行不行"),
    ("写个函数去重，不要用集合，保持原来的顺序。", "去重函数来一个：顺序照旧，集合别用"),
    ("我想订一家餐厅，人均不超过二百，带包间", "餐厅，包间，人均二百以内"),
    ("必须在周五之前发货，不然我就退", "周五前不发货的话我就退货了"),
    ("帮我写请假条，语气正式，别提家里的事", "请假条，正式口吻，家里的事一概不写"),
    (
        "Write a parser without using regular expressions. It must handle quotes.",
        "need a parser, no regexes, quotes handled",
    ),
    (
        "Suggest a gift for my aunt, nothing perishable, and it has to ship before Friday.",
        "Gift for aunt. Not perishable. Ships before Friday, period.",
    ),
    (
        "Only use the standard library. Print the total.",
        "Print the total, standard library and nothing else.",
    ),
    (
        "The budget can't go above $500 and I don't want anything that needs assembly.",
        "My budget tops out at $500, ready-assembled stuff please",
    ),
    ("我不吃辣，也不能吃花生，三个人", "三个人吃，我怕辣，花生过敏"),
]


@pytest.mark.parametrize(("before", "after"), LOST)
def test_a_condition_that_is_gone_is_named(before: str, after: str) -> None:
    assert lost_condition([before], [after])


@pytest.mark.parametrize(("before", "after"), KEPT)
def test_a_condition_in_other_words_is_kept(before: str, after: str) -> None:
    assert lost_condition([before], [after]) == ""
