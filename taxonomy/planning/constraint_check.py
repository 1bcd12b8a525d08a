"""Says what is wrong with the constraints of a taxonomy before anything is planned.

Loading judges their shape alone: the recipe may name axes of its own. Here they are held against
the taxonomy and the built-in axes. Knows faults and lines; what a constraint means is known to
`space`.
"""

from collections.abc import Sequence

from ...errors import Fault, InputError
from ..axes import Axis, axes
from ..constraints import Constraint
from ..tree import Taxonomy
from .naming import Names
from .space import Space

_LANGUAGES = ("zh", "en")


def constraint_faults(taxonomy: Taxonomy, file: str) -> list[Fault]:
    """Names that there are not, and what can never be met, each with its line if it has one."""
    fewest: list[Fault] | None = None
    for language in _LANGUAGES:
        built_in = axes(language)
        faults = _unknown(taxonomy, built_in, file) or _impossible(taxonomy, built_in, file)
        if fewest is None or len(faults) < len(fewest):
            fewest = faults
        if not faults or not taxonomy.constraints:
            break
    return fewest or []


def _unknown(taxonomy: Taxonomy, built_in: Sequence[Axis], file: str) -> list[Fault]:
    names = Names(taxonomy, built_in)
    faults = []
    for constraint in taxonomy.constraints:
        try:
            names.resolved([constraint])
        except InputError as error:
            # The line stands before the message.
            message = error.message.replace(f" (line {constraint.line})", "", 1)
            faults.append(Fault(message, file, constraint.line, error.hint))
    return faults


def _impossible(taxonomy: Taxonomy, built_in: Sequence[Axis], file: str) -> list[Fault]:
    error = _contradiction(taxonomy, built_in, taxonomy.constraints)
    if error is None:
        return []
    # The fewest constraints from the top that contradict each other: the last of them did it.
    enough, too_few = len(taxonomy.constraints), -1
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        earlier = _contradiction(taxonomy, built_in, taxonomy.constraints[:middle])
        if earlier is None:
            too_few = middle
        else:
            enough, error = middle, earlier
    line = taxonomy.constraints[enough - 1].line if enough else None
    return [Fault(error.message, file, line, error.hint)]


def _contradiction(
    taxonomy: Taxonomy, built_in: Sequence[Axis], constraints: Sequence[Constraint]
) -> InputError | None:
    tried = Taxonomy(taxonomy.walk(), constraints)
    try:
        _ = Space(tried, built_in).shares
    except InputError as error:
        return error
    return None
