"""Samples whose truth is known: good ones, made up or given, and ones with a planted defect."""

from .canary import KINDS, canary, mutate
from .made import built_in
from .sample import Canary, Trusted

__all__ = ["KINDS", "Canary", "Trusted", "built_in", "canary", "mutate"]
