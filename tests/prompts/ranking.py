"""What the ranker's prompt is given in tests."""

from typing import Any

Values = dict[str, Any]


def chinese() -> Values:
    """A system message and two turns; a question with a trap; one that answers itself."""
    return {
        "requests": [
            {
                "number": 1,
                "messages": [
                    {"role": "system", "turn": 0, "content": "你是「禾木家居」网店的客服。"},
                    {"role": "user", "turn": 1, "content": "换货要多久？"},
                    {
                        "role": "user",
                        "turn": 2,
                        "content": "可是等你们收到再发，我就搬走了。\n先发行不行？押金怎么算？",
                    },
                ],
            },
            {
                "number": 2,
                "messages": [
                    {
                        "role": "user",
                        "turn": 1,
                        "content": "三件一共满 300 减 40，只退 128 的窗帘，退多少？",
                    }
                ],
            },
            {
                "number": 3,
                "messages": [{"role": "user", "turn": 1, "content": "你们周末上班吗？"}],
            },
        ]
    }


def english() -> Values:
    """Code that has to be read; a question of one fact."""
    code = "total = 0\nfor lot in lots:\n    total += lot\n    total *= 0.9"
    return {
        "requests": [
            {
                "number": 1,
                "messages": [
                    {"role": "system", "turn": 0, "content": "You help with Python."},
                    {
                        "role": "user",
                        "turn": 1,
                        "content": f"The discount is taken for every lot. Why?\n\n{code}",
                    },
                    {"role": "user", "turn": 2, "content": "And if lots is empty, who notices?"},
                ],
            },
            {
                "number": 2,
                "messages": [
                    {"role": "user", "turn": 1, "content": "How do I get the length of a list?"}
                ],
            },
        ]
    }
