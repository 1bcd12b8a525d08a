"""From proposals to what is offered: pooling, the merger's word, the estimate, the width."""

import pytest

from taxoloom.taxonomy.growing.completeness import chao2
from taxoloom.taxonomy.growing.growth import Entry
from taxoloom.taxonomy.growing.pool import Decision, Merged, Pooled, merged, offered, pooled
from taxoloom.taxonomy.growing.screen import Ground
from taxoloom.taxonomy.growing.variants import kin

GROUND = Ground("en", {kin("Returns"): "exists", kin("Shop"): "self"})


def entry(name: str) -> Entry:
    return Entry(name, "Something that customers ask.", "What now?")


def pool(**lists: str) -> tuple[Pooled, ...]:
    """A pool of entries by name, each with the numbers of the lists that had it."""
    return tuple(
        Pooled(entry(name.replace("_", " ")), frozenset(map(int, numbers)))
        for name, numbers in lists.items()
    )


def names(found: Merged) -> dict[str, set[int]]:
    return {item.entry.name: set(item.lists) for item in found.entries}


def keep(number: int) -> Decision:
    return Decision(number, "keep", "has no other place")


def test_what_other_proposals_add_to_an_entry_is_kept() -> None:
    one = Entry("Source", values=(Entry("C"), Entry("Go")))
    two = Entry("source", alias="来源", values=(Entry("go"), Entry("VBA")))
    (found,) = pooled({1: [one], 2: [two]})
    assert (found.entry.name, found.entry.alias) == ("Source", "来源")
    assert [value.name for value in found.entry.values] == ["C", "Go", "VBA"]


def test_proposals_are_pooled_by_what_is_obviously_one_name() -> None:
    found = pooled({1: [entry("Repairs"), entry("Warranty")], 3: [entry("repair")], 4: []})
    assert [(item.entry.name, set(item.lists)) for item in found] == [
        ("Repairs", {1, 3}),
        ("Warranty", {1}),
    ]


def test_synonyms_unite_and_keep_who_proposed_them() -> None:
    said = [keep(1), Decision(2, "merge", "same as 1", into=1), keep(3)]
    found = merged(pool(Repair="12", Mending="23", Warranty="4"), said, GROUND)
    assert names(found) == {"Repair": {1, 2, 3}, "Warranty": {4}}
    assert [(c.entry, c.action, c.names) for c in found.changes] == [
        ("Repair", "keep", ("Repair",)),
        ("Mending", "merge", ("Repair",)),
        ("Warranty", "keep", ("Warranty",)),
    ]


def test_merges_are_followed_to_their_end_and_circles_are_broken() -> None:
    chain = [Decision(1, "merge", into=2), Decision(2, "merge", into=3), keep(3)]
    assert names(merged(pool(A1="1", B1="2", C1="3"), chain, GROUND)) == {"C1": {1, 2, 3}}
    circle = [Decision(1, "merge", into=2), Decision(2, "merge", into=1), keep(3)]
    assert names(merged(pool(A1="1", B1="2", C1="3"), circle, GROUND)) == {
        "A1": {1, 2},
        "C1": {3},
    }


@pytest.mark.parametrize("into", [0, 1, 9, -3])
def test_a_merge_into_what_is_not_there_keeps_the_entry(into: int) -> None:
    found = merged(pool(Repair="12"), [Decision(1, "merge", "so", into=into)], GROUND)
    assert names(found) == {"Repair": {1, 2}}
    assert found.changes[0].said == "merge: no such entry"


def test_what_is_merged_into_a_dropped_entry_goes_with_it() -> None:
    said = [Decision(1, "drop", "too narrow"), Decision(2, "merge", into=1)]
    found = merged(pool(Repair="12", Mending="3"), said, GROUND)
    assert found.entries == ()
    assert [(cut.name, cut.reason, cut.detail) for cut in found.cuts] == [
        ("Repair", "dropped", "too narrow")
    ]


