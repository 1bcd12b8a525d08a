"""Review tasks for annotation tools: written from what is open, and read back as votes.

Knows no tool's shapes. What comes back is a stranger's file: whatever of it cannot be taken is
named with its place, and all else counts. Taking it in twice changes nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..store import queries, reading, review_rows, upgrade, written_whole
from ..store.review_rows import Chosen
from . import tasks_argilla, tasks_label_studio
from .adjudicate import Desk, desk, person, settler, shuffled
from .tasks_shape import Answer, Fault, Task

TOOLS = (tasks_label_studio.NAME, tasks_argilla.NAME)
Row = dict[str, Any]


@dataclass(slots=True)
class Taken:
    """What became of a file of answers."""

    run_id: str
    settled: int = 0
    opinions: int = 0
    """Votes that moved nothing."""
    known: int = 0
    """Votes that were there already."""
    split: list[str] = field(default_factory=list)
    """Samples that stay open, as people contradict one another."""
    faults: list[Fault] = field(default_factory=list)


def export_tasks(
    db: Path,
    run_id: str | None,
    tool: str,
    out: Path,
    *,
    chosen: Chosen,
    with_votes: bool = False,
) -> tuple[int, Path]:
    """Write tasks, and beside them how the tool is to show them; how many, and that file.

    Raises InputError when there is nothing to review.
    """
    upgrade(db)
    with reading(db) as connection:
        run = queries.run(connection, run_id)
        ids = review_rows.to_settle(connection, run["id"], chosen)
        order = shuffled(run["id"], ids)
        tasks = [_task(connection, run, id_, with_votes=with_votes) for id_ in order]
    if not tasks:
        raise InputError("there is nothing to review, so nothing was written", hint="see --kind")
    if tool == tasks_argilla.NAME:
        rows = tasks_argilla.exported(tasks)
        shown = _json(tasks_argilla.settings(run["language"], with_votes=with_votes))
        beside = out.with_suffix(tasks_argilla.BESIDE)
    else:
        rows = tasks_label_studio.exported(tasks)
        shown = tasks_label_studio.settings(run["language"])
        beside = out.with_suffix(tasks_label_studio.BESIDE)
    for path, text in ((out, _json(rows)), (beside, shown)):
        with written_whole(path) as file:
            file.write(text)
    return len(tasks), beside


def import_tasks(db: Path, run_id: str | None, file: Path, names: Sequence[str] = ()) -> Taken:
    """Take in what annotators said, each as a rater of their own.

    `names` are `ID=NAME`, or one NAME where the file has one annotator; who is not named is called
    as the tool calls them. Raises InputError for a file or names that cannot be used.
    """
    rows = _rows(file)
    if tasks_label_studio.is_one(rows):
        answers, faults = tasks_label_studio.read(rows)
    elif tasks_argilla.is_one(rows):
        answers, faults = tasks_argilla.read(rows)
    else:
        raise InputError(
            f"{file}: neither a JSON export of Label Studio nor records of Argilla",
            hint="export as JSON; the file must hold the tasks that taxoloom exported",
        )
    called = _called(answers, names)
    with desk(db, _run_of(db, run_id, answers), "") as held:
        taken = Taken(held.run["id"], faults=faults)
        for sample_id, said in _by_sample(answers).items():
            _take(held, sample_id, said, called, taken)
        held.recount()
    return taken


def _task(connection: Any, run: Row, sample_id: str, *, with_votes: bool) -> Task:
    sample = review_rows.sample(connection, run["id"], sample_id)
    return Task(
        sample=sample_id,
        run=run["id"],
        language=run["language"],
        category=sample["leaf"],
        labels=sample["labels"],
        messages=tuple(sample["messages"]),
        final_answer=sample["final_answer"],
        votes=tuple(review_rows.votes(connection, sample_id)) if with_votes else (),
    )


def _take(
    held: Desk, sample_id: str, said: Sequence[Answer], called: Mapping[str, str], taken: Taken
) -> None:
    """The votes on one sample: all are kept, and it moves when nobody contradicts."""
    ours = [answer for answer in said if answer.run in ("", held.run["id"])]
    for answer in said:
        if answer.run not in ("", held.run["id"]):
            message = f"of run {answer.run}, not of {held.run['id']}; --run names it"
            taken.faults.append(Fault(answer.place, message))
    with reading(held.db) as connection:
        found = review_rows.to_settle(connection, held.run["id"], Chosen(sample=sample_id))
        told = review_rows.reviews(connection, sample_id)
    if not found:
        for answer in ours:
            message = f"there is no sample {sample_id!r} to review in run {held.run['id']}"
            taken.faults.append(Fault(answer.place, message))
        return
    standing = {
        review["source"]: (bool(review["accept"]), review["criterion"], review["comment"])
        for review in told
        if review["undone_at"] is None and review["source"].startswith("person:")
    }
    new = {called[answer.annotator]: answer for answer in ours}
    votes = {source: vote[0] for source, vote in standing.items()}
    votes |= {source: answer.accept for source, answer in new.items()}
    agreed = len(set(votes.values())) == 1
    if not agreed and settler(told) is None:
        taken.split.append(sample_id)
    for source, answer in new.items():
        if standing.get(source) == (answer.accept, answer.criterion, answer.comment):
            taken.known += 1
            continue
        moved = held.vote(
            sample_id,
            answer.accept,
            criterion=answer.criterion,
            comment=answer.comment,
            blind=answer.blind,
            source=source,
            may_move=agreed or settler(told) is not None,
        )
        taken.settled += moved
        taken.opinions += not moved


def _called(answers: Sequence[Answer], names: Sequence[str]) -> dict[str, str]:
    """Annotator to the source of their votes. Raises InputError when names do not go."""
    there = list(dict.fromkeys(answer.annotator for answer in answers))
    given = dict(name.split("=", 1) for name in names if "=" in name)
    alone = [name for name in names if "=" not in name]
    if strangers := [id_ for id_ in given if id_ not in there]:
        raise InputError(
            f"--as: the file has no annotator {strangers[0]!r}",
            hint=f"it has {', '.join(map(repr, there)) or 'none'}",
        )
    left = [id_ for id_ in there if id_ not in given]
    if len(alone) > 1 or (alone and len(left) > 1):
        raise InputError(
            f"--as {alone[0]}: the file has {len(left)} annotators without a name",
            hint=f"name each: --as {left[0] if left else 'ID'}=NAME",
        )
    called = {id_: person(given.get(id_) or (alone[0] if alone else id_)) for id_ in there}
    if len(set(called.values())) < len(called):
        raise InputError(
            "--as: two annotators of the file have one name", hint="give each a name of their own"
        )
    return called


def _run_of(db: Path, run_id: str | None, answers: Sequence[Answer]) -> str | None:
    """The run that was asked for, else the one that the tasks name if they name one of ours."""
    named = {answer.run for answer in answers} - {""}
    with reading(db) as connection:
        known = {run["id"] for run in queries.runs(connection)}
    if run_id is None and len(named & known) == 1:
        return next(iter(named & known))
    return run_id


def _by_sample(answers: Sequence[Answer]) -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = {}
    for answer in answers:
        found.setdefault(answer.sample, []).append(answer)
    return found


def _rows(file: Path) -> list[Any]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{file}: {error.strerror}", hint="name a file to read") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: not JSON: {error}", hint="export as JSON") from error
    if not isinstance(rows, list):
        raise InputError(f"{file}: not a list of tasks or records", hint="export as JSON")
    return rows


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
