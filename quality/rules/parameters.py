"""The rule on filled templates: what was planned for the first message stands in it.

Knows the values and the opening, not how they were drawn.
"""

from .rule import Limit, Sample, rule


@rule("template_filled")
def template_filled(sample: Sample, limit: Limit) -> str:
    """The first message holds every value that its template was filled with, and no open slot."""
    first = next((text for _, text in sample.said("user")), "")
    given = sample.parameters
    missing = [f"{slot} = {value}" for slot, value in given.items() if value not in first]
    if missing:
        return f"missing from the first message: {', '.join(missing)}"
    # A brace that the template wants is in the opening as well.
    slots = [f"{{{slot}}}" for slot in given]
    left = [slot for slot in slots if slot in first and slot not in sample.opening]
    return f"not filled in: {', '.join(left)}" if left else ""
