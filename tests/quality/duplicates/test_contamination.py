"""Planted leaks of a benchmark are found, whole, embedded, in part and edited; few others are."""

import random

import pytest

from taxoloom.quality.duplicates import Benchmark, Item
from taxoloom.quality.duplicates.normal import tokens, written
from taxoloom.tests.support.prose import LANGUAGES, document, joined, sentences

PLANTED = ("verbatim", "embedded", "fragment", "edited")


def _leak(kind: str, language: str, item: str, dice: random.Random) -> str:
    if kind == "verbatim":
        return item.upper()
    if kind == "embedded":
        own = document(language, dice)
        return joined(language, [*own[:2], item, *own[2:]])
    words = tokens(item)
    if kind == "fragment":
        size = round(0.6 * len(words))
        start = dice.randrange(len(words) - size)
        return written(words[start : start + size])
    for place in dice.sample(range(len(words)), round(0.05 * len(words))):
        words[place] = dice.choice(["x", "另", "another"])
    return written(words)


@pytest.fixture(scope="module")
def planted() -> tuple[Benchmark, list[tuple[str, str, str]]]:
    """1,000 items, and 8,000 texts of which 400 leak one: each with its kind and the item's id."""
    dice = random.Random(8)
    languages = [LANGUAGES[i % 2] for i in range(1000)]
    made = [
        joined(language, sentences(language, dice.randint(2, 5), dice)) for language in languages
    ]
    benchmark = Benchmark(Item(f"item-{i}", text) for i, text in enumerate(made))
    texts = []
    for place in range(400):
        kind, number = PLANTED[place // 2 % 4], dice.randrange(500) * 2 + place % 2
        texts.append((_leak(kind, languages[number], made[number], dice), kind, f"item-{number}"))
    for place in range(7600):
        language = LANGUAGES[place % 2]
        texts.append((joined(language, document(language, dice)), "", ""))
    dice.shuffle(texts)
    return benchmark, texts


def test_leaks_are_found_and_few_clean_texts_are_flagged(
    planted: tuple[Benchmark, list[tuple[str, str, str]]],
) -> None:
    benchmark, texts = planted
    found = {kind: [0, 0] for kind in (*PLANTED, "")}
    for text, kind, item in texts:
        leaks = [leak.item for leak in benchmark.leaks(text)]
        found[kind][0] += item in leaks if kind else bool(leaks)
        found[kind][1] += 1
    share = {kind: hits / count for kind, (hits, count) in found.items()}
    assert [count for _, count in found.values()] == [100, 100, 100, 100, 7600]
    assert share["verbatim"] == share["embedded"] == 1
    assert share["fragment"] >= 0.9
    assert share["edited"] >= 0.9
    assert share[""] <= 0.005


def test_a_leak_says_which_item_which_part_and_what_they_share() -> None:
    question = (
        "How many litres of water does the copper kettle in the harbour office hold when full?"
    )
    benchmark = Benchmark(
        [
            Item("q7", question, part="question"),
            Item("q7", "About four litres, they say.", "answer"),
        ]
    )
    (leak,) = benchmark.leaks(
        f"Consider this. {question.upper()} Explain in two sentences, please."
    )
    assert (leak.item, leak.part) == ("q7", "question")
    assert leak.item_share == 1
    assert leak.text_share == pytest.approx(16 / 23)
    assert leak.run == 16
    assert leak.excerpt == " ".join(tokens(question))
    assert leak.strict


def test_coverage_counts_tokens_of_both_and_half_is_enough() -> None:
    words = [f"w{i}" for i in range(40)]
    benchmark = Benchmark([Item("a", " ".join(words))])
    rest = [f"x{i}" for i in range(60)]
    for size, contaminated in ((19, False), (20, True)):
        (found,) = benchmark.overlaps(" ".join([*words[:size], *rest]))
        assert found.item_share == size / 40
        assert found.text_share == size / (size + 60)
        assert found.contaminated is contaminated
        assert found.strict
    assert benchmark.overlaps(" ".join([*words[:7], *rest])) == []
    # Two parts, neither of 13 tokens.
    (found,) = benchmark.overlaps(" ".join([*words[:12], *rest, *words[20:30]]))
    assert (found.item_share, found.run, found.strict) == (22 / 40, 12, False)


def test_a_short_item_is_found_as_a_whole_text_alone() -> None:
    benchmark = Benchmark(
        [Item("a", "中国的首都是哪里?"), Item("b", "What is 6 times 7?"), Item("c", "42")]
    )
    assert [leak.item for leak in benchmark.leaks("中國的首都是哪裡")] == ["a"]
    assert [leak.item for leak in benchmark.leaks("WHAT IS 6 TIMES 7")] == ["b"]
    assert benchmark.leaks("Tell me: what is 6 times 7?") == []
    assert benchmark.leaks("42") == []
    assert [item.id for item in benchmark.unseen] == ["c"]


@pytest.mark.parametrize("text", ["", "a", "一二三四五六七八九"])
def test_a_benchmark_without_items_finds_nothing(text: str) -> None:
    assert Benchmark([]).overlaps(text) == []


def test_an_item_that_repeats_itself_counts_each_token_once() -> None:
    line = "again and again the same old words come back to us"
    benchmark = Benchmark([Item("a", f"{line} {line}")])
    (found,) = benchmark.overlaps(line)
    assert (found.text_share, found.item_share) == (1, 1)
    assert found.run == 11
