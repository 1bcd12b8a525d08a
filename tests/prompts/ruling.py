"""What the adjudicator's prompt is given in tests beside request and candidate."""

from typing import Any

Values = dict[str, Any]


def chinese() -> Values:
    """One opinion misses the date, one finds the sum wrong, one is content."""
    return {
        "opinions": [
            {
                "rationale": "我算得 114.74 元，回答也是 114.74 元；关键在 correct，两步都对。",
                "points": [],
            },
            {
                "rationale": "逐个数目查过；发现分摊用了标价合计而不是实付额，\n所以不收。",
                "points": [
                    {
                        "criterion": "correct",
                        "finding": "not_met",
                        "quote": "窗帘占的优惠：40 × 128 ÷ 386 ≈ 13.26 元。",
                    },
                    {"criterion": "current", "finding": "cannot_tell", "quote": ""},
                ],
            },
        ]
    }


def english() -> Values:
    """One opinion objects to the tone, one to where the discount stands."""
    return {
        "opinions": [
            {
                "rationale": "Searched the figures; found none that fails;\ntherefore accepted.",
                "points": [],
            },
            {
                "rationale": "Belongs here by question and answer; not signed, as it is curt.",
                "points": [
                    {
                        "criterion": "clear",
                        "finding": "not_met",
                        "quote": "Put it after the loop.",
                    },
                    {"criterion": "safe", "finding": "cannot_tell", "quote": ""},
                ],
            },
        ]
    }
