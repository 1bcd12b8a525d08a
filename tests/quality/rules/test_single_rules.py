"""What single rules must find and what they must let pass, case by case."""

import socket

import pytest

from taxoloom.quality.rules import BUILT_IN, Sample, run_rules, settings_for
from taxoloom.quality.rules.execution import run_python, without_network
from taxoloom.quality.rules.numerals import value
from taxoloom.tests.quality.rules.making import AS_OF

CODES = {one.code: one for one in BUILT_IN}


def broken(
    code: str,
    *texts: str,
    language: str = "",
    fresh_for: int | None = None,
    threshold: object = None,
) -> bool:
    messages = [
        {"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(texts)
    ]
    sample = Sample(messages, language=language, as_of=AS_OF, fresh_for=fresh_for)
    given = {code: {"on": True} | ({} if threshold is None else {"threshold": threshold})}
    return bool(run_rules(sample, settings_for(given, BUILT_IN), [CODES[code]]))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("id_card", "11010519491231002X"),
        ("phone", "+86 186-2234-9071"),
        ("bank_card", "4539 1488 0343 6467"),
        ("iban", "DE44 5001 0517 5407 3249 31"),
        ("ssn", "536-22-8174"),
        ("email", "j.lindqvist84@gmail.com"),
        ("ip_address", "reach 93.184.216.34 directly"),
        ("secret",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi1yQvL5wP"),
        ("arithmetic", "一共 12 元 × 3 = 37 元"),
        ("arithmetic", "12 times 3 equals 37"),
        ("arithmetic", "（8＋2）×3＝36"),
        ("arithmetic", "\\(12 \\times 3 = 37\\)"),
        ("arithmetic", "1,200 × 15% = 190"),
        ("arithmetic", "3 × 4 + 5 = 12 + 5 = 18"),
        ("arithmetic", "3万 + 2万 = 6万"),
        ("arithmetic", "(85 + 92 + 78) ÷ 3 = 256 ÷ 3"),
        ("arithmetic", "(8000 - 5000) × 3% = 99"),
        ("arithmetic", "一百二十加三十等于一百六十"),
        ("conversion", "1 mile is 1.9 km"),
        ("conversion", "一小时等于六百分钟"),
        ("conversion", "25°C = 87°F"),
        ("truncated", "可以退。请在七天内申请，因此，"),
        ("truncated", "Do this:\n1. Open the lid.\n2."),
        ("truncated", "You will need flour, eggs and the"),
        ("mojibake", "ä½ å¥½ï¼Œä¸–ç•Œ"),
        ("mojibake", "It’s fine".encode().decode("cp1252")),
        ("csv_block", "```csv\na,b\n1,2\n3\n```"),
        ("shell_block", "```sh\nfind . -name '*.csv\n```"),
        ("wrong_today", "今年是2023年，还来得及。"),
        ("past_deadline", "您还可以在2026年11月20日之前申请。"),
        ("relative_time", "As of now, the newest release is 4.2."),
        ("relative_time", "The latest version is 4.2."),
        ("relative_time", "截至目前，最新版本是 4.2。"),
    ],
)  # fmt: skip
def test_is_found(code: str, text: str) -> None:
    assert broken(code, "Well?", text)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("id_card", "110101199003070011"),
        ("id_card", "订单 320106199013450011"),
        ("phone", "13800138000"),
        ("phone", "运单号 18622349071"),
        ("phone", "1.8622349071"),
        ("bank_card", "4242 4242 4242 4242"),
        ("bank_card", "4539 1488 0343 6468"),
        ("iban", "DE89 3704 0044 0532 0130 00"),
        ("ssn", "078-05-1120"),
        ("email", "support@fjord-outdoor.com or jane@example.org"),
        ("secret", "AKIAIOSFODNN7EXAMPLE"),
        ("secret", "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        ("arithmetic", "10 ÷ 3 = 3.33"),
        ("arithmetic", "π × 2 = 6.28, sqrt(16) + 2 = 6, x + 3 = 7, 2x + 3 = 11"),
        ("arithmetic", "12 ÷ 80 × 100 = 15%"),
        ("arithmetic", "(8000 - 5000) × 3% = 90, 100 - 20% = 80, 二加三等于五"),
        ("arithmetic", "P = 1/2 × 1/2 = 1/4 = 25%"),
        ("arithmetic", "BMI = 70 ÷ (1.75 × 1.75) ≈ 22.9"),
        ("arithmetic", "1 km + 500 m = 1.5 km"),
        ("arithmetic", "Do not write 2 + 2 = 5, that is wrong."),
        ("arithmetic", "In binary, 1 + 1 = 10."),
        ("arithmetic", "5² = 25, 2^10 = 1024, 3! = 6"),
        ("conversion", "5 feet (1.5 m), 1 lb is about 450 g"),
        ("conversion", "1 day of work is 8 hours"),
        ("truncated", "Which do you want?\n\nBest,\nTom"),
        ("truncated", "42"),
        ("brackets", "Choose a) or b) :) and see f(x) on [0, 1)"),
        ("brackets", "（见 note）"),
        ("brackets", "See [./here] (as with `uv\ntool`). 1.) First this."),
        ("brackets", "See [this](https://example.com/a_(b)) and https://example.com/c."),
        ("placeholder", "See [the manual](https://example.com) and tick [x] below."),
        ("mojibake", "naïve café, Ærø, 5 €"),
        ("brackets", "Each node (`A > B`, see above) and (`c`) has one."),
        ("relative_time", "Update to the latest version and try again."),
        ("relative_time", "请先升级到最新版本。"),
        ("placeholder", "He said: “We came [...] and saw.”"),
        ("truncated", "- It is fast.\n- It is small"),
        ("language", "Docker Compose 的 build context 默认是 Dockerfile 所在目录。"),
        ("zero_width", "👨‍👩‍👧 and नमस्‍ते"),
        ("python_block", "```python\n%timeit f()\nx = 1\n```"),
        ("python_block", "```python\nre.match('\\d', s)\n```"),
        ("json_block", '```json\n{"a": 1}\n{"a": 2}\n```'),
        ("json_block", '```json\n"a": 1,\n"b": 2\n```'),
        ("sql_block",
            "```sql\nDELETE FROM t USING u WHERE t.id = u.id AND u.name LIKE 'it''s%';\n```"),
        ("future_date", "The warranty runs until 5 March 2027."),
        ("relative_time", "As of November 2026, the latest version is 4.2."),
    ],
)  # fmt: skip
def test_passes(code: str, text: str) -> None:
    assert not broken(code, "Well?", text)


