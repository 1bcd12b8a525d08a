"""Which value of a built-in axis a sample was to have. Labels may be ids or displayed names."""

from collections.abc import Mapping
from functools import cache

from ....taxonomy.axes import AxisValue, axes
from ..rule import Sample

_LANGUAGES = ("zh", "en")


def wanted(sample: Sample, axis: str) -> str:
    """The id of the value, "" where the sample has no label of the axis or one of the user's."""
    found = built_in(sample, axis)
    return found.id if found else ""


def built_in(sample: Sample, axis: str) -> AxisValue | None:
    """The built-in value that a label of the sample names."""
    names, values = _known().get(axis, ((), {}))
    for name in names:
        if name in sample.labels:
            return values.get(sample.labels[name].strip().casefold())
    return None


@cache
def _known() -> Mapping[str, tuple[tuple[str, ...], Mapping[str, AxisValue]]]:
    """Axis to what it is called, and to its values by what these are called."""
    names: dict[str, list[str]] = {}
    values: dict[str, dict[str, AxisValue]] = {}
    for axis in (axis for language in _LANGUAGES for axis in axes(language)):
        names.setdefault(axis.id, [axis.id]).append(axis.name)
        known = values.setdefault(axis.id, {})
        for value in axis.values:
            known |= {value.id: value, value.name.casefold(): value}
    return {axis: (tuple(called), values[axis]) for axis, called in names.items()}
