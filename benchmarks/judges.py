"""What ways of aggregating votes make of simulated judges whose errors are known.

    python benchmarks/judges.py [--seeds 60] [--canaries 200] [--json]
    python benchmarks/judges.py --graph [--samples 1000] [--canaries 200] [--seeds 1]

Four panels of three judges, three strengths of correlated errors, 3,000 samples of which a quarter
are defective; means over the seeds. First table: accuracy and, after the stroke, the share of
defects among the accepted, where every sample must be decided; canaries are mixed like the samples.
Second table: the calibrated policy as it is used, with its band of disputed samples (wanted: 2 %
defects among the accepted), what its probabilities are worth, and the effective number of votes;
half of the canaries are defective, since those tell what gets through.

With --graph the same panels judge in whole runs: prompts over HTTP, graph, canaries, journal and
store; each policy decides the stored verdicts. Its table is of what is decided: defects among the
accepted, good samples accepted, and the share that is decided at all.

This proves the aggregation, and nothing of a model's judgement: real judges need not err alike on
canaries and on other samples.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

from taxoloom.tests.support.judges import CASES, DEFECTS, RHOS
from taxoloom.tests.support.panel_run import POLICIES, panel_run
from taxoloom.tests.support.panel_scores import Cell, Score, cell, true_effective

METHODS: dict[str, Callable[[Cell], Score]] = {
    "single": lambda found: found.single,
    "majority": lambda found: found.majority,
    "Dawid-Skene": lambda found: found.dawid_skene,
    "calibrated": lambda found: found.calibrated,
    "ceiling": lambda found: found.ceiling,
}


def row(cells: Sequence[Cell], of: Callable[[Cell], Score]) -> Score:
    """The mean of one method over the seeds."""
    return mean([of(found) for found in cells])


def mean(scores: Sequence[Score]) -> Score:
    """The mean of each figure."""
    return Score(
        fmean(score.accuracy for score in scores),
        fmean(score.residual for score in scores),
        fmean(score.kept for score in scores),
    )


def summary(case: str, rho: float, *, seeds: int, canaries: int) -> dict[str, Any]:
    alike, halved = (
        [cell(case, rho, seed, canaries=canaries, mix=mix) for seed in range(seeds)]
        for mix in (DEFECTS, 0.5)
    )
    return {
        "case": case,
        "rho": rho,
        **{name: asdict(row(alike, of)) for name, of in METHODS.items()},
        "bands": asdict(row(halved, lambda found: found.bands)),
        "calibration_error": fmean(found.calibration for found in halved),
        "calibration_error_dawid_skene": fmean(found.ds_calibration for found in halved),
        "prevalence_error": fmean(abs(found.prevalence) for found in halved),
        "n_eff": true_effective(case, rho),
        "n_eff_canaries": fmean(found.effective for found in halved),
        "n_eff_votes": fmean(found.effective_bound for found in halved),
    }


def show(rows: Sequence[dict[str, Any]]) -> None:
    print("accuracy / defects among the accepted, every sample decided")
    print(f"{'panel':8}" + "".join(f"{name:>14}" for name in METHODS))
    for one in rows:
        cells = (f"{one[m]['accuracy']:.3f}/{one[m]['residual']:5.1%}" for m in METHODS)
        print(f"{one['case']} ρ {one['rho']:<4}" + "".join(f"{text:>14}" for text in cells))
    print("\ncalibrated policy with its bands; n_eff true, from canaries, and its bound from votes")
    heads = ("defects", "good kept", "decided", "ECE", "ECE of DS", "prevalence", "n_eff")
    print(f"{'panel':8}" + "".join(f"{head:>11}" for head in heads))
    for one in rows:
        bands = one["bands"]
        texts = (
            *(f"{bands[key]:.1%}" for key in ("residual", "kept", "accuracy")),
            f"{one['calibration_error']:.3f}",
            f"{one['calibration_error_dawid_skene']:.3f}",
            f"± {one['prevalence_error']:.3f}",
            f"{one['n_eff']:.2f} {one['n_eff_canaries']:.2f} {one['n_eff_votes']:.2f}",
        )
        figures = "".join(f"{text:>11}" for text in texts[:-1])
        print(f"{one['case']} ρ {one['rho']:<4}{figures}   {texts[-1]}")


def whole_runs(*, seeds: int, samples: int, canaries: int) -> list[dict[str, Any]]:
    """Every panel in whole runs; the means over seeds of each way to decide."""
    rows = []
    for case in CASES:
        for rho in RHOS:
            found: dict[str, list[Score]] = {}
            for seed in range(seeds):
                with TemporaryDirectory() as folder:
                    run = panel_run(
                        Path(folder), case, rho, samples=samples, canaries=canaries, seed=seed
                    )
                    ways = {name: run.under(name) for name in POLICIES}
                    alone = [run.score(run.single(judge)) for judge in run.model.judges]
                    best = max(alone, key=lambda score: score.kept - score.residual)
                    found.setdefault("best single", []).append(best)
                    for name, decided in ways.items():
                        found.setdefault(name, []).append(run.score(decided))
            means = {name: asdict(mean(scores)) for name, scores in found.items()}
            rows.append({"case": case, "rho": rho, **means})
            print(f"{case} ρ {rho}", file=sys.stderr)
    return rows


def show_runs(rows: Sequence[dict[str, Any]]) -> None:
    names = ("best single", *POLICIES)
    print("whole runs: defects among the accepted / good accepted / decided")
    print(f"{'panel':8}" + "".join(f"{name:>22}" for name in names))
    for one in rows:
        keys = ("residual", "kept", "accuracy")
        texts = (" / ".join(f"{one[name][key]:.1%}" for key in keys) for name in names)
        print(f"{one['case']} ρ {one['rho']:<4}" + "".join(f"{text:>22}" for text in texts))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--canaries", type=int, default=200)
    parser.add_argument("--graph", action="store_true", help="in whole runs")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.graph:
        runs = whole_runs(seeds=asked.seeds or 1, samples=asked.samples, canaries=asked.canaries)
        print(json.dumps(runs, indent=2)) if asked.json else show_runs(runs)
        return 0
    rows = [
        summary(case, rho, seeds=asked.seeds or 60, canaries=asked.canaries)
        for case in CASES
        for rho in RHOS
    ]
    if asked.json:
        print(json.dumps(rows, indent=2))
    else:
        show(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
