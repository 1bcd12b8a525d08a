"""What the prompts of growing roles are given in tests: a list in each language."""

from typing import Any

Values = dict[str, Any]


def chinese() -> Values:
    """A flower shop's reasons to return something, of which three are listed."""
    path = [
        {"name": "花店客服", "definition": "线上花店与买花人之间的对话。"},
        {"name": "退款缘由", "definition": "买花人说出口的退款理由，每单取最主要的一条。"},
    ]
    return {
        "growth": {
            "path": path,
            "kind": "values",
            "attribute": {"name": "缘由", "definition": "为什么要退，一单只取一个。"},
            "language": "zh",
            "alias": {"language": "en"},
            "start": "rare",
        },
        "present": {
            "entries": [
                {"name": "送达太晚", "definition": "过了约定的日子或钟点才到。"},
                {"name": "花材不符", "definition": ""},
            ],
            "more": 3,
        },
        "nearby": [
            {
                "name": "配送方式",
                "definition": "花怎么送到人手里。",
                "holds": ["同城骑手", "自提"],
                "more": 1,
            },
            {"name": "节日", "definition": "", "holds": [], "more": 0},
        ],
        "level": {
            "unit": "买花人自己会说出口的一种缘由；处理办法不同的分成两个",
            "naming": "四到六个字，说事情，不带“问题”",
            "coarser": "里面有两条要找不同的人去核实",
            "finer": "只有一种花才会碰上",
            "few": 6,
            "many": 10,
        },
        "level_of": {"path": path, "kind": "values", "language": "zh"},
        "lists": [
            {
                "name": "缘由",
                "definition": "为什么要退。",
                "holds": ["送达太晚", "花材不符"],
                "more": 0,
                "grows": True,
            },
            {"name": "渠道", "definition": "", "holds": [], "more": 2, "grows": False},
        ],
        "entries": [
            {
                "name": "收花人拒收",
                "definition": "花送到了，收的人不要；没送到的不算。",
                "example": "送去公司她不肯收，骑手又给拉回来了，这钱退不退？",
                "values": [],
            },
            {
                "name": "下错单",
                "definition": "买花人自己选错了花、地址或日子。",
                "example": "手一滑选成了十五号，是十四号要用，还没做的话帮我退了吧",
                "values": ["选错花", "填错地址"],
            },
        ],
    }


def english() -> Values:
    """An allotment club's requests, of which two kinds are listed."""
    path = [
        {"name": "Allotments", "definition": "Members of an allotment club write to its board."},
        {"name": "Plot matters", "definition": "Anything about one plot that somebody has."},
    ]
    return {
        "growth": {
            "path": path,
            "kind": "values",
            "attribute": {"name": "Occasion", "definition": "What made the member write."},
            "language": "en",
            "alias": {"language": "zh"},
            "start": "recent",
        },
        "present": {
            "entries": [
                {"name": "Boundary dispute", "definition": "Where one plot ends."},
                {"name": "Handing back", "definition": ""},
            ],
            "more": 2,
        },
        "nearby": [
            {
                "name": "Season",
                "definition": "When in the year it comes up.",
                "holds": ["Winter", "First frost"],
                "more": 2,
            },
            {"name": "Plot size", "definition": "", "holds": [], "more": 0},
        ],
        "level": {
            "unit": "an event on a plot that one phone call to the board settles",
            "naming": "noun phrase of two or three words, the event first",
            "coarser": "two of its cases need different people to look at them",
            "finer": "it can happen with one crop only",
            "few": 7,
            "many": 12,
        },
        "level_of": {"path": path, "kind": "values", "language": "en"},
        "lists": [
            {
                "name": "Occasion",
                "definition": "What made the member write.",
                "holds": ["Boundary dispute", "Handing back"],
                "more": 0,
                "grows": True,
            },
            {"name": "Channel", "definition": "", "holds": [], "more": 4, "grows": False},
        ],
        "entries": [
            {
                "name": "Water cut off",
                "definition": "No water at the plot's tap; a dry summer alone is not meant.",
                "example": "tap at 14b has been dry since tuesday, the others run. whose is it?",
                "values": [],
            },
            {
                "name": "Stray animals",
                "definition": "Animals that do not belong to the plot and do harm there.",
                "example": "Something has dug up all my leeks again. May I put a fence there?",
                "values": ["Badgers", "A neighbour's hens"],
            },
        ],
    }
