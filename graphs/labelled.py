"""What came of labelling a data set, as its user holds it. Everything is read from SQL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..quality import Agreement, agreement
from ..store import labelling, queries, reading
from ..store.labelled_file import write_labelled
from ..taxonomy import PATH_SEPARATOR, Space, Taxonomy
from ..taxonomy.measuring.coverage import measure
from ..taxonomy.measuring.covered import Coverage


@dataclass(frozen=True, slots=True)
class LabelledData:
    """A run that labelled data."""

    id: str
    path: Path
    """The database."""
    status: str
    """done, shortfall, or how it was left."""
    language: str
    models: Mapping[str, str]
    """By annotator."""
    texts: int
    """Rows of the data that were asked for."""
    counts: Mapping[str, int]
    """labelled, disputed, none, failed."""
    failures: tuple[tuple[str, int], ...]
    """Why texts failed, the commonest reason first."""
    agreement: Agreement
    """Of the annotators on leaves; «none of these» is one answer of many."""
    stuck: tuple[tuple[str, int], ...]
    """Where «none of these» points at: nodes below which the taxonomy lacks a category."""

    def items(self, status: str | None = None) -> Iterator[dict[str, Any]]:
        """What became of each text, in the order of the data."""
        with reading(self.path) as db:
            yield from labelling.items(db, self.id, status)

    def disagreements(self) -> list[dict[str, Any]]:
        """What the annotators differ in."""
        with reading(self.path) as db:
            return list(labelling.disagreements(db, self.id))

    def taxonomy(self) -> Taxonomy:
        """The taxonomy of the run."""
        with reading(self.path) as db:
            return Taxonomy.from_dict(queries.taxonomy(db, self.id))

    def coverage(self, *, least: int = 1) -> Coverage:
        """Coverage of the taxonomy by the texts that have a place.

        A text of several leaves counts at each; of several values of one attribute the first.
        """
        taxonomy = self.taxonomy()
        return measure(Space(taxonomy), self._placed(taxonomy), least=least)

    def write(self, out: Path | str, format: str | None = None) -> int:
        """Write the data set with `leaf` and `labels` beside each row, as JSON Lines.

        Rows keep their shape unless `format` is messages, sharegpt or alpaca. Returns how many
        were written; the file appears whole or not at all.
        """
        return write_labelled(self.items(), Path(out), format)

    def _placed(self, taxonomy: Taxonomy) -> Iterator[tuple[str, dict[str, str]]]:
        ids = {PATH_SEPARATOR.join(leaf.path): leaf.id for leaf in taxonomy.leaves()}
        with reading(self.path) as db:
            for leaves, labels in labelling.placed(db, self.id):
                first = {name: values[0] for name, values in labels.items() if values}
                for leaf in leaves:
                    yield ids[leaf], first


def read_labelled(db: Path, run_id: str | None = None) -> LabelledData:
    """A run that labelled data, the newest if no id is given. Raises NotFound."""
    with reading(db) as connection:
        run = labelling.run(connection, run_id)
        said = labelling.places_said(connection, run["id"], list(run["models"]))
        return LabelledData(
            id=run["id"],
            path=db,
            status=run["status"],
            language=run["language"],
            models=run["models"],
            texts=run["asked"],
            counts=labelling.counts(connection, run["id"]),
            failures=tuple(labelling.reasons(connection, run["id"], "failed")),
            agreement=agreement(said),
            stuck=tuple(labelling.stuck(connection, run["id"])),
        )
