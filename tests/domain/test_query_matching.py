from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sessiontui.domain.query import FIELDS, QueryError, Subject, View, holds, matches, parse, view_meaning
from sessiontui.domain.query.terms import And, Expression, Not, Or
from sessiontui.domain.vocabulary import Badge, Control, Kind, Priority, Status

NOW = datetime(2026, 5, 6, 14, 0, tzinfo=UTC)  # a Wednesday
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MS = timedelta(milliseconds=1)

SUBJECT = Subject(
    id=4711,
    external_id="ab:12",
    source="Zoom",
    template="bug-fix",
    project="harbour-app",
    title="Grief circle: CV-Review",
    description="For those who lost someone",
    kind=Kind.COACHING,
    control=Control.RUNNING,
    status=Status.WAITING,
    badges=frozenset({Badge.HOST_WAITING, Badge.PENDING}),
    priority=Priority.HIGH,
    mentor="Dr Amélia Lee",
    mentor_id=12,
    author="De Compostela, Santiago",
    author_id=13,
    people=("Ana Ruiz", "Bob Stone"),
    person_ids=frozenset({1, 2}),
    team=("Cyd Wu",),
    team_ids=frozenset({7}),
    tags=("Onboarding", "First Time"),
    starts_at=NOW - 10 * MINUTE,
    ends_at=NOW + 50 * MINUTE,
    created_at=NOW - 72 * HOUR,
    final_end=None,
    scheduled_minutes=60,
    actual_minutes=None,
    efficiency=None,
    pending=2,
    approved=3,
    rejected=1,
    active=0,
    left=1,
    capacity=8,
    has_link=True,
)
ENDED = replace(
    SUBJECT,
    status=Status.ENDED_EARLY,
    control=Control.COMPLETED,
    starts_at=NOW - 5 * HOUR,
    ends_at=NOW - 4 * HOUR,
    final_end=NOW - 4 * HOUR - 35 * MINUTE,
    actual_minutes=25,
    efficiency=25 / 60,
)
BARE = Subject(
    id=1,
    source="import",
    title="Untitled",
    kind=Kind.WORK,
    control=Control.SCHEDULED,
    status=Status.CREATED,
    starts_at=NOW + 30 * HOUR,
    ends_at=NOW + 31 * HOUR,
    scheduled_minutes=60,
)


def found(text: str, subject: Subject = SUBJECT, *, zone: ZoneInfo | None = None) -> bool:
    return matches(parse(text, now=NOW, zone=zone or UTC), subject)


