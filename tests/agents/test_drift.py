"""What a rewrite may not do, operation by operation, and what it may."""

from typing import Any

import pytest

from taxoloom.agents.drift import problem
from taxoloom.agents.operation import built_in, chosen, operation
from taxoloom.agents.outputs import Draft, Turn
from taxoloom.errors import PromptError

ASKED = "订单 48210 到现在没到，不要补发，我只要退款，299 元能全退吗？"
SAID = "能全退 299 元：没收到货，运费也由店家承担。进订单页点「退款」即可。"


def draft(user: str = ASKED, assistant: str = SAID, **more: Any) -> Draft:
    return Draft(turns=[Turn(user=user, assistant=assistant)], **more)


def found(name: str, after: Draft, before: Draft | None = None) -> str:
    return problem([built_in()[name]], before or draft(), after)


REWORDED = "299 块能不能全退？单号 48210，一直没到。只要退款，别补发。"
BAD: list[tuple[str, Draft, str]] = [
    ("paraphrase", draft("订单一直没到，不要补发，我只要退款，299 元能全退吗？"), "48210"),
    ("paraphrase", draft("订单 48210 没到，299 元能全退吗？我只要退款"), "不要补发"),
    ("paraphrase", draft(REWORDED, "能退。"), "299"),
    ("paraphrase", draft(REWORDED, final_answer="299 元"), "final_answer"),
    ("noise", draft(ASKED.replace("现在", "现再"), SAID.replace("能", "可")), "assistant"),
    ("noise", draft(ASKED.replace("48210", "48201")), "48210"),
    ("style_transfer", draft("我说个事啊，订单一直没到，不要补发，只要退款，299 元"), "48210"),
    ("template", draft("单号：48210\n情况：没到\n诉求：退款 299 元"), "不要补发"),
    ("wording_turned", draft(), "must change the user"),
    ("add_constraint", draft("订单 48210 没到，不要补发，只要退款。"), "299"),
    ("add_constraint", draft(ASKED + "而且得今天到账。"), "must change the assistant"),
    ("depth_chain_of_thought", draft(REWORDED, "1. 看物流。2. 退款。"), "user"),
    ("depth_deep_thinking", draft(), "must change the reasoning"),
    ("into_en", draft("Order 48210 is not here.", "You get all of it back."), "299"),
    ("into_en", draft("Order 48210, ¥299, refund only.", "All ¥300 of it."), "assistant"),
]


@pytest.mark.parametrize(("name", "after", "named"), BAD)
def test_what_an_operation_may_not_do_is_named(name: str, after: Draft, named: str) -> None:
    assert named in found(name, after)


GOOD: list[tuple[str, Draft]] = [
    ("paraphrase", draft(REWORDED)),
    ("paraphrase", draft()),
    ("noise", draft(ASKED.replace("现在", "现再"))),
    ("noise", draft(ASKED.replace("不要", "部要"))),
    ("style_transfer", draft(f"唉，{REWORDED}真是急死人了")),
    ("template", draft("单号：48210\n情况：没到\n诉求：退款 299 元，不要补发")),
    ("wording_brief", draft("48210 没到，只退款不补发，299 全退？")),
    ("add_constraint", draft(ASKED + "而且得今天到账。", "今天到不了账，要 3 个工作日。")),
    ("depth_direct", draft(assistant="能全退。")),
    ("depth_deep_thinking", draft(reasoning="先看是谁的责任，再看运费。")),
    (
        "into_en",
        draft(
            "Order 48210 hasn't come. Don't send another, I just want my ¥299 back. All of it?",
            "Yes, all ¥299. It never reached you, so the shop bears the postage too.",
        ),
    ),
]


@pytest.mark.parametrize(("name", "after"), GOOD)
def test_what_it_may_do_passes(name: str, after: Draft) -> None:
    assert found(name, after) == ""


def test_turns_stay_as_many_as_they_were() -> None:
    two = Draft(turns=[Turn(user=ASKED, assistant=SAID)] * 2)
    assert found("paraphrase", two) == "there were 1 turns, and now there are 2"


def test_a_large_number_may_be_counted_in_another_way() -> None:
    before = draft("预算 3.2 万，占 12.5%，3 个人", "够，一共 32,000 元。")
    after = draft("A budget of 32,000, which is 12.5%, for three of us", "Enough: 32,000 in all.")
    assert found("into_en", after, before) == ""
    assert "3.2 万" in found("into_en", draft("A budget of 3,200, 12.5%", "32,000"), before)


def test_shares_of_a_family_are_dealt_to_its_members() -> None:
    shares = chosen({"complexify": 0.5, "deepen": 0.1}, built_in())
    assert shares["add_constraint"] == pytest.approx(0.1)
    assert shares["deepen"] == pytest.approx(0.2)
    assert sum(shares.values()) == pytest.approx(0.6)
    with pytest.raises(PromptError, match="'complify'") as caught:
        chosen({"complify": 0.1}, built_in())
    assert "complexify" in str(caught.value.hint)


def test_an_operation_that_changes_no_part_or_an_unknown_one_is_refused() -> None:
    with pytest.raises(PromptError, match="no part 'answer'"):
        operation("x", title="x", brief="x", changes=["answer"])  # type: ignore[list-item]
    with pytest.raises(PromptError, match="may change nothing"):
        operation("x", title="x", brief="x", changes=[])


def test_an_operation_may_have_a_check_of_its_own() -> None:
    def shorter(before: Draft, after: Draft) -> str:
        was, now = len(before.turns[0].assistant), len(after.turns[0].assistant)
        return "" if now < was else f"the answer had {was} characters and has {now}"

    own = operation("shorten", title="Shorter", brief="…", changes=["assistant"], check=shorter)
    assert problem([own], draft(), draft(assistant="能全退 299 元。")) == ""
    assert "characters" in problem([own], draft(), draft(assistant=f"{SAID}就这样。"))
