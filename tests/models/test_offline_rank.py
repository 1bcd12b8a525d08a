"""The offline ranker: an order of all requests, by what they tell of."""

from typing import Any

import pytest

from taxoloom.agents.ranker import Order, RankScene, requests_of
from taxoloom.models.offline.rank import rank
from taxoloom.models.offline.read import Sheet, read_sheet
from taxoloom.prompts import Fence, PromptSet

EASY = {"zh": "周末营业吗？", "en": "Are you open on Sunday?"}
HARD = {
    "zh": "两头为难：照常规退货就误了时间，而且按规矩不许先发；如果押金偏偏又不退，该怎么权衡？",
    "en": "I lose either way: the usual way takes a week, but then the rules say that nothing goes "
    "out at the same time unless the deposit is in. If it isn't, what is the trade-off?",
}


def sheet(language: str, texts: list[str]) -> Sheet:
    scene = RankScene("b", 1, requests_of([[{"role": "user", "content": text}] for text in texts]))
    prompt = PromptSet(language).get("ranker")
    values = {"requests": scene.sight("requests")}
    told = prompt.render(values, Fence("0123456789ab"))
    return read_sheet([{"role": m["role"], "content": m["content"]} for m in told])


def ranked(language: str, texts: list[str], seed: int = 1) -> Order:
    found: Any = rank(sheet(language, texts), seed)
    made = Order.model_validate(found)
    assert made.problem(len(texts)) == ""
    return made


@pytest.mark.parametrize("language", ["zh", "en"])
def test_dilemmas_pass_for_harder_wherever_they_stand(language: str) -> None:
    for place in range(3):
        texts = [EASY[language] + str(at) for at in range(3)]
        texts[place] = HARD[language]
        for seed in range(5):
            assert ranked(language, texts, seed).groups()[-1] == [place + 1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_slips_by_the_seed_and_never_for_the_same_call(language: str) -> None:
    texts = [EASY[language] + "？" * at for at in range(5)]
    orders = {seed: ranked(language, texts, seed) for seed in range(8)}
    assert orders == {seed: ranked(language, texts, seed) for seed in range(8)}
    assert len({str(one.groups()) for one in orders.values()}) > 3


def test_without_requests_it_says_nothing() -> None:
    assert rank(Sheet(), 1) is None
