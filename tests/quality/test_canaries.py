"""Made-up samples are right, and planted defects are there: both worked out by other means."""

import ast
import contextlib
import io
import json
import random
import re
import shlex
import sqlite3
from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.quality.canaries import KINDS, Canary, Trusted, built_in, canary, mutate
from taxoloom.tests.support.rules import found as findings

AS_OF = "2026-11-22"
LANGUAGES = ("zh", "en")
EACH = 400


def made(language: str) -> list[Trusted]:
    return [built_in(language, AS_OF, random.Random(f"{language}{n}")) for n in range(EACH)]


def family(sample: Trusted) -> str:
    return sample.origin.removeprefix("built-in:")


def of(language: str, name: str) -> list[Trusted]:
    found = [sample for sample in made(language) if family(sample) == name]
    assert len(found) >= 5
    return found


def planted(language: str, kind: str, name: str) -> list[Canary]:
    rng = random.Random(1)
    found = [mutate(sample, kind, rng) for sample in of(language, name)]
    assert all(found)
    return [one for one in found if one is not None]


def answer(sample: Trusted) -> str:
    return sample.messages[-1][1]


def numbers(text: str) -> list[Fraction]:
    return [Fraction(found) for found in re.findall(r"\d+(?:\.\d+)?", text)]


def block(text: str) -> str:
    found = re.search(r"```\w*\n(.*?)\n```", text, re.S)
    assert found is not None
    return found[1]


