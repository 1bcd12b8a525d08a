"""The commands: each parses, calls one function, prints."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer


def commands() -> "typer.Typer":
    """The app with all commands on it."""
    # They register their commands.
    from . import (  # noqa: F401
        adjudicate,
        check,
        coverage,
        difficulty,
        disagreements,
        generate,
        grow,
        label,
        look,
        plan,
        redecide,
        report,
        rewrites,
        setup,
        tasks,
        taxonomy,
    )
    from .app import app

    return app


def main() -> None:
    """Entry point of the console script."""
    commands()()
