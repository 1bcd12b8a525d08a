"""Each rule check: what it must find, and the ordinary texts that it must let pass."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.quality import phrases
from taxoloom.tests.support.rules import found as findings

PHRASES = phrases("zh")
CODES = ("roles", "empty", "placeholder", "meta", "refusal", "fences")


def _dialogue(*texts: str, system: str = "") -> list[dict[str, str]]:
    head = [{"role": "system", "content": system}] if system else []
    names = ("user", "assistant")
    return head + [{"role": names[i % 2], "content": text} for i, text in enumerate(texts)]


def _codes(*texts: str, system: str = "") -> list[str]:
    found = findings(_dialogue(*texts, system=system), *CODES)
    assert all(flaw.detail for flaw in found)
    return list(dict.fromkeys(flaw.code for flaw in found))


def _of_answer(text: str) -> list[str]:
    return _codes("问题", text)


GOOD = {
    "zh": ("这件衣服可以退吗？", "可以。请在签收后七天内申请，运费由卖家承担。"),
    "en": ("Can I return this shirt?", "Yes. Ask within seven days; the seller pays postage."),
}


@pytest.mark.parametrize("language", GOOD)
def test_a_good_sample_passes_every_check_in_both_lists(language: str) -> None:
    assert findings(_dialogue(*GOOD[language], system="礼貌")) == []


# --- each code


@pytest.mark.parametrize(
    ("names", "legal"),
    [
        ("user assistant", True),
        ("system user assistant", True),
        ("user assistant user assistant", True),
        ("", False),
        ("system", False),
        ("user", False),
        ("assistant", False),
        ("assistant user", False),
        ("user user assistant", False),
        ("user assistant assistant", False),
        ("user assistant user", False),
        ("user system assistant", False),
        ("system system user assistant", False),
        ("user tool assistant", False),
    ],
)
def test_roles_take_turns_and_the_assistant_speaks_last(names: str, legal: bool) -> None:
    messages = [{"role": name, "content": "好"} for name in names.split()]
    flaws = findings(messages, "roles")
    assert bool(flaws) != legal
    if flaws:
        assert (names.split() or ["empty"])[0] in flaws[0].detail


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u3000", "\u200b", "\ufeff\u200d", "\x00 "])
def test_a_blank_message_is_found_wherever_it_stands(blank: str) -> None:
    assert _codes(blank, "答") == ["empty"]
    assert _codes("问", blank) == ["empty"]
    assert _codes("问", "答", "问", "答", blank, "答") == ["empty"]
    assert _codes("问", f"{blank}答{blank}") == []


FOUND = {
    "placeholder": [
        "尊敬的【您的姓名】：",
        "尊敬的[您的姓名]：",
        "请联系 [Your Name] 。",
        "Dear [your name],",
        "甲方：XX公司",
        "甲方：ＸＸ公司",
        "甲方：xx 公司",
        "（此处填写地址）",
        "[待补充]",
        "// 此处省略代码",
        "[Insert product name here]",
        "[insert 产品名称]",
        "{your name}",
        "Lorem ipsum",
    ],
    "meta": [
        "作为AI语言模型，我没有感情。",
        "作为 AI 语言模型，我没有感情。",
        "作为一个 AI 助手",
        "作为ＡＩ语言模型",
        "我的训练数据截止到去年",
        "符合给定标签的要求如下",
        "As an AI language model, I cannot feel.",
        "as an  AI\nlanguage model",
        "I’m just an AI.",
        "My knowledge cut-off is 2023.",
        "This training sample shows",
    ],
    "refusal": [
        "抱歉，我无法提供这类信息。",
        "抱歉,我无法提供这类信息。",
        "很遗憾，我无法协助您。",
        "I can't help with that.",
        "I can’t help with that.",
        "I’m sorry, but I can’t assist with this.",
        "I cannot  assist with this request.",
    ],
    "fences": [
        "```python\nprint(1)",
        "~~~\nx",
        "```\na\n```\n```\nb",
        "1. 先装：\n   ```bash\n   npm i\n",
        "> ```\n> x\n",
        "````\n```\nx\n```\n",
        "```\nx\n~~~",
        "```\nx\n```py",
    ],
}


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, texts in FOUND.items() for t in texts])
def test_what_a_check_is_there_for_is_found(code: str, text: str) -> None:
    assert _of_answer(text) == [code]
    assert _codes("问", "答", "问", text, system="礼貌") == [code]


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, texts in FOUND.items() for t in texts])
def test_what_a_user_says_is_the_users_own(code: str, text: str) -> None:
    assert _codes(text, "可以。") == []


# --- ordinary texts

ORDINARY = {
    "mybatis": (
        "```xml\n<insert id=\"add\" parameterType='User'>\n"
        "  INSERT INTO user (name) VALUES (#{name})\n</insert>\n```"
    ),
    "html": "```html\n<input placeholder='请输入姓名'>\n<ins>新增</ins>\n```",
    "f-string": "```python\nprint(f'{name} {your_name}')\nxs[insert_at:] = [1]\n```",
    "sql": "用 `INSERT INTO t VALUES (1)`，别用 `[insert]`。",
    "array": "数组 a[i]、字典 d['姓名']、区间 [0, 1)、引用 [1]。",
    "form": "【姓名】张三\n【地址】杭州市西湖区",
    "letter": "Dear Mr Chen,\n\nI'm sorry, but I can't come on Friday.\n\nYours,\nLi",
    "apology": "非常抱歉给您添麻烦了。我们无法在周末发货，周一一早就寄出。",
    "late refusal": "可以这样回复客户：" + "请您耐心等待，" * 15 + "抱歉，我无法提供私人电话。",
    "about ai": "人工智能是一门学科。AI 助手的训练数据需要清洗，知识截止日期要写明。",
    "about models": "A language model predicts tokens; its training data must be clean.",
    "xx": "XX 染色体决定了性别；公司名称写全称。",
    "inline": "用 ```inline``` 表示行内代码。\n```a``` 也是。",
    "fence in fence": "````md\n```py\nx = 1\n```\n````",
    "one fence shown": "````\n```\n````",
    "tildes": "~~~py\nprint('```')\n```\n~~~",
    "longer end": "```\nx\n`````",
    "list": "1. 安装：\n   ```bash\n   npm i\n   ```\n2. - ```py\n     x\n     ```",
    "list opens": "- ```bash\n  npm i\n  ```",
    "quotation": "> ```\n> x\n> ```",
    "windows": "```py\r\nx = 1\r\n```\r\n",
    "strike": "~~旧价~~ 现价 39.9 元",
    "two": "```\na\n```\n\n```js\nb\n```",
    "emoji": "好的👌，已为您登记。",
    "math": "$$\\frac{a}{b}$$，其中 {x | x > 0}",
}


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_text_passes(name: str) -> None:
    assert _of_answer(ORDINARY[name]) == []


def test_every_listed_phrase_is_found_by_its_check() -> None:
    for code, listed in (("placeholder", PHRASES.placeholders), ("meta", PHRASES.meta)):
        for phrase in listed:
            assert code in _of_answer(f"前文。{phrase} 后文"), phrase
    for phrase in PHRASES.refusals:
        assert "refusal" in _of_answer(f"{phrase} 后文"), phrase


@pytest.mark.parametrize("language", ["zh", "en"])
def test_agents_are_shown_the_phrases_of_their_own_language(language: str) -> None:
    listed = phrases(language)
    chinese = [any("\u4e00" <= char <= "\u9fff" for char in phrase) for phrase in listed.avoid]
    assert listed.avoid
    assert all(chinese) if language == "zh" else not any(chinese)
    assert listed.placeholders == PHRASES.placeholders


# --- always


@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_text_is_judged_without_an_error_and_in_a_fixed_order(texts: list[str]) -> None:
    found = _codes(*texts)
    assert found == [code for code in CODES if code in found]
    assert ("empty" in found) >= any(not text.strip() for text in texts)
    assert ("roles" in found) == (not texts or len(texts) % 2 == 1)


PIECE = st.sampled_from(["```", "````", "~~~", "```py", "x", "`x`", "- ```", "  ```", "", "> "])


@given(st.lists(PIECE, max_size=8).map("\n".join))
def test_closing_what_is_open_closes_it(text: str) -> None:
    closers = ["", "\n```", "\n````", "\n~~~"]
    assert any("fences" not in _of_answer(f"x\n{text}{closer}") for closer in closers)


def test_a_long_answer_is_checked_in_no_time() -> None:
    hostile = ["`" * 200_000, "- " * 100_000, "> " * 100_000, "```\n" * 50_001, "1. " * 70_000]
    begun = time.monotonic()
    for text in [*hostile, "作为 AI " * 50_000, " " * 300_000 + "x"]:
        _of_answer(text)
    assert time.monotonic() - begun < 10
