"""Decides a run anew from the verdicts that are stored, under another policy. Calls no model.

Shows what would change; nothing is moved before `apply`. What people or an adjudicator have settled
stays as they settled it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..agents import registry
from ..errors import InputError, RunStopped
from ..quality import FittedPolicy, Policy, decide, placed, plain
from ..recipe import Panel, Recipe
from ..store import Writer, lock, queries, reading, upgrade
from ..store import panel as kept
from ..store.redecided import moved
from .engine import moment
from .fitting import fitted
from .prepare import policy_of


@dataclass(frozen=True, slots=True)
class Change:
    """A sample that another policy decides otherwise."""

    id: str
    leaf: str
    was: str
    was_reason: str
    became: str
    became_reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What canaries make expect of the accepted samples, under one policy."""

    residual: float | None
    """Share of defects among them; None where none is accepted."""
    kept: float | None
    """Share of all good judged samples that is among them."""


@dataclass(frozen=True, slots=True)
class Redecision:
    """A run under another policy."""

    run_id: str
    policy: str
    data: dict[str, Any]
    """The policy's parameters."""
    judged: int
    """Samples with verdicts."""
    settled: int
    """Of them, those that somebody settled: they stay."""
    before: dict[str, int]
    after: dict[str, int]
    changes: tuple[Change, ...]
    expected_before: Expected | None = None
    """None without canaries."""
    expected_after: Expected | None = None
    moves: dict[str, int] = field(default_factory=dict)
    """How many go from where to where: `disputed → accepted`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The policy to decide by; None leaves what the run's recipe says."""

    policy: str | None = None
    residual: float | None = None
    lost: float | None = None
    defects: float | None = None
    aside: tuple[str, ...] | None = None
    plugins: tuple[str, ...] = ()

    def panel(self, recipe: Recipe) -> Panel:
        """The run's panel with these settings. Raises InputError for ones that do not go."""
        given = {
            name: getattr(self, name)
            for name in ("policy", "residual", "lost", "defects", "aside")
            if getattr(self, name) is not None
        }
        data = recipe.panel.model_dump(mode="json") | given
        try:
            # Canaries are those of the run, which the recipe need not have asked for by name.
            return Panel.model_validate({**data, "canaries": data["canaries"] or {"number": 2}})
        except ValueError as error:
            raise InputError(
                f"this policy does not go with the run's panel: {error}", hint="name another"
            ) from error


def redecide(db: Path, run_id: str | None = None, wanted: Wanted | None = None) -> Redecision:
    """What another policy makes of a run's verdicts. Raises InputError and NotFound."""
    wanted = wanted or Wanted()
    upgrade(db)
    with reading(db) as connection:
        run = queries.run(connection, run_id)
        panel = wanted.panel(Recipe.model_validate(run["recipe"]))
        policy, expecting = _policies(connection, run["id"], panel, wanted.plugins)
        cases = list(kept.judged(connection, run["id"]))
    if not cases:
        raise InputError(f"run {run['id']} has no verdicts", hint="let it judge samples first")
    changes, becomes = [], []
    for sample, verdicts in cases:
        if sample["settled"]:
            becomes.append(sample["status"])
            continue
        made = placed(decide(verdicts, policy), sample["found"])
        becomes.append(made.status)
        if made.status != sample["status"]:
            change = Change(
                id=sample["id"],
                leaf=sample["leaf"],
                was=sample["status"],
                was_reason=sample["reason"],
                became=made.status,
                became_reason=made.reason,
                detail=made.detail,
            )
            changes.append(change)
    was = [sample["status"] for sample, _ in cases]
    votes = [tuple(_vote(verdict) for verdict in verdicts) for _, verdicts in cases]
    return Redecision(
        run_id=run["id"],
        policy=panel.policy,
        data=plain(policy) if isinstance(policy, FittedPolicy) else {},
        judged=len(cases),
        settled=sum(sample["settled"] for sample, _ in cases),
        before=dict(Counter(was)),
        after=dict(Counter(becomes)),
        changes=tuple(changes),
        expected_before=_expected(expecting, votes, was),
        expected_after=_expected(expecting, votes, becomes),
        moves=dict(Counter(f"{change.was} → {change.became}" for change in changes)),
    )


def apply(db: Path, decided: Redecision) -> None:
    """Move the samples, keep where they were, and write down the policy. Raises StoreError."""
    rows = [asdict(change) for change in decided.changes]
    with lock(db):
        writer = Writer(db)
        try:
            writer.write_now(
                moved(
                    decided.run_id,
                    rows,
                    policy=decided.policy,
                    data=decided.data,
                    created_at=moment(),
                )
            )
        finally:
            writer.close()


def _policies(
    connection: Any, run_id: str, panel: Panel, plugins: Sequence[str]
) -> tuple[Policy, FittedPolicy | None]:
    """The policy to decide by, and what canaries say of each pattern of votes."""
    truth = kept.truth(connection, run_id)
    stream = list(kept.votes(connection, run_id))
    canaries = list(kept.canary_votes(connection, run_id))
    if panel.policy == "calibrated" and not canaries:
        raise InputError(
            f"run {run_id} has no canaries to calibrate on",
            hint="put `canaries: {number: 200}` under `panel` of the recipe, and run it anew",
        )

    def fit(name: str) -> FittedPolicy:
        asked = panel.model_copy(update={"policy": name})
        return fitted(asked, stream, canaries=canaries, truth=truth)

    found = policy_of(panel, registry(plugins).policies)
    policy: Policy = fit(panel.policy) if found is None else found
    try:
        expecting = fit("calibrated") if canaries else None
    except RunStopped:
        # Canaries of one kind alone bear no estimate; the policy may do without.
        expecting = None
    return policy, expecting


def _expected(
    expecting: FittedPolicy | None, votes: Sequence[tuple[bool | None, ...]], status: Sequence[str]
) -> Expected | None:
    if expecting is None:
        return None
    bad = {pattern: expecting.posterior(pattern) for pattern in set(votes)}
    accepted = [pattern for pattern, one in zip(votes, status, strict=True) if one == "accepted"]
    good = sum(1 - bad[pattern] for pattern in votes)
    among = sum(1 - bad[pattern] for pattern in accepted)
    return Expected(
        residual=1 - among / len(accepted) if accepted else None,
        kept=among / good if good else None,
    )


def _vote(verdict: Mapping[str, Any]) -> bool | None:
    return None if verdict["unscored"] else bool(verdict["accept"])
