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
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import pytest
import yaml

from taxoloom.quality.canaries import KINDS, Canary, Trusted, built_in, canary, mutate, words
from taxoloom.quality.canaries.figures import FIGURES
from taxoloom.quality.canaries.made import texts
from taxoloom.tests.support.rules import found as findings

AS_OF = "2026-11-22"
LANGUAGES = ("zh", "en")
EACH = 1000


@cache
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


def says_its_result(sample: Trusted) -> bool:
    parts = re.findall(r"\d+(?:[.:]\d+)*|[^\W\d]+", sample.final_answer.lower())
    return all(part in answer(sample).lower() for part in parts)


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
    assert len({sample.messages[0][1] for sample in samples}) >= 0.95 * EACH
    families = Counter(family(sample) for sample in samples)
    assert len(families) >= 24
    assert min(families.values()) >= EACH / 60
    for sample in samples:
        assert not re.search(r"\[\[|\]\]", str(sample).replace("]])", ""))
        assert "canary" not in str(sample.messages)
        assert (sample.language, sample.as_of) == (language, AS_OF)
        assert answer(sample).count("```") % 2 == 0
        assert says_its_result(sample)
    for sample in samples[:500]:
        messages = [{"role": role, "content": content} for role, content in sample.messages]
        assert findings(messages) == []
        chinese = len(re.findall(r"[\u4e00-\u9fff]", sample.messages[0][1]))
        assert (chinese > 5) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_defect_can_be_planted_and_changes_what_is_judged(language: str) -> None:
    rng, counts = random.Random(2), Counter[str]()
    families: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for sample in made(language):
        for kind in KINDS:
            found = mutate(sample, kind, rng)
            if found is None:
                continue
            counts[kind] += 1
            families[kind].add(family(sample))
            assert (found.good, found.defect) == (False, kind)
            assert found.detail
            changed = found.sample
            assert changed.messages[:-1] == sample.messages[:-1]
            if kind == "wrong_label":
                assert (changed.path, changed.labels) != (sample.path, sample.labels)
                assert changed.messages == sample.messages
            else:
                assert answer(changed) != answer(sample)
                assert (changed.path, changed.labels) == (sample.path, sample.labels)
    assert min(len(of_kind) for of_kind in families.values()) >= 4
    assert min(counts.values()) > 0.05 * EACH


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_a_defect_sets_the_result_apart_from_the_answer(language: str) -> None:
    rng = random.Random(6)
    for sample in made(language):
        for kind in set(KINDS) - {"dropped_constraint"}:
            found = mutate(sample, kind, rng)
            if found is not None:
                assert says_its_result(found.sample)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_label_is_another_leaf_or_another_value_of_its_label(language: str) -> None:
    rng, parts = random.Random(7), Counter[str]()
    for sample in made(language):
        found = mutate(sample, "wrong_label", rng)
        assert found is not None
        changed = found.sample
        assert [label[0] for label in changed.labels] == [label[0] for label in sample.labels]
        if changed.path == sample.path:
            parts["label"] += 1
            pairs = zip(changed.labels, sample.labels, strict=True)
            assert sum(one[1] != other[1] for one, other in pairs) == 1
        else:
            parts["leaf"] += 1
            assert changed.labels == sample.labels
            assert changed.path[-1][0] != sample.path[-1][0]
            assert changed.path[-1][0] in found.detail
    assert min(parts.values()) > EACH / 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cut_answer_ends_within_a_sentence_past_two_fifths(language: str) -> None:
    rng, seen = random.Random(8), 0
    for sample in made(language):
        found = mutate(sample, "truncated", rng)
        if found is None:
            continue
        seen += 1
        whole, cut = answer(sample), answer(found.sample)
        assert whole.startswith(cut)
        assert 0.4 <= len(cut) / len(whole) <= 0.8
        assert whole[len(cut) - 1 : len(cut) + 3].isalpha()
    assert seen > EACH / 4


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
def test_sizes_shares_and_tables_are_worked_out_right_and_slips_are_not(language: str) -> None:
    def sizes_hold(sample: Trusted) -> bool:
        *inches, a, b, c = numbers(sample.messages[0][1])
        sizes = [inch * Fraction("2.54") for inch in inches]
        fits = all(size <= limit for size, limit in zip(sizes, (a, b, c), strict=True))
        first = answer(sample).splitlines()[0]
        return fits == bool(re.search("符合|is within", first)) and all(
            re.search(rf"= {float(size):g} (?:厘米|cm)", answer(sample)) for size in sizes
        )

    def shares_hold(sample: Trusted) -> bool:
        first, second = numbers(sample.messages[0][1])
        (up, *_) = numbers(sample.messages[1][1])
        (down,) = numbers(sample.messages[2][1])
        result = second * (100 - down) / 100
        return first * (100 + up) / 100 == second and numbers(sample.final_answer) == [result]

    def table_holds(sample: Trusted) -> bool:
        rows = [line.split("|") for line in sample.messages[0][1].splitlines() if "|" in line][2:]
        sums = {row[1].strip(): sum(map(int, row[2:5])) for row in rows}
        best = max(sums, key=sums.__getitem__)
        said = f"{best}，{sums[best]} 箱" if language == "zh" else f"{best}, {sums[best]} boxes"
        return sample.final_answer == said

    for name, holds in (
        ("conversion", sizes_hold),
        ("change", shares_hold),
        ("table", table_holds),
        ("meeting", hours_hold),
    ):
        assert all(holds(sample) for sample in of(language, name))
        assert not any(holds(c.sample) for c in planted(language, "wrong_number", name))
    for name, holds in (("conversion", sizes_hold), ("table", table_holds)):
        assert not any(holds(c.sample) for c in planted(language, "wrong_unit", name))


