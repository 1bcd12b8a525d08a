"""What the prompts of annotators are given in tests: a menu in each language."""

from typing import Any

Values = dict[str, Any]


def chinese() -> Values:
    """A flower shop's kinds of talk, of which one has to be chosen, and what is said in it."""
    return {
        "menu": {
            "path": [
                {"name": "花店客服", "definition": "线上花店与买花人之间的对话。"},
                {"name": "配送", "definition": ""},
            ],
            "most": 2,
            "options": [
                {
                    "number": 1,
                    "names": ["送达时间"],
                    "definition": "约在哪天几点送到；已经晚了的也算。",
                    "holds": ["指定钟点", "改期"],
                    "more": 3,
                    "example": "十四号上午十点前能到吗？",
                },
                {
                    "number": 2,
                    "names": ["收花人", "联系不上"],
                    "definition": "",
                    "holds": [],
                    "more": 0,
                    "example": "",
                },
            ],
            "attributes": [
                {
                    "name": "语气",
                    "definition": "买花人怎么说话。",
                    "options": [
                        {"number": 3, "name": "着急", "definition": "催着要答复。"},
                        {"number": 4, "name": "平和", "definition": ""},
                    ],
                },
                {
                    "name": "花材",
                    "definition": "",
                    "options": [{"number": 5, "name": "切花: 玫瑰", "definition": "含月季。"}],
                },
            ],
        }
    }


def english() -> Values:
    """An allotment club's kinds of letters."""
    return {
        "menu": {
            "path": [
                {"name": "Allotments", "definition": "Members write to the board of their club."},
                {"name": "Plot matters", "definition": ""},
            ],
            "most": 2,
            "options": [
                {
                    "number": 1,
                    "names": ["Water"],
                    "definition": "Taps, butts and who pays for them; not rain.",
                    "holds": ["Tap runs dry", "Leak"],
                    "more": 2,
                    "example": "tap at 14b has been dry since tuesday. whose is it?",
                },
                {
                    "number": 2,
                    "names": ["Neighbours", "Boundary"],
                    "definition": "",
                    "holds": [],
                    "more": 0,
                    "example": "",
                },
            ],
            "attributes": [
                {
                    "name": "Tone",
                    "definition": "How the member puts it.",
                    "options": [
                        {"number": 3, "name": "cross", "definition": "Complains outright."},
                        {"number": 4, "name": "calm", "definition": ""},
                    ],
                },
                {
                    "name": "Season",
                    "definition": "",
                    "options": [{"number": 5, "name": "cold: frost", "definition": "Below zero."}],
                },
            ],
        }
    }