# One line for each field: what it finds and what it does not.
FIELD_CASES: dict[str, tuple[Subject, str, str]] = {
    "status": (SUBJECT, "status:active,waiting", "status:active"),
    "live_status": (SUBJECT, "live_status:live", "live_status:completed"),
    "work_status": (SUBJECT, "work_status:active", "work_status:draft"),
    "kind": (SUBJECT, "kind:coaching", "kind:work,mentoring"),
    "control": (SUBJECT, "control:running", "control:scheduled"),
    "priority": (SUBJECT, "priority:>=high", "priority:>high"),
    "badge": (SUBJECT, "badge:host_waiting", "badge:stale,overtime"),
    "alert": (replace(SUBJECT, alerts=frozenset({"overtime", "warning"})), "alert:overtime", "alert:critical"),
    "blocker": (replace(SUBJECT, blockers=frozenset({"technical"})), "blocker:technical", "blocker:people"),
    "phase": (replace(SUBJECT, phases=frozenset({"testing"})), "phase:testing,planning", "phase:planning"),
    "progress": (replace(SUBJECT, progress=50), "progress:>=50", "progress:>50"),
    "mentor": (SUBJECT, 'mentor:"dr lee"', "mentor:mel"),
    "author": (SUBJECT, 'author:"santiago de comp"', "author:#12"),
    "collaborator": (SUBJECT, "collaborator:cyd", "collaborator:#1"),
    "person": (SUBJECT, 'person:"stone bob"', 'person:"ana stone"'),
    "title": (SUBJECT, "title:circ", "title:ana"),
    "tag": (SUBJECT, 'tag:onboarding,"first  time"', "tag:onboard"),
    "id": (SUBJECT, "id:4711", "id:471"),
    "source": (SUBJECT, "source:zoom", "source:zoo"),
    "template": (SUBJECT, 'template:"Bug Fix"', "template:bug"),
    "project": (SUBJECT, 'project:"Harbour app"', "project:harbour"),
    "starts": (SUBJECT, "starts:>-2h", "starts:<2h"),
    "ends": (SUBJECT, "ends:<1h", "ends:>1h"),
    "created": (SUBJECT, "created:<-2d", "created:>-2d"),
    "finished": (ENDED, "finished:>-5h", "finished:>-4h"),
    "minutes": (SUBJECT, "minutes:>=1h", "minutes:>60"),
    "actual": (ENDED, "actual:20..25", "actual:<25"),
    "efficiency": (ENDED, "efficiency:<50%", "efficiency:>=0.5"),
    "pending": (SUBJECT, "pending:2", "pending:>2"),
    "approved": (SUBJECT, "approved:>=3", "approved:<3"),
    "rejected": (SUBJECT, "rejected:>0", "rejected:0"),
    "active": (SUBJECT, "active:0", "active:>0"),
    "left": (SUBJECT, "left:>0", "left:2.."),
    "capacity": (SUBJECT, "capacity:<=8", "capacity:<8"),
    "rating": (replace(ENDED, rating=3.5), "rating:3..4", "rating:>=4"),
    "is": (SUBJECT, "is:live", "is:ended"),
    "has": (SUBJECT, "has:mentor", "has:alert"),
    "view": (SUBJECT, "view:now", "view:later"),
    "archived": (SUBJECT, "archived:no", "archived:yes"),
}


def test_every_field_that_has_data_has_its_cases():
    assert set(FIELD_CASES) == {field.name for field in FIELDS}


@pytest.mark.parametrize("name", FIELD_CASES)
def test_a_field_finds_and_does_not_find(name: str):
    subject, yes, no = FIELD_CASES[name]
    assert yes.startswith(name)
    assert found(yes, subject)
    assert not found(no, subject)
    assert found(f"-{no}", subject)
    assert not found(f"-{yes}", subject)


@pytest.mark.parametrize(
    ("word", "yes", "no"),
    [
        ("is:live", SUBJECT, ENDED),
        ("is:ended", ENDED, SUBJECT),
        ("is:provisional", replace(ENDED, provisional=True), ENDED),
        ("is:archived", replace(ENDED, archived=True), ENDED),
        ("is:overbooked", replace(SUBJECT, badges=frozenset({Badge.OVERBOOKED})), SUBJECT),
        ("is:alerted", replace(SUBJECT, alerted=True), SUBJECT),
        ("has:mentor", SUBJECT, BARE),
        ("has:requests", replace(BARE, rejected=1), BARE),
        ("has:guests", replace(BARE, left=1), BARE),
        ("has:link", SUBJECT, BARE),
        ("has:tags", SUBJECT, BARE),
        ("has:capacity", SUBJECT, BARE),
        ("has:alert", replace(SUBJECT, alerted=True), SUBJECT),
        ("has:description", SUBJECT, replace(BARE, description="  ")),
        ("has:tasks", replace(ENDED, tasks=1), ENDED),
        ("is:work", replace(SUBJECT, progress=0), SUBJECT),
        ("has:goals", replace(SUBJECT, progress=0), SUBJECT),
        ("has:blocker", replace(SUBJECT, blockers=frozenset({"people"})), SUBJECT),
    ],
)
def test_a_fact_is_found_where_it_holds(word: str, yes: Subject, no: Subject):
    assert found(word, yes)
    assert not found(word, no)


