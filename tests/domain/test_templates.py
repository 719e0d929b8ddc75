"""Templates: their TOML both ways, faults with their places, circles, what suits, how long."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sessiontui.domain.planning.draft import GoalDraft, MilestoneDraft, PlanDraft
from sessiontui.domain.planning.words import MilestoneRule, Phase
from sessiontui.domain.templates.checking import template_of
from sessiontui.domain.templates.faults import Fault, Faulty
from sessiontui.domain.templates.lasting import propose
from sessiontui.domain.templates.ordering import circle
from sessiontui.domain.templates.outline import outline
from sessiontui.domain.templates.packaged import packaged
from sessiontui.domain.templates.places import line_of, lines_of
from sessiontui.domain.templates.shape import Difficulty, Template, without
from sessiontui.domain.templates.suggesting import Record, Wish, suggest
from sessiontui.domain.templates.text import read, read_bytes, read_plan, values_of, write, write_plan
from sessiontui.domain.vocabulary import Kind

NOW = datetime(2026, 5, 4, 14, 0, tzinfo=UTC)
DAY, MIN = timedelta(days=1), timedelta(minutes=1)

WORDS = (
    st.text(max_size=30)
    .map(lambda text: " ".join(text.replace("\0", "").split()))
    .filter(lambda text: not any(0xD800 <= ord(char) <= 0xDFFF for char in text))
)
NAMED = WORDS.filter(bool)
BLOCK = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60).map(str.strip)


@st.composite
def plans(draw: st.DrawFn) -> PlanDraft:
    """A plan whose goals hang below and need earlier ones alone, as ``read`` gives it."""
    keys = draw(st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True), unique=True, max_size=6))
    goals: list[GoalDraft] = []
    for place, key in enumerate(keys):
        path = [goals[-1].key] if goals else []
        while path and (above := next(goal.parent for goal in goals if goal.key == path[-1])):
            path.append(above)
        goals.append(
            GoalDraft(
                key=key,
                title=draw(NAMED),
                criteria=draw(WORDS),
                weight=draw(st.integers(1, 100)),
                phase=draw(st.none() | st.sampled_from(Phase)),
                parent=draw(st.sampled_from(["", *path])),  # so that they stand in the order of the tree
                needs=tuple(draw(st.lists(st.sampled_from(keys[:place]), unique=True))) if place else (),
            )
        )
    milestones = draw(
        st.lists(
            st.builds(MilestoneDraft, title=NAMED)
            | st.builds(
                MilestoneDraft,
                title=NAMED,
                rule=st.sampled_from([rule for rule in MilestoneRule if rule is not MilestoneRule.MANUAL]),
                threshold=st.integers(1, 1000),
            ),
            max_size=3,
        )
    )
    checks = draw(st.lists(NAMED, unique=True, max_size=3))
    return PlanDraft(goals=tuple(goals), milestones=tuple(milestones), checklist=tuple(checks))


TEMPLATES = st.builds(
    Template,
    slug=st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,2}", fullmatch=True).filter(lambda slug: len(slug) <= 60),
    name=NAMED,
    kind=st.sampled_from(Kind),
    minutes=st.integers(1, 600),
    difficulty=st.sampled_from(Difficulty),
    title=WORDS,
    description=BLOCK,
    capacity=st.integers(0, 1000),
    tags=st.lists(NAMED, unique=True, max_size=3).map(tuple),
    plan=plans(),
)


@settings(max_examples=80, deadline=None)
@given(TEMPLATES)
def test_what_is_written_reads_as_the_same(template: Template):
    assert read(write(template)) == template
    assert template_of(values_of(template)) == template
    assert read_plan(write_plan(template.plan)) == template.plan


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("[]{}\"'=,\n #.abgoals0123456789-_\\:T"), max_size=80) | st.text(max_size=60))
@example("a = " + "9" * 5000)
@example("a = " + "[" * 3000)
@example('goals = 1\nmilestones = "x"\ntags = 3')
def test_whatever_text_comes_is_a_template_or_a_fault_with_a_place_never_a_crash(text: str):
    lines = [fault.line for fault in faults_of(text)]
    assert all(0 <= line <= text.count("\n") + 1 for line in lines)


def faults_of(text: str) -> tuple[Fault, ...]:
    try:
        read(text)
    except Faulty as error:
        return error.faults
    return ()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_whatever_bytes_come_are_a_template_or_a_fault(content: bytes):
    with pytest.raises(Faulty):
        read_bytes(content)  # sixty random bytes have no name, kind and minutes


BROKEN = """\
name = "Pair"
kind = "party"
minutes = 0
colour = "red"
tags = [
    "a",
    7,
]

[[goals]]
key = "one"
title = "One"
weight = "four"

[[goals]]
key = "two"
needs = ["three"]