def hours_hold(sample: Trusted) -> bool:
    asked = sample.messages[0][1]
    zones = {city: offset for city, offset in ZONE.findall(asked)}
    here, there = (minutes(zones[city]) for city in order_of(sample, list(zones)))
    (start,) = re.findall(r"(?<![+−\d:])(\d+:\d\d)(?!\d|[)）])", asked)
    days_on, then = divmod(minutes(start) - here + there, 1440)
    day = {-1: r"前一天|day before", 0: "当天|same day", 1: "第二天|next day"}[days_on]
    clock = f"{then // 60}:{then % 60:02d}"
    said = sample.final_answer
    return bool(re.search(day, said)) and re.findall(r"\d+:\d\d", said) == [clock]


CITY = "|".join(words.CITIES["zh"] + words.CITIES["en"])
ZONE = re.compile(rf"({CITY}) ?[(（]UTC([+−][\d:]+)[)）]")


def minutes(text: str) -> int:
    hours, _, rest = text.lstrip("+−").partition(":")
    return (int(hours) * 60 + int(rest or 0)) * (-1 if text.startswith("−") else 1)


def order_of(sample: Trusted, cities: list[str]) -> list[str]:
    """The city of the given time and that of the asked one, which the answer opens with."""
    opening = answer(sample).splitlines()[0]
    (there,) = (city for city in cities if city in opening)
    (here,) = (city for city in cities if city != there)
    return [here, there]


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
    for sample in of(language, "deadline"):
        today, last = sorted(days(sample.messages[0][1], language))
        assert numbers(sample.final_answer) == [(last - today).days]
    for sample in of(language, "passport"):
        today, start, until = sorted(days(sample.messages[0][1], language))
        months = start.month + 6
        needed = date(start.year + (months > 12), (months - 1) % 12 + 1, start.day)
        assert needed in days(answer(sample), language)
        assert (start - today).days in numbers(answer(sample))
        enough = not re.search("不够|not valid", sample.final_answer)
        assert enough == (until >= needed)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["returns", "warranty", "deadline", "passport"])
