"""Samples of known truth: good ones made up or given, and the same with one planted defect."""

from .canary import KINDS, Canary, Trusted, canary, mutate
from .made import built_in

__all__ = ["KINDS", "Canary", "Trusted", "built_in", "canary", "mutate"]
