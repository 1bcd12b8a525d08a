"""Samples that are true by construction, in zh and en, and faults of one kind each to put in."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from taxoloom.quality.rules import Sample

AS_OF = "2026-11-25"
LABELS = {"mood": "formal", "口吻": "正式"}
WEEKDAYS_ZH = "一二三四五六日"


def dialogue(*texts: str, language: str, final_answer: str = "") -> Sample:
    messages = [
        {"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(texts)
    ]
    return Sample(
        messages, language=language, as_of=AS_OF, labels=LABELS, final_answer=final_answer
    )


def _sum(language: str, rng: random.Random) -> Sample:
    price, count, off = rng.randint(12, 98), rng.randint(3, 19), rng.randint(5, 30)
    total = price * count
    if language == "zh":
        return dialogue(
            f"一盏台灯 {price} 元，买 {count} 盏再减 {off} 元，一共多少？",
            f"先算总价：{price} × {count} = {total} 元。再减去优惠：{total} - {off} = "
            f"{total - off} 元。"
            f"所以一共付 **{total - off} 元**。",
            language=language,
            final_answer=f"{total - off} 元",
        )
    return dialogue(
        f"A lamp costs ${price}. I buy {count} and get ${off} off. What do I pay?",
        f"The lamps cost {price} × {count} = ${total:,}. Less the discount, that is ${total:,} "
        f"− ${off} "
        f"= ${total - off:,}. You pay **${total - off:,}** in all.",
        language=language,
        final_answer=f"${total - off:,}",
    )


def _measure(language: str, rng: random.Random) -> Sample:
    length = Fraction(rng.randint(11, 99), 10)
    metres = length * 1000
    if language == "zh":
        return dialogue(
            f"湖边步道长 {float(length)} 公里，合多少米？",
            f"{float(length)} 公里 = {metres} 米。按平常的步子走，大约要花 {metres // 80} 分钟。",
            language=language,
        )
    return dialogue(
        f"The path by the lake is {float(length)} km long. How many metres is that?",
        f"{float(length)} km = {metres} m. At an easy pace, count on about {metres // 80} minutes.",
        language=language,
    )


def _day(language: str, rng: random.Random) -> Sample:
    ahead = rng.randint(20, 300)
    day = date.fromisoformat(AS_OF) + timedelta(days=ahead)
    if language == "zh":
        told = f"{day.year}年{day.month}月{day.day}日，星期{WEEKDAYS_ZH[day.weekday()]}"
        return dialogue(
            f"今天是2026年11月25日，{ahead} 天以后是哪天、星期几？",
            f"从今天往后数 {ahead} 天，是{told}。复查请提前一天确认时间。",
            language=language,
        )
    told = f"{day:%A}, {day.day} {day:%B} {day.year}"
    return dialogue(
        f"Today is 25 November 2026. Which date is {ahead} days from now, and which weekday?",
        f"Counting {ahead} days on from today, you get to {told}. Ring the day before to confirm.",
        language=language,
    )


def _json(language: str, rng: random.Random) -> Sample:
    name, number = rng.choice(["Marcus", "Leila", "何川", "唐薇"]), rng.randint(10, 99999)
    body = f'{{\n  "name": "{name}",\n  "order": {number},\n  "paid": true\n}}'
    if language == "zh":
        asked = f"把“{name}，订单 {number}，已付款”整理成 JSON，键为 name、order、paid。"
        said = f"整理好了：\n\n```json\n{body}\n```\n\n订单写成数字，付款状态写成布尔值。"
    else:
        asked = f"Turn “{name}, order {number}, paid” into JSON with the keys name, order and paid."
        said = f"Here you are:\n\n```json\n{body}\n```\n\nThe order is a number."
    return dialogue(asked, said, language=language)


def _config(language: str, rng: random.Random) -> Sample:
    host, port = f"db{rng.randint(1, 99)}.example.com", rng.randint(1024, 9999)
    body = f"server:\n  host: {host}\n  port: {port}\ntls: true"
    asked = (
        "给一份数据库连接的 YAML 配置。" if language == "zh" else "A YAML config for the database?"
    )
    after = "端口按实际情况改。" if language == "zh" else "Change the port if yours differs."
    return dialogue(asked, f"```yaml\n{body}\n```\n\n{after}", language=language)


def _code(language: str, rng: random.Random) -> Sample:
    low = rng.randint(1, 99)
    body = f"def above(values):\n    return [v for v in values if v > {low}]"
    if language == "zh":
        asked, after = (
            f"写个 Python 函数，挑出大于 {low} 的数。",
            "原来的顺序不变，空列表返回空列表。",
        )
    else:
        asked = f"A Python function that keeps the numbers above {low}, please."
        after = "The order stays, and an empty list gives an empty list."
    return dialogue(asked, f"```python\n{body}\n```\n\n{after}", language=language)


def _query(language: str, rng: random.Random) -> Sample:
    least = rng.randint(2, 30)
    body = (
        f"SELECT customer, COUNT(*) AS n\nFROM orders\nGROUP BY customer\n"
        f"HAVING COUNT(*) >= {least}\nORDER BY n DESC;"
    )
    asked = (
        f"查下单不少于 {least} 次的客户。"
        if language == "zh"
        else f"Customers with {least} orders or more?"
    )
    after = (
        "先分组，再留下次数够的客户。" if language == "zh" else "It groups first, then keeps those."
    )
    return dialogue(asked, f"```sql\n{body}\n```\n\n{after}", language=language)


TIPS = {
    "zh": ["护照复印两份分开放", "机票订单存到手机里", "常用药带上处方", "给银行卡开通境外支付",
           "把行程发给家人", "查好当地的紧急电话"],
    "en": ["Copy your passport twice", "Save the tickets on your phone",
        "Bring the prescription too",
           "Tell your bank where you go", "Send the itinerary home",
               "Look up the emergency number"],
}  # fmt: skip


def _list(language: str, rng: random.Random) -> Sample:
    chosen = rng.sample(TIPS[language], rng.randint(3, 5))
    stop = "。" if language == "zh" else "."
    asked = (
        f"出国之前要做什么？正好 {len(chosen)} 条，一行一条。"
        if language == "zh"
        else f"What to do before a trip abroad? Exactly {len(chosen)} bullet points."
    )
    return dialogue(asked, "\n".join(f"- {tip}{stop}" for tip in chosen), language=language)


def _talk(language: str, rng: random.Random) -> Sample:
    days, floor = rng.randint(5, 60), rng.randint(2, 30)
    if language == "zh":
        return dialogue(
            f"羽绒服买了快 {days} 天，拉链坏了，能退吗？",
            "拉链坏了属于质量问题，可以免费修，也可以换一件。请带上小票（电子的也行）到店里来，"
            "我们当场检查。修的话大约要等一周，换的话要看有没有同样的尺码。",
            f"好，我在 {floor} 楼上班，下班再去来得及吗？",
            "来得及，门店晚上九点才关门。到了以后直接去一楼服务台，说明情况就可以了，不用排队等号。",
            language=language,
        )
    return dialogue(
        f"The zip of my jacket broke after {days} days. Can I bring it back?",
        "A broken zip is a fault, so we repair it free of charge or give you another jacket. "
        "Bring the "
        "receipt (a photo will do) and we look at it at once. A repair takes about a week; another "
        "jacket depends on whether we have your size.",
        f"I work on floor {floor} across the road. Is after work too late?",
        "Not at all, the shop is open until nine. Go straight to the desk on the ground floor "
        "and tell "
        "them what happened; you need no ticket.",
        language=language,
    )


FAMILIES = (_sum, _measure, _day, _json, _config, _code, _query, _list, _talk, _talk)


def true_samples(language: str, count: int, seed: int = 7) -> list[Sample]:
    rng = random.Random(f"{language}{seed}")
    return [FAMILIES[at % len(FAMILIES)](language, rng) for at in range(count)]


Change = Callable[[Sample, random.Random], Sample | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault, how it is put in, and the reason codes of which one must be given."""

    kind: str
    change: Change
    codes: tuple[str, ...]


