"""Of samples that users bring, only what is certain is planted, whatever their text."""

import json
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.quality.canaries import KINDS, Canary, Trusted, mutate

CERTAIN = {"wrong_number", "wrong_label", "truncated", "wrong_language", "broken_schema"}
LONG = {
    "zh": "退款一般在三个工作日内原路退回，银行入账可能再晚一两天。如果超过一周还没有到账，"
    "请把订单编号和付款截图发给客服，我们会联系支付渠道核对流水，并在当天回复处理结果。",
    "en": "A refund usually goes back to the card within three working days, and the bank may take "
    "a day or two more to show it. If it has not arrived after a week, send us the number of the "
    "order and a picture of the payment, and we will check it with the bank on the same day.",
}
ASKED = {"zh": "退款多久能到账？", "en": "How long does it take for a refund to arrive?"}


def brought(said: str, final: str = "", *, language: str = "zh", ask: str = "") -> Trusted:
    return Trusted(
        path=(("a", ""), ("b", "")),
        labels=(("tone", "plain", ""),),
        language=language,
        as_of="2026-11-22",
        messages=(("user", ask or ASKED[language]), ("assistant", said)),
        final_answer=final,
        origin="mine.jsonl:1",
    )


def planted(sample: Trusted, kind: str, seed: int = 0) -> Canary | None:
    return mutate(sample, kind, random.Random(seed))


def test_a_result_is_wrong_wherever_the_answer_says_it() -> None:
    said = "先算单价 6 元，再乘 7 件，6 × 7 = 42 元。\n\n所以一共 42 元，另有 142 元在卡里。"
    sample = brought(said, "42 元", ask="单价六元，买七件，一共多少？")
    for seed in range(30):
        found = planted(sample, "wrong_number", seed)
        assert found is not None
        slip = re.findall(r"\d+", found.sample.final_answer)[0]
        assert slip != "42"
        assert found.sample.messages[-1][1] == said.replace(" 42 ", f" {slip} ")
        assert slip in found.detail
        assert "42" in found.detail


@pytest.mark.parametrize(
    ("said", "final", "ask"),
    [
        ("It takes 42 minutes.", "", "How long?"),
        ("It takes 42 minutes.", "42 or 43 minutes", "How long?"),
        ("It takes about 42 minutes.", "42 minutes", "How long?"),
        ("It takes 42 minutes.", "42 minutes", "Is it 42 minutes?"),
        ("It is version 3.11.2.", "3.11.2", "Which version?"),
        ("It is on 2026-11-22.", "2026-11-22", "When?"),
        ("It takes 142 minutes.", "42", "How long?"),
        ("It is 1,420 dollars.", "1,420 dollars", "How much?"),
        ("大约 42 分钟。", "42 分钟", "要多久？"),
    ],
)
def test_a_number_that_might_still_be_right_is_left_alone(said: str, final: str, ask: str) -> None:
    assert planted(brought(said, final, ask=ask), "wrong_number") is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_answer_can_be_cut_or_asked_for_in_the_other_language(language: str) -> None:
    sample = brought(LONG[language], language=language)
    cut = planted(sample, "truncated")
    assert cut is not None
    assert LONG[language].startswith(cut.sample.messages[-1][1])
    other = planted(sample, "wrong_language")
    assert other is not None
    assert other.sample.language == {"zh": "en", "en": "zh"}[language]
    assert other.sample.messages == sample.messages


@pytest.mark.parametrize(
    ("said", "language", "ask"),
    [
        (LONG["en"], "en", "Write this in Chinese, or in English if you cannot."),
        (LONG["zh"], "zh", "把下面这段话翻译成通顺的句子"),
        (LONG["en"], "zh", "退款多久能到账？"),
        (LONG["zh"], "zh", "How long does a refund take?"),
        ("Bien sûr, le remboursement arrive dans les trois jours ouvrables. " * 4, "en", "Hello?"),
        ("三天。", "zh", "多久？"),
    ],
)
def test_where_the_language_is_not_certain_it_stays(said: str, language: str, ask: str) -> None:
    assert planted(brought(said, language=language, ask=ask), "wrong_language") is None


def test_a_json_block_loses_its_last_bracket() -> None:
    said = 'Here it is:\n\n```json\n{"a": [1, 2], "b": {"c": 3}}\n```\n\nAsk for more.'
    found = planted(brought(said, language="en"), "broken_schema")
    assert found is not None
    changed = found.sample.messages[-1][1]
    assert changed == said.replace("}}\n", "}\n")
    with pytest.raises(ValueError, match="delimiter"):
        json.loads(changed.split("```")[1].removeprefix("json"))
    assert planted(brought(said.replace("}}", "}")), "broken_schema") is None


def test_a_place_or_a_label_is_wrong_only_where_one_is_known_to_be() -> None:
    sample = brought("好的。")
    assert planted(sample, "wrong_label") is None


TURN = st.one_of(
    st.text(max_size=300),
    st.sampled_from([*LONG.values(), *ASKED.values(), '```json\n{"a": 1}\n```', "总共 42 元"]),
    st.from_regex(r"(?:[ -~]|\n|[一-龥]|```json|[0-9]{1,4}){0,80}", fullmatch=True),
)


@given(
    st.lists(st.tuples(TURN, TURN), min_size=1, max_size=3),
    st.one_of(st.just(""), st.just("42 元"), st.text(max_size=20), st.from_regex(r"[0-9.]{1,6}")),
    st.sampled_from(KINDS),
    st.sampled_from(["zh", "en", "fr", ""]),
    st.booleans(),
)
def test_any_conversation_can_be_asked_for_any_defect(
    turns: list[tuple[str, str]], final: str, kind: str, language: str, system: bool
) -> None:
    messages = [m for ask, said in turns for m in (("user", ask), ("assistant", said))]
    head = [("system", "Be brief.")] if system else []
    sample = Trusted((("a", ""),), (), language, "2026-11-22", (*head, *messages), final, "mine:1")
    found = mutate(sample, kind, random.Random(5))
    if found is None:
        return
    assert kind in CERTAIN
    assert (found.good, found.defect) == (False, kind)
    assert found.detail
    assert found.sample != sample
    assert found.sample.messages[:-1] == sample.messages[:-1]
