"""The root of the command line: the app, how errors are shown, and how data is printed.

Data goes to stdout, all else to stderr. Nothing heavy is imported before a command runs.
"""

import functools
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from ..errors import TaxoloomError

P = ParamSpec("P")
R = TypeVar("R")

INTERRUPTED = 130
SHORTFALL = 3

app = typer.Typer(
    name="taxoloom",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Fine-tuning data from a taxonomy, made and judged by agents, every decision on record.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Db = Annotated[Path, typer.Option("--db", help="The database.", envvar="TAXOLOOM_DB")]
RunId = Annotated[str | None, typer.Option("--run", help="A run's id; the newest by default.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]
DEFAULT_DB = Path("taxoloom.db")


def command(parent: typer.Typer, name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a command whose errors are shown as a line or two, without a traceback."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except TaxoloomError as error:
                complain(error)
                raise typer.Exit(error.exit_code) from error
            except BrokenPipeError as error:
                # The reader went away (`| head`): not a fault, and nothing is left to be said.
                sys.stderr.close()
                raise typer.Exit(0) from error

        parent.command(name)(guarded)
        return guarded

    return decorate


def complain(error: TaxoloomError) -> None:
    """Say what is wrong and what to do, on stderr."""
    typer.echo(f"error: {plain(error.message)}", err=True)
    if error.hint:
        typer.echo(f"  {plain(error.hint)}", err=True)


def program() -> str:
    """How this program was called, so that a command that it names can be typed as it stands."""
    called = Path(sys.argv[0])
    if called.resolve() == Path(__file__).parent.parent.resolve() / "__main__.py":
        return f"{_short(Path(sys.executable))} -m taxoloom"
    found = shutil.which("taxoloom")
    if called.stem != "taxoloom" or (found and Path(found).resolve() == called.resolve()):
        return "taxoloom"
    return _short(called)


def _short(path: Path) -> str:
    absolute = Path.cwd() / path
    return str(absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else path)


def plain(text: str) -> str:
    """One line that a terminal can show."""
    from .render import safe

    return " ".join(safe(text).split())


def print_json(data: Any) -> None:
    """One JSON document on stdout."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Fine-tuning data from a taxonomy, made and judged by agents, every decision on record."""
    if version:
        from .. import __version__

        typer.echo(f"taxoloom {__version__}")
        raise typer.Exit
