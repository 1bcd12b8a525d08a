"""Which run of a database a command goes on with, and with which recipe.

Asks the store; begins nothing. A recipe file is known by its key, a run by the recipe with the
options that it was begun with.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..recipe import Recipe
from ..store import queries, reading
from ..taxonomy import Taxonomy
from .prepare import Overrides

UNFINISHED = ("running", "interrupted", "stopped")
"""States of a run that --resume goes on with."""

Row = dict[str, Any]


def runs_of(db: Path, key: str) -> list[Row]:
    """Runs of a recipe file in a database, the newest first."""
    if not db.exists():
        return []
    with reading(db) as connection:
        return [run for run in queries.runs(connection) if run["recipe_key"] == key]


def refuse_second(db: Path, runs: Sequence[Row]) -> None:
    """Raise InputError if an unfinished run is there: it is not silently begun anew."""
    run = next((run for run in runs if run["status"] in UNFINISHED), None)
    if run is not None:
        decided = sum(run[status] for status in ("accepted", "disputed", "rejected", "failed"))
        raise InputError(
            f"{db} holds an unfinished run of this recipe: {run['id']}, {decided} decided",
            hint="go on with --resume, or begin anew in another file with --db",
        )


def resumable(
    db: Path, path: Path, effective: Recipe, overrides: Overrides, runs: Sequence[Row]
) -> Row:
    """The run to go on with: the unfinished one, else the last one that is finished.

    Raises InputError when there is none, or when the options are not those of the run.
    """
    wanted = effective.fingerprint()
    open_runs = [run for run in runs if run["status"] in UNFINISHED]
    for run in open_runs:
        if not overrides.data or run["fingerprint"] == wanted:
            return run
    if open_runs:
        raise InputError(
            f"the unfinished run {open_runs[0]['id']} was begun with other options",
            hint="leave the options out: --resume goes on with those of the run",
        )
    for run in runs:
        if not overrides.data or run["fingerprint"] == wanted:
            return run
    raise InputError(
        f"{db} holds no unfinished run of {path} with these options",
        hint="leave out --resume to begin one; a recipe that was changed is another recipe",
    )


def refuse_other_taxonomy(run: Row, taxonomy: Taxonomy) -> None:
    """Raise InputError if a run was planned on a taxonomy that has changed since."""
    if run["taxonomy_hash"] != taxonomy.fingerprint:
        raise InputError(
            f"the taxonomy has changed since run {run['id']} was begun",
            hint="bring the old file back to resume, or begin anew in another file with --db",
        )


def continued(stored: Recipe, current: Recipe) -> Recipe:
    """The recipe that a run was begun with, with what may change in between as it is now."""
    if stored.fingerprint() == current.fingerprint():
        return current
    settings = {
        name: current.models.get(name, known).model_copy(update={"model": known.model})
        for name, known in stored.models.items()
    }
    run = stored.run.model_copy(update={"stop_after_failures": current.run.stop_after_failures})
    vectors = stored.embeddings
    if vectors is not None and current.embeddings is not None:
        same = {"model": vectors.model, "dimensions": vectors.dimensions}
        vectors = current.embeddings.model_copy(update=same)
    return stored.model_copy(update={"models": settings, "run": run, "embeddings": vectors})


def new_id(db: Path, recipe: Recipe) -> str:
    """The id of a new run: the recipe's hash, and which run of it this is."""
    fingerprint = recipe.fingerprint()
    earlier = 0
    if db.exists():
        with reading(db) as connection:
            known = queries.runs(connection)
            earlier = sum(run["fingerprint"] == fingerprint for run in known)
    return f"{fingerprint[:8]}-{earlier + 1}"
