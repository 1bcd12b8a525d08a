"""Tables and views, as numbered migrations that are only ever added to.

Their statements stand in `migrations/`. People query these names: a column is never renamed, only
joined by another. JSON is TEXT.
"""

from importlib import resources

from sqlite_utils import Database, Migrations

migrations = Migrations("taxoloom")


@migrations()
def m001_runs_samples_and_calls(db: Database) -> None:
    """The tables of a generation run."""
    _carry_out(db, "m001_runs_samples_and_calls")


@migrations()
def m002_growths(db: Database) -> None:
    """Runs of another kind: a taxonomy that is grown, list by list."""
    db.execute("ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'generate'")
    _carry_out(db, "m002_growths")


@migrations()
def m003_coverage_of_runs(db: Database) -> None:
    """What a run found already there, and what it could not fill."""
    _carry_out(db, "m003_coverage_of_runs")


@migrations()
def m004_consistency(db: Database) -> None:
    """Verdicts on canaries and by people, differences of every kind, and how they were settled."""
    _carry_out(db, "m004_consistency")


@migrations()
def m005_labelling(db: Database) -> None:
    """Runs of another kind: data that is placed on a taxonomy, text by text."""
    _carry_out(db, "m005_labelling")


@migrations()
def m006_fingerprints(db: Database) -> None:
    """What near-duplicates of a sample are found by."""
    _carry_out(db, "m006_fingerprints")


@migrations()
def m007_difficulties(db: Database) -> None:
    """How hard samples were found to be."""
    _carry_out(db, "m007_difficulties")


@migrations()
def m008_links(db: Database) -> None:
    """Samples that belong together: wordings of one request, languages, depths."""
    _carry_out(db, "m008_links")


@migrations()
def m009_embeddings(db: Database) -> None:
    """Vectors of samples, as a model of embeddings made them."""
    _carry_out(db, "m009_embeddings")


def _carry_out(db: Database, name: str) -> None:
    """Statement by statement, so that all stay in the migration's transaction."""
    script = resources.files(__package__) / "migrations" / f"{name}.sql"
    for statement in script.read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            db.execute(statement)
