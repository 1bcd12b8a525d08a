"""What a candidate must pass before a judge is paid: rules, what was there before, benchmarks.

One screen serves a whole run. Asks no model.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..agents import Draft, World
from ..quality.duplicates import Benchmark
from ..quality.rules import Finding, Rule, Sample, Settings, run_rules
from ..taxonomy import Blueprint
from .checking import leaked
from .repeats import Repeats


@dataclass(frozen=True, slots=True)
class Screen:
    """All checks of a run."""

    rules: Sequence[Rule]
    settings: Settings
    repeats: Repeats | None = None
    benchmark: Benchmark | None = None

    async def findings(self, draft: Draft, blueprint: Blueprint, world: World) -> list[Finding]:
        """Everything that is wrong with a candidate; the rules first, in their order."""
        sample = _sample(draft, blueprint, world)
        if self._dear:
            # Code that runs, or algebra: other samples must not wait for it.
            found = await asyncio.to_thread(run_rules, sample, self.settings, self.rules)
        else:
            found = run_rules(sample, self.settings, self.rules)
        # What is made from another sample repeats it on purpose.
        alone = not blueprint.source
        if alone and self.repeats is not None and (repeat := self.repeats.finding(sample.messages)):
            found.append(repeat)
        if self.benchmark is not None:
            found += leaked(self.benchmark, sample.messages)
        return found

    @property
    def _dear(self) -> bool:
        """Whether a rule that takes its time is on."""
        switched = {code: setting.on for code, setting in self.settings.root.items()}
        dear = [rule for rule in self.rules if rule.cost == "dear"]
        return any(rule.on if (on := switched.get(rule.code)) is None else on for rule in dear)


def _sample(draft: Draft, blueprint: Blueprint, world: World) -> Sample:
    axes = {axis.id: axis for axis in world.axes}
    # Attributes are what a request is about, and may be named in it; axes are to be shown.
    labels = {name: value for name, value in blueprint.labels if name in axes}
    return Sample(
        messages=draft.messages(),
        reasoning=draft.reasoning,
        final_answer=draft.final_answer,
        language=blueprint.language,
        labels=labels,
        path=blueprint.path,
        as_of=world.as_of,
        fresh_for=world.taxonomy.fresh_for_of(blueprint.leaf),
        label_words=[axes[name].value(value).name for name, value in labels.items()],
        turns=blueprint.turns,
        switch=blueprint.switch,
        opening=blueprint.opening,
        parameters=dict(blueprint.parameters),
    )
