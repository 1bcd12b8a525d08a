"""How long samples stay true: the spans that files name, and when what was true on a day expires.

Knows days and trees, no store and no file.
"""

import re
from datetime import date, timedelta

from .tree import PATH_SEPARATOR, Taxonomy

_UNITS = {
    "": 1,
    **dict.fromkeys(("d", "天"), 1),
    **dict.fromkeys(("w", "周"), 7),
    **dict.fromkeys(("m", "月", "个月"), 30),
    **dict.fromkeys(("y", "年"), 365),
}
_SPAN = re.compile(r"([0-9]{1,6}) ?(\D*)")
LONGEST = 36_500
"""A hundred years: what does not age needs no span."""
HINT = "write days such as 90, or 12w, 6m (of 30 days), 2y (of 365); from 1 day to 100y"


def days_of(text: str) -> int | None:
    """The days that a span stands for: `90`, `90d`, `12w`, `6m`, `2y`; None where it is none."""
    found = _SPAN.fullmatch(text.strip())
    unit = _UNITS.get(found[2].lower()) if found else None
    if found is None or unit is None:
        return None
    days = int(found[1]) * unit
    return days if 1 <= days <= LONGEST else None


def last_day(as_of: str, fresh_for: int) -> date | None:
    """The last day on which what was true `as_of` still counts; None for what is no date."""
    try:
        return date.fromisoformat(as_of[:10]) + timedelta(days=fresh_for)
    except (ValueError, OverflowError):
        return None


def lifetimes(taxonomy: Taxonomy) -> dict[str, int]:
    """The days that samples of each leaf stay true, by its path; leaves that never age are out."""
    return {
        PATH_SEPARATOR.join(leaf.path): days
        for leaf in taxonomy.leaves()
        if (days := taxonomy.fresh_for_of(leaf.id)) is not None
    }
