"""`adjudicate`: settle what judges disagree on, one after the other or by the adjudicator."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, RunStopped, StoreFull
from .app import DEFAULT_DB, INTERRUPTED, SHORTFALL, Db, RunId, app, command, complain, program
from .disagreements import Criterion, Kind, Leaf, chosen

if TYPE_CHECKING:
    from ..graphs.adjudicate_agent import Rulings
    from .adjudicate_session import Session

As = Annotated[str | None, typer.Option("--as", help="Your name; $USER by default.")]
Overrule = Annotated[
    bool, typer.Option("--overrule", help="Your vote moves what others have settled, too.")
]


@command(app, "adjudicate")
def adjudicate(
    db: Db = DEFAULT_DB,
    run: RunId = None,
    name: As = None,
    kind: Kind = None,
    criterion: Criterion = None,
    leaf: Leaf = None,
    show_votes: Annotated[
        bool, typer.Option("--show-votes", help="Show the judges' votes before yours.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Samples at most.")] = None,
    settled: Annotated[
        bool, typer.Option("--settled", help="Also what others settled: a further opinion.")
    ] = False,
    overrule: Overrule = False,
    agent: Annotated[
        bool, typer.Option("--agent", help="Let the adjudicator rule, not a person.")
    ] = False,
    model: Annotated[str | None, typer.Option(help="--agent: its model.")] = None,
    base_url: Annotated[str | None, typer.Option(help="--agent: its endpoint.")] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="--agent: calls in flight.")
    ] = None,
) -> None:
    """Settle disagreements one after the other, without seeing who voted how.

    Keys, in any language: a accept, r reject, s skip, c comment, u undo, v votes of the judges, ?
    help, q quit. Without a terminal a line is a key. Every vote is kept at once.
    """
    wanted = chosen(kind, criterion, leaf, None)
    if agent:
        personal = {"--as": name, "--show-votes": show_votes, "--overrule": overrule}
        personal |= {"--settled": settled, "--kind": kind not in (None, "decision")}
        personal |= {"--criterion": criterion}
        _refuse(personal, "the adjudicator settles open decisions, on its own")
        _rule(db, run, wanted, limit, model=model, base_url=base_url, concurrency=concurrency)
        return
    _refuse(
        {"--model": model, "--base-url": base_url, "--concurrency": concurrency},
        "a person needs none; --agent lets the adjudicator rule",
    )
    if _labels(db, run):
        refused = {"--criterion": criterion, "--settled": settled, "--overrule": overrule}
        _refuse(refused | {"--leaf": leaf}, "this run labelled data, and has no such thing")
        _place(db, run, reviewer(name), limit, show_votes=show_votes)
        return
    session, left = _sit(
        db,
        run,
        reviewer(name),
        wanted,
        limit=limit,
        settled=settled or overrule,
        overrule=overrule,
        show_votes=show_votes,
    )
    _sum_up(session, left)


def reviewer(name: str | None) -> str:
    """The source of a person's votes: by the option, the environment, or asked for."""
    from ..graphs.adjudicate import person

    found = name or os.environ.get("USER") or os.environ.get("USERNAME")
    if not found and sys.stdin.isatty():
        found = typer.prompt("Your name", err=True)
    if not found:
        raise InputError("nobody knows who you are", hint="say it: --as NAME")
    return person(found)


def _labels(db: Path, run: str | None) -> bool:
    """Whether the run that is meant is one that labelled data."""
    from ..store import labelling, queries, reading

    with reading(db) as connection:
        found = {one["id"] for one in queries.runs(connection, labelling.KIND)}
        return run in found or (run is None and bool(found) and not queries.runs(connection))


def _place(db: Path, run: str | None, source: str, limit: int | None, *, show_votes: bool) -> None:
    """A session over texts that annotators placed differently."""
    from collections import deque

    from ..graphs.adjudicate_labels import label_desk
    from .adjudicate_keys import keys
    from .adjudicate_places import PlaceSession
    from .adjudicate_view import Screen
    from .adjudicate_words import words

    with label_desk(db, run, source) as held:
        screen = Screen(words(held.run["language"]))
        session = PlaceSession(
            held, keys(), screen, deque(held.waiting()[:limit]), show_votes=show_votes
        )
        code = 0
        try:
            if session.queue or held.has_voted():
                session.run()
            else:
                screen.say(screen.words.nothing)
        except EOFError:
            # The input has ended: as good as `q`.
            pass
        except KeyboardInterrupt:
            code = INTERRUPTED
        line = screen.words.place_summary.format(
            settled=len(session.done), skipped=len(session.skipped), left=len(held.waiting())
        )
        screen.say(line, "bold")
    if code:
        raise typer.Exit(code)


