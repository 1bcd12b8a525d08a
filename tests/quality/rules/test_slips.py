"""Turns of speech that vary too much to be listed: of models, refusals, marks of templates."""

import pytest

from taxoloom.quality.rules import BUILT_IN, Sample, run_rules


def codes(asked: str, said: str, language: str = "") -> set[str]:
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]
    return {found.code for found in run_rules(Sample(messages, language=language), None, BUILT_IN)}


@pytest.mark.parametrize(
    "said",
    [
        "由于我是一名AI助手，没有味觉，只能转述别人的看法。",
        "作为机器人，我没有去过那里。",
        "我是由某公司训练的大型语言模型，没吃过这道菜。",
        "截至我最后一次更新，门票是四十元。",
        "Being an AI, I have never tasted it.",
        "As an AI built by a lab, I cannot taste.",
        "It is salty. I'm just a computer program, though.",
    ],
)
def test_a_model_that_speaks_of_itself_is_found(said: str) -> None:
    assert "meta" in codes("Is the soup salty?", said)


@pytest.mark.parametrize(
    "said",
    [
        "我是人工智能专业的学生，平时也做饭。",
        "作为人工智能的一个分支，机器学习靠数据。",
        "I'm an AI researcher and I like soup.",
        "As an early language model, ELIZA had few rules.",
    ],
)
def test_who_works_with_models_is_none(said: str) -> None:
    assert "meta" not in codes("What do you do?", said)


@pytest.mark.parametrize(
    "said",
    [
        "很抱歉，我目前无法帮您订位。",
        "对不起，这个问题我没办法回答。",
        "Unfortunately, I can't do that.",
        "I'm afraid I am not able to answer this.",
        "Sorry, but I will not share it.",
    ],
)
def test_a_refusal_is_found_however_it_is_put(said: str) -> None:
    assert "refusal" in codes("Book me a table. 订个位。", said)


def test_who_asks_for_a_refusal_gets_one() -> None:
    said = "您好，很抱歉我那天无法参加，祝活动顺利。"
    assert "refusal" not in codes("帮我写几句，婉拒周末的聚会。", said)
    assert "refusal" not in codes("Decline politely.", "I'm sorry, I will not share a stand.")


@pytest.mark.parametrize(
    "mark",
    ["<|end|>", "</s>", "<eos>", "[PAD]", "<start_of_turn>model", "### 回答：", "<bot>: hi",
     "\nUSER: and then?", "\n用户：还有吗"],
)  # fmt: skip
def test_marks_of_templates_are_found(mark: str) -> None:
    assert "leak" in codes("How long do eggs boil?", f"Seven minutes.\n{mark}")
    assert "leak" not in codes(f"What is {mark.strip()} for, as a token?", f"It is `{mark}`.")


def test_a_dialogue_has_turns_and_a_page_strikes_out() -> None:
    assert "leak" not in codes("写一段客服对话。", "客服：您好。\n用户：我想退货。")
    assert "leak" not in codes("Strike it out in HTML.", "Use <s>old</s> for that.")


@pytest.mark.parametrize(
    ("code", "asked", "said"),
    [
        ("arithmetic", "17 除以 5？", "17 ÷ 5 = 4 余 2，所以每人四个。"),
        ("arithmetic", "多少钱？", "总价是 6 × 7 = 48（元）。"),
        ("arithmetic", "How much?", "That is .5 * 30 = 25 litres."),
        ("repeated_characters", "Funny?", "Very " + "ha" * 30),
        ("repeated_sentences", "Why is it late?",
            "Snow fell all night.\n" + "The road over the pass is closed until noon today.\n" * 3
            + "A bus runs instead. " * 2),
        ("truncated", "Why does bread rise?", "Bread rises because the yeast in the dough gives o"),
        ("truncated", "面包为什么会发起来？", "面团里的酵母会把糖变成气体，气体留在面团里面，于"),
        ("placeholder", "写封信。", "有事请打电话 XXX-XXXX-XXXX。"),
        ("placeholder", "Write a note.", "Come by (insert your address here) at noon."),
    ],
)  # fmt: skip
def test_is_found(code: str, asked: str, said: str) -> None:
    assert code in codes(asked, said)


@pytest.mark.parametrize(
    ("code", "asked", "said"),
    [
        ("arithmetic", "17 除以 5？", "17 ÷ 5 = 3 余 2，所以每人三个。"),
        ("arithmetic", "Solve it.", "Y - 5 - 8 = 10, so Y = 23."),
        ("arithmetic", "How much?", ".5 * 30 = 15 litres."),
        ("truncated", "A post about tea.", "Tea is best when it is hot and shared #tea #rain"),
        ("truncated", "a title for my page", "Why the bread in our town is baked at night"),
        ("truncated", "Name a slogan.", "Bread that is baked while the town is asleep"),
        ("truncated", "写个口号。", "夜里出炉的面包，天亮就送到您手上"),
        ("language", "给个开局。", "r1bqkb1r/pppp1ppp/2n2n2/4p3/4P3/5N2/PP2/R1B2R w KQ - 4 4"),
        ("repeated_sentences", "Why?", "It rained. We sat. It rained a bit. It was late. We sat."),
        ("brackets", "换算一下。", "周长是 2 * ( 3 + π) 厘米，约 12.28 厘米。"),
        ("brackets", "How long is it?", "It is 2 * ( 3 + b ) cm. Take len( word ) instead of it."),
        ("placeholder", "做一张报名表。", "姓名：________\n电话：________"),
        ("placeholder", "A survey for guests, please.", "Your room: ________"),
    ],
)  # fmt: skip
def test_passes(code: str, asked: str, said: str) -> None:
    assert code not in codes(asked, said, "zh" if not asked.isascii() else "en")
