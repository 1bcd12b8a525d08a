"""What is kept: schema, writer, journal, queries and exports. The only place with SQL."""

from . import progress, queries, records
from .database import check_writable, lock, reading
from .export import FORMATS, export
from .journal import CallJournal
from .queries import Filter
from .writer import Writer

__all__ = [
    "FORMATS",
    "CallJournal",
    "Filter",
    "Writer",
    "check_writable",
    "export",
    "lock",
    "progress",
    "queries",
    "reading",
    "records",
]
