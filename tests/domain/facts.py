"""Builders and strategies shared by the tests of the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from sessiontui.domain.history import Change, History, RequestLife
from sessiontui.domain.lifecycle import Facts
from sessiontui.domain.presence import Stay
from sessiontui.domain.vocabulary import Control, Kind, Move, RequestState, Source
from tests.oracle import at

START = datetime(2026, 5, 4, 14, 0, tzinfo=UTC)
END = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)
S = timedelta(seconds=1)
MIN = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def session(**changes: object) -> Facts:
    """Return the facts of a session from 14:00 to 15:00 with a host, and what is said to be different."""
    return Facts(**{"starts_at": START, "ends_at": END, "has_host": True, **changes})  # type: ignore[arg-type]


def stay(since: datetime, until: datetime | None = None, who: str = "ana", **changes: object) -> Stay:
    """Return one stay."""
    return Stay(**{"who": who, "joined_at": since, "left_at": until, **changes})  # type: ignore[arg-type]


ticks = st.integers(-20, 60)
instants = ticks.map(at)


@st.composite
def stays(draw: st.DrawFn, who: tuple[str, ...] = ("a", "b", "c"), *, shortest: int = -3) -> Stay:
    """Return a stay on the grid: closed, open, beating, or (with a negative shortest) contradictory."""
    since = draw(ticks)
    shape = draw(st.sampled_from(("closed", "closed", "open", "beating", "beaten")))
    left = at(since + draw(st.integers(shortest, 30))) if shape in ("closed", "beaten") else None
    beat = at(since + draw(st.integers(0, 12))) if shape in ("beating", "beaten") else None
    approximate = draw(st.sampled_from((False, False, False, True)))
    return Stay(who=draw(st.sampled_from(who)), joined_at=at(since), left_at=left, heartbeat_at=beat,
                approximate=approximate)  # fmt: skip


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """Return facts on the grid, of any control and presence."""
    starts = draw(ticks)
    kind = draw(st.sampled_from(Kind))
    control = draw(st.sampled_from(Control))
    begun = draw(st.none() | ticks)
    pause_marks = sorted(draw(st.lists(ticks, max_size=6)))
    pauses = tuple((at(a), at(b)) for a, b in zip(pause_marks[::2], pause_marks[1::2], strict=False))
    paused = max(pause_marks, default=0) + draw(st.integers(0, 5)) if control is Control.PAUSED else None
    return Facts(
        kind=kind,
        control=control,
        starts_at=at(starts),
        ends_at=at(starts + draw(st.integers(1, 30))),
        begun_at=None if begun is None else at(begun),
        ended_at=draw(st.none() | instants) if control in (Control.COMPLETED, Control.CANCELLED) else None,
        ended_by=draw(st.sampled_from(("", "Amara"))),
        ended_reason=draw(st.sampled_from(("", "mentor ill"))),
        capacity=draw(st.integers(0, 2)),
        has_host=kind is not Kind.WORK and draw(st.booleans()),
        pending=draw(st.integers(0, 2)),
        approved=draw(st.integers(0, 3)),
        guests=tuple(draw(st.lists(stays(), max_size=4))),
        hosts=tuple(draw(st.lists(stays(("h",), shortest=1), max_size=2))),
        pauses=pauses,
        paused_at=None if paused is None else at(paused),
        unmatched=draw(st.integers(0, 1)),
    )


_CONTROL_MOVES = (
    Move.PUBLISH, Move.START, Move.PAUSE, Move.RESUME, Move.COMPLETE, Move.CANCEL, Move.REOPEN, Move.EXTEND,
    Move.RESCHEDULE, Move.REASSIGN, Move.ARCHIVE, Move.RESTORE,
)  # fmt: skip


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Return a change on the grid, possible or not."""
    moment = draw(ticks)
    move = draw(st.sampled_from((None, *_CONTROL_MOVES)))
    starts = ends = mentor = capacity = None
    if move is Move.EXTEND:
        ends = at(draw(st.integers(30, 90)))
    elif move is Move.RESCHEDULE:
        starts = at(draw(ticks))
        ends = starts + draw(st.integers(1, 30)) * MS
    elif move is Move.REASSIGN:
        mentor = draw(st.sampled_from(("", "a", "h")))
    elif move is None:
        capacity = draw(st.integers(0, 2))
    who = draw(st.sampled_from(("a", "b", "h")))
    return Change(at=at(moment), move=move, starts_at=starts, ends_at=ends, mentor=mentor, capacity=capacity, who=who)


@st.composite
def lives(draw: st.DrawFn) -> RequestLife:
    """Return the life of a request, its steps in order; the first may have held always."""
    marks = sorted(draw(st.lists(ticks, min_size=1, max_size=4)))
    states = [RequestState.PENDING, *(draw(st.sampled_from(RequestState)) for _ in marks[1:])]
    always = draw(st.booleans())
    steps = tuple(
        (None if always and place == 0 else at(mark), state)
        for place, (mark, state) in enumerate(zip(marks, states, strict=True))
    )
    return RequestLife(who=draw(st.sampled_from(("a", "b", "c"))), steps=steps)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Return a history on the grid."""
    starts = draw(ticks)
    sourced = st.builds(
        lambda stay, source: Stay(
            who=stay.who, joined_at=stay.joined_at, heartbeat_at=stay.heartbeat_at,
            left_at=stay.heartbeat_at or stay.left_at if source is Source.INFERRED else stay.left_at,
            source=source, approximate=stay.approximate,
        ),
        stays(("a", "b", "h", "x"), shortest=1),
        st.sampled_from((Source.API, Source.WEBHOOK, Source.IMPORT, Source.MANUAL, Source.INFERRED)),
    )  # fmt: skip
    return History(
        kind=draw(st.sampled_from(Kind)),
        control=draw(st.sampled_from((Control.DRAFT, Control.SCHEDULED, Control.RUNNING))),
        starts_at=at(starts),
        ends_at=at(starts + draw(st.integers(1, 30))),
        author="h",
        mentor=draw(st.sampled_from(("", "", "a"))),
        capacity=draw(st.integers(0, 2)),
        created_at=draw(st.none() | instants),
        begun_at=draw(st.none() | instants),
        changes=tuple(draw(st.lists(changes(), max_size=6))),
        requests=tuple(draw(st.lists(lives(), max_size=3))),
        stays=tuple(draw(st.lists(sourced, max_size=4))),
        unmatched=frozenset(draw(st.sets(st.sampled_from(("x",))))),
    )
