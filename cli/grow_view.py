"""What is offered to a taxonomy, drawn for a person: `+` lines, reasons and estimates."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from ..graphs.grow_trace import GrowTrace, estimated, told
from ..graphs.grown import GrownList, Growth, Offered
from ..taxonomy.growing.growth import entries_of
from .render import safe, text
from .trace import heading, step

if TYPE_CHECKING:
    from rich.console import Console

_MOST_NAMED = 12
_LOST = {"width": "no room with --width", "unmentioned": "of one proposal alone, not judged"}
"""Cuts of what may have been good."""
_COLOURS = {"grown": "green", "complete": "green", "full": "yellow", "failed": "magenta"}


def draw_growth(out: "Console", growth: Growth) -> None:
    """Print every list with what is offered for it."""
    for item in growth.lists:
        _draw_list(out, growth, item)
    failed = sum(item.status == "failed" for item in growth.lists)
    lost = f", {failed} could not be grown" if failed else ""
    out.print(
        text(
            f"\n{len(growth.additions)} entries offered to {len(growth.lists)} lists{lost}", "bold"
        ),
        soft_wrap=True,
    )


def _draw_list(out: "Console", growth: Growth, item: GrownList) -> None:
    own = [one for one in growth.additions if one.list_id == item.id]
    line = text(f"\n{item.path}", "bold")
    line.append_text(text(f"  {item.status}", _COLOURS.get(item.status, "")))
    line.append_text(text(f"  {item.id}", "dim"))
    out.print(line, soft_wrap=True)
    if item.reason or item.detail:
        out.print(text(f"  {item.reason} {item.detail}".rstrip(), "red"), soft_wrap=True)
    for words in _estimate(item, len(own)):
        out.print(text(f"  {words}", "cyan"), soft_wrap=True)
    _draw_present(out, growth, item)
    for one in own:
        draw_offered(out, item, one)
    cuts = Counter(cut["reason"] for cut in item.row["cuts"])
    if cuts:
        out.print(text(f"    cut: {_counted(cuts)}", "dim"), soft_wrap=True)
    for reason, words in _LOST.items():
        lost = [cut["name"] for cut in item.row["cuts"] if cut["reason"] == reason]
        if lost:
            out.print(text(f"    {words}: {', '.join(lost)}", "yellow"), soft_wrap=True)


def _draw_present(out: "Console", growth: Growth, item: GrownList) -> None:
    if item.spot.node not in growth.taxonomy:
        return
    names = [entry.name for entry in entries_of(growth.taxonomy, item.spot)]
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        out.print(text(f"    {', '.join(names[:_MOST_NAMED])}{more}", "dim"), soft_wrap=True)


def draw_offered(out: "Console", item: GrownList, one: Offered) -> None:
    """Print one entry that is offered."""
    line = text(f"  + {one.number:<3} {one.entry.name}", "green")
    alias = f" / {one.entry.alias}" if one.entry.alias else ""
    line.append_text(text(f"{alias}  {one.entry.definition}", "dim"))
    out.print(line, soft_wrap=True)
    for value in one.entry.values:
        out.print(text(f"          {value.name}: {value.definition}", "dim"), soft_wrap=True)
    out.print(text(f"        e.g. {one.entry.example}", "dim"), soft_wrap=True)
    lists = f"in {one.proposed_by} of {len(item.row['counted'])} proposals"
    why = f"; {one.reason}" if one.reason else ""
    out.print(text(f"        {lists}{why}", "dim"), soft_wrap=True)


def _estimate(item: GrownList, offered: int) -> list[str]:
    """How much is there and how much probably missing, now and with what is offered."""
    if item.estimate is None:
        return []
    now, then = item.completeness(0, 0), item.completeness(offered, 0)
    share = f"{now:.0%} complete as it is, {then:.0%} with all of these" if now is not None else ""
    return [estimated(item.row), share]


def _counted(counts: "Counter[str]") -> str:
    return ", ".join(f"{reason} {count}" for reason, count in counts.most_common())


def draw_trace(out: "Console", trace: GrowTrace, *, full: bool = False) -> None:
    """Draw the way of one list; `full` unfolds every prompt and reply."""
    growth = trace.growth
    heading(out, f"list {growth['id']}")
    out.print(text(growth["path"], "bold"))
    words = f"{growth['status']} {growth['reason']} {growth['detail']}".rstrip()
    out.print(text(words, _COLOURS.get(growth["status"], "")))
    _draw_level(out, growth["level"])
    heading(out, "calls")
    for title, attempts in trace.steps():
        step(out, title, attempts, full=full)
    heading(out, "cut")
    for cut in growth["cuts"]:
        out.print(text(f"  {cut['name']}"), text(told(cut), "dim"))
    heading(out, "what the merger did")
    for change in growth["changes"]:
        _draw_change(out, change)
    heading(out, "what is offered")
    for item in growth["additions"]:
        lists = f"in {len(item['lists'])} of {len(growth['counted'])} proposals"
        out.print(text(f"  + {item['entry']['name']}", "green"), text(lists, "dim"))
    out.print(text(f"estimate: {estimated(growth)}", "cyan"))
    if not full:
        out.print(text("\n--full unfolds every prompt and reply", "dim"))


def _draw_level(out: "Console", level: dict[str, Any]) -> None:
    for name, value in level.items():
        out.print(text(f"{name:<9} {value}", "dim"))


def _draw_change(out: "Console", change: dict[str, Any]) -> None:
    became = " + ".join(change["names"]) or "nothing"
    arrow = "" if change["names"] == [change["entry"]] else f" -> {became}"
    out.print(text(f"  {change['action']:<6} {change['entry']}{arrow}"), text(_why(change), "dim"))


def _why(change: dict[str, Any]) -> str:
    said = f" [merger: {change['said']}]" if change["said"] else ""
    return safe(f"{change['reason']}{said}")
