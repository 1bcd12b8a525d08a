"""Accepting what is offered to a taxonomy: all, some by number, or one by one; and writing it."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..errors import InputError
from .app import INTERRUPTED, plain

if TYPE_CHECKING:
    from ..graphs.grown import Choice, Growth
    from ..taxonomy import Taxonomy


def ask(growth: "Growth", file: str, target: Path | None) -> "tuple[Choice, Path | None]":
    """Ask for each entry, and where to write if nobody has said."""
    from .grow_view import draw_offered
    from .render import console

    lists = {item.id: item for item in growth.lists}
    taken: list[int] = []
    everything = False
    try:
        for one in growth.additions:
            parent = growth.parent(one)
            if parent is not None and parent.number not in taken:
                continue
            if not everything:
                draw_offered(console(), lists[one.list_id], one)
                said = _answer(f"{one.path} + {one.entry.name}: accept? y/n, a for all, q to stop")
                if said == "q":
                    break
                everything = said == "a"
                if said == "n":
                    continue
            taken.append(one.number)
        if taken and target is None:
            name = Path(file.partition("#")[0])
            target = target_of(file, Path(typer.prompt("write to", f"{name.stem}.grown.yaml")))
    except typer.Abort as error:
        typer.echo("\nstopped; nothing was written, --resume shows the offer again", err=True)
        raise typer.Exit(INTERRUPTED) from error
    return taken, target if taken else None


def _say_what_is_lost(target: Path) -> None:
    """Comments are no part of a taxonomy: who writes over a file with some is told."""
    if target.exists():
        lines = target.read_text(encoding="utf-8", errors="replace").splitlines()
        if any(line.lstrip().startswith("#") for line in lines):
            typer.echo(f"note: the comments of {target} are not kept", err=True)


def _answer(question: str) -> str:
    """One of y, n, a and q."""
    while True:
        said: str = typer.prompt(plain(question), default="n").strip().lower()[:1]
        if said in "ynaq":
            return said


def parsed(accept: str | None) -> "Choice | None":
    """What --accept says: all, none, or numbers and ranges."""
    if accept is None or accept in ("all", "none"):
        return accept  # type: ignore[return-value]
    numbers: set[int] = set()
    for part in accept.replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()) or len(last) > 6:
            raise InputError(f"--accept {accept!r}", hint="write all, none, or numbers as in 1,3-5")
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers


def target_of(file: str, out: Path | None, *, in_place: bool = False) -> Path | None:
    """Where the grown taxonomy goes. Raises InputError for a place that it cannot go to."""
    source = Path(file)
    if in_place:
        if out is not None:
            raise InputError("--out and --in-place exclude each other", hint="leave one out")
        # Around the outline of a Markdown file stands prose, which is nobody's to lose.
        _check_format(source, besides=("paths", "markdown"))
        return source
    if out is None:
        return None
    _check_format(out)
    if out.exists() and source.exists() and out.samefile(source):
        raise InputError(f"{out} is the taxonomy itself", hint="write over it with --in-place")
    if not out.parent.is_dir():
        raise InputError(f"{out.parent}: no such folder", hint="create it, or name another")
    return out


def _check_format(target: Path, besides: Collection[str] = ("paths",)) -> None:
    from ..taxonomy.formats.write import TARGETS
    from ..taxonomy.formats.write import target_of as format_of

    known = [name for name in TARGETS if name not in besides]
    if format_of(target) not in known:
        raise InputError(
            f"{target}: a grown taxonomy goes here only as {', '.join(known)}",
            hint="name a file with such an ending with --out",
        )


def refuse_contradictions(choice: "Choice | None", target: Path | None, *, dry_run: bool) -> None:
    """Raise InputError for options that do not go together, before anything is paid for."""
    if dry_run and (target is not None or choice is not None):
        raise InputError(
            "--dry-run writes nothing, and --accept, --out and --in-place do",
            hint="leave one of them out",
        )
    if choice is not None and choice != "none" and target is None:
        raise InputError(
            "--accept does not say where the grown taxonomy goes",
            hint="add --out FILE or --in-place",
        )


def write(taxonomy: "Taxonomy", target: Path) -> None:
    """Write a file that loads as this very taxonomy, or leave what is there."""
    from ..store import written_whole
    from ..taxonomy.formats.write import target_of as format_of
    from ..taxonomy.formats.write import write as written

    chosen = format_of(target)
    if chosen is None:
        raise AssertionError("a target without a format was let through")
    text = written(taxonomy, chosen)
    real = Path(os.path.realpath(target))
    _say_what_is_lost(real)
    with written_whole(real) as file:
        file.write(text)
