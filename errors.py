"""Everything that taxoloom raises on purpose.

    TaxoloomError
    ├── InputError            what the user wrote: a file, an option, a name
    │   ├── TaxonomyError     one or more faults of a taxonomy file, each with its line
    │   ├── RecipeError       a recipe that cannot be run
    │   ├── PromptError       a prompt file or a plugin that breaks its contract
    │   └── NotFound          a sample, a run or a disagreement that the database does not hold
    ├── EndpointError         a model server that cannot be used: address, key, model, quota
    ├── StoreError            a database that cannot be read or written
    │   ├── StoreLocked       another run holds it
    │   └── StoreFull         no space is left
    └── RunStopped            a run that ended early, with all that it paid for on record
        └── BudgetSpent       it has used the tokens that it was allowed

Each error says what is wrong and where in its message, what to do in `hint`, and whether the
same action may succeed later in `retryable`. This module knows nothing else of the project.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class TaxoloomError(Exception):
    """Base of every error that taxoloom raises on purpose."""

    retryable: bool = False
    exit_code: int = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if hint:
            self.add_note(f"hint: {hint}")


class InputError(TaxoloomError):
    """The user wrote something that cannot be used."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an input file."""

    message: str
    """What is wrong, with the offending name in quotes."""
    file: str = ""
    line: int | None = None
    """1-based line in `file`; None where the format has no lines."""
    hint: str = ""
    """What to do about it."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        return where + self.message


class TaxonomyError(InputError):
    """A taxonomy file has one or more faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        if not faults:
            raise ValueError("a TaxonomyError needs at least one fault")
        self.faults = tuple(faults)
        first, more = faults[0], len(faults) - 1
        tail = f" (and {more} more; `taxoloom taxonomy check` lists all)" if more else ""
        super().__init__(str(first) + tail, first.hint)


class RecipeError(InputError):
    """A recipe cannot be run."""


class PromptError(InputError):
    """A prompt file or a plugin role breaks its contract."""


class NotFound(InputError):
    """The database does not hold what was asked for."""


class EndpointError(TaxoloomError):
    """A model server cannot be used: address, key, model or quota."""

    exit_code = 2


class StoreError(TaxoloomError):
    """A database cannot be read or written."""

    exit_code = 2


class StoreLocked(StoreError):
    """Another run holds the database."""

    retryable = True


class StoreFull(StoreError):
    """No space is left where the database is."""

    retryable = True
    exit_code = 1


class RunStopped(TaxoloomError):
    """A run ended early; everything that it paid for is on record and `--resume` goes on."""

    retryable = True


class BudgetSpent(RunStopped):
    """A run has used the tokens that it was allowed."""

    exit_code = 4
