"""Label Studio's shapes: tasks and labelling configuration out, its JSON export in.

As Label Studio 1.x documents them («Label Studio Task Format»; tags Paragraphs, Choices and
TextArea). Its own ids change on import, so a task is known by what stands in its `data`. The
export «JSON-MIN» says too little to be read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from .tasks_shape import ACCEPT, REJECT, Answer, Fault, Read, Row, Task, answer_of, sorted_out
from .tasks_words import CRITERIA, FORM

NAME = "label-studio"
BESIDE = ".config.xml"
"""How the file of the labelling configuration ends."""


def exported(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """Tasks as Label Studio imports them; votes become predictions."""
    return [
        {
            "data": {
                "taxoloom_sample": task.sample,
                "taxoloom_run": task.run,
                "taxoloom_blind": not task.votes,
                "asked": task.asked,
                "dialogue": [{"author": who, "text": said} for who, said in task.turns()],
            },
            **({"predictions": [_prediction(v) for v in task.votes]} if task.votes else {}),
        }
        for task in tasks
    ]


def settings(language: str) -> str:
    """The labelling configuration: dialogue as plain paragraphs, decision, criterion, comment."""
    words = FORM[language]
    choices = [_choice(words[ACCEPT], ACCEPT, "a"), _choice(words[REJECT], REJECT, "r")]
    criteria = [
        _choice(told, name, str(number))
        for number, (name, told) in enumerate(CRITERIA[language].items(), 1)
    ]
    to = 'toName="dialogue"'
    lines = [
        "<View>",
        "  <Style>.htx-text { white-space: pre-wrap; }</Style>",
        '  <Text name="asked" value="$asked"/>',
        '  <Paragraphs name="dialogue" value="$dialogue" layout="dialogue"'
        ' nameKey="author" textKey="text"/>',
        f"  <Header value={quoteattr(words['decision'])}/>",
        f'  <Choices name="decision" {to} choice="single" required="true" showInline="true">',
        *choices,
        "  </Choices>",
        f"  <Header value={quoteattr(words['criterion'])}/>",
        f'  <Choices name="criterion" {to} choice="single">',
        *criteria,
        "  </Choices>",
        f'  <TextArea name="comment" {to} rows="2" maxSubmissions="1"'
        f" placeholder={quoteattr(words['comment'])}/>",
        "</View>",
    ]
    return "\n".join(lines) + "\n"


def is_one(rows: Sequence[Any]) -> bool:
    """Whether a file looks like Label Studio's."""
    return any(isinstance(row, Mapping) and "data" in row for row in rows)


def read(rows: Sequence[Any]) -> Read:
    """The annotations of an export."""
    return sorted_out(one for number, row in enumerate(rows, 1) for one in _task(number, row))


def _choice(shown: str, alias: str, key: str) -> str:
    return f'    <Choice value={quoteattr(shown)} alias="{alias}" hotkey="{key}"/>'


def _prediction(vote: Row) -> dict[str, Any]:
    result = []
    if vote["accept"] is not None:
        said = ACCEPT if vote["accept"] else REJECT
        result.append(_result("decision", "choices", {"choices": [said]}))
    result.append(_result("comment", "textarea", {"text": [vote["rationale"]]}))
    return {"model_version": vote["judge"], "result": result}


def _result(name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"from_name": name, "to_name": "dialogue", "type": kind, "value": value}


def _task(number: int, row: Any) -> Iterator[Answer | Fault]:
    place = f"task {number}"
    data = row.get("data") if isinstance(row, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(data.get("taxoloom_sample"), str):
        yield Fault(place, "not a task that taxoloom exported: its data name no sample")
        return
    annotations = row.get("annotations")
    if not isinstance(annotations, list):
        yield Fault(place, "no list of annotations; export as JSON, not as JSON-MIN")
        return
    for count, annotation in enumerate(annotations, 1):
        where = f"{place}, annotation {count}"
        if not isinstance(annotation, Mapping) or not isinstance(annotation.get("result"), list):
            yield Fault(where, "not an annotation with a list of results")
        elif not annotation.get("was_cancelled"):
            yield answer_of(
                _values(annotation["result"]),
                place=where,
                sample=data["taxoloom_sample"],
                run=str(data.get("taxoloom_run", "")),
                annotator=_who(annotation.get("completed_by")),
                blind=data.get("taxoloom_blind") is not False,
            )


def _values(results: Sequence[Any]) -> dict[str, Any]:
    """Name of a control to what was chosen or written in it."""
    found: dict[str, Any] = {}
    for result in results:
        value = result.get("value") if isinstance(result, Mapping) else None
        if not isinstance(value, Mapping):
            continue
        said = value.get("choices", value.get("text"))
        texts = said if isinstance(said, list) else [said]
        if texts and all(isinstance(text, str) for text in texts):
            found[str(result.get("from_name"))] = "\n".join(texts)
    return found


def _who(completed_by: Any) -> str:
    """An annotator: a number, or in some exports all that is known of a user."""
    if isinstance(completed_by, Mapping):
        for name in ("email", "username", "id"):
            if completed_by.get(name):
                return str(completed_by[name])
    return "" if completed_by is None else str(completed_by)
