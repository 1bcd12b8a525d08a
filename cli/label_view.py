"""What came of labelling, drawn for a person: counts, agreement, coverage, and what is lacking."""

from typing import TYPE_CHECKING, Any

from ..graphs.label_trace import LabelTrace, said
from ..graphs.labelled import LabelledData
from .render import fit, labels, table, text, under_root
from .trace import heading, step

if TYPE_CHECKING:
    from rich.console import Console

    from ..taxonomy.measuring.covered import Coverage

_MOST = 12
"""Lines of one list."""
_COLOURS = {"labelled": "green", "disputed": "yellow", "none": "cyan", "failed": "magenta"}


def draw_labelled(out: "Console", found: LabelledData, coverage: "Coverage") -> None:
    """Print how a run ended."""
    decided = sum(found.counts.values())
    rows = [[name, count, _share(count, decided)] for name, count in found.counts.items()]
    out.print(table(["texts", "", ""], [*rows, ["in all", decided, ""]]))
    out.print(text(agreed(found)), soft_wrap=True)
    out.print(text(_covered(coverage)), soft_wrap=True)
    busiest = sorted(coverage.by_leaf, key=lambda leaf: -leaf.count)[:_MOST]
    counted = [[under_root(leaf.path), leaf.count] for leaf in busiest if leaf.count]
    if counted:
        out.print(table(["leaf", "texts"], counted))
    if found.stuck:
        out.print(text("«none of these» points at, as places that lack a category:", "bold"))
        for path, count in found.stuck[:_MOST]:
            out.print(text(f"  {count:>5}  below {path}", "cyan"), soft_wrap=True)
        if len(found.stuck) > _MOST:
            out.print(text(f"  and {len(found.stuck) - _MOST} more places", "dim"))
    for reason, count in found.failures[:_MOST]:
        out.print(text(f"  {count} failed: {reason}", "magenta"), soft_wrap=True)


def agreed(found: LabelledData) -> str:
    """How far the annotators agree on leaves."""
    measure = found.agreement
    if measure.raw is None:
        return "agreement on leaves: no text has two answers"
    alpha = "not defined, one answer only" if measure.alpha is None else f"{measure.alpha:.2f}"
    return (
        f"agreement on leaves: {measure.raw:.0%} of pairs, alpha {alpha} "
        f"({measure.units:,} texts with two answers or more)"
    )


def _covered(coverage: "Coverage") -> str:
    leaves = coverage.leaves
    return f"coverage: {leaves} leaves have a text, {coverage.attribute_cells} of leaf × value"


def _share(count: int, total: int) -> str:
    return f"{count / total:.0%}" if total else ""


def draw_trace(out: "Console", trace: LabelTrace, *, full: bool = False) -> None:
    """Draw the way of one text; `full` unfolds every prompt and reply."""
    item = trace.item
    heading(out, f"item {item['id']}")
    out.print(text(item["status"], _COLOURS[item["status"]]), text(item["reason"]))
    if item["detail"]:
        out.print(text(item["detail"], "magenta"))
    out.print(text(f"source    {item['source']}"))
    for leaf in item["leaves"]:
        out.print(text(f"leaf      {leaf}"))
    out.print(text(f"labels    {labels(_joined(item['labels']))}"))
    if item["stuck"]:
        out.print(text(f"none below {item['stuck']}", "cyan"))
    heading(out, "calls")
    for title, attempts in trace.steps():
        step(out, title, attempts, full=full)
    heading(out, "annotations")
    _draw_annotations(out, trace.annotations)
    for row in trace.disagreements:
        settled = f", settled by {row['resolved_by']}" if row["resolved_by"] else ""
        about = row["subject"] or "leaf"
        out.print(text(f"disagreement {row['id']} ({about}) is {row['status']}{settled}"))
    heading(out, "the text")
    for message in item["messages"]:
        out.print(text(message["role"], "bold"))
        out.print(text(message["content"]))
    if not full:
        out.print(text("\n--full unfolds every prompt and reply", "dim"))


def _draw_annotations(out: "Console", annotations: list[dict[str, Any]]) -> None:
    rows = [
        [
            row["annotator"] if row["source"] == "agent" else row["source"],
            said(row),
            labels(_joined(row["labels"])),
            row["confidence"],
            fit(row["evidence"], 60),
        ]
        for row in annotations
    ]
    out.print(table(["annotator", "leaves", "labels", "confidence", "evidence"], rows))


def _joined(found: dict[str, list[str]]) -> dict[str, str]:
    return {name: " + ".join(values) or "–" for name, values in found.items()}
