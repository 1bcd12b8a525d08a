"""Writes a taxonomy as a table, a category to a row, as CSV or TSV.

Every row names its parent by id. What is no plain text stands in its cell as JSON; what is said of
no category stands in the row of the root.
"""

from ..tree import Taxonomy
from .plain_data import Plain, PlainData
from .write_json import json_text

_FIRST = ("id", "name", "parent")


def to_table(taxonomy: Taxonomy, delimiter: str) -> str:
    """The taxonomy as a table; `load` gives it back, ids included."""
    data = PlainData(taxonomy)
    rows = [data.row(node) for node in taxonomy.walk()]
    rows[0] |= data.top
    columns = list(dict.fromkeys((*_FIRST, *(name for row in rows for name in row))))
    lines = [delimiter.join(columns)]
    lines += [delimiter.join(_cell(row, name, delimiter) for name in columns) for row in rows]
    return "\n".join([*lines, ""])


def _cell(row: Plain, column: str, delimiter: str) -> str:
    value = row.get(column, "")
    if not isinstance(value, str) or (column == "use" and value.startswith("[")):
        value = json_text([value] if isinstance(value, str) else value)
    if value.startswith('"') or delimiter in value or "\n" in value:
        return '"' + value.replace('"', '""') + '"'
    return value
