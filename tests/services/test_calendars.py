"""Calendars out: what an event says, who may read what in it, and that what comes back is what went out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.demo.worlds import build
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound
from sessiontui.domain.vocabulary import Kind, Move, Priority, Role
from sessiontui.services import calendars, importing, people, sessions, undo
from sessiontui.services import series as recurring
from sessiontui.services.calendars import Method
from sessiontui.services.calendars.zones import description
from sessiontui.services.context import Context
from sessiontui.services.importing import ImportOptions, SourceFile, Verdict
from sessiontui.services.sessions import SessionDraft, SessionEdit
from tests.conftest import NOON, Stage, empty_database

from .import_stage import LATER, jsonl, move, person, request, session, take

NOW = datetime(2026, 5, 4, 14, 2, 31, tzinfo=UTC)
HOUR = timedelta(hours=1)
MADRID = ZoneInfo("Europe/Madrid")
REALDATA = Path(__file__).resolve().parents[3] / "shared" / "realdata"
CALENDARS = sorted(REALDATA.glob("06_ical/**/*.ics"))


@asynccontextmanager
async def empty(folder: Path, name: str) -> AsyncIterator[tuple[Context, Actor]]:
    """An empty database with a superadmin who has no address."""
    context = Context(db=await empty_database(folder / f"{name}.db"))
    try:
        yield context, await people.identify(context, os_user="root", name="Root", at=NOON)
    finally:
        await context.db.close()


async def world_out(folder: Path, name: str, zone: ZoneInfo | None = None) -> tuple[str, int]:
    """The calendar of a named world, and how many sessions that has."""
    context = Context(db=await empty_database(folder / "world.db"))
    try:
        world = await build(context, name, now=NOW)
        return await exported(context, by=world.actor, now=NOW, zone=zone), len(world.sessions)
    finally:
        await context.db.close()


async def exported(context: Context, query: str = "", *, by: Actor, now: datetime = LATER, **more: object) -> str:
    return "".join([part async for part in calendars.calendar(context, query, by=by, now=now, **more)])


def unstamped(text: str) -> str:
    return re.sub(r"DTSTAMP:\d{8}T\d{6}Z\r\n", "", text)


def events(text: str) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


async def taken_in(context: Context, by: Actor, text: str) -> importing.ImportReport:
    file = SourceFile("out.ics", text.encode())
    return await importing.apply(context, [file], ImportOptions(), by=by, at=LATER)


async def there_and_back(text: str, folder: Path, *, name: str = "back", zone: ZoneInfo | None = None) -> str:
    """Import a calendar into an empty database and export that; importing it once more changes nothing."""
    async with empty(folder, name) as (context, root):
        report = await taken_in(context, root, text)
        assert report.total(Verdict.REFUSED) == 0
        again = await taken_in(context, root, text)
        assert again.total(Verdict.ADDED) + again.total(Verdict.UPDATED) + again.total(Verdict.REFUSED) == 0
        return await exported(context, by=root, now=LATER + HOUR, zone=zone)


# -- there and back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", [None, MADRID], ids=["utc", "madrid"])
@pytest.mark.parametrize("name", ["hostile-titles", "every-status", "living"])
async def test_a_world_comes_back_as_it_went_out(tmp_path: Path, name: str, zone: ZoneInfo | None):
    went, number = await world_out(tmp_path, name, zone)
    assert len(events(went)) == number
    assert not any(event.errors for event in events(went))
    assert unstamped(await there_and_back(went, tmp_path, zone=zone)) == unstamped(went)


async def test_every_line_is_short_and_ends_as_the_standard_says(tmp_path: Path):
    went, _ = await world_out(tmp_path, "hostile-titles")
    assert went.count("\n") == went.count("\r\n")
    assert all(len(line.encode()) <= 75 for line in went.split("\r\n"))
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]", went)
    assert went.splitlines() == went.removesuffix("\r\n").split("\r\n")


texts = st.text(max_size=120)


@settings(max_examples=40)
@given(
    told=st.lists(
        st.tuples(texts, texts, st.lists(st.text(max_size=30), max_size=4), st.sampled_from(list(Priority)),
                  st.sampled_from(list(Kind)), st.integers(0, 9)),
        min_size=1, max_size=4,
    )
)  # fmt: skip
async def test_any_text_comes_back(told: list[tuple[str, str, list[str], Priority, Kind, int]]):
    with TemporaryDirectory() as name:
        folder = Path(name)
        async with empty(folder, "one") as (context, root):
            for place, (title, about, tags, priority, kind, seats) in enumerate(told):
                draft = SessionDraft(
                    title=f"{place}{title}", description=about, tags=tuple(tags), priority=priority, kind=kind,
                    capacity=seats, starts_at=NOON + place * HOUR, ends_at=NOON + (place + 1) * HOUR,
                )  # fmt: skip
                await sessions.create(context, draft, by=root, at=NOON - HOUR)
            went = await exported(context, by=root)
        assert [str(event["SUMMARY"])[:1] for event in events(went)] == [str(place) for place in range(len(told))]
        assert unstamped(await there_and_back(went, folder)) == unstamped(went)


# -- what an event says -----------------------------------------------------------------------------------------


async def one(stage: Stage, query: str = "", **more: object) -> icalendar.Event:
    (event,) = events(await exported(stage.context, query, by=more.pop("by", stage.root), **more))
    return event


async def make(stage: Stage, **told: object) -> int:
    draft = SessionDraft(title="Grief circle", starts_at=NOON, ends_at=NOON + HOUR, **told)
    return (await sessions.create(stage.context, draft, by=stage.root, at=NOON - 5 * HOUR)).sessions[0]


async def test_an_event_says_what_the_session_is(stage: Stage):
    await make(
        stage, description="Bring; tea,\nand \\ time", tags=("a,b", "c"), priority=Priority.HIGH, mentor_id=stage.bob,
        author_id=stage.ana, link="https://meet.example.org/room?a=1,2;b", capacity=8, publish=True,
    )  # fmt: skip
    text = await exported(stage.context, by=stage.root, zone=MADRID)
    (event,) = events(text)
    assert event["DTSTART"].dt == NOON
    assert "DTSTART;TZID=Europe/Madrid:20260504T140000\r\n" in text
    assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Madrid\r\n" in text
    assert (event["DTEND"].dt, str(event["STATUS"]), event["SEQUENCE"]) == (NOON + HOUR, "CONFIRMED", 0)
    assert str(event["DESCRIPTION"]) == "Bring; tea,\nand \\ time"
    assert [str(each) for each in event["CATEGORIES"].cats] == ["a,b", "c"]
    assert event["PRIORITY"] == 3
    assert str(event["ORGANIZER"]) == "mailto:ana@example.org"
    assert event["ORGANIZER"].params["CN"] == "Ana"
    assert (str(event["ATTENDEE"]), event["ATTENDEE"].params["ROLE"]) == ("mailto:bob@example.org", "CHAIR")
    assert str(event["URL"]) == str(event["CONFERENCE"]) == "https://meet.example.org/room?a=1,2;b"
    assert event["CREATED"].dt == NOON - 5 * HOUR
    assert icalendar.Calendar.from_ical(text)["METHOD"] == "PUBLISH"


async def test_a_backslash_before_an_n_is_no_line_break(stage: Stage):
    await make(stage, description="in C:\\New\\notes", tags=("a\\Nb", "c,d"))
    text = await exported(stage.context, by=stage.root)
    assert "DESCRIPTION:in C:\\\\New\\\\notes\r\n" in text
    assert "CATEGORIES:a\\\\Nb,c\\,d\r\n" in text


async def test_times_in_utc_need_no_zone(stage: Stage):
    await make(stage)
    text = await exported(stage.context, by=stage.root)
    assert "DTSTART:20260504T120000Z\r\n" in text
    assert "VTIMEZONE" not in text


async def test_the_revision_rises_with_window_cancelling_and_reopening_and_never_falls(stage: Stage):
    session_id = await make(stage, publish=True)
    revisions = [(await one(stage))["SEQUENCE"]]
    at = NOON - 4 * HOUR
    later = {"starts_at": NOON + HOUR, "ends_at": NOON + 2 * HOUR}
    for step in (
        lambda: sessions.move(stage.context, Move.RESCHEDULE, session_id, by=stage.root, at=at, **later),
        lambda: sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=at, reason="ill"),
        lambda: sessions.move(stage.context, Move.REOPEN, session_id, by=stage.root, at=at, reason="well"),
    ):
        await step()
        revisions.append((await one(stage))["SEQUENCE"])
    assert revisions == [0, 1, 2, 3]


async def test_a_title_alone_is_no_new_revision_but_a_later_change(stage: Stage):
    session_id = await make(stage, publish=True)
    before = await one(stage)
    edit = SessionEdit(title="Grief group")
    await sessions.edit(stage.context, session_id, edit, by=stage.root, at=NOON - HOUR)
    after = await one(stage)
    assert after["SEQUENCE"] == before["SEQUENCE"] == 0
    assert (str(after["SUMMARY"]), after["LAST-MODIFIED"].dt) == ("Grief group", NOON - HOUR)
    assert after["UID"] == before["UID"]


async def test_status_of_drafts_and_of_the_cancelled(stage: Stage):
    first = await make(stage, publish=False)
    assert str((await one(stage))["STATUS"]) == "TENTATIVE"
    await sessions.move(stage.context, Move.CANCEL, first, by=stage.root, at=NOON - HOUR, reason="ill")
    assert str((await one(stage))["STATUS"]) == "CANCELLED"


async def test_answers_of_those_who_asked(stage: Stage):
    await take(
        stage, person("a", "Ada", email="ada@example.org"), person("b", "Ben"), person("c", 'Cy "Z" ^; x'),
        person("d", "Dee"), session(), request("s1", "a", "approved"), request("s1", "b"),
        request("s1", "c", "rejected"), request("s1", "d", "withdrawn"),
    )  # fmt: skip
    found = {each.params["CN"]: each.params["PARTSTAT"] for each in (await one(stage))["ATTENDEE"]}
    assert found == {"Ada": "ACCEPTED", "Ben": "NEEDS-ACTION", 'Cy "Z" ^; x': "DECLINED"}


async def test_ids_stay_those_of_the_calendar_and_are_made_for_others(stage: Stage, tmp_path: Path):
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:known@there\r\nSUMMARY:x\r\nSEQUENCE:7\r\n"
        "DTSTART:20260601T100000Z\r\nDTEND:20260601T110000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:often@there\r\n"
        "RECURRENCE-ID:20260602T100000Z\r\nSUMMARY:y\r\nDTSTART:20260602T120000Z\r\nDTEND:20260602T130000Z\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    await take(stage, SourceFile("x.ics", text.encode()), session("s1", source="zoomy", title="z"))
    made, known, date = events(await exported(stage.context, by=stage.root))
    assert (str(made["UID"]), str(known["UID"]), known["SEQUENCE"]) == ("zoomy:s1@sessiontui", "known@there", 7)
    assert (str(date["UID"]), date["RECURRENCE-ID"].dt) == ("often@there", datetime(2026, 6, 2, 10, tzinfo=UTC))


EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:x\r\n{more}\r\n"
    "DTSTART:20260601T100000Z\r\nDTEND:20260601T110000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize(
    "uid", ["a/2026-06-01", "a/2026-06-01T10:00:00Z", "a/2026-99-99T99:99:99Z", "a/b", "/", "a\\nb", "a" * 480]
)
async def test_an_id_that_only_looks_like_one_date_of_a_series_stays_whole(stage: Stage, tmp_path: Path, uid: str):
    await take(stage, SourceFile("x.ics", EVENT.format(uid=uid, more="PRIORITY:1").encode()))
    text = await exported(stage.context, by=stage.root)
    assert str(events(text)[0]["UID"]) == uid.replace("\\n", "\n")
    assert "RECURRENCE-ID" not in text
    assert unstamped(await there_and_back(text, tmp_path)) == unstamped(text)


@pytest.mark.parametrize("start", ["20260602T100000Z", "00010101T000000Z", "99991231T235959Z"])
async def test_a_changed_date_of_a_series_stays_one(stage: Stage, tmp_path: Path, start: str):
    file = SourceFile("x.ics", EVENT.format(uid="a/b", more=f"RECURRENCE-ID:{start}").encode())
    await take(stage, file)
    text = await exported(stage.context, by=stage.root)
    assert f"RECURRENCE-ID:{start}\r\n" in text
    assert "UID:a/b\r\n" in text
    assert unstamped(await there_and_back(text, tmp_path)) == unstamped(text)


@pytest.mark.parametrize("instant", ["00010101T000000Z", "16000101T000000Z", "20260501T000000Z", "99991231T235959Z"])
async def test_any_instant_of_a_change_is_told_again(stage: Stage, tmp_path: Path, instant: str):
    more = f"CREATED:{instant}\r\nLAST-MODIFIED:{instant}\r\nSTATUS:CANCELLED"
    await take(stage, SourceFile("x.ics", EVENT.format(uid="u", more=more).encode()))
    text = await exported(stage.context, by=stage.root)
    if events(text):
        assert f"LAST-MODIFIED:{instant}\r\n" in text
        assert unstamped(await there_and_back(text, tmp_path)) == unstamped(text)
    else:
        assert instant.startswith("9999")  # made later than now: it is not there yet


@pytest.mark.parametrize(
    ("link", "location", "url", "place"),
    [
        ("https://x.org/é", None, "https://x.org/%C3%A9", None),
        ("https://x.org and ask for Ana", None, None, "https://x.org and ask for Ana"),
        ("room 4", None, None, "room 4"),
        (None, "https://x.org/y", "https://x.org/y", "https://x.org/y"),
        (None, "https://x.org (room 4)", None, "https://x.org (room 4)"),
        ("https://x.org/y", "room 4", "https://x.org/y", "room 4"),
    ],
)
async def test_a_link_is_an_address_and_a_place_may_be_words(
    stage: Stage, tmp_path: Path, link: str | None, location: str | None, url: str | None, place: str | None
):
    await take(stage, session(link=link, fields={"location": location} if location else {}))
    text = await exported(stage.context, by=stage.root)
    (event,) = events(text)
    assert (event.get("URL"), event.get("LOCATION")) == (url, place)
    assert unstamped(await there_and_back(text, tmp_path)) == unstamped(text)


async def test_a_cancelled_event_of_a_calendar_counts_once(stage: Stage, tmp_path: Path):
    session_id = await make(stage, publish=True)
    await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=NOON - HOUR, reason="ill")
    went = await exported(stage.context, by=stage.root)
    back = await there_and_back(went, tmp_path)
    assert unstamped(back) == unstamped(went)
    assert "SEQUENCE:1\r\n" in back


async def test_taking_a_cancelling_back_raises_the_revision(stage: Stage):
    session_id = await make(stage, publish=True)
    receipt = await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=NOON - HOUR, reason="x")
    before = (await one(stage))["SEQUENCE"]
    assert receipt.undo is not None
    await undo.undo(stage.context, by=stage.root, at=NOON - HOUR / 2, entry=receipt.undo)
    after = await one(stage)
    assert (str(after["STATUS"]), after["SEQUENCE"] > before) == ("CONFIRMED", True)


async def test_as_it_was_at_an_instant(stage: Stage):
    session_id = await make(stage, publish=True)
    await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=NOON - HOUR, reason="ill")
    event = await one(stage, as_of=NOON - 2 * HOUR)
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CONFIRMED", 0)


# -- whose eyes -------------------------------------------------------------------------------------------------


async def actor(stage: Stage, person_id: int, role: Role) -> Actor:
    await people.edit(stage.context, person_id, by=stage.root, at=NOON, role=role)
    return Actor(person_id, "Somebody", role)


async def crowded(stage: Stage) -> int:
    await take(
        stage, person("a", "Ada", email="ada@example.org"),
        session("s1", link="https://meet.example.org/x", fields={"location": "https://meet.example.org/y"}),
        request("s1", "a", "approved"),
    )  # fmt: skip
    ((session_id,),) = await stage.rows("SELECT id FROM session")
    return int(str(session_id))


async def test_a_viewer_gets_neither_names_nor_links(stage: Stage):
    await crowded(stage)
    viewer = await actor(stage, stage.cyd, Role.VIEWER)
    text = await exported(stage.context, by=viewer)
    assert len(events(text)) == 1
    assert not any(word in text for word in ("ATTENDEE", "ORGANIZER", "Ada", "ada@", "meet.example.org"))
    with pytest.raises(NotAllowed):
        await exported(stage.context, by=viewer, person=stage.ana)


async def test_a_participant_exports_nothing(stage: Stage):
    await crowded(stage)
    with pytest.raises(NotAllowed):
        await exported(stage.context, by=await actor(stage, stage.cyd, Role.PARTICIPANT))


async def test_drafts_of_others_are_hidden_and_a_mentor_has_their_own(stage: Stage):
    own = await make(stage, publish=True, mentor_id=stage.bob, author_id=stage.ana)
    await make(stage, publish=False, author_id=stage.ana)
    await make(stage, publish=True, author_id=stage.ana)
    mentor = await actor(stage, stage.bob, Role.MENTOR)
    (event,) = events(await exported(stage.context, by=mentor))
    assert f"local:{own}-" in str(event["UID"])
    assert len(events(await exported(stage.context, by=await actor(stage, stage.cyd, Role.VIEWER)))) == 2


async def test_the_calendar_of_a_person(stage: Stage):
    held = await make(stage, publish=True, mentor_id=stage.bob)
    await make(stage, publish=True, mentor_id=stage.ana)
    (event,) = events(await exported(stage.context, by=stage.root, person=stage.bob))
    assert f"local:{held}-" in str(event["UID"])


# -- letters ----------------------------------------------------------------------------------------------------


async def test_an_invitation_names_its_recipient_alone(stage: Stage):
    session_id = await crowded(stage)
    await take(stage, person("b", "Ben", email="ben@example.org"), request("s1", "b"))
    ((ben,),) = await stage.rows("SELECT id FROM person WHERE name = 'Ben'")
    worker = Actor.system()
    raw = await calendars.invitation(
        stage.context, session_id, method=Method.REQUEST, at=NOON, by=worker, to=int(str(ben))
    )
    text = raw.decode()
    assert "METHOD:REQUEST\r\n" in text
    assert "ada@example.org" not in text
    (event,) = events(text)
    assert (str(event["ATTENDEE"]), event["ATTENDEE"].params["RSVP"]) == ("mailto:ben@example.org", "TRUE")
    everyone = await calendars.invitation(stage.context, session_id, method=Method.REQUEST, at=NOON, by=worker)
    assert b"ada@example.org" in everyone


async def test_a_participant_sees_the_link_once_approved_and_no_other_guest(stage: Stage):
    session_id = await crowded(stage)
    ((ada,),) = await stage.rows("SELECT id FROM person WHERE name = 'Ada'")
    guest = Actor(int(str(ada)), "Ada", Role.PARTICIPANT)
    stranger = Actor(stage.cyd, "Cyd", Role.PARTICIPANT)
    for who, sees in ((guest, True), (stranger, False)):
        raw = await calendars.invitation(stage.context, session_id, method=Method.PUBLISH, at=NOON, by=who)
        assert (b"meet.example.org" in raw, b"ada@example.org" in raw) == (sees, sees)


async def test_a_cancelling_letter_cancels(stage: Stage):
    session_id = await make(stage, publish=True)
    raw = await calendars.invitation(stage.context, session_id, method=Method.CANCEL, at=NOON, by=stage.root)
    assert b"METHOD:CANCEL\r\n" in raw
    assert b"STATUS:CANCELLED\r\n" in raw


async def test_no_invitation_to_what_is_hidden(stage: Stage):
    session_id = await make(stage, publish=False, author_id=stage.ana)
    for hidden in (session_id, 4711):
        with pytest.raises(NotFound):
            await calendars.invitation(
                stage.context, hidden, method=Method.REQUEST, at=NOON, by=Actor(stage.cyd, "Cyd", Role.PARTICIPANT)
            )


# -- zones ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "Africa/Casablanca",
            "Asia/Tehran", "America/Sao_Paulo", "Pacific/Apia"],
)  # fmt: skip
def test_a_described_zone_has_the_offsets_of_the_zone(key: str):
    text = description(key, 2009, 2027)
    (described,) = icalendar.Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n").walk("VTIMEZONE")
    onsets = sorted(
        ((local - part["TZOFFSETFROM"].td).replace(tzinfo=UTC), part["TZOFFSETTO"].td)
        for part in described.subcomponents
        for local in (part["DTSTART"].dt, *_rdates(part))
    )
    zone, instant = ZoneInfo(key), datetime(2009, 1, 1, tzinfo=UTC)
    while instant.year < 2028:
        held = [offset for since, offset in onsets if since <= instant][-1]
        assert held == instant.astimezone(zone).utcoffset(), instant
        instant += timedelta(hours=7, minutes=30)
    for since, offset in onsets[1:]:
        assert since.astimezone(zone).utcoffset() == offset


def _rdates(part: icalendar.cal.Component) -> list[datetime]:
    told = part.get("RDATE", [])
    return [each.dt for line in (told if isinstance(told, list) else [told]) for each in line.dts]


async def test_a_series_keeps_the_zone_it_is_planned_in(stage: Stage, tmp_path: Path):
    plan = recurring.SeriesDraft(
        title="Weekly",
        zone="America/New_York",
        starts=datetime(2026, 10, 26, 18),  # noqa: DTZ001 - a wall clock
        length=HOUR,
        rule="FREQ=WEEKLY;COUNT=3",
    )
    await recurring.create(stage.context, plan, by=stage.root, at=datetime(2026, 10, 1, tzinfo=UTC))
    text = await exported(stage.context, by=stage.root, zone=MADRID)
    assert re.findall(r"DTSTART;TZID=America/New_York:(\d{8}T\d{6})\r\n", text) == ["20261026T180000"]
    assert "RRULE:FREQ=WEEKLY;COUNT=3\r\n" in text
    assert "TZID:Europe/Madrid" not in text
    assert unstamped(await there_and_back(text, tmp_path, zone=MADRID)) == unstamped(text)


async def test_an_hour_that_comes_twice_is_told_in_utc(stage: Stage, tmp_path: Path):
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 in Madrid, for the second time
    await take(stage, jsonl(session(starts_at=second.isoformat(), ends_at=(second + HOUR).isoformat())))
    text = await exported(stage.context, by=stage.root, zone=MADRID)
    (event,) = events(text)
    assert event["DTSTART"].dt == second
    assert "DTSTART:20261025T013000Z\r\n" in text
    assert unstamped(await there_and_back(text, tmp_path, zone=MADRID)) == unstamped(text)


async def test_few_events_are_held_at_once_and_in_their_order(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calendars, "CHUNK", 3)
    hours = (5, 1, 4, 0, 7, 2, 6, 3)
    await take(
        stage,
        *(
            session(f"s{hour}", starts_at=(NOON + hour * HOUR).isoformat(), ends_at=(NOON + 9 * HOUR).isoformat())
            for hour in hours
        ),
    )
    told: list[tuple[int, int]] = []
    found = calendars.calendar(
        stage.context, by=stage.root, now=LATER, progress=lambda done, of: told.append((done, of))
    )
    parts = [part async for part in found]
    assert [part.count("BEGIN:VEVENT") for part in parts] == [0, 3, 3, 2, 0]
    assert [event["DTSTART"].dt for event in events("".join(parts))] == [NOON + hour * HOUR for hour in range(8)]
    assert told == [(0, 8), (3, 8), (6, 8), (8, 8)]


async def test_an_empty_calendar_is_a_calendar(stage: Stage):
    assert icalendar.Calendar.from_ical(await exported(stage.context, by=stage.root)).walk("VEVENT") == []


async def test_what_was_cancelled_in_another_file_is_told(stage: Stage):
    await take(stage, session(), move("cancel", "13:00"))
    assert ((await one(stage))["SEQUENCE"], str((await one(stage))["STATUS"])) == (1, "CANCELLED")


@pytest.mark.skipif(not CALENDARS, reason="the real files are not here")
async def test_all_real_calendars_together_come_back(tmp_path: Path):
    """What a hundred programs wrote, imported one after the other, leaves as one calendar and comes back."""
    async with empty(tmp_path, "real") as (context, root):
        for path in CALENDARS:
            with suppress(BadInput):
                file = SourceFile(path.name, path.read_bytes())
                await importing.apply(context, [file], ImportOptions(), by=root, at=LATER)
        went = await exported(context, by=root)
    assert len(events(went)) > 100
    assert unstamped(await there_and_back(went, tmp_path)) == unstamped(went)