def test_a_stale_answer_takes_a_day_that_is_over_for_today(name: str, language: str) -> None:
    today = date.fromisoformat(AS_OF)
    for sample, found in zip(
        of(language, name), planted(language, "stale_date", name), strict=True
    ):
        given, asked = answer(found.sample), sample.messages[0][1]
        if name == "warranty":
            now = re.search(r"(?:今年是|now, in) (\d{4})", given)
            assert now is not None
            assert int(now[1]) < today.year
        else:
            assert today not in days(given, language)
            new = set(days(given, language)) - set(days(answer(sample), language))
            (stale,) = new
            assert stale < today - timedelta(90)
            assert stale not in days(asked, language)


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
    for sample in of(language, "unique"):
        assert unique_holds(sample)
    assert not any(unique_holds(c.sample) for c in planted(language, "broken_code", "unique"))
    for found in planted(language, "broken_code", "formula"):
        assert re.search(r", >\d+,", block(answer(found.sample)))
    for sample in of(language, "shell"):
        assert len(shlex.split(block(answer(sample)))) >= 9
    for found in planted(language, "broken_code", "shell"):
        with pytest.raises(ValueError, match="quotation"):
            shlex.split(block(answer(found.sample)))


def unique_holds(sample: Trusted) -> bool:
    space: dict[str, object] = {}
    exec(block(answer(sample)), space)
    call, kept = re.findall(r"`(.+?)`", answer(sample).split("```")[-1])
    expected = list(dict.fromkeys(ast.literal_eval(call[call.index("(") + 1 : -1])))
    return bool(eval(call, space) == ast.literal_eval(kept) == expected)


def events_hold(sample: Trusted) -> bool:
    data = json.loads(block(answer(sample)))
    typed = all(
        list(one) == ["title", "date", "seats"] and isinstance(one["seats"], int) for one in data
    )
    asked = numbers(sample.messages[0][1])
    dates = [one["date"] for one in data]
    return typed and dates == sorted(dates) and all(one["seats"] in asked for one in data)


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
    assert all(events_hold(sample) for sample in of(language, "events"))
    for kind in ("broken_schema", "dropped_constraint", "wrong_number"):
        assert not any(events_hold(found.sample) for found in planted(language, kind, "events"))
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


def points(sample: Trusted) -> int:
    found = re.search(r"(?:正好|不多不少|exactly) (\d+)", sample.messages[0][1])
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_have_as_many_points_as_asked_and_dropped_ones_do_not(language: str) -> None:
    for sample in of(language, "bullets"):
        assert len(answer(sample).splitlines()) == points(sample)
    for found in planted(language, "dropped_constraint", "bullets"):
        assert len(answer(found.sample).splitlines()) != points(found.sample)
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
        prose = re.sub("```.*?```|`.*?`", "", text, flags=re.S)
        letters = [char for char in prose if char.isalpha()]
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_contradiction_denies_what_the_answer_says_and_leaves_it_standing(language: str) -> None:
    rng, seen = random.Random(9), 0
    for sample in made(language):
        found = mutate(sample, "contradiction", rng)
        if found is None or family(sample) == "function":
            continue
        seen += 1
        assert answer(found.sample).startswith(answer(sample))
        assert found.sample.final_answer == sample.final_answer
    assert seen > EACH / 2


def test_the_words_of_both_languages_correspond() -> None:
    for value in vars(words).values():
        if isinstance(value, dict) and set(value) == {"zh", "en"}:
            assert len(value["zh"]) == len(value["en"])
            assert all(len(set(one)) == len(one) for one in value.values())
    assert set(texts("zh")) == set(texts("en")) == set(FIGURES)
    for name in FIGURES:
        kinds = [set(texts(language)[name]["plants"]) for language in LANGUAGES]
        assert kinds[0] == kinds[1]
        assert set(kinds[0]) <= set(KINDS)


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_family_has_the_same_figures_in_both_languages(name: str) -> None:
    for seed in range(20):
        zh, en = (FIGURES[name](language, AS_OF, random.Random(seed)) for language in LANGUAGES)
        assert set(zh) == set(en)
        assert all(zh[key] == en[key] for key in zh if zh[key].isdigit())


@pytest.mark.parametrize("as_of", ["2024-02-29", "2025-12-31", "2026-01-01", "2027-03-31"])
def test_any_day_can_be_today(as_of: str) -> None:
    for seed in range(200):
        for language in LANGUAGES:
            sample = built_in(language, as_of, random.Random(seed))
            assert canary(sample, defective=True, rng=random.Random(seed)) is not None


def test_an_unknown_kind_of_defect_is_an_error() -> None:
    with pytest.raises(ValueError, match="wrong_nmber"):
        mutate(made("en")[0], "wrong_nmber", random.Random(0))