def _refuse(options: dict[str, Any], hint: str) -> None:
    given = [option for option, value in options.items() if value]
    if given:
        raise InputError(f"{', '.join(given)} does not go with this", hint=hint)


def _sit(
    db: Path,
    run: str | None,
    source: str,
    wanted: Any,
    *,
    limit: int | None,
    settled: bool,
    overrule: bool,
    show_votes: bool,
) -> tuple["Session", int]:
    """A session to its end, and how many samples are left; Ctrl-C leaves it in good order."""
    from collections import deque

    from ..graphs.adjudicate import desk
    from .adjudicate_keys import keys
    from .adjudicate_session import Session
    from .adjudicate_view import Screen
    from .adjudicate_words import words

    with desk(db, run, source, overrule=overrule) as held:
        screen = Screen(words(held.run["language"]))
        ids = held.waiting(wanted, settled=settled)[:limit]
        session = Session(held, keys(), screen, deque(ids), show_votes)
        try:
            if ids or held.has_voted():
                session.run()
            else:
                screen.say(screen.words.nothing)
        except EOFError:
            # The input has ended: as good as `q`.
            pass
        except KeyboardInterrupt as error:
            _sum_up(session, len(held.waiting(wanted, settled=settled)))
            raise typer.Exit(INTERRUPTED) from error
        finally:
            held.recount()
        return session, len(held.waiting(wanted, settled=settled))


def _sum_up(session: "Session", left: int) -> None:
    words = session.screen.words
    accepted, rejected = session.count(accept=True), session.count(accept=False)
    line = words.summary.format(
        settled=accepted + rejected,
        accepted=accepted,
        rejected=rejected,
        skipped=len(session.skipped),
        left=left,
    )
    others = sum(not moved for _, _, moved in session.done)
    session.screen.say(line + (words.opinions.format(count=others) if others else ""), "bold")


def _rule(
    db: Path,
    run: str | None,
    wanted: Any,
    limit: int | None,
    *,
    model: str | None,
    base_url: str | None,
    concurrency: int | None,
) -> None:
    """Let the adjudicator rule, and leave with the exit code that belongs to how it went."""
    from ..graphs.adjudicate_agent import Asked, adjudicate_sync
    from ..graphs.prepare import Overrides
    from .adjudicate_progress import Clerk

    clerk = Clerk()
    asked = Asked(
        chosen=wanted,
        limit=limit,
        overrides=Overrides(model=model, base_url=base_url, concurrency=concurrency),
        on_start=clerk.started,
        on_ruling=clerk.ruled,
        on_attempt=clerk.attempt,
        on_stopping=clerk.stopping,
    )
    again = f"{program()} adjudicate --agent --db {db}"
    try:
        found = adjudicate_sync(db, run, asked)
    except KeyboardInterrupt as error:
        typer.echo(f"interrupted; what was ruled is kept. Go on with: {again}", err=True)
        raise typer.Exit(INTERRUPTED) from error
    except (RunStopped, StoreFull) as error:
        complain(error)
        typer.echo(f"what was ruled is kept. Go on with: {again}", err=True)
        raise typer.Exit(error.exit_code) from error
    _report(found, clerk)


def _report(found: "Rulings", clerk: Any) -> None:
    total = found.accepted + found.rejected
    typer.echo(
        f"run {found.run_id}: ruled on {total} ({found.accepted} accepted, "
        f"{found.rejected} rejected), left {found.left}; {clerk.paid()}"
    )
    if found.failed:
        why = ", ".join(f"{outcome} {count}" for outcome, count in found.failed.most_common())
        typer.echo(f"no ruling could be had on {found.failed.total()}: {why}", err=True)
        raise typer.Exit(SHORTFALL)
