"""What is kept: schema, writer, journal, queries and exports. The only place with SQL."""

from . import dataset, labelling, progress, queries, records
from .database import check_writable, lock, reading, upgrade
from .export import FORMATS, REASONING, export
from .journal import CallJournal
from .queries import Filter
from .shortfall import count_shortfall, shortfall
from .whole import written_whole
from .writer import Writer

__all__ = [
    "FORMATS",
    "REASONING",
    "CallJournal",
    "Filter",
    "Writer",
    "check_writable",
    "count_shortfall",
    "dataset",
    "export",
    "labelling",
    "lock",
    "progress",
    "queries",
    "reading",
    "records",
    "shortfall",
    "upgrade",
    "written_whole",
]
