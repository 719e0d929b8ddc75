"""Rooms are made, follow their session and are ended, over real HTTP, whatever the platform and the power do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from sessiontui.domain.errors import Refused, SessiontuiError
from sessiontui.domain.instants import from_ms
from sessiontui.domain.places import Maker
from sessiontui.domain.vocabulary import Move
from sessiontui.services import boards, sessions, undo
from sessiontui.services.places import asking, working
from sessiontui.services.sessions import SessionDraft, SessionEdit
from tests.conftest import NOON, Stage
from tests.platforms.vendor import Reply, Vendor, said, vendor
from tests.services.places.house import (
    PASSCODE,
    ZoomHouse,
    dumped,
    everything_in,
    orders,
    place,
    with_platforms,
    work,
)
from tests.services.post_stage import END, HOUR, MIN, SEC, START, letters, make


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def house() -> ZoomHouse:
    return ZoomHouse()


@pytest.fixture
def zoom(house: ZoomHouse) -> Iterator[Vendor]:
    with vendor(house) as there:
        yield there


async def given(stage: Stage, zoom: Vendor, **told: object) -> tuple[Stage, int]:
    """Return a session that has a room on Zoom."""
    stage = with_platforms(stage, zoom.url, **told)  # type: ignore[arg-type]
    session = await make(stage, stage.ana)
    await asking.give_room(stage.context, session, by=stage.root, at=NOON)
    await work(stage.context, NOON + SEC)
    return stage, session


async def test_a_room_is_made_with_its_secrets_sealed(stage: Stage, zoom: Vendor, house: ZoomHouse):
    stage, session = await given(stage, zoom)
    found = await place(stage, session)
    assert (found["platform"], found["state"], found["room_id"]) == ("zoom", "there", "85200000001")
    assert found["link"] == "https://zoom.us/j/85200000001"
    assert await orders(stage) == [("make", "done")]
    assert str(found["passcode"]).startswith("v1.")
    kept = everything_in(stage.path.parent)
    assert PASSCODE.encode() not in kept
    assert b"s3cret-zak" not in kept
    detail = await boards.detail(stage.context, session, now=NOON + SEC, by=stage.root)
    assert detail.place is not None
    assert detail.place.has_passcode
    assert PASSCODE not in dumped(repr(detail))
    assert house.meetings["85200000001"]["topic"] == "Circle"
    assert [row[0] for row in await stage.rows("SELECT meeting_id FROM session")] == ["85200000001"]


async def test_idle_asks_nobody_and_writes_nothing(stage: Stage, zoom: Vendor):
    stage, _ = await given(stage, zoom)
    await work(stage.context, NOON + 2 * SEC)
    asked, head = len(zoom.asked), await stage.rows("SELECT max(seq) FROM change_log")
    for second in range(3, 9):
        assert await work(stage.context, NOON + second * SEC) == 0
    assert len(zoom.asked) == asked
    assert await stage.rows("SELECT max(seq) FROM change_log") == head


async def test_a_room_follows_its_session(stage: Stage, zoom: Vendor, house: ZoomHouse):
    stage, session = await given(stage, zoom)
    await sessions.edit(stage.context, session, SessionEdit(title="Round"), by=stage.root, at=NOON + MIN)
    await sessions.move(
        stage.context,
        Move.RESCHEDULE,
        session,
        by=stage.root,
        at=NOON + MIN,
        starts_at=START + HOUR,
        ends_at=END + HOUR,
    )
    await work(stage.context, NOON + 2 * MIN)
    (meeting,) = house.meetings.values()
    assert (meeting["topic"], meeting["start_time"]) == ("Round", "2026-05-04T14:00:00Z")
    assert zoom.paths().count("PATCH /v2/meetings/85200000001") == 1
    await sessions.edit(stage.context, session, SessionEdit(tags=("x",)), by=stage.root, at=NOON + 3 * MIN)
    await work(stage.context, NOON + 3 * MIN)
    assert zoom.paths().count("PATCH /v2/meetings/85200000001") == 1, "the platform is told nothing that is no news"


async def test_cancelling_ends_the_room_and_reopening_makes_another(stage: Stage, zoom: Vendor, house: ZoomHouse):
    stage, session = await given(stage, zoom)
    await sessions.move(stage.context, Move.CANCEL, session, by=stage.root, at=NOON + MIN)
    await work(stage.context, NOON + MIN)
    found = await place(stage, session)
    assert (house.meetings, found["state"], found["link"], found["passcode"]) == ({}, "ended", "", "")
    await undo.undo(stage.context, by=stage.root, at=NOON + 2 * MIN)
    await work(stage.context, NOON + 2 * MIN)
    found = await place(stage, session)
    assert (list(house.meetings), found["link"]) == (["85200000002"], "https://zoom.us/j/85200000002")


async def test_a_series_of_refusals_is_retried_and_the_wait_that_is_asked_for_is_kept(
    stage: Stage, zoom: Vendor, house: ZoomHouse
):
    house.trouble = lambda asked: said({"message": "slow"}, 429, Retry_After="90") if asked.method == "POST" else None
    stage, session = await given(stage, zoom)
    (row,) = await orders(stage, "state, attempts, not_before, last_error")
    assert row[:2] == ("pending", 1)
    assert row[2] >= (NOON + 91 * SEC).timestamp() * 1000
    assert "fewer calls" in str(row[3])
    await work(stage.context, NOON + 60 * SEC)
    assert (await orders(stage, "attempts")) == [(1,)]
    house.trouble = lambda asked: None
    await work(stage.context, NOON + 120 * SEC)
    assert (await place(stage, session))["state"] == "there"


@pytest.mark.parametrize("trouble", [500, 503, 0])
async def test_a_platform_in_trouble_makes_no_second_room(stage: Stage, zoom: Vendor, house: ZoomHouse, trouble: int):
    """The room is made and the answer is lost: what is asked next is whether it is there."""
    house.late = True
    house.trouble = lambda asked: Reply(trouble) if asked.method == "POST" and "users" in asked.path else None
    stage, session = await given(stage, zoom)
    assert (await orders(stage, "state")) == [("pending",)]
    assert house.made == 1
    house.trouble = lambda asked: None
    await work(stage.context, NOON + 10 * MIN)
    assert (house.made, (await place(stage, session))["room_id"]) == (1, "85200000001")


async def test_a_time_out_is_no_room(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sessiontui.calling._READ", 0.2)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    try:
        stage = with_platforms(stage, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        session = await make(stage, stage.ana)
        await asking.give_room(stage.context, session, by=stage.root, at=NOON)
        await work(stage.context, NOON)
    finally:
        server.close()
    ((state, error),) = await orders(stage, "state, last_error")
    assert state == "pending"
    assert "did not answer" in str(error)


async def test_killed_in_the_middle_the_order_is_taken_again(stage: Stage, zoom: Vendor, house: ZoomHouse):
    stage = with_platforms(stage, zoom.url)
    session = await make(stage, stage.ana)
    await asking.give_room(stage.context, session, by=stage.root, at=NOON)

    async def killed(*_: object, **__: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(working, "_settle", killed)
        with pytest.raises(Killed):
            await work(stage.context, NOON)
    assert (await orders(stage, "state"), house.made) == ([("claimed",)], 1)
    await work(stage.context, NOON + 2 * SEC)
    assert (house.made, (await place(stage, session))["room_id"]) == (1, "85200000001")


async def test_wrong_credentials_are_told_and_not_tried_for_ever(stage: Stage, zoom: Vendor, house: ZoomHouse):
    house.trouble = lambda asked: said({"reason": "Invalid client_id"}, 400) if "oauth" in asked.path else None
    stage, session = await given(stage, zoom)
    ((state, error),) = await orders(stage, "state, last_error")
    assert (state, "Invalid client_id" in str(error)) == ("dead", True)
    detail = await boards.detail(stage.context, session, now=NOON, by=stage.root)
    assert detail.place is not None
    assert detail.place.waiting is not None
    assert "Invalid client_id" in detail.place.waiting.error
    house.trouble = lambda asked: None
    await asking.give_room(stage.context, session, Maker.ZOOM, by=stage.root, at=NOON + HOUR / 2)
    await work(stage.context, NOON + HOUR / 2)
    assert (await place(stage, session))["state"] == "there"


async def test_a_room_that_somebody_deleted_there_is_made_anew(stage: Stage, zoom: Vendor, house: ZoomHouse):
    stage, session = await given(stage, zoom)
    house.meetings.clear()
    await sessions.edit(stage.context, session, SessionEdit(title="Round"), by=stage.root, at=NOON + MIN)
    await work(stage.context, NOON + MIN)
    await work(stage.context, NOON + MIN)
    assert (await place(stage, session))["room_id"] == "85200000002"


async def test_cancelled_while_it_is_made_nothing_stays_there(stage: Stage, zoom: Vendor, house: ZoomHouse):
    stage = with_platforms(stage, zoom.url)
    session = await make(stage, stage.ana)
    await asking.give_room(stage.context, session, by=stage.root, at=NOON)
    await sessions.move(stage.context, Move.CANCEL, session, by=stage.root, at=NOON)
    await work(stage.context, NOON)
    assert (house.made, await orders(stage)) == (0, [("make", "dropped")])


async def test_undo_takes_a_room_away_before_and_after_it_is_there(stage: Stage, zoom: Vendor, house: ZoomHouse):
    stage = with_platforms(stage, zoom.url)
    session = await make(stage, stage.ana, link="https://meet.example.org/x")
    await asking.give_room(stage.context, session, by=stage.root, at=NOON)
    await undo.undo(stage.context, by=stage.root, at=NOON)
    await work(stage.context, NOON)
    assert (house.made, (await place(stage, session))["link"]) == (0, "https://meet.example.org/x")
    await asking.give_room(stage.context, session, by=stage.root, at=NOON)
    await work(stage.context, NOON + SEC)
    assert (await place(stage, session))["link"] == "https://zoom.us/j/85200000001"
    assert ("changed", "Ana") in await letters(stage, "kind, name"), "who has the old link is told"
    await undo.undo(stage.context, by=stage.root, at=NOON + 2 * SEC)
    await work(stage.context, NOON + 3 * SEC)
    assert ((await place(stage, session))["link"], house.meetings) == ("https://meet.example.org/x", {})


async def test_a_new_session_gets_its_room_and_undoing_it_ends_that(stage: Stage, zoom: Vendor, house: ZoomHouse):
    stage = with_platforms(stage, zoom.url)
    draft = SessionDraft(title="Circle", starts_at=START, ends_at=END, platform="zoom", publish=True)
    receipt = await sessions.create(stage.context, draft, by=stage.root, at=NOON)
    assert "Zoom is asked for a room" in receipt.sentence
    await work(stage.context, NOON)
    assert (await place(stage, receipt.sessions[0]))["link"] == "https://zoom.us/j/85200000001"
    await undo.undo(stage.context, by=stage.root, at=NOON + SEC, entry=receipt.undo)
    await work(stage.context, NOON + 2 * SEC)
    assert house.meetings == {}


async def test_what_makes_no_sense_is_refused(stage: Stage, zoom: Vendor):
    bare = await make(stage, stage.ana)
    with pytest.raises(Refused, match="no meeting platform is set up"):
        await asking.give_room(stage.context, bare, by=stage.root, at=NOON)
    stage, session = await given(stage, zoom)
    with pytest.raises(Refused, match="already"):
        await asking.give_room(stage.context, session, by=stage.root, at=NOON)
    with pytest.raises(SessiontuiError, match="BigBlueButton is not set up"):
        await asking.give_room(stage.context, session, Maker.BBB, by=stage.root, at=NOON)
    with pytest.raises(Refused, match="over"):
        await asking.give_room(stage.context, bare, Maker.ZOOM, by=stage.root, at=END + HOUR)


async def test_the_wait_between_two_tries_is_jittered_and_a_day_is_enough(
    stage: Stage, zoom: Vendor, house: ZoomHouse
):
    house.trouble = lambda asked: Reply(503)
    stage = with_platforms(stage, zoom.url)
    session = await make(stage, stage.ana, starts=START + 72 * HOUR, ends=END + 72 * HOUR)
    await asking.give_room(stage.context, session, by=stage.root, at=NOON)
    await work(stage.context, NOON + SEC)
    at, waits = NOON + SEC, []
    for _ in range(200):
        ((state, due),) = await orders(stage, "state, not_before")
        if state == "dead":
            break
        later = max(at, from_ms(int(str(due))))
        waits.append(later - at)
        at = later + SEC
        await work(stage.context, at)
        if at > NOON + HOUR:
            at = NOON + 25 * HOUR
    assert state == "dead"
    assert len(set(waits)) > 5
