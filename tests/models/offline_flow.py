"""One sample after the other through the offline model, with the real prompts and no graph."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from taxoloom.agents.operation import built_in
from taxoloom.agents.outputs import Criteria, Critique, Draft, Plan, Repair, Rewrite, Verdict
from taxoloom.models import Form, form
from taxoloom.models.ask import read
from taxoloom.models.offline.chat import OfflineChat
from taxoloom.models.outcome import Outcome
from taxoloom.models.parse import Parsed, parse
from taxoloom.prompts import Fence, PromptSet
from taxoloom.quality import phrases
from taxoloom.quality.rules import Finding
from taxoloom.taxonomy import Blueprint, Goal, Space, Target, axes, load
from taxoloom.taxonomy import Plan as Slots
from taxoloom.tests.support.rules import found

TREES = {
    "zh": """
name: 综合
children:
- name: 编程
  attributes: {编程语言: [Python, JavaScript, SQL, Bash]}
  children: [{name: 错误定位, definition: 从报错找到出错处}, 代码补全]
- name: 电商客服
  attributes: {商品品类: [服装, 数码, 食品], 问题复杂度: [简单, 复杂]}
  children: [退换货流程, 库存物流]
- {name: 生活, children: [用药提醒, 社区活动组织]}
""",
    "en": """
name: Mixed
children:
- name: Programming
  attributes: {Programming language: [Python, JavaScript, SQL, Bash]}
  children: [{name: Fault finding, definition: from an error to its place}, Code completion]
- name: Customer service
  attributes: {Goods: [Clothing, Electronics, Food]}
  children: [Returns and exchanges, Stock and delivery]
