"""The judges: one rubric, several wordings, each blind to all but request and candidate."""

from ..models import Failure
from ..prompts import as_shown
from ..quality import baseless, contradiction, void_false_quotes
from .outputs import Verdict
from .role import Call, Result, Role
from .scene import Scene, View

SEES = ("request", "candidate", "order")
"""All that a judge's prompt may declare: no plan, no notes, no reasoning, no other verdict."""


def judge(prompt: str) -> Role:
    """The judge with that wording of the rubric."""

    async def run(scene: Scene, call: Call) -> Result:
        sources = quotable(scene)

        def problem(verdict: Verdict) -> str:
            raw = verdict.criteria.model_dump()
            kept = void_false_quotes(raw, sources)
            # A judge that accepts is held to its findings as written, quoted or not.
            findings = raw if verdict.accept else kept
            return contradiction(findings, verdict.accept) or baseless(raw, kept, verdict.accept)

        order = {"Criteria": scene.sight("order")}
        answer = await call(prompt, Verdict, check=problem, order=order)
        if isinstance(answer, Failure):
            reason = f"{answer.outcome}: {answer.error}"
            return Result(verdict={"judge": scene.node, "model": answer.model, "unscored": reason})
        verdict = answer.value
        return Result(
            verdict={
                "judge": scene.node,
                "model": answer.model,
                "accept": verdict.accept,
                "score": verdict.score,
                "criteria": void_false_quotes(verdict.criteria.model_dump(), sources),
                "rationale": verdict.rationale,
                "unscored": "",
            }
        )

    return Role(
        name="judge",
        output=Verdict,
        prompts=(prompt,),
        run=run,
        purpose="Judges a candidate by eight criteria, with a quote for each that is not met.",
        allowed=frozenset(SEES),
    )


def quotable(scene: View) -> list[str]:
    """What a judge may quote from: the texts as they are, and as it was shown them."""
    candidate, request = scene.sight("candidate"), scene.sight("request")
    texts = [message["content"] for message in candidate["messages"]]
    texts += [candidate["final_answer"]]
    texts += [" > ".join(item["name"] for item in request["path"]), request["as_of"]]
    for item in request["path"]:
        texts += [f"{item['name']} = {item['definition']}"]
    for label in request["labels"]:
        texts += [f"{label['name']} = {label['value']}", label["guidance"]]
    if request.get("turns"):
        # As the prompts put them.
        texts += [f"Messages of the asker: {request['turns']}", f"轮数：{request['turns']}"]
    return texts + [shown for text in texts if (shown := as_shown(text)) != text]