[[milestones]]
title = "Half"
rule = "goals_done"
"""


def test_every_fault_is_told_with_its_line():
    with pytest.raises(Faulty) as caught:
        read(BROKEN)
    found = {(fault.line, ".".join(map(str, fault.path))) for fault in caught.value.faults}
    assert found == {
        (2, "kind"), (3, "minutes"), (4, "colour"), (7, "tags.1"), (13, "goals.0.weight"), (15, "goals.1.title"),
        (17, "goals.1.needs"), (19, "milestones.0.threshold"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"), [('name = "A"\nkind = \n', 2), ('name = "A', 1), ("a = 1\na = 2\n", 2), ("x = [1,\n2", 2)]
)
def test_a_mistake_of_syntax_tells_its_line(text: str, line: int):
    with pytest.raises(Faulty) as caught:
        read(text)
    assert [fault.line for fault in caught.value.faults] == [line]


def test_lines_are_found_in_every_way_of_writing():
    text = 'a = """\n[x]\nb = 1\n"""\n[t]\n"c d" = 1\n[[l]]\nx.y = [1, # one\n  [2],\n  3]\n'
    text += "[[l]]\nz = 1\n[l.sub]\nq = 2\n"
    lines = lines_of(text)
    assert lines == {
        ("a",): 1, ("t",): 5, ("t", "c d"): 6, ("l", 0): 7, ("l", 0, "x", "y"): 8, ("l", 0, "x", "y", 0): 8,
        ("l", 0, "x", "y", 1): 9, ("l", 0, "x", "y", 2): 10, ("l", 1): 11, ("l", 1, "z"): 12, ("l", 1, "sub"): 13,
        ("l", 1, "sub", "q"): 14,
    }  # fmt: skip
    assert line_of(lines, ("l", 1, "sub", "gone")) == 13


def test_a_circle_is_refused_and_named():
    goals = "".join(f'[[goals]]\nkey = "{a}"\ntitle = "{a}"\nneeds = ["{b}"]\n' for a, b in ("ab", "bc", "cb"))
    with pytest.raises(Faulty, match="b needs c needs b"):
        read(f'name = "A"\nkind = "work"\nminutes = 5\n{goals}')


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from("abcde"), st.lists(st.sampled_from("abcde"), max_size=3)))
def test_a_circle_is_found_if_and_only_if_there_is_one(ties: dict[str, list[str]]):
    reach = {key: set(ties.get(key, ())) for key in "abcde"}
    for middle, one, other in itertools.product("abcde", repeat=3):
        if middle in reach[one] and other in reach[middle]:
            reach[one].add(other)
    found = circle(ties)
    assert bool(found) == any(key in reach[key] for key in "abcde")
    assert all(other in ties[one] for one, other in itertools.pairwise(found))


def test_six_are_built_in_each_with_a_plan_in_phases():
    assert {slug: one.minutes for slug, one in packaged().items()} == {
        "bug-fix": 90, "feature-development": 180, "research-exploration": 120, "mentoring": 60, "group-coaching": 60,
        "conversation": 30,
    }  # fmt: skip
    for slug, one in packaged().items():
        assert one.slug == slug
        assert one.plan.goals
        assert one.plan.milestones
        assert one.plan.checklist
        assert one.tags
        assert any(goal.needs for goal in one.plan.goals)
        assert all(goal.phase for goal in one.plan.goals)


def test_what_is_left_out_takes_what_hangs_below_along_and_nothing_needs_it():
    plan = without(packaged()["feature-development"].plan, frozenset({"build"}))
    assert [goal.key for goal in plan.goals] == ["purpose", "design", "tests", "try", "document"]
    assert not any({"build", "core", "edges"} & set(goal.needs) for goal in plan.goals)


@settings(max_examples=60, deadline=None)
@given(plans(), st.data())
def test_a_plan_with_goals_left_out_is_a_plan(plan: PlanDraft, data: st.DataObject):
    keys = data.draw(st.frozensets(st.sampled_from([goal.key for goal in plan.goals]))) if plan.goals else frozenset()
    left = without(plan, keys)
    assert read_plan(write_plan(left)) == left
    assert not keys & {goal.key for goal in left.goals}
    assert len([row for row in outline(left) if row.key]) == len(left.goals)


def test_a_score_is_the_share_of_the_points_that_can_be_had():
    records = {"bug-fix": Record(uses=9, ended=8, complete=7, last_used=NOW - 30 * DAY)}
    best, *rest = suggest(
        Wish(kind=Kind.WORK, text="fix the parser", difficulty=Difficulty.MEDIUM),
        packaged().values(),
        records,
        now=NOW,
    )
    # kind 30 + words 25 + difficulty 15 + success 20 x (7 + 4 x 7/8) / 12 + recency 10 x 1/2, of 100
    assert (best.slug, best.score) == ("bug-fix", round(30 + 25 + 15 + 20 * (7 + 4 * 7 / 8) / 12 + 5))
    assert best.score > rest[0].score
    assert "7 of 8 sessions made from it went to their end" in best.why
    assert "last used 30 d ago" in best.why


def test_what_nobody_asked_for_counts_on_neither_side():
    found = suggest(Wish(kind=Kind.COACHING), packaged().values(), {}, now=NOW)
    assert (found[0].slug, found[0].score, found[1].score) == ("group-coaching", 100, 0)
    assert all(one.score == 0 and not one.parts for one in suggest(Wish(), packaged().values(), {}, now=NOW))


@settings(max_examples=60)
@given(
    st.builds(
        Wish, kind=st.none() | st.sampled_from(Kind), text=WORDS, tags=st.lists(NAMED, max_size=2).map(tuple),
        difficulty=st.none() | st.sampled_from(Difficulty),
    ),
    st.integers(0, 50), st.integers(0, 50), st.integers(-5, 400),
)  # fmt: skip
def test_a_score_stays_in_its_bounds(wish: Wish, complete: int, more: int, days: int):
    record = Record(uses=complete + more, ended=complete + more, complete=complete, last_used=NOW - days * DAY)
    for one in suggest(wish, packaged().values(), {"mentoring": record}, now=NOW):
        assert 0 <= one.score <= 100
        assert all(0 <= part.points <= part.most and part.said for part in one.parts)


@pytest.mark.parametrize(
    ("ran", "minutes"), [([], 90), ([10] * 4, 90), ([10] * 5, 10), ([10, 20, 30, 40, 200], 75), ([61] * 20, 65)]
)
def test_a_length_is_learned_from_five_sessions_on(ran: list[int], minutes: int):
    lasting = propose(90, [one * MIN for one in ran])
    assert (lasting.minutes, lasting.n, lasting.is_learned) == (minutes, len(ran), len(ran) >= 5)
    assert lasting.said