- {name: Daily life, children: [Medication reminders, Community events]}
""",
}
JUDGES = ("judge_examiner", "judge_sceptic", "judge_editor")

Values = dict[str, Any]
T = TypeVar("T", bound=BaseModel)


@dataclass
class Sample:
    """What the roles made of one blueprint whose draft was not refused."""

    blueprint: Blueprint
    values: Values
    plan: Plan
    first: Draft
    rewrite: Rewrite
    draft: Draft
    repair: Repair | None = None
    critiques: list[list[Critique]] = field(default_factory=list)
    criticised: list[Draft] = field(default_factory=list)
    """The draft that each round of critiques is about."""
    flaws: list[Finding] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    status: str = ""


class World:
    """Blueprints of one language, and the real prompts rendered for them."""

    def __init__(self, language: str, folder: Path) -> None:
        file = folder / f"{language}.yaml"
        file.write_text(TREES[language], encoding="utf-8")
        self.language = language
        self.taxonomy = load(file)
        self.axes = axes(language)
        self.prompts = PromptSet(language)
        self.phrases = phrases(language)
        space = Space(self.taxonomy, self.axes)
        plan = Slots(space, Target(total=1000), language=language, seed=7, goal=Goal(0))
        self.slots = list(islice(plan, 400))
        self.chat = OfflineChat()

    def start(self, slot: int) -> tuple[Blueprint, Values]:
        blueprint = self.slots[slot]
        nodes = self.taxonomy.lineage(blueprint.leaf)
        request = {
            "path": [{"name": node.name, "definition": node.definition} for node in nodes],
            "labels": [self._label(name, value) for name, value in blueprint.labels],
            "turns": blueprint.turns,
            "switch": blueprint.switch,
            "language": self.language,
            "as_of": "2025-03-01",
        }
        operations = [
            {"name": known.title[self.language], "guidance": known.brief[self.language]}
            for axis in self.axes
            if (known := built_in().get(blueprint.label(axis.id)))
        ]
        seeds = [{"name": name, "value": value} for name, value in blueprint.situation]
        values = {"request": request, "brief": self.brief(request), "seeds": seeds}
        more: Values = {"operations": operations, "avoid": [], "contrast": [], "openings": []}
        more |= {"examples": [], "opening": "", "before": []}
        return blueprint, {**values, **more}

    def _label(self, name: str, value: str) -> dict[str, str]:
        axis = next((axis for axis in self.axes if axis.id == name), None)
        if axis is None:
            return {"name": name, "value": value, "guidance": ""}
        shown = axis.value(value)
        return {"name": axis.name, "value": shown.name, "guidance": shown.guidance}

    def brief(self, request: Values) -> Values:
        """The request without what is left to the rewriter."""
        taken = {axis.name for axis in self.axes if any(v.id in built_in() for v in axis.values)}
        labels = [label for label in request["labels"] if label["name"] not in taken]
        return {**request, "labels": labels}

    def messages(
        self,
        blueprint: Blueprint,
        prompt: str,
        values: Values,
        output: type[BaseModel],
        order: Sequence[str] = (),
    ) -> tuple[list[dict[str, str]], Form]:
        template = self.prompts.get(prompt)
        inputs = {name: values[name] for name in template.front.inputs}
        system, user = template.render(inputs, Fence.of("key", blueprint.id, prompt))
        shape = _form(output, self.language, tuple(order))
        told = f"{system['content']}\n\n{self.prompts.macro('answer_form', shape.skeleton)}"
        said = [(system["role"], told), (user["role"], user["content"])]
        return [{"role": role, "content": content} for role, content in said], shape

    def ask(
        self,
        blueprint: Blueprint,
        prompt: str,
        values: Values,
        output: type[T],
        order: Sequence[str] = (),
    ) -> Parsed[T]:
        messages, shape = self.messages(blueprint, prompt, values, output, order)
        message = self.chat.invoke(messages, seed=blueprint.seed, **shape.request("json_schema"))
        return parse(read(message), output)

    def get(
        self,
        blueprint: Blueprint,
        prompt: str,
        values: Values,
        output: type[T],
        order: Sequence[str] = (),
    ) -> T:
        """What a role says where it may not refuse."""
        parsed = self.ask(blueprint, prompt, values, output, order)
        assert parsed.value is not None, parsed.error
        return parsed.value


@cache
def _form(output: type[BaseModel], language: str, order: tuple[str, ...]) -> Form:
    """Half of the time of a sample would go into making the same few forms again."""
    return form(output, language, {"Criteria": order} if order else None)


def follow(world: World, slot: int) -> Sample | None:
    """One sample through all roles, as the default graph leads it; None if the writer refused."""
    blueprint, values = world.start(slot)

    def get(prompt: str, output: type[T], order: Sequence[str] = ()) -> T:
        return world.get(blueprint, prompt, values, output, order)

    plan = get("planner", Plan)
    values["plan"] = plan.model_dump()
    values["requirements"] = plan.requirements
    written = world.ask(blueprint, "writer", values, Draft)
    if written.value is None:
        assert written.outcome is Outcome.refused
        return None
    values["draft"] = written.value.model_dump()
    rewrite = get("rewriter", Rewrite)
    sample = Sample(blueprint, values, plan, written.value, rewrite, rewrite.draft)
    for _ in range(2):
        show(values, sample.draft)
        critiques = [get(prompt, Critique) for prompt in ("critic_for", "critic_against")]
        sample.critiques.append(critiques)
        sample.criticised.append(sample.draft)
        if all(critique.sound for critique in critiques):
            break
        values["notes"] = [i.model_dump() for c in critiques for i in c.issues]
        sample.repair = get("repair", Repair)
        sample.draft = sample.repair.draft
    show(values, sample.draft)
    sample.flaws = found(sample.draft.messages())
    names = list(Criteria.model_fields)
    for turn, judge in enumerate(JUDGES):
        values["order"] = names[turn:] + names[:turn]
        sample.verdicts.append(get(judge, Verdict, values["order"]))
    votes = {verdict.accept for verdict in sample.verdicts}
    decided = "disputed" if len(votes) > 1 else "accepted" if True in votes else "rejected"
    sample.status = "rejected" if sample.flaws else decided
    return sample


def show(values: Values, draft: Draft) -> None:
    values["draft"] = draft.model_dump()
    values["candidate"] = {"messages": draft.messages(), "final_answer": draft.final_answer}
