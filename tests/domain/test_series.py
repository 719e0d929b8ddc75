"""How a change of a series reaches the dates there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.recurrence import Pattern, slot_of
from sessiontui.domain.series import Stamped, paired, reconcile, same_rhythm

FIRST = datetime.fromisoformat("2026-05-05T18:00")
OLD = Pattern(starts=FIRST, length=timedelta(hours=1), zone=ZoneInfo("Europe/Madrid"), rule="FREQ=WEEKLY")
WALLS = [FIRST + timedelta(weeks=week) for week in range(4)]


def stamped(*, fixed: int = 0, apart: int | None = None) -> list[Stamped]:
    found = []
    for number, wall in enumerate(WALLS):
        slot = slot_of(OLD, wall)
        shift = timedelta(minutes=30 if number == apart else 0)
        window = {"starts_at": slot.starts_at + shift, "ends_at": slot.ends_at + shift}
        found.append(Stamped(session_id=number, wall=wall, fixed=number < fixed, **window))
    return found


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=TH", True),
        ("FREQ=WEEKLY;COUNT=4", "FREQ=WEEKLY;UNTIL=20270101", True),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=WEEKLY;BYDAY=TU,FR", True),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=WEEKLY;BYDAY=TU", False),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", False),
        ("FREQ=MONTHLY;BYMONTHDAY=3", "FREQ=MONTHLY;BYDAY=1MO", True),
        ("", "FREQ=DAILY", False),
    ],
)
def test_rhythms(old: str, new: str, same: bool):
    assert same_rhythm(old, new) is same


def test_another_hour_moves_each_date_and_renames_it():
    new = replace(OLD, starts=FIRST.replace(hour=17))
    pairs = paired(WALLS, [wall.replace(hour=17) for wall in WALLS], rhythm=True)
    done = reconcile(stamped(fixed=1), OLD, new, pairs)
    assert [(one.session_id, slot.wall.hour) for one, slot in done.moved] == [(1, 17), (2, 17), (3, 17)]
    assert (done.renamed, done.dropped, done.apart) == ((), (), ())


def test_what_was_moved_on_its_own_stays_and_stands_for_the_new_date():
    new = replace(OLD, starts=FIRST.replace(hour=17))
    pairs = paired(WALLS, [wall.replace(hour=17) for wall in WALLS], rhythm=True)
    done = reconcile(stamped(apart=2), OLD, new, pairs)
    assert [one.session_id for one in done.apart] == [2]
    assert [(one.session_id, wall.hour) for one, wall in done.renamed] == [(2, 17)]
    assert len(done.moved) == 3


def test_another_weekday_pairs_by_order():
    thursdays = [wall + timedelta(days=2) for wall in WALLS]
    new = replace(OLD, starts=thursdays[0])
    done = reconcile(stamped(), OLD, new, paired(WALLS, thursdays, rhythm=True))
    assert [slot.wall for _, slot in done.moved] == thursdays


def test_a_shorter_session_keeps_its_name():
    done = reconcile(stamped(), OLD, replace(OLD, length=timedelta(minutes=30)), paired(WALLS, WALLS, rhythm=True))
    assert [slot.wall for _, slot in done.moved] == WALLS
    assert done.renamed == ()


def test_another_rhythm_keeps_the_days_that_both_have():
    fortnight = WALLS[::2]
    new = replace(OLD, rule="FREQ=WEEKLY;INTERVAL=2")
    done = reconcile(stamped(), OLD, new, paired(WALLS, fortnight, rhythm=False))
    assert [one.session_id for one in done.dropped] == [1, 3]
    assert done.moved == ()


def test_dates_taken_out_are_dropped():
    new = replace(OLD, excluded=frozenset({WALLS[1]}))
    done = reconcile(stamped(), OLD, new, paired(WALLS, WALLS, rhythm=True))
    assert [one.session_id for one in done.dropped] == [1]
