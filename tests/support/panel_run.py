"""A whole run with simulated judges, and how well each policy does on what it stored.

The run is the real one: graph, journal, store and canaries. The truth of its samples is known to
the simulation alone and read from what the writer wrote.
"""

import json
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from taxoloom.graphs.generate import generate
from taxoloom.graphs.redecide import Wanted, redecide
from taxoloom.graphs.run import Run
from taxoloom.tests.support.endpoint import Endpoint
from taxoloom.tests.support.panel_model import PanelModel
from taxoloom.tests.support.panel_scores import Score
from taxoloom.tests.support.recipes import recipe

POLICIES = ("unanimous", "majority", "dawid_skene", "calibrated")


@dataclass(frozen=True, slots=True)
class PanelRun:
    """A finished run of one planted panel."""

    run: Run
    model: PanelModel

    @property
    def truth(self) -> dict[str, bool]:
        """Whether each judged sample is good."""
        return {
            sample: self.model.is_good(found[1])
            for sample, messages in self.ask("SELECT id, messages FROM samples")
            if (
                found := re.search(r"answer to ([0-9a-f]{10})", json.loads(messages)[-1]["content"])
            )
        }

    @property
    def stored(self) -> dict[str, str]:
        """Sample to decision, as it is in the database."""
        return dict(self.ask("SELECT id, status FROM samples"))

    def under(self, policy: str) -> dict[str, str]:
        """Sample to decision under another policy, from the stored verdicts."""
        found = redecide(self.run.path, self.run.id, Wanted(policy=policy))
        return self.stored | {change.id: change.became for change in found.changes}

    def single(self, judge: str) -> dict[str, str]:
        """Sample to decision if one judge alone decided."""
        query = f"SELECT sample_id, accept FROM verdicts WHERE judge = '{judge}'"
        return {sample: "accepted" if yes else "rejected" for sample, yes in self.ask(query)}

    def score(self, decided: dict[str, str]) -> Score:
        """Residual defects and kept good ones; `accuracy` is the share that is decided at all."""
        truth = self.truth
        accepted = [sample for sample in truth if decided[sample] == "accepted"]
        good = [sample for sample in truth if truth[sample]]
        return Score(
            accuracy=sum(decided[s] != "disputed" for s in truth) / len(truth),
            residual=sum(not truth[s] for s in accepted) / max(len(accepted), 1),
            kept=sum(decided[s] == "accepted" for s in good) / max(len(good), 1),
        )

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        connection = sqlite3.connect(self.run.path)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


def panel_run(
    folder: Path, case: str, rho: float, *, samples: int, canaries: int, seed: int = 0, **keys: Any
) -> PanelRun:
    """Run one planted panel under the calibrated policy, every slot tried once."""
    model = PanelModel.of(case, folder / "run.db", rho=rho, seed=seed)
    with Endpoint(model).running() as endpoint:
        panel = model.panel(endpoint.url, policy="calibrated", canaries={"number": canaries})
        path = recipe(
            folder,
            endpoint.url,
            samples=samples,
            seed=seed + 1,
            panel=panel | keys,
            run={"attempts": 1},
            graph={"chain": ["planner", "writer"]},
        )
        return PanelRun(generate(path, db=model.db), model)
