"""The commands: each parses, calls one function, prints."""


def main() -> None:
    """Entry point of the console script."""
    from . import generate, look, setup, taxonomy  # noqa: F401 - they register their commands
    from .app import app

    app()
