"""Noise and typos as people make them, by seed, with all that is needed to take them back."""

from .kinds import KINDS, USUAL
from .perturber import Edit, Perturbed, perturbed, restored
from .protected import protected

__all__ = ["KINDS", "USUAL", "Edit", "Perturbed", "perturbed", "protected", "restored"]
