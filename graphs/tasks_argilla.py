"""Argilla's shapes: records and settings out, records with responses in.

As Argilla 2.3 and later write and read them (`Record.to_dict`, `dataset.records.to_json`,
`Settings.to_json`): responses and suggestions stand by question. A record keeps its id, which is
the sample's. What Argilla exports does not tell a draft from a submitted answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .tasks_shape import ACCEPT, REJECT, Answer, Fault, Read, Task, answer_of, sorted_out
from .tasks_words import CRITERIA, FORM

NAME = "argilla"
BESIDE = ".settings.json"
"""How the file of the dataset's settings ends."""
_QUESTIONS = ("decision", "criterion", "comment")


def exported(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """Records; votes become a field, and their majority a suggestion."""
    return [
        {
            "id": task.sample,
            "fields": {
                "asked": task.asked,
                "dialogue": _dialogue(task),
                **({"votes": _votes(task)} if task.votes else {}),
            },
            "metadata": {"taxoloom_run": task.run, "taxoloom_blind": str(not task.votes)},
            "suggestions": _suggestions(task),
            "responses": {},
            "vectors": {},
        }
        for task in tasks
    ]


def settings(language: str, *, with_votes: bool = False) -> dict[str, Any]:
    """The dataset's settings: what is shown, and the three questions."""
    words = FORM[language]
    decision = {ACCEPT: words[ACCEPT], REJECT: words[REJECT]}
    fields = [
        _named("asked", words["asked"], {"type": "text", "use_markdown": False}),
        _named("dialogue", words["dialogue"], {"type": "chat", "use_markdown": False}),
    ]
    if with_votes:
        votes = {"type": "text", "use_markdown": False}
        fields.append(_named("votes", words["votes"], votes, required=False))
    return {
        "guidelines": words["guidelines"],
        "questions": [
            _named("decision", words["decision"], _options(decision)),
            _named("criterion", words["criterion"], _options(CRITERIA[language]), required=False),
            _named(
                "comment",
                words["comment"],
                {"type": "text", "use_markdown": False},
                required=False,
            ),
        ],
        "fields": fields,
        "vectors": [],
        "metadata": [],
        "allow_extra_metadata": True,
        "distribution": {"strategy": "overlap", "min_submitted": 1},
    }


def is_one(rows: Sequence[Any]) -> bool:
    """Whether a file looks like Argilla's."""
    return any(isinstance(row, Mapping) and "fields" in row for row in rows)


def read(rows: Sequence[Any]) -> Read:
    """The responses of exported records."""
    return sorted_out(one for number, row in enumerate(rows, 1) for one in _record(number, row))


def _dialogue(task: Task) -> list[dict[str, str]]:
    """The messages under their own roles, by which Argilla sets them left or right."""
    said = [{"role": m["role"], "content": m["content"]} for m in task.messages]
    if task.final_answer:
        said.append({"role": task.words["final_answer"], "content": task.final_answer})
    return said


def _named(
    name: str, title: str, given: Mapping[str, Any], *, required: bool = True
) -> dict[str, Any]:
    return {"name": name, "title": title, "required": required, "settings": dict(given)}


def _options(values: Mapping[str, str]) -> dict[str, Any]:
    options = [{"value": v, "text": text, "description": None} for v, text in values.items()]
    visible = len(options) if len(options) > 2 else None
    return {"type": "label_selection", "options": options, "visible_options": visible}


def _votes(task: Task) -> str:
    return "\n\n".join(
        f"{vote['judge']}: {_word(vote['accept'])}. {vote['rationale']}" for vote in task.votes
    )


def _suggestions(task: Task) -> dict[str, Any]:
    votes = [vote["accept"] for vote in task.votes if vote["accept"] is not None]
    yes = sum(map(bool, votes))
    if 2 * yes == len(votes):
        return {}
    most = max(yes, len(votes) - yes)
    said = _word(2 * yes > len(votes))
    return {"decision": {"value": said, "score": most / len(votes), "agent": "panel"}}


def _word(accept: object) -> str:
    return "no vote" if accept is None else ACCEPT if accept else REJECT


def _record(number: int, row: Any) -> Iterator[Answer | Fault]:
    place = f"record {number}"
    if not isinstance(row, Mapping) or not isinstance(row.get("id"), str):
        yield Fault(place, "not a record with an id")
        return
    responses, metadata = row.get("responses") or {}, row.get("metadata") or {}
    if not isinstance(responses, Mapping) or not isinstance(metadata, Mapping):
        yield Fault(place, "responses and metadata must stand by name, as `to_json` writes them")
        return
    given: dict[str, dict[str, Any]] = {}
    for question in _QUESTIONS:
        listed = responses.get(question) or []
        if not isinstance(listed, list):
            yield Fault(place, f"the responses to {question} are no list")
            continue
        for response in listed:
            if not isinstance(response, Mapping):
                yield Fault(place, f"a response to {question} is not a mapping")
            elif response.get("status", "submitted") == "submitted":
                who = str(response.get("user_id") or "")
                given.setdefault(who, {})[question] = response.get("value")
    for who, values in given.items():
        yield answer_of(
            values,
            place=f"{place}, user {who}",
            sample=row["id"],
            run=str(metadata.get("taxoloom_run", "")),
            annotator=who,
            blind=str(metadata.get("taxoloom_blind")) != "False",
        )