def test_every_fact_is_tested_above():
    marks = [mark for mark in test_a_fact_is_found_where_it_holds.pytestmark if mark.name == "parametrize"]
    words = {f"{field.name}:{value.word}" for field in FIELDS[-5:] for value in field.values}
    tested = {case[0] for case in marks[0].args[1]}
    assert {word for word in words if word.startswith(("is:", "has:"))} == tested


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("grief", True),
        ("GRI circ", True),
        ("circle grief", True),
        ("rief", False),
        ('"grief circle"', True),
        ('"grief circ"', False),
        ('"circle grief"', False),
        ("cv-rev", True),
        ("review-cv", False),
        ("lost", True),
        ("amelia", True),
        ("Compostéla", True),
        ("stone", True),
        ("onboarding", True),
        ('"circle for"', False),  # a phrase does not reach from one text into another
        ("-grief", False),
        ("-missing grief", True),
        ("grief missing", False),
        ("#4711", True),
        ("#471", False),
        ("person:#2", True),
        ("person:#12", False),
        ("mentor:#12,#99", True),
        ("id:zoom:ab:12", False),  # an outside id and its source are compared exactly
        ("id:Zoom:ab:12", True),
        ('id:"ab:12"', False),
        ("tag:onboarding kind:coaching starts:<now grief", True),
        ("-mentor:#99", True),
        ("minutes:>59 minutes:<61", True),
        ("capacity:>0", True),
    ],
)
def test_words_ids_and_conjunction(text: str, expected: bool):
    assert found(text) is expected


@pytest.mark.parametrize(
    "text",
    ["actual:>=0", "efficiency:<1", "capacity:>=0", "finished:>=1900-01-01", "created:<now", "mentor:a", "id:x:y"],
)
def test_what_is_missing_is_not_found_and_its_negation_is(text: str):
    assert not found(text, BARE)
    assert found(f"-{text}", BARE)


def test_an_outside_id_without_source_is_found_in_any():
    subject = replace(BARE, external_id="k-9", source="teams")
    assert found("id:k-9", subject)
    assert not found("id:K-9", subject)
    assert not found("id:zoom:k-9", subject)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("starts:<2h", timedelta(0), True),
        ("starts:<2h", -MS, False),
        ("starts:<2h", 2 * HOUR - MS, True),
        ("starts:<2h", 2 * HOUR, False),
        ("starts:<=2h", 2 * HOUR, True),
        ("starts:>2h", 2 * HOUR, False),
        ("starts:>2h", 2 * HOUR + MS, True),
        ("starts:<-2h", -2 * HOUR, False),
        ("starts:<-2h", -2 * HOUR - MS, True),
        ("starts:>-2h", -2 * HOUR, False),
        ("starts:>-2h", -2 * HOUR + MS, True),
        ("starts:>-2h", timedelta(0), True),
        ("starts:>-2h", MS, False),
        ("starts:>=-2h", -2 * HOUR, True),
        ("starts:today", timedelta(hours=-14), True),
        ("starts:today", timedelta(hours=-14) - MS, False),
        ("starts:today", timedelta(hours=10) - MS, True),
        ("starts:today", timedelta(hours=10), False),
        ("starts:-1h..1h", HOUR, True),
        ("starts:-1h..1h", HOUR + MS, False),
    ],
)
def test_the_edges_of_times(text: str, offset: timedelta, expected: bool):
    assert found(text, replace(SUBJECT, starts_at=NOW + offset)) is expected


def test_archived_sessions_are_left_out_unless_mentioned():
    archived = replace(SUBJECT, archived=True)
    assert not found("", archived)
    assert not found("grief", archived)
    assert found("grief archived:yes", archived)
    assert not found("grief archived:yes")
    assert found("archived:yes,no", archived)
    assert found("archived:yes,no")
    assert found("-is:archived")
    assert not found("-is:archived", archived)


# Views

