"""One sample after the other through the offline model, with the real prompts and no graph."""

from pathlib import Path
from types import SimpleNamespace

from taxoloom.agents.outputs import Criteria, Critique, Draft, Plan, Repair, Rewrite, Verdict
from taxoloom.models import form
from taxoloom.models.ask import read
from taxoloom.models.offline.chat import OfflineChat
from taxoloom.models.outcome import Outcome
from taxoloom.models.parse import parse
from taxoloom.prompts import Fence, PromptSet
from taxoloom.quality import phrases, run_checks
from taxoloom.taxonomy import Plan as Slots
from taxoloom.taxonomy import axes, load

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
        self.slots = Slots(self.taxonomy, self.axes, language=language, seed=7)
        self.chat = OfflineChat()

    def start(self, slot: int):
        blueprint = self.slots.blueprint(slot)
        labels = []
        for name, value in blueprint.labels:
            axis = next((axis for axis in self.axes if axis.id == name), None)
            shown = axis.value(value) if axis else SimpleNamespace(name=value, guidance="")
            label = axis.name if axis else name
            labels.append({"name": label, "value": shown.name, "guidance": shown.guidance})
        nodes = self.taxonomy.lineage(blueprint.leaf)
        request = {
            "path": [{"name": node.name, "definition": node.definition} for node in nodes],
            "labels": labels,
            "language": self.language,
            "as_of": "2025-03-01",
        }
        operations = [
            {"name": value.name, "guidance": value.operation}
            for axis in self.axes
            for value in axis.values
            if value.operation and value.id == blueprint.label(axis.id)
        ]
        seeds = [{"name": name, "value": value} for name, value in blueprint.situation]
        values = {"request": request, "seeds": seeds, "operations": operations, "avoid": []}
        return blueprint, {**values, "contrast": [], "openings": []}

    def messages(self, blueprint, prompt, values, output, order=None):
        template = self.prompts.get(prompt)
        inputs = {name: values[name] for name in template.front.inputs}
        system, user = template.render(inputs, Fence.of("key", blueprint.id, prompt))
        shape = form(output, self.language, {"Criteria": order} if order else None)
        told = self.prompts.macro("answer_form", shape.skeleton)
        return [{**system, "content": f"{system['content']}\n\n{told}"}, user], shape

    def ask(self, blueprint, prompt, values, output, order=None):
        messages, shape = self.messages(blueprint, prompt, values, output, order)
        message = self.chat.invoke(messages, seed=blueprint.seed, **shape.request("json_schema"))
        return parse(read(message), output)


def follow(world: World, slot: int) -> SimpleNamespace:
    """One sample through all roles, as the default graph leads it."""
    blueprint, values = world.start(slot)

    def ask(prompt, output, order=None):
        return world.ask(blueprint, prompt, values, output, order)

    sample = SimpleNamespace(
        blueprint=blueprint, values=values, status="", critiques=[], verdicts=[]
    )
    sample.plan = ask("planner", Plan).value
    values["plan"] = sample.plan.model_dump()
    values["requirements"] = sample.plan.requirements
    written = ask("writer", Draft)
    if written.value is None:
        assert written.outcome is Outcome.refused
        sample.status = "failed"
        return sample
    sample.first = written.value
    values["draft"] = sample.first.model_dump()
    sample.rewrite = ask("rewriter", Rewrite).value
    sample.draft, sample.repair = sample.rewrite.draft, None
    for _ in range(2):
        show(values, sample.draft)
        critiques = [ask(prompt, Critique).value for prompt in ("critic_for", "critic_against")]
        sample.critiques.append(critiques)
        if all(critique.sound for critique in critiques):
            break
        values["notes"] = [i.model_dump() for c in critiques for i in c.issues]
        sample.repair = ask("repair", Repair).value
        sample.draft = sample.repair.draft
    show(values, sample.draft)
    sample.flaws = run_checks(sample.draft.messages(), world.phrases)
    names = list(Criteria.model_fields)
    for turn, judge in enumerate(JUDGES):
        values["order"] = names[turn:] + names[:turn]
        sample.verdicts.append(ask(judge, Verdict, values["order"]).value)
    votes = {verdict.accept for verdict in sample.verdicts}
    decided = "disputed" if len(votes) > 1 else "accepted" if True in votes else "rejected"
    sample.status = "rejected" if sample.flaws else decided
    return sample


def show(values, draft: Draft) -> None:
    values["draft"] = draft.model_dump()
    values["candidate"] = {"messages": draft.messages(), "final_answer": draft.final_answer}