def test_years_count_only_where_facts_age() -> None:
    said = ("价格是多少？", "2023年的价格是 5 元。")
    assert not broken("stale_year", *said)
    assert broken("stale_year", *said, fresh_for=180)
    assert broken("undated_year", *said, fresh_for=180)
    assert not broken("stale_year", *said, fresh_for=2000)
    assert broken("relative_time", "多少钱？", "目前是 5 元。", fresh_for=180)
    assert not broken("relative_time", "多少钱？", "目前是 5 元。")


def test_every_date_to_come_counts_if_so_set() -> None:
    said = ("Until when?", "The warranty runs until 5 March 2027.")
    assert broken("future_date", *said, threshold="all")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一百二十", "120"), ("一百二", "120"), ("一万零三", "10003"), ("两千", "2000"),
            ("二〇二六", "2026"),
        ("三分之二", "2/3"), ("百分之二十", "1/5"), ("三点五", "7/2"), ("1,234.5", "2469/2"),
            ("１２％", "3/25"),
        ("1.2万", "12000"), ("3/4", "3/4"), ("abc", "None"), ("", "None"), ("1/0", "None"),
    ],
)  # fmt: skip
def test_numbers_are_read_exactly(text: str, number: str) -> None:
    assert str(value(text)) == number


FAILS = "```python\nassert sorted([2, 1]) == [2, 1]\n```"
RUNS = (
    "```python\nx = 2\n```\n\nThen:\n\n```python\nassert x == 2\n```\n\n"
    "```python\nimport nowhere_to_be_had\n```"
)


def test_code_is_run_only_if_so_set() -> None:
    assert CODES["code_fails"].on is False
    assert broken("code_fails", "Well?", FAILS)
    assert not broken("code_fails", "Well?", RUNS)


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        ("x = bytearray(2_000_000_000)", "MemoryError"),
        ("open('big', 'wb').write(b'x' * 40_000_000)", "File too large"),
        ("import os; print('HOME' in os.environ); raise SystemExit(1)", "False"),
    ],
)
def test_limits_hold(code: str, sign: str) -> None:
    outcome = run_python(code, seconds=5)
    assert outcome.status != 0
    assert sign in outcome.output


def test_there_is_no_network_where_the_system_allows_that() -> None:
    if not without_network():
        pytest.skip("no namespaces on this system")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=2)"
        assert run_python(code, seconds=5).status != 0


@pytest.mark.slow
def test_what_does_not_end_is_ended() -> None:
    assert run_python("while True: pass", seconds=1).status != 0
    assert run_python("import time; time.sleep(60)", seconds=1).status is None


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("Adding gives $\\frac{5}{6}$.", []),
        ("That is \\dfrac{5}{6} in all.", []),
        ("Adding gives $\\frac{5}{7}$.", ["final_answer"]),
    ],
)
def test_a_fraction_of_latex_is_the_same_fraction(said: str, codes: list[str]) -> None:
    messages = [
        {"role": "user", "content": "What is 1/2 + 1/3?"},
        {"role": "assistant", "content": said},
    ]
    found = run_rules(Sample(messages, final_answer="5/6"), None, BUILT_IN)
    assert [one.code for one in found] == codes