def _turned(sample: Sample, at: int, text: str) -> Sample:
    messages = [dict(message) for message in sample.messages]
    messages[at]["content"] = text
    return replace(sample, messages=messages)


def answer_of(sample: Sample) -> str:
    return sample.messages[-1]["content"]


def _swap(old: str, new: str) -> Change:
    def change(sample: Sample, rng: random.Random) -> Sample | None:
        text = answer_of(sample)
        return _turned(sample, -1, text.replace(old, new, 1)) if old in text else None

    return change


def _append(zh: Callable[[random.Random], str], en: Callable[[random.Random], str]) -> Change:
    def change(sample: Sample, rng: random.Random) -> Sample:
        made = zh(rng) if sample.language == "zh" else en(rng)
        return _turned(sample, -1, f"{answer_of(sample)}\n\n{made}")

    return change


def _said(zh: str, en: str) -> Change:
    return _append(lambda rng: zh, lambda rng: en)


def _open(zh: str, en: str) -> Change:
    def change(sample: Sample, rng: random.Random) -> Sample:
        return _turned(sample, -1, (zh if sample.language == "zh" else en) + answer_of(sample))

    return change


def _within(mark: str) -> Change:
    def change(sample: Sample, rng: random.Random) -> Sample:
        text = answer_of(sample)
        at = rng.randint(1, len(text) - 1)
        return _turned(sample, -1, text[:at] + mark + text[at:])

    return change


