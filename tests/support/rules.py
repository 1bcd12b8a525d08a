"""What the built-in rules find in messages of which nothing else is known."""

from collections.abc import Mapping, Sequence

from taxoloom.quality.rules import BUILT_IN, Finding, Sample, run_rules


def found(messages: Sequence[Mapping[str, str]], *codes: str) -> list[Finding]:
    """All findings, or those of some rules."""
    everything = run_rules(Sample(messages), None, BUILT_IN)
    return [finding for finding in everything if not codes or finding.code in codes]