def test_what_the_merger_leaves_out_is_kept_if_two_proposals_had_it() -> None:
    found = merged(pool(Repair="12", Mending="3"), [], GROUND)
    assert names(found) == {"Repair": {1, 2}}
    assert [(cut.name, cut.reason) for cut in found.cuts] == [("Mending", "unmentioned")]


def test_the_first_word_counts_and_numbers_that_there_are_not_are_nothing() -> None:
    said = [keep(7), keep(1), Decision(1, "drop", "changed my mind"), keep(-1), keep(0)]
    found = merged(pool(Repair="12"), said, GROUND)
    assert names(found) == {"Repair": {1, 2}}
    assert len(found.changes) == 1


def test_a_new_name_is_screened_like_any_other() -> None:
    for bad in ("Returns", "Shop", "<b>Mending</b>", "Other", "Ремонт", ""):
        said = [Decision(1, "rename", "better", parts=(Entry(bad),))]
        found = merged(pool(Repair="12"), said, GROUND)
        assert names(found) == {"Repair": {1, 2}}
        assert found.changes[0].said == "rename: no usable name"
        assert len(found.cuts) == 1


def test_a_renamed_entry_keeps_the_words_that_were_not_changed() -> None:
    said = [Decision(1, "rename", "its usual name", parts=(Entry("Mending"), Entry("Third")))]
    found = merged(pool(Repair="12"), said, GROUND)
    assert [item.entry for item in found.entries] == [entry("Mending")]
    assert [cut.reason for cut in found.cuts] == ["many"]


def test_a_split_entry_becomes_what_of_its_parts_can_stand() -> None:
    parts = (entry("Repair cost"), entry("Repair time"), entry("Returns"))
    found = merged(pool(Repair="12"), [Decision(1, "split", "two things", parts=parts)], GROUND)
    assert names(found) == {"Repair cost": {1, 2}, "Repair time": {1, 2}}
    assert [(cut.name, cut.reason, cut.by) for cut in found.cuts] == [
        ("Returns", "exists", "merger")
    ]


def test_entries_that_come_to_one_name_are_one() -> None:
    said = [keep(1), Decision(2, "rename", "usual", parts=(entry("repairs"),))]
    found = merged(pool(Repair="12", Mending="3"), said, GROUND)
    assert names(found) == {"Repair": {1, 2, 3}}


def test_the_estimate_counts_proposals_as_they_are_after_merging() -> None:
    found = pool(Repair="123", Warranty="1", Upkeep="2", Parts="12")
    offer = offered(found, GROUND, lists=[1, 2, 3], known=4, width=50)
    bare = chao2([{"r", "w", "p"}, {"r", "u", "p"}, {"r"}])
    assert bare is not None
    assert offer.estimate == bare.with_known(4)


def test_width_cuts_the_least_often_proposed_and_not_the_estimate() -> None:
    found = pool(Warranty="1", Repair="123", Upkeep="2", Parts="12")
    wide = offered(found, GROUND, lists=[1, 2, 3], known=4, width=50)
    narrow = offered(found, GROUND, lists=[1, 2, 3], known=4, width=6)
    assert narrow.estimate == wide.estimate
    assert [item.entry.name for item in narrow.entries] == ["Repair", "Parts"]
    assert [(cut.name, cut.reason) for cut in narrow.cuts] == [
        ("Warranty", "width"),
        ("Upkeep", "width"),
    ]


def test_what_another_list_got_meanwhile_is_no_evidence_here() -> None:
    found = pool(Repair="12", Returns="12")
    offer = offered(found, GROUND, lists=[1, 2], known=0, width=9)
    assert [item.entry.name for item in offer.entries] == ["Repair"]
    assert [cut.reason for cut in offer.cuts] == ["exists"]
    assert offer.estimate is not None
    assert offer.estimate.observed == 1