FUTURE = replace(BARE, status=Status.APPROVED)
VIEW_CASES = [
    (View.NOW, SUBJECT, True),
    (View.NOW, replace(SUBJECT, starts_at=NOW - 99 * HOUR), True),
    (View.NOW, replace(FUTURE, starts_at=NOW + 24 * HOUR - MS), True),
    (View.NOW, replace(FUTURE, starts_at=NOW + 24 * HOUR), False),
    (View.NOW, replace(FUTURE, alerted=True), True),
    (View.NOW, replace(ENDED, final_end=NOW - 12 * HOUR + MS), True),
    (View.NOW, replace(ENDED, final_end=NOW - 12 * HOUR), False),
    (View.NOW, replace(ENDED, status=Status.CANCELLED), False),
    (View.TODAY, replace(BARE, starts_at=datetime(2026, 5, 6, tzinfo=UTC)), True),
    (View.TODAY, replace(BARE, starts_at=datetime(2026, 5, 7, tzinfo=UTC)), False),
    (View.WEEK, replace(BARE, starts_at=datetime(2026, 5, 4, tzinfo=UTC)), True),
    (View.WEEK, replace(BARE, starts_at=datetime(2026, 5, 4, tzinfo=UTC) - MS), False),
    (View.WEEK, replace(BARE, starts_at=datetime(2026, 5, 11, tzinfo=UTC)), False),
    (View.NEXTWEEK, replace(BARE, starts_at=datetime(2026, 5, 11, tzinfo=UTC)), True),
    (View.NEXTWEEK, replace(BARE, starts_at=datetime(2026, 5, 18, tzinfo=UTC)), False),
    (View.LATER, replace(BARE, starts_at=datetime(2026, 5, 18, tzinfo=UTC)), True),
    (View.LATER, replace(BARE, starts_at=datetime(2026, 5, 18, tzinfo=UTC) - MS), False),
    (View.FOLLOWUP, replace(ENDED, tasks=1), True),
    (View.FOLLOWUP, ENDED, False),
    (View.FOLLOWUP, SUBJECT, False),
    (View.ALL, SUBJECT, True),
    (View.ALL, replace(SUBJECT, archived=True), False),
]


@pytest.mark.parametrize(("view", "subject", "expected"), VIEW_CASES)
def test_a_view_holds_what_its_name_says(view: View, subject: Subject, expected: bool):
    assert found(f"view:{view}", subject) is expected


def test_every_view_is_tested_and_has_a_name():
    assert {view for view, _, _ in VIEW_CASES} == set(View)
    assert [view.label for view in View] == [
        "Now",
        "Today",
        "This week",
        "Next week",
        "Later",
        "Needs follow-up",
        "All",
    ]


def test_weeks_start_on_monday_in_the_zone():
    sunday_evening = datetime(2026, 5, 10, 22, 30, tzinfo=UTC)
    monday_morning = replace(BARE, starts_at=sunday_evening)
    assert found("view:week", monday_morning)
    assert found("view:nextweek", monday_morning, zone=ZoneInfo("Europe/Madrid"))


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_today_lies_in_this_week_and_the_weeks_do_not_overlap(now: datetime):
    zone = ZoneInfo("Europe/Madrid")
    subject = replace(BARE, starts_at=now)
    held = [view for view in View if holds(view_meaning(view, now=now, zone=zone), subject)]
    assert held == [View.NOW, View.TODAY, View.WEEK, View.ALL]


# Properties over random sessions

