"""Series out and in again: one event with a rule, and one for each date that people have changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.instants import to_ms
from sessiontui.domain.series import Scope
from sessiontui.domain.vocabulary import Move
from sessiontui.services import series as recurring
from sessiontui.services import sessions
from sessiontui.services.context import Context
from sessiontui.services.sessions import SessionEdit

from .test_calendars import LATER, empty, exported, taken_in, there_and_back, unstamped

HOUR = timedelta(hours=1)
MADE = datetime(2026, 9, 1, tzinfo=UTC)
RULES = (
    "FREQ=WEEKLY;COUNT=8", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=9", "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=5", "FREQ=DAILY",
    "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270201T120000Z", "FREQ=WEEKLY;UNTIL=20261224", "FREQ=MONTHLY;BYDAY=-1FR", "",
)  # fmt: skip
ZONES = ("Europe/Madrid", "America/New_York", "UTC", "Australia/Lord_Howe")
STEPS = ("move", "retitle", "cancel", "take out", "shift following", "retitle all", "end", "longer")


def plan(rule: str, zone: str = "Europe/Madrid", **told: object) -> recurring.SeriesDraft:
    first = datetime(2026, 10, 1, 18)  # noqa: DTZ001 - a wall clock
    return recurring.SeriesDraft(
        **{"title": "Circle", "starts": first, "length": HOUR, "zone": zone, "rule": rule} | told
    )


async def dates(context: Context) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in await context.db.fetch(
            "SELECT starts_at, ends_at, title, control, slot, capacity FROM session WHERE starts_at < ?"
            " ORDER BY 1, 2, 3",
            (to_ms(LATER + timedelta(days=80)),),  # finite series are stamped wholly by an import
        )
    ]


async def step(context: Context, what: str, session_id: int, by: object) -> None:
    """One thing that people do to a series or one of its dates."""
    session = (await context.db.fetch("SELECT starts_at FROM session WHERE id = ?", (session_id,)))[0]
    at = MADE + HOUR
    starts_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(str(session[0])))
    if what == "move":
        later = {"starts_at": starts_at + HOUR, "ends_at": starts_at + 3 * HOUR}
        await sessions.move(context, Move.RESCHEDULE, session_id, by=by, at=at, **later)
    elif what == "retitle":
        await sessions.edit(context, session_id, SessionEdit(title="Otherwise"), by=by, at=at)
    elif what == "cancel":
        await sessions.move(context, Move.CANCEL, session_id, by=by, at=at, reason="ill")
    elif what == "take out":
        await recurring.take_out(context, session_id, by=by, at=at)
    elif what == "shift following":
        (slot,) = (await context.db.fetch("SELECT slot FROM session WHERE id = ?", (session_id,)))[0]
        changes = recurring.SeriesEdit(starts=datetime.fromisoformat(str(slot)) + HOUR)
        await recurring.edit(context, session_id, changes, scope=Scope.FOLLOWING, by=by, at=at)
    elif what == "retitle all":
        changes = recurring.SeriesEdit(title="All otherwise", capacity=7)
        await recurring.edit(context, session_id, changes, scope=Scope.ALL, by=by, at=at)
    elif what == "longer":
        await recurring.edit(
            context, session_id, recurring.SeriesEdit(length=2 * HOUR), scope=Scope.ALL, by=by, at=at
        )
    else:
        await recurring.end(context, session_id, by=by, at=at)


@settings(max_examples=15)
@given(
    rule=st.sampled_from(RULES), zone=st.sampled_from(ZONES),
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 30)), max_size=5),
)  # fmt: skip
async def test_any_series_comes_back_as_it_went_out(rule: str, zone: str, steps: list[tuple[str, int]]):
    with TemporaryDirectory() as name:
        folder = Path(name)
        async with empty(folder, "one") as (context, root):
            await recurring.create(context, plan(rule, zone), by=root, at=MADE)
            for what, place in steps:
                live = await context.db.fetch(
                    "SELECT id FROM session WHERE control != 'cancelled' ORDER BY starts_at", ()
                )
                if not live:
                    break
                try:
                    await step(context, what, int(str(live[place % len(live)][0])), root)
                except SessiontuiError:
                    continue
            await recurring.stamp(context, at=LATER)
            went, there = await exported(context, by=root), await dates(context)
        async with empty(folder, "two") as (context, root):
            await taken_in(context, root, went)
            assert await dates(context) == there
        assert unstamped(await there_and_back(went, folder)) == unstamped(went)
