"""What the prompts of a conversation in the making are given in tests."""

from typing import Any

Values = dict[str, Any]


def chinese() -> Values:
    """The second of three messages; the assistant has a rule of the house."""
    return {
        "person": {
            "situation": (
                "许桂芳刚搬进沈阳铁西区的六楼，上周五在「禾木家居」买了台灯 168 元、收纳筐 90 元、"
                "窗帘 128 元，满 300 减 40，实付 346 元。\n窗帘短了一截，11 月 20 日签收。"
            ),
            "intent": "知道退窗帘到底能拿回多少钱，最晚哪天寄",
            "language": "zh",
            "as_of": "2026-11-22",
            "labels": [
                {"name": "角色", "value": "普通用户", "guidance": "说的是日常话。"},
                {"name": "语气", "value": "着急", "guidance": ""},
            ],
            "patience": 1,
            "number": 2,
            "turns": 3,
            "agenda": "说吊牌已经剪了，问还退不退得了",
            "matter": "returns",
        },
        "talk": {
            "system": "你是「禾木家居」的客服。签收后 7 天内可退，剪了吊牌的不退。",
            "turns": [
                {
                    "user": "窗帘 128 块，满减以后付的，退它一样能退多少？",
                    "assistant": "退 114.74 元：\n40 元优惠按标价分摊，窗帘占 13.26 元。",
                }
            ],
            "asked": "那吊牌我剪了咋办，还退不退得了？",
        },
        "briefing": {
            "situation": "许桂芳只想退窗帘。\n吊牌在箱子里，已经剪下来了。",
            "requirements": ["给出退款金额 114.74 元", "说明剪了吊牌不能退"],
            "difficulty": "店规里藏着一个例外",
            "temptation": "照一般规矩答应能退",
        },
    }


def english() -> Values:
    """The first message; nothing has been said, and the assistant answers it without a system."""
    return {
        "person": {
            "situation": (
                "Teodora Ilieva keeps bees and does her sums in Python. It prints 89.6:\n"
                "total = 0\nfor lot in lots:\n    total = lot * 12.80\nprint(total)"
            ),
            "intent": "a figure she can send tonight",
            "language": "en",
            "as_of": "2026-11-22",
            "labels": [
                {"name": "Role", "value": "Newcomer", "guidance": "She lacks a basic notion."}
            ],
            "patience": 3,
            "number": 1,
            "turns": 2,
            "agenda": "shows the script and its output and asks what is wrong",
            "matter": "turns",
        },
        "talk": {
            "system": "",
            "turns": [],
            "asked": "why does it print 89.6?\n\ntotal = lot * 12.80",
        },
        "briefing": {
            "situation": "A buyer wants a figure tonight for lots of 24, 18 and 7 kg.",
            "requirements": ["says that the assignment replaces the total"],
            "difficulty": "one fault in plain view",
            "temptation": "rewriting the script from scratch",
        },
    }