NAMES = st.sampled_from(["Dr Lee", "Ana Ruiz", "Łukasz", "grief", "李 雷", ""])
WHEN = st.integers(-200, 200).map(lambda hours: NOW + hours * HOUR / 4)
COUNTS = st.integers(0, 4)
SUBJECTS = st.builds(
    Subject,
    id=st.integers(1, 5),
    source=st.sampled_from(["zoom", "import"]),
    title=NAMES,
    kind=st.sampled_from(Kind),
    control=st.sampled_from(Control),
    status=st.sampled_from(Status),
    starts_at=WHEN,
    ends_at=WHEN,
    scheduled_minutes=st.sampled_from([0, 30, 60, 90.5]),
    external_id=st.sampled_from([None, "a", "b"]),
    description=NAMES,
    provisional=st.booleans(),
    badges=st.frozensets(st.sampled_from(Badge), max_size=3),
    priority=st.sampled_from(Priority),
    mentor=st.none() | NAMES,
    mentor_id=st.none() | st.integers(1, 3),
    people=st.lists(NAMES, max_size=2).map(tuple),
    tags=st.lists(NAMES, max_size=2).map(tuple),
    created_at=st.none() | WHEN,
    final_end=st.none() | WHEN,
    actual_minutes=st.none() | st.sampled_from([0.0, 15.0, 30.0, 61.0]),
    efficiency=st.none() | st.sampled_from([0.0, 0.5, 1.0]),
    pending=COUNTS,
    active=COUNTS,
    capacity=st.none() | COUNTS,
    archived=st.booleans(),
    alerted=st.booleans(),
)
VALUES = {
    field.name: st.sampled_from([value.word for value in field.values] or list(field.examples) or ["x"])
    for field in FIELDS
}
VALUES |= dict.fromkeys(("mentor", "person", "title", "tag"), st.sampled_from(["dr", "Lee", "ana", "#1"]))
VALUES["id"] = st.sampled_from(["1", "2", "a", "zoom:a"])
TERMS = st.one_of(
    st.sampled_from(["grief", '"ana ruiz"', "lee", "#2"]),
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.lists(VALUES[name], min_size=1, max_size=3).map(lambda values: f"{name}:{','.join(values)}")
    ),
)


def tree(text: str) -> Expression:
    try:
        return parse(text, now=NOW, zone=UTC).where
    except QueryError:
        assume(False)
        raise


@given(term=TERMS, subject=SUBJECTS)
def test_a_term_or_its_negation_holds_never_both(term: str, subject: Subject):
    assert holds(tree(term), subject) is not holds(tree(f"-{term}"), subject)


@given(one=TERMS, other=TERMS, subject=SUBJECTS)
def test_several_terms_are_and(one: str, other: str, subject: Subject):
    both = holds(tree(f"{one} {other}"), subject)
    assert both is (holds(tree(one), subject) and holds(tree(other), subject))
    assert both is holds(tree(f"{other}  {one}"), subject)


@given(one=TERMS, other=TERMS, subject=SUBJECTS)
def test_de_morgan(one: str, other: str, subject: Subject):
    (a,), (b,) = tree(one).terms, tree(other).terms
    assert holds(Not(And((a, b))), subject) is holds(Or((Not(a), Not(b))), subject)
    assert holds(Not(Or((a, b))), subject) is holds(And((Not(a), Not(b))), subject)


@given(data=st.data(), subject=SUBJECTS)
def test_a_comma_is_or(data: st.DataObject, subject: Subject):
    name = data.draw(st.sampled_from(sorted(VALUES)))
    one, other = data.draw(VALUES[name]), data.draw(VALUES[name])
    either = holds(tree(f"{name}:{one},{other}"), subject)
    assert either is (holds(tree(f"{name}:{one}"), subject) or holds(tree(f"{name}:{other}"), subject))
    neither = holds(tree(f"-{name}:{one},{other}"), subject)
    assert neither is holds(tree(f"-{name}:{one} -{name}:{other}"), subject)


@given(term=TERMS, subject=SUBJECTS)
def test_what_is_written_finds_the_same(term: str, subject: Subject):
    query = parse(term, now=NOW, zone=UTC)
    assert matches(parse(str(query), now=NOW, zone=UTC), subject) is matches(query, subject)


@given(subject=SUBJECTS)
def test_everything_is_all_that_is_not_archived(subject: Subject):
    assert found("", subject) is not subject.archived
    assert found("archived:yes,no", subject)
    assert found("is:archived", subject) is subject.archived


@given(subject=SUBJECTS, hours=st.integers(1, 60))
def test_relative_times_part_the_line_of_time(subject: Subject, hours: int):
    parts = [f"starts:<-{hours}h", f"starts:>=-{hours}h starts:<now", f"starts:<{hours}h", f"starts:>={hours}h"]
    assert sum(holds(tree(part), subject) for part in parts) == 1


def test_a_person_is_whoever_takes_part_in_any_role():
    assert found("person:bob")
    assert found("person:cyd")
    assert found("person:#7")
    assert not found("person:lee"), "the mentor has a field of their own"
    assert not found('person:"bob cyd"'), "both words are of one name"
