"""What it means that a blind annotator did not find a sample's leaf again: a difference of labels.

Knows what the annotator said, and nothing of how it was asked.
"""

from collections.abc import Mapping
from typing import Any

from ..agents.annotator import LABEL_CHECK
from ..quality import Difference
from ..taxonomy import PATH_SEPARATOR, Blueprint, Taxonomy


def elsewhere(
    blueprint: Blueprint, artifacts: Mapping[str, Any], taxonomy: Taxonomy
) -> list[Difference]:
    """The difference between blueprint and annotator, if the annotator looked and there is one."""
    said = artifacts.get(LABEL_CHECK)
    if said is None or said["found"]:
        return []
    leaves = [PATH_SEPARATOR.join(taxonomy.node(leaf).path) for leaf in said["leaves"]]
    sides = {
        "blueprint": {"leaves": [PATH_SEPARATOR.join(blueprint.path)], "none": False},
        LABEL_CHECK: {
            "leaves": leaves,
            **{name: said[name] for name in ("none", "confidence", "evidence")},
        },
    }
    return [Difference("label", {"sides": sides})]
