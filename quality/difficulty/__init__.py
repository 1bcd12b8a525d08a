"""How hard is it: small rankings made into ratings on one scale, and held against what was meant.

`batches` says which samples to rank together, `rated` makes ratings of the rankings, `measured`
tells how far ratings and intended levels go together, and `beside` which samples are far from the
others of their level. No model is called here.
"""

from .design import batches
from .levels import Level, Levels, Misfit, Step, beside, measured, reliability
from .scale import CENTRE, MOST, POINTS, Ranking, Rating, Scale, rated

__all__ = [
    "CENTRE",
    "MOST",
    "POINTS",
    "Level",
    "Levels",
    "Misfit",
    "Ranking",
    "Rating",
    "Scale",
    "Step",
    "batches",
    "beside",
    "measured",
    "rated",
    "reliability",
]
