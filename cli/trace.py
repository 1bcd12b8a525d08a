"""A trace in the terminal: blueprint, calls folded to a line each, verdicts side by side."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..graphs.trace import Trace, pretty, reviewed, vote
from .render import labels, safe, status, table, text

if TYPE_CHECKING:
    from rich.console import Console

Row = dict[str, Any]


def draw(out: "Console", trace: Trace, *, full: bool = False) -> None:
    """Draw a trace; `full` unfolds every prompt and reply."""
    sample = trace.sample
    heading(out, f"sample {sample['id']}")
    out.print(status(sample["status"]), text(f"{sample['reason']}  {sample['detail']}"))
    out.print(text(f"leaf      {sample['leaf']}"))
    out.print(text(f"labels    {labels(sample['labels'])}"))
    situation = trace.blueprint["content"].get("situation", [])
    out.print(text(f"situation {labels(dict(situation))}"))
    out.print(text(f"seed      {trace.blueprint['seed']}   as of {sample['as_of']}"))
    for name, value in trace.planned():
        out.print(text(f"{name:<9} {value}"))
    for line in trace.members():
        out.print(text(f"linked    {line}"))
    heading(out, "calls")
    for title, attempts in trace.steps():
        step(out, title, attempts, full=full)
    if trace.verdicts:
        heading(out, "verdicts")
        _verdicts(out, trace.verdicts)
    heading(out, "the sample")
    for message in sample["messages"]:
        out.print(text(message["role"], "bold"))
        out.print(text(message["content"]))
    _decided(out, trace)
    if not full:
        out.print(text("\n--full unfolds every prompt and reply", "dim"))


def step(out: "Console", title: str, attempts: list[Row], *, full: bool) -> None:
    """Draw one call with its attempts."""
    for call in attempts:
        numbers = (
            f"{call['input_tokens']} + {call['output_tokens']} tokens, {call['latency_ms']:.0f} ms"
        )
        colour = "green" if call["outcome"] == "ok" else "red"
        again = f", attempt {call['attempt']}" if call["attempt"] > 1 else ""
        out.print(
            text(f"{title}{again}", "bold"), text(call["outcome"], colour), text(numbers, "dim")
        )
        if full:
            for message in call["messages"]:
                out.print(text(f"  [{message['role']}]", "cyan"))
                out.print(text(_indented(message["content"])))
            if call["reasoning"]:
                out.print(text("  [reasoning]", "cyan"), text(_indented(call["reasoning"])))
            out.print(text(f"  [reply of {call['model']}]", "cyan"))
            out.print(text(_indented(pretty(call["reply"]))))
        else:
            out.print(text(f"  {_fold(call['reply'])}", "dim"))
        if call["error"]:
            out.print(text(f"  {call['error']}", "red"))


def _verdicts(out: "Console", verdicts: list[Row]) -> None:
    """One column per judge; the rows in which they differ are marked."""
    judges = [verdict["judge"] for verdict in verdicts]
    rows: list[list[object]] = [
        ["vote", *(vote(verdict) for verdict in verdicts)],
        ["score", *("" if verdict["score"] is None else verdict["score"] for verdict in verdicts)],
    ]
    names = next((list(v["criteria"]) for v in verdicts if v["criteria"]), [])
    for name in names:
        found = [verdict["criteria"].get(name, {}) for verdict in verdicts]
        differs = len({criterion.get("finding") for criterion in found}) > 1
        cells = [_criterion(criterion) for criterion in found]
        rows.append([f"{'≠ ' if differs else ''}{name}", *cells])
    rows.append(["rationale", *(verdict["rationale"] for verdict in verdicts)])
    rows.append(["model", *(verdict["model"] for verdict in verdicts)])
    out.print(table(["", *judges], rows))


def _criterion(criterion: Row) -> str:
    finding, quote = criterion.get("finding", ""), criterion.get("quote", "")
    return f"{finding}: «{quote}»" if finding == "not_met" and quote else finding


def _decided(out: "Console", trace: Trace) -> None:
    sample = trace.sample
    heading(out, "what decided")
    out.print(status(sample["status"]), text(f"by {sample['reason']} {sample['detail']}"))
    for said in ("accept", "reject", "unscored"):
        judges = [v["judge"] for v in trace.verdicts if vote(v).startswith(said)]
        if judges:
            out.print(text(f"  {said}: {', '.join(judges)}"))
    for row in trace.disagreements:
        settled = f", settled by {row['resolved_by']}" if row["resolved_by"] else ""
        out.print(text(f"disagreement {row['id']} ({row['kind']}) is {row['status']}{settled}"))
    if trace.reviews:
        heading(out, "reviews")
        for row in trace.reviews:
            out.print(text(reviewed(row), "dim" if row["undone_at"] else ""))


def heading(out: "Console", title: str) -> None:
    """Draw the beginning of a part."""
    out.print()
    out.rule(text(title, "bold"), align="left", characters="─")


def _fold(reply: str) -> str:
    line = " ".join(safe(reply).split())
    return line if len(line) <= 160 else line[:159] + "…"


def _indented(value: str) -> str:
    return "\n".join(_lines(value))


def _lines(value: str) -> Iterator[str]:
    return (f"  {line}" for line in safe(value).splitlines())
