"""A policy by its name, or from the plain data that a run keeps of a fitted one.

`unanimous` and `majority` need no data. The others are made by `calibrated` and `without_truth`;
`plain` writes one down and `policy` reads it back, to the last digit.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from ..errors import InputError
from .fitted_policy import FittedPolicy
from .panel import POLICIES, Policy

FITTED = ("calibrated", "dawid_skene")


def policy(spec: str | Mapping[str, Any]) -> Policy:
    """The policy of that name, or the fitted one that was written down."""
    if isinstance(spec, str):
        if spec in POLICIES:
            return POLICIES[spec]
        known = ", ".join((*POLICIES, *FITTED))
        if spec in FITTED:
            raise InputError(
                f"the policy {spec!r} has parameters, and none were given",
                "fit it on the votes of a run first",
            )
        raise InputError(f"unknown policy {spec!r}", f"known: {known}")
    try:
        return FittedPolicy.model_validate(spec)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(
            f"a stored policy cannot be read: {where + ': ' if where else ''}{first['msg']}",
            "fit the policy again",
        ) from error


def plain(fitted: FittedPolicy) -> dict[str, Any]:
    """All that a fitted policy is, fit for JSON."""
    return fitted.model_dump(mode="json")
