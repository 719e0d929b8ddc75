"""Merging texts and fields: what both wrote is there, and order of merging changes nothing that matters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.editing.fields import reconcile
from sessiontui.domain.editing.texts import merge

LINES = st.lists(st.sampled_from("abcde"), max_size=7).map("\n".join)


@given(LINES, LINES)
def test_who_changes_alone_gets_what_they_wrote(base: str, mine: str):
    assert merge(base, mine, base).text == mine
    assert merge(base, base, mine).text == mine
    assert merge(base, mine, mine).text == mine


@given(LINES, LINES, LINES)
def test_a_clean_merge_is_the_same_from_both_sides(base: str, mine: str, theirs: str):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert one.clean == other.clean
    if one.clean:
        assert one.text == other.text


@given(LINES, LINES, LINES)
def test_no_line_that_either_added_is_lost(base: str, mine: str, theirs: str):
    added = [line for version in (mine, theirs) for line in version.split("\n") if line not in base.split("\n")]
    assert set(added) <= set(merge(base, mine, theirs).text.split("\n"))


@given(
    st.lists(st.sampled_from(["m1", "m2"]), max_size=3),
    st.lists(st.sampled_from(["t1", "t2"]), max_size=3),
    st.lists(st.sampled_from(["b1", "b2"]), min_size=1, max_size=3),
)
def test_lines_added_at_both_ends_go_together(mine: list[str], theirs: list[str], base: list[str]):
    merged = merge("\n".join(base), "\n".join([*mine, *base]), "\n".join([*base, *theirs]))
    assert merged.clean
    assert merged.text == "\n".join([*mine, *base, *theirs])


def test_tags_that_either_took_away_are_gone():
    found = reconcile(base={"tags": ["a", "b"]}, mine={"tags": ["b", "c"]}, theirs={"tags": ["a", "b", "d"]})
    assert found.values == {"tags": ["b", "d", "c"]}
    assert found.merged == ("tags",)


def test_free_fields_conflict_only_where_both_changed_one():
    base = {"fields": {"room": 1, "door": 1}}
    apart = reconcile(base=base, mine={"fields": {"room": 2, "door": 1}}, theirs={"fields": {"room": 1}})
    assert apart.values == {"fields": {"room": 2}}
    both = reconcile(base=base, mine={"fields": {"room": 2}}, theirs={"fields": {"room": 3}})
    assert [one.field for one in both.conflicts] == ["fields"]
