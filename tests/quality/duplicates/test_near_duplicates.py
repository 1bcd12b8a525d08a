"""Planted copies of every kind are found, texts of one template are not, in any order."""

import random
from collections import Counter

import pytest

from taxoloom.quality.duplicates import Index, Match, SampleIndex, fingerprint, fingerprints
from taxoloom.tests.quality.duplicates.planting import HARD, KINDS, Planted, corpus
from taxoloom.tests.support.prose import LANGUAGES, document, joined, sentences

SEEDS = [1, 2, 3]


def _plant(seed: int) -> list[Planted]:
    return corpus(seed, bases=300, copies=60, hard=400)


def _stream(texts: list[Planted]) -> dict[str, Match | None]:
    index = Index()
    return {one.id: index.check_and_add(one.id, one.text) for one in texts}


@pytest.mark.parametrize("seed", SEEDS)
def test_recall_and_precision_are_99_percent_for_every_kind(seed: int) -> None:
    texts = _plant(seed)
    groups = {one.id: one.group for one in texts}
    found = _stream(texts)
    seen, hits, all_of = set[str](), Counter[str](), Counter[str]()
    wrong = Counter[str]()
    for one in texts:
        match = found[one.id]
        if one.group in seen:
            all_of[one.kind] += 1
            hits[one.kind] += match is not None and groups[match.id] == one.group
        elif match is not None:
            wrong[one.kind] += 1
        seen.add(one.group)
    assert set(all_of) == set(KINDS)
    assert all(hits[kind] >= 0.97 * count for kind, count in all_of.items()), hits
    assert hits.total() >= 0.99 * all_of.total()
    assert hits.total() >= 0.99 * (hits.total() + wrong.total())
    assert wrong[HARD] <= 0.005 * sum(one.kind == HARD for one in texts)


def test_the_hard_negatives_are_hard() -> None:
    texts = [one for one in _plant(1) if one.kind == HARD and one.language == "en"]
    prints = [fingerprint(one.text) for one in texts[:120]]
    pairs = [a.similarity(b) for i, a in enumerate(prints) for b in prints[:i]]
    assert max(pairs) > 0.3
    assert sum(pair > 0.15 for pair in pairs) > len(pairs) / 20


def test_a_stream_says_what_a_batch_says_in_any_order() -> None:
    texts = corpus(4, bases=100, copies=20, hard=120)
    groups = {one.id: one.group for one in texts}
    index = Index()
    for one in texts:
        index.add(one.id, one.text)
    again = Index()
    for one in random.Random(1).sample(texts, len(texts)):
        again.add(one.id, one.text)
    assert [index.nearest(one.text) for one in texts] == [again.nearest(one.text) for one in texts]

    def pairs(order: list[Planted]) -> set[str]:
        return {groups[ident] for ident, match in _stream(order).items() if match}

    assert pairs(texts) == pairs(texts[::-1])
    assert pairs(texts) == pairs(random.Random(2).sample(texts, len(texts)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fixed_parts_of_a_template_do_not_count(language: str) -> None:
    dice = random.Random(5)
    frame = sentences(language, 8, dice)
    whole, bare = Index(), Index()
    flagged = 0
    for place in range(60):
        text = joined(language, [*frame, *sentences(language, 2, dice)])
        flagged += whole.check_and_add(str(place), text) is not None
        assert bare.check_and_add(str(place), text, frame) is None
    assert flagged > 50
    again = bare.nearest(text, frame)
    assert again is not None
    assert again.similarity == 1


def test_a_known_text_keeps_the_smallest_id_and_takes_no_more_room() -> None:
    index = Index()
    for ident in ("c", "a", "b"):
        index.add(ident, "The same text, word for word.")
    assert len(index) == 1
    assert index.nearest("the same TEXT word for word") == Match("a", 1.0)


@pytest.mark.parametrize("text", ["", "  \n", "?!…", "\u200b", "👍"])
def test_a_text_without_words_is_like_none(text: str) -> None:
    index = Index()
    index.add("a", text)
    assert len(index) == 0
    assert index.nearest(text) is None
    assert index.check_and_add("b", text) is None


@pytest.mark.parametrize("text", ["a", "好", "42", "é", "\ud800z"])
def test_a_short_text_is_like_itself_alone(text: str) -> None:
    index = Index()
    index.add("a", text)
    assert index.nearest(text) == Match("a", 1.0)
    assert index.nearest(text + "b c d e f") is None


@pytest.mark.parametrize("threshold", [0, -1, 1.1])
def test_a_threshold_that_says_nothing_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        Index(threshold)


def test_many_texts_alike_leave_the_nearest_one_found() -> None:
    dice = random.Random(6)
    frame = sentences("en", 6, dice)
    index = Index(0.9)
    tails = [joined("en", sentences("en", 2, dice)) for _ in range(300)]
    for place, tail in enumerate(tails):
        index.add(f"{place:03}", joined("en", [*frame, tail]))
    for place in (0, 150, 299):
        text = joined("en", [*frame, tails[place]]).replace("the", "teh", 1)
        match = index.nearest(text)
        assert match is not None
        assert match.id == f"{place:03}"


def test_samples_are_compared_by_the_fields_that_count() -> None:
    dice = random.Random(7)
    asked, said, other = (joined("zh", document("zh", dice)) for _ in range(3))
    held = fingerprints(asked, said)
    every = SampleIndex()
    every.add("s1", held)
    found = {
        "instruction": every.nearest(fingerprints(asked, other)),
        "answer": every.nearest(fingerprints(other, said)),
    }
    for field, match in found.items():
        assert match is not None
        assert (match.id, match.field) == ("s1", field)
    some = SampleIndex(fields=["both"])
    some.add("s1", held)
    assert some.nearest(fingerprints("", said + asked)) is not None
    assert some.check_and_add("s2", fingerprints(other, "是")) is None
    assert some.check_and_add("s3", fingerprints(other, "是。")) == Match("s2", 1.0, "both")
    with pytest.raises(ValueError, match="fields"):
        SampleIndex(fields=["question"])


def test_hashes_that_are_stored_stay_what_they_are() -> None:
    mixed = fingerprint("Rename the 变量 in 第3行, please.")
    assert mixed.bands[:2] == [2465083341162863442, 4533769180095551833]
    assert mixed.packed()[0][:8].hex() == "ca0c2a0695ddda08"
