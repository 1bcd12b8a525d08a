"""Faults of known kinds in samples that are true by construction: each kind found, nothing else."""

import random
from collections import Counter
from pathlib import Path

import pytest
import yaml

from taxoloom.quality.canaries import Trusted, built_in, mutate
from taxoloom.quality.rules import BUILT_IN, Finding, Sample, run_rules
from taxoloom.tests.quality.rules.making import AS_OF, FAULTS, Fault, dialogue, true_samples

HERE = Path(__file__).parent


def found(sample: Sample) -> list[Finding]:
    return run_rules(sample, None, BUILT_IN)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_true_samples_raise_no_alarm(language: str) -> None:
    alarms = Counter(f.code for one in true_samples(language, 200) for f in found(one))
    assert alarms == {}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.kind)
def test_each_kind_of_fault_is_found(fault: Fault, language: str) -> None:
    rng = random.Random(fault.kind)
    planted = [fault.change(one, rng) for one in true_samples(language, 200)]
    faulty = [one for one in planted if one is not None]
    rules = [one for one in BUILT_IN if one.code in fault.codes]
    missed = [one for one in faulty if not run_rules(one, None, rules)]
    assert len(faulty) >= 20 or (fault.kind, language) in (
        ("misread as Latin-1", "en"),
        ("unit exchanged", "en"),
    )
    assert len(missed) <= 0.02 * len(faulty), missed[0].messages


@pytest.mark.parametrize("language", ["zh", "en"])
def test_natural_samples_raise_no_alarm(language: str) -> None:
    text = (HERE / f"clean.{language}.yaml").read_text(encoding="utf-8")
    talks: list[list[str]] = yaml.safe_load(text)
    assert len(talks) >= 60
    for talk in talks:
        assert found(dialogue(*talk, language=language)) == [], talk


def _of(given: Trusted) -> Sample:
    return Sample(
        [{"role": role, "content": content} for role, content in given.messages],
        final_answer=given.final_answer,
        language=given.language,
        labels={name: value for name, value, _ in given.labels},
        path=[name for name, _ in given.path],
        as_of=given.as_of,
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["wrong_language", "stale_date"])
def test_what_a_rule_can_see_of_canaries_is_found(kind: str, language: str) -> None:
    rng = random.Random(5)
    planted = [mutate(built_in(language, AS_OF, rng), kind, rng) for _ in range(400)]
    faulty = [_of(canary.sample) for canary in planted if canary]
    missed = [sample for sample in faulty if not found(sample)]
    assert len(faulty) >= 20
    assert len(missed) <= 0.02 * len(faulty), missed[0].messages


@pytest.mark.parametrize("language", ["zh", "en"])
def test_made_up_good_samples_raise_no_alarm(language: str) -> None:
    rng = random.Random(11)
    for _ in range(500):
        good = built_in(language, AS_OF, rng)
        assert found(_of(good)) == [], good.messages
