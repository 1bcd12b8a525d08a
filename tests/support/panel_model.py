"""A model whose judges err as one says: panels of `tests/support/judges.py`, over HTTP.

A judge is known by its model's name. Whether a sample is good is decided by what its writer wrote;
whether a canary is, stands in the database, since nothing that a judge is sent gives it away. An
error hangs on judge and candidate alone, so concurrency and resuming change nothing.
"""

import hashlib
import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

from taxoloom.tests.support.endpoint import Body, good, schema_name, verdict
from taxoloom.tests.support.judges import CASES, DEFECTS

_NORMAL = NormalDist()
_WRITTEN = re.compile(r"answer to ([0-9a-f]{10})")
_FENCED = re.compile(r"<<<BEGIN (?:candidate, |候选)[^>]*>>>\n(.*?)\n<<<END", re.DOTALL)


@dataclass
class PanelModel:
    """A writer of which a share is defective, and judges of known sensitivity and specificity."""

    db: Path
    judges: Mapping[str, tuple[float, float]]
    """By model: P(reject | defective), P(accept | good)."""
    rho: float = 0.0
    defects: float = DEFECTS
    seed: int = 0
    canaries: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, case: str, db: Path, **settings: Any) -> "PanelModel":
        """One of the planted panels, its judges called judge_1, judge_2 …"""
        return cls(db, {f"judge_{n}": rates for n, rates in enumerate(CASES[case], 1)}, **settings)

    def panel(self, url: str, **settings: Any) -> dict[str, Any]:
        """The recipe's panel, each judge with a model of its own name."""
        wordings = ("judge_examiner", "judge_sceptic", "judge_editor")
        return {
            "judges": [
                {"name": name, "prompt": prompt, "model": model(name, url)}
                for name, prompt in zip(self.judges, wordings, strict=False)
            ],
            **settings,
        }

    def __call__(self, body: Body) -> Any:
        if schema_name(body) != "Verdict":
            return good(body)
        shown = body["messages"][1]["content"]
        said = verdict(accept=self.vote(shown, body["model"]))
        said["criteria"]["correct"]["quote"] = _quote(shown)
        return said

    def vote(self, shown: str, judge: str) -> bool:
        """Whether a judge accepts the candidate that it is shown."""
        found = _WRITTEN.search(shown)
        candidate = found[1] if found else "\n".join(_FENCED.findall(shown))
        truth = self.is_good(candidate) if found else self._canary(candidate)
        sensitivity, specificity = self.judges[judge]
        rate = 1 - specificity if truth else 1 - sensitivity
        if not 0 < rate < 1:
            return truth != (rate >= 1)
        shared, own = self._normal(candidate), self._normal(candidate, judge)
        errs = sqrt(self.rho) * shared + sqrt(1 - self.rho) * own < _NORMAL.inv_cdf(rate)
        return truth != errs

    def is_good(self, written: str) -> bool:
        """The truth of a sample, by the word that its writer wrote."""
        return self._uniform(written, "truth") >= self.defects

    def _canary(self, candidate: str) -> bool:
        if candidate not in self.canaries:
            with sqlite3.connect(self.db) as connection:
                query = "SELECT messages, final_answer, good FROM canaries"
                for messages, answer, truth in connection.execute(query):
                    texts = [m["content"].strip() for m in json.loads(messages)]
                    texts += [answer] * bool(answer)
                    self.canaries["\n".join(texts)] = bool(truth)
            connection.close()
        return self.canaries[candidate]

    def _normal(self, *words: str) -> float:
        return _NORMAL.inv_cdf(self._uniform(*words, "error"))

    def _uniform(self, *words: str) -> float:
        digest = hashlib.sha256("\x1f".join([str(self.seed), *words]).encode()).digest()
        return (int.from_bytes(digest[:6], "big") + 0.5) / 2**48


def model(name: str, url: str) -> dict[str, Any]:
    """Settings of a model at an endpoint."""
    return {"model": name, "base_url": url, "structured": "json_schema"}


def _quote(shown: str) -> str:
    """A few words that do stand in the candidate."""
    last: str = _FENCED.findall(shown)[-1]
    return last.strip().splitlines()[0][:20]