def days(text: str, language: str) -> list[date]:
    if language == "zh":
        return [date(*map(int, m)) for m in re.findall(r"(\d{4})年(\d+)月(\d+)日", text)]
    names = "January February March April May June July August September October November December"
    months = {name: n for n, name in enumerate(names.split(), 1)}
    found = re.findall(rf"(\d+) ({'|'.join(months)}) (\d{{4}})", text)
    return [date(int(year), months[month], int(day)) for day, month, year in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_good_ones_are_many_and_pass_every_rule(language: str) -> None:
    samples = made(language)
    assert len({sample.messages[0][1] for sample in samples}) > 0.85 * EACH
    assert len({family(sample) for sample in samples}) >= 12
    for sample in samples:
        text = str((sample.messages, sample.final_answer, sample.plants, sample.path))
        assert not re.search(r"\[\[[a-z_]+\]\]", text)
        assert "canary" not in text
        messages = [{"role": role, "content": content} for role, content in sample.messages]
        assert findings(messages) == []
        chinese = len(re.findall(r"[\u4e00-\u9fff]", sample.messages[0][1]))
        assert (chinese > 5) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_defect_can_be_planted_and_changes_what_is_judged(language: str) -> None:
    rng, counts = random.Random(2), Counter[str]()
    for sample in made(language):
        for kind in KINDS:
            found = mutate(sample, kind, rng)
            if found is None:
                continue
            counts[kind] += 1
            assert (found.good, found.defect) == (False, kind)
            assert found.detail
            changed = found.sample
            assert (changed.messages, changed.path) != (sample.messages, sample.path)
            assert changed.messages[:-1] == sample.messages[:-1]
    assert set(counts) == set(KINDS)
    assert min(counts.values()) > 0.05 * EACH


@pytest.mark.parametrize("language", LANGUAGES)
def test_prices_add_up_and_a_wrong_number_does_not(language: str) -> None:
    for sample in of(language, "discount"):
        price, share, coupon = _discount(sample, language)
        assert numbers(sample.final_answer) == [price * share - coupon]
    for found in planted(language, "wrong_number", "discount"):
        price, share, coupon = _discount(found.sample, language)
        assert numbers(found.sample.final_answer) != [price * share - coupon]
        assert found.sample.final_answer in answer(found.sample)


def _discount(sample: Trusted, language: str) -> tuple[Fraction, Fraction, Fraction]:
    asked = numbers(sample.messages[0][1])
    if language == "zh":
        return asked[0], asked[1] / 10, asked[2]
    return asked[0], 1 - asked[1] / 100, asked[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_packs_times_and_portions_are_worked_out_right(language: str) -> None:
    for sample in of(language, "unit_price"):
        small, price_small, large, price_large = numbers(sample.messages[0][1])[:4]
        each = (price_small / small * 100, price_large / large * 100)
        assert abs(each[0] - each[1]) in numbers(answer(sample))
        assert ("大包" in sample.final_answer or "large" in sample.final_answer) == (
            each[1] < each[0]
        )
    for sample in of(language, "trip"):
        hour, minute, distance, speed, rest = numbers(sample.messages[0][1])
        end = hour * 60 + minute + distance / speed * 60 + rest
        assert sample.final_answer == f"{end // 60}:{int(end % 60):02d}"
    for sample in of(language, "portions"):
        flour, milk = numbers(sample.final_answer)
        ratios = {Fraction(flour) / other for other in numbers(sample.messages[0][1])}
        assert any(milk / ratio in numbers(sample.messages[0][1]) for ratio in ratios)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_fall_on_their_weekdays_and_deadlines_are_kept(language: str) -> None:
    weekdays = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"]
    if language == "en":
        weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    for sample in of(language, "weekday"):
        (then,) = days(sample.final_answer, language)
        assert weekdays[then.weekday()] in sample.final_answer
        asked = numbers(sample.messages[0][1])
        assert (then - date.fromisoformat(AS_OF)).days in asked
    for found in planted(language, "wrong_number", "weekday"):
        (then,) = days(found.sample.final_answer, language)
        assert weekdays[then.weekday()] not in found.sample.final_answer
    for sample in of(language, "returns"):
        delivered, today = sorted(days(sample.messages[0][1], language))
        (last,) = days(sample.final_answer, language)
        assert today == date.fromisoformat(AS_OF) <= last
        assert (last - delivered).days in numbers(sample.messages[0][1])
        assert (last - today).days in numbers(answer(sample))
    for name in ("returns", "warranty"):
        for found in planted(language, "stale_date", name):
            said = re.findall(r"(?<!\d)(20\d\d)", answer(found.sample))
            assert any(int(year) < 2026 for year in said)
            assert answer(found.sample) != answer(of(language, name)[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_runs_as_asked_and_broken_code_does_not(language: str) -> None:
    def holds(sample: Trusted) -> bool:
        space: dict[str, object] = {}
        with contextlib.suppress(SyntaxError):
            exec(block(answer(sample)), space)
        call, kept = re.findall(r"`(.+?)`", answer(sample).split("```")[-1])
        return "between" in space and eval(call, space) == ast.literal_eval(kept)

    assert all(holds(sample) for sample in of(language, "function"))
    assert not any(holds(c.sample) for c in planted(language, "broken_code", "function"))

    def queries(sample: Trusted) -> bool:
        with sqlite3.connect(":memory:") as db:
            db.execute("CREATE TABLE orders (id, customer, placed_on, total)")
            try:
                db.execute(block(answer(sample)))
            except sqlite3.Error:
                return False
            finally:
                db.rollback()
        db.close()
        return True

    assert all(queries(sample) for sample in of(language, "query"))
    assert not any(queries(c.sample) for c in planted(language, "broken_code", "query"))
    for found in planted(language, "broken_code", "shell"):
        with pytest.raises(ValueError, match="quotation"):
            shlex.split(block(answer(found.sample)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_data_parses_as_asked_and_a_broken_schema_does_not(language: str) -> None:
    for sample in of(language, "contact"):
        data = json.loads(answer(sample))
        assert list(data) == ["name", "order_id", "quantity", "item"]
        assert isinstance(data["quantity"], int)
    for found in planted(language, "broken_schema", "contact"):
        with pytest.raises(ValueError, match="delimiter|Expecting"):
            json.loads(answer(found.sample))
    for found in planted(language, "dropped_constraint", "contact"):
        assert "order_id" not in json.loads(answer(found.sample))
    for sample in of(language, "settings"):
        assert isinstance(yaml.safe_load(block(answer(sample)))["server"]["port"], int)
    for found in planted(language, "broken_schema", "settings"):
        with pytest.raises(yaml.YAMLError):
            yaml.safe_load(block(answer(found.sample)))
    for sample in of(language, "stock"):
        *counts, total = (int(line.split(",")[1]) for line in _lines(sample))
        assert total == sum(counts)
    for found in planted(language, "wrong_number", "stock"):
        *counts, total = (int(line.split(",")[1]) for line in _lines(found.sample))
        assert total != sum(counts)


def _lines(sample: Trusted) -> list[str]:
    return io.StringIO(block(answer(sample))).read().splitlines()[1:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_have_as_many_points_as_asked_and_dropped_ones_do_not(language: str) -> None:
    for sample in of(language, "bullets"):
        assert [len(answer(sample).splitlines())] == numbers(sample.messages[0][1])
    for found in planted(language, "dropped_constraint", "bullets"):
        assert [len(answer(found.sample).splitlines())] != numbers(found.sample.messages[0][1])
    for sample in of(language, "notice"):
        text = answer(sample)
        size = len(text) if language == "zh" else len(text.split())
        assert size <= (100 if language == "zh" else 60)
        assert all(number in numbers(text) for number in numbers(sample.messages[0][1])[1:])


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_in_the_wrong_language_is_in_the_other_one(language: str) -> None:
    rng = random.Random(3)
    found = [mutate(sample, "wrong_language", rng) for sample in made(language)]
    texts = [answer(one.sample) for one in found if one is not None]
    assert len(texts) > EACH / 3
    for text in texts:
        letters = [char for char in text if char.isalpha()]
        share = sum("\u4e00" <= char <= "\u9fff" for char in letters) / len(letters)
        assert share < 0.2 if language == "zh" else share > 0.25


def test_the_same_seed_makes_the_same_canary() -> None:
    for seed in range(50):
        one, other = (random.Random(seed) for _ in range(2))
        first, second = built_in("zh", AS_OF, one), built_in("zh", AS_OF, other)
        assert first == second
        assert canary(first, defective=True, rng=one) == canary(second, defective=True, rng=other)


def test_kinds_are_drawn_evenly_and_may_be_narrowed() -> None:
    rng = random.Random(4)
    sample = of("en", "trip")[0]
    kinds = [canary(sample, defective=True, rng=rng) for _ in range(600)]
    counts = Counter(one.defect for one in kinds if one is not None)
    assert min(counts.values()) > 600 / len(counts) * 0.6
    only = canary(sample, defective=True, rng=rng, kinds=["wrong_unit"])
    assert only is not None
    assert only.defect == "wrong_unit"
    assert canary(sample, defective=True, rng=rng, kinds=["broken_code"]) is None
    assert canary(sample, defective=False, rng=rng) == Canary(sample, good=True)


@given(
    st.text(max_size=300),
    st.text(max_size=300),
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(LANGUAGES),
)
def test_any_text_of_a_user_can_be_asked_for(ask: str, said: str, kind: str, tongue: str) -> None:
    sample = Trusted(
        path=(("a", ""), ("b", "")),
        labels=(),
        language=tongue,
        as_of=AS_OF,
        messages=(("user", ask), ("assistant", said)),
        final_answer="",
        origin="mine.jsonl:1",
    )
    found = mutate(sample, kind, random.Random(5))
    # Of a stranger's text only a cut is certain.
    assert found is None or kind == "truncated"
    if found is not None:
        assert said.startswith(answer(found.sample))
        assert len(answer(found.sample)) < len(said)