def _wrong_sum(sample: Sample, rng: random.Random) -> Sample | None:
    text = answer_of(sample)
    if " × " not in text:
        return None
    head, _, tail = text.partition(" × ")
    number, rest = tail.split(" ", 1)
    return _turned(sample, -1, f"{head} × {int(number) + rng.randint(1, 9)} {rest}")


def _wrong_metres(sample: Sample, rng: random.Random) -> Sample | None:
    text = answer_of(sample)
    for unit in (" 米。", " m."):
        if unit in text and " = " in text:
            number = text.split(" = ")[1].split(unit)[0]
            return _turned(sample, -1, text.replace(number + unit, str(int(number) * 10) + unit))
    return None


def _wrong_weekday(sample: Sample, rng: random.Random) -> Sample | None:
    text = answer_of(sample)
    for at, char in enumerate(WEEKDAYS_ZH):
        if f"星期{char}" in text:
            other = WEEKDAYS_ZH[(at + rng.randint(1, 6)) % 7]
            return _turned(sample, -1, text.replace(f"星期{char}", f"星期{other}"))
    names = str.split("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
    for at, name in enumerate(names):
        if name in text:
            return _turned(sample, -1, text.replace(name, names[(at + rng.randint(1, 6)) % 7]))
    return None


def _other_answer(sample: Sample, rng: random.Random) -> Sample | None:
    if not sample.final_answer:
        return None
    return replace(sample, final_answer=str(rng.randint(100_000, 999_999)))


def _drop_item(sample: Sample, rng: random.Random) -> Sample | None:
    lines = answer_of(sample).split("\n")
    if not lines[0].startswith("- "):
        return None
    return _turned(
        sample, -1, "\n".join(lines[:-1] if rng.random() < 0.5 else [*lines, lines[0] + "!"])
    )


def _cut(sample: Sample, rng: random.Random) -> Sample | None:
    """Somewhere within a sentence of a running text, after the first sentence."""
    text = answer_of(sample)
    if len(sample.messages) < 4:
        return None
    stop = "。" if sample.language == "zh" else ". "
    first = text.find(stop) + len(stop)
    at = rng.randint(first + 6, len(text) - 4)
    if text[:at].rstrip()[-1] in "。.；;!":
        at += 3
    return _turned(sample, -1, text[:at])


def _other_language(sample: Sample, rng: random.Random) -> Sample | None:
    if "```" in answer_of(sample):
        return None
    other = true_samples("en" if sample.language == "zh" else "zh", 10, rng.randint(0, 999))[9]
    return _turned(sample, -1, answer_of(other))


def _two_users(sample: Sample, rng: random.Random) -> Sample:
    return replace(sample, messages=[sample.messages[0], *sample.messages])


def _blank(sample: Sample, rng: random.Random) -> Sample:
    return _turned(sample, rng.choice((0, -1)), rng.choice(("", " \n", "\u200b", "\t")))


def _no_fence_end(sample: Sample, rng: random.Random) -> Sample | None:
    head, mark, tail = answer_of(sample).rpartition("\n```")
    return _turned(sample, -1, head + tail) if mark else None


def _same_again(sample: Sample, rng: random.Random) -> Sample:
    return _turned(sample, -1, sample.messages[-2]["content"])


def _same_turn(sample: Sample, rng: random.Random) -> Sample | None:
    return _turned(sample, 2, sample.messages[0]["content"]) if len(sample.messages) > 2 else None


def _misread(sample: Sample, rng: random.Random) -> Sample | None:
    text = answer_of(sample)
    if sample.language == "zh":
        return _turned(sample, -1, text.encode().decode("gbk", "replace"))
    return _turned(sample, -1, text + " It’s “fine”.".encode().decode("cp1252", "replace"))


def _latin(sample: Sample, rng: random.Random) -> Sample | None:
    if sample.language != "zh":
        return None
    return _turned(sample, -1, answer_of(sample).encode().decode("latin-1"))


def _recite(sample: Sample, rng: random.Random) -> Sample:
    said = "请用正式的语气回答。" if sample.language == "zh" else " Answer in a formal tone."
    return _turned(sample, 0, sample.messages[0]["content"] + said)


def _limited(sample: Sample, rng: random.Random) -> Sample:
    said = "回答不超过 5 个字。" if sample.language == "zh" else " Answer in at most 3 words."
    return _turned(sample, -2, sample.messages[-2]["content"] + said)


def _only_json(sample: Sample, rng: random.Random) -> Sample | None:
    if "json" not in answer_of(sample):
        return None
    said = "只输出 JSON。" if sample.language == "zh" else " Return only JSON."
    return _turned(sample, 0, sample.messages[0]["content"] + said)


def identity(rng: random.Random) -> str:
    body = f"{rng.choice(('320106', '440305'))}{rng.randint(1955, 2009)}{rng.randint(1, 12):02}"
    body += f"{rng.randint(1, 28):02}{rng.randint(100, 999)}"
    weights = [2 ** (17 - at) % 11 for at in range(17)]
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


def card(rng: random.Random) -> str:
    body = rng.choice(("622202", "453201", "545616")) + "".join(
        rng.choice("0123456789") for _ in range(9)
    )
    total = sum(
        sum(divmod(int(c) * 2, 10)) if at % 2 == 0 else int(c)
        for at, c in enumerate(reversed(body))
    )
    return body + str(-total % 10)


def iban(rng: random.Random) -> str:
    body = "".join(rng.choice("0123456789") for _ in range(18))
    check = 98 - int(body + "131400") % 97
    return f"DE{check:02}{body}"


def mobile(rng: random.Random) -> str:
    return rng.choice(("139", "186", "177", "198")) + f"{rng.randint(20_000_000, 98_999_999)}"


def token(rng: random.Random) -> str:
    chars = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    upper = "".join(rng.choice(chars) for _ in range(16))
    mixed = "".join(rng.choice(chars + chars.lower()) for _ in range(40))
    return rng.choice(("AKIA" + upper, "ghp_" + mixed, "sk-proj-" + mixed, "xoxb-" + mixed))


FAULTS = (
    Fault("wrong number", _wrong_sum, ("arithmetic",)),
    Fault("wrong unit", _wrong_metres, ("conversion",)),
    Fault("unit exchanged", _swap(" 米。", " 厘米。"), ("conversion",)),
    Fault("wrong weekday", _wrong_weekday, ("weekday",)),
    Fault("other final answer", _other_answer, ("final_answer",)),
    Fault("broken Python", _swap("values):", "values:"), ("python_block",)),
    Fault("broken Python, inner", _swap("values if", "values if if"), ("python_block",)),
    Fault("broken JSON", _swap('",\n', '"\n'), ("json_block",)),
    Fault("JSON not closed", _swap("true\n}", "true\n"), ("json_block",)),
    Fault("JSON key missing", _swap('"paid": true', '"payed": true'), ("json_keys",)),
    Fault("broken YAML", _swap("  port:", "\tport:"), ("yaml_block",)),
    Fault("YAML misindented", _swap("  port:", "   port:"), ("yaml_block",)),
    Fault("broken SQL", _swap("COUNT(*) AS", "COUNT(* AS"), ("sql_block",)),
    Fault("SQL clause empty", _swap("FROM orders\n", "FROM\n"), ("sql_block",)),
    Fault("SQL comma", _swap(" AS n\n", " AS n,\n"), ("sql_block",)),
    Fault("dropped constraint", _drop_item, ("item_count",)),
    Fault("longer than asked", _limited, ("length_asked",)),
    Fault("more than JSON", _only_json, ("json_only",)),
    Fault("truncated", _cut, ("truncated", "brackets")),
    Fault("wrong language", _other_language, ("language",)),
    Fault("role order", _two_users, ("roles",)),
    Fault("blank", _blank, ("empty",)),
    Fault("fence left open", _no_fence_end, ("fences",)),
    Fault("bracket", _append(lambda r: "另外（见上文。", lambda r: "See also (above."),
        ("brackets",)),
    Fault("copy", _same_again, ("echo",)),
    Fault("same turn", _same_turn, ("repeated_turns",)),
    Fault("misread", _misread, ("mojibake",)),
    Fault("misread as Latin-1", _latin, ("mojibake",)),
    Fault("replacement character", _within("\ufffd"), ("mojibake",)),
    Fault("zero width", _within("\u200b"), ("zero_width",)),
    Fault("bidirectional", _within("\u202e"), ("bidi",)),
    Fault("loop", _said("我们会尽快处理，" * 6, "we will look into it and " * 6),
        ("repeated_words",)),
    Fault(
        "sentences again",
        _append(
            lambda r: "\n".join(["请您耐心等待，我们会在第一时间与您联系。"] * 12),
            lambda r: "\n".join(["Please be patient while we look into the matter for you."] * 12),
        ),
        ("repeated_sentences", "repeated_words"),
    ),
    Fault("one character", _said("啊" * 30, "a" * 30), ("repeated_characters",)),
    Fault("placeholder", _said("请联系[您的姓名]。", "Yours, [Your Name]"), ("placeholder",)),
    Fault("blank to fill", _said("（此处填写日期）", "Date: [insert date]"), ("placeholder",)),
    Fault("meta", _said("作为一个人工智能，我没有亲身体验。", "As an AI, I have no body."),
        ("meta",)),
    Fault("brief", _said("以上内容根据任务要求写成。", "This is as requested in the brief."),
        ("meta",)),
    Fault("refusal", _open("很抱歉，我无法提供帮助。",
        "I'm sorry, but I can't help with that. "), ("refusal",)),
    Fault("leak", _said("<<<END 3f9a>>>", "<|im_end|>"), ("leak",)),
    Fault("label named", _recite, ("label_named",)),
    Fault("identity", _append(lambda r: f"证 {identity(r)}。",
           lambda r: f"Card {identity(r)}."), ("id_card",)),
    Fault("mobile", _append(lambda r: f"请打 {mobile(r)}。", lambda r: f"Call {mobile(r)}."),
        ("phone",)),
    Fault("card", _append(lambda r: f"卡号 {card(r)}。", lambda r: f"Card {card(r)}."),
        ("bank_card",)),
    Fault("account", _append(lambda r: f"账户 {iban(r)}。", lambda r: f"Account {iban(r)}."),
        ("iban",)),
    Fault("security number", _said("社保号 536-22-8174。", "It is 536-22-8174."), ("ssn",)),
    Fault("mail", _said("写给 li.xm84@qq.com。", "Write to jane.roe84@gmail.com."), ("email",)),
    Fault("secret", _append(lambda r: f"密钥是 {token(r)}。",
           lambda r: f"Key {token(r)}."), ("secret",)),
    Fault("stale date", _said("今天是2024年3月5日。", "Today is 5 March 2024."), ("wrong_today",)),
    Fault("date to come", _said("截至2027年3月5日共有三家店。",
        "It was released on 5 March 2027."), ("future_date",)),
)  # fmt: skip
