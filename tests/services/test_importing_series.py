"""Series of calendars taken in: stamped, changed by later files, and left alone where people have acted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.access import Actor
from sessiontui.domain.series import Scope
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import importing, people, requests, sessions
from sessiontui.services import series as recurring
from sessiontui.services.importing import ImportOptions, ImportReport, SourceFile
from sessiontui.services.sessions import SessionEdit
from tests.conftest import Stage

from .import_stage import counts, dump, take

NOW = datetime(2026, 5, 12, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SERIES_TABLES = ("series", "session", "session_change", "join_request", "request_change", "person")


def event(uid: str = "u", *more: str, start: str = "20260505T180000", title: str = "Circle") -> str:
    lines = [f"UID:{uid}", f"SUMMARY:{title}", f"DTSTART;TZID=Europe/Madrid:{start}", "DURATION:PT1H", *more]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def file(*events: str, head: str = "") -> SourceFile:
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *([head] if head else []), *events, "END:VCALENDAR", ""])
    return SourceFile("x.ics", text.encode())


WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=6"  # 5, 12, 19, 26 May, 2 and 9 June, at 16:00 UTC


def changed(day: str, *more: str, start: str = "", title: str = "Circle") -> str:
    return event(
        "u", f"RECURRENCE-ID;TZID=Europe/Madrid:{day}T180000", *more, start=start or f"{day}T180000", title=title
    )


@pytest.fixture(params=["at once", "apart"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every import is tried in one transaction and in a workshop."""
    if request.param == "apart":
        monkeypatch.setattr(importing, "FEW", -1)


async def bring(
    stage: Stage, *events: str, at: datetime = NOW, head: str = "", by: Actor | None = None
) -> ImportReport:
    report = await take(stage, file(*events, head=head), at=at, by=by)
    whole = dump(stage.path, SERIES_TABLES)
    again = await take(stage, file(*events, head=head), at=at, by=by)
    assert counts(again)[:2] == (0, 0)
    assert dump(stage.path, SERIES_TABLES) == whole
    return report


async def shown(stage: Stage, *, title: str = "%") -> list[tuple[str, str, str]]:
    """Beginning, title and status of every session, in their order."""
    rows = await stage.rows(
        "SELECT strftime('%m-%d %H:%M', starts_at / 1000, 'unixepoch'), title, control FROM session"
        " WHERE title LIKE ? ORDER BY starts_at, id", title,
    )  # fmt: skip
    return [(str(at), str(name), str(control)) for at, name, control in rows]


async def begins(stage: Stage) -> list[str]:
    return [at for at, _, control in await shown(stage) if control != "cancelled"]


async def session_at(stage: Stage, slot: str) -> int:
    ((session_id,),) = await stage.rows("SELECT id FROM session WHERE slot = ?", f"{slot}T18:00:00")
    return int(str(session_id))


def told(report: ImportReport) -> str:
    return "\n".join(report.files[0].notes)


ALL = ["05-05 16:00", "05-12 16:00", "05-19 16:00", "05-26 16:00", "06-02 16:00", "06-09 16:00"]

# -- what is made -----------------------------------------------------------------------------------------------


async def test_a_finite_series_is_stamped_wholly_its_past_too(stage: Stage):
    report = await bring(stage, event("u", WEEKLY))
    assert counts(report) == (1, 0, 0, 0)
    assert await begins(stage) == ALL
    assert await stage.rows("SELECT source, external_id, zone, rule, stamped_until FROM series") == [
        ("import", "u", "Europe/Madrid", "FREQ=WEEKLY;COUNT=6", None)
    ]
    assert "1 series: 6 dates made sessions" in told(report)


async def test_an_endless_series_goes_as_far_as_the_worker_stamps_and_the_worker_goes_on(stage: Stage):
    endless = event("u", "RRULE:FREQ=WEEKLY", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@example.org")
    await bring(stage, endless)
    assert (len(await begins(stage)), (await begins(stage))[-1]) == (14, "08-04 16:00")
    await recurring.stamp(stage.context, at=NOW + 30 * DAY)
    assert len(await begins(stage)) == 19
    assert await stage.rows("SELECT count(*) FROM join_request WHERE state = 'approved'") == [(19,)]
    assert counts(await take(stage, file(endless), at=NOW + 60 * DAY)) == (0, 0, 2, 0)
    assert len(await begins(stage)) == 19


async def test_of_too_many_dates_the_nearest_are_made_and_the_others_told(stage: Stage):
    report = await bring(stage, event("u", "RRULE:FREQ=DAILY;COUNT=3000", start="20220101T180000"))
    assert await stage.rows("SELECT count(*) FROM session") == [(1000,)]
    assert await stage.rows("SELECT count(*) FROM session WHERE starts_at < ?", int(NOW.timestamp() * 1000)) == [
        (500,)
    ]
    assert "of its 3 000 dates only the 1000 nearest to now are sessions" in told(report)
    ((until,),) = await stage.rows("SELECT stamped_until FROM series")
    assert int(str(until)) > NOW.timestamp() * 1000


async def test_changed_dates_are_moved_said_otherwise_and_called_off(stage: Stage):
    report = await bring(
        stage, event("u", WEEKLY, "EXDATE;TZID=Europe/Madrid:20260609T180000"),
        changed("20260519", start="20260520T090000"), changed("20260526", title="Guest"),
        changed("20260602", "STATUS:CANCELLED"),
    )  # fmt: skip
    assert counts(report) == (4, 0, 0, 0)
    assert await shown(stage) == [
        ("05-05 16:00", "Circle", "scheduled"), ("05-12 16:00", "Circle", "scheduled"),
        ("05-20 07:00", "Circle", "scheduled"), ("05-26 16:00", "Guest", "scheduled"),
        ("06-02 16:00", "Circle", "cancelled"),
    ]  # fmt: skip
    assert await stage.rows("SELECT count(*) FROM session WHERE series_id IS NULL OR slot = ''") == [(0,)]


async def test_a_changed_date_that_the_rule_does_not_give_is_an_extra_one(stage: Stage):
    report = await bring(stage, event("u", WEEKLY), changed("20260521", title="Extra"))
    assert ("05-21 16:00", "Extra", "scheduled") in await shown(stage)
    assert "line 10: it has no date at 2026-05-21 18:00; it was taken as an extra one" in told(report)


async def test_from_one_date_on_everything_changes(stage: Stage):
    following = event(
        "u", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Madrid:20260526T180000",
        "ATTENDEE:mailto:ada@example.org", start="20260526T193000", title="Later",
    )  # fmt: skip
    moved = changed("20260609", start="20260610T100000", title="Last")
    report = await bring(stage, event("u", WEEKLY), following, moved)
    assert counts(report) == (4, 0, 1, 0)  # the person is one, and what she answers is known with the dates
    assert [(at, title) for at, title, _ in await shown(stage)] == [
        ("05-05 16:00", "Circle"), ("05-12 16:00", "Circle"), ("05-19 16:00", "Circle"),
        ("05-26 17:30", "Later"), ("06-02 17:30", "Later"), ("06-10 08:00", "Last"),
    ]  # fmt: skip
    assert await stage.rows("SELECT count(*) FROM join_request") == [(2,)]


async def test_orphans_stand_alone_until_their_series_comes(stage: Stage):
    orphan = changed("20260519", start="20260520T090000", title="Moved")
    assert counts(await bring(stage, orphan)) == (1, 0, 0, 0)
    assert await stage.rows("SELECT count(*) FROM series") == [(0,)]
    await bring(stage, event("u", WEEKLY), orphan)
    assert await begins(stage) == [*ALL[:2], "05-20 07:00", *ALL[3:]]


async def test_a_date_alone_finds_its_series_that_is_known(stage: Stage):
    await bring(stage, event("u", WEEKLY))
    report = await bring(stage, changed("20260519", title="Guest"), changed("20260522", title="Extra"))
    assert counts(report) == (1, 1, 0, 0)
    assert [title for _, title, _ in await shown(stage)] == ["Circle", "Circle", "Guest", "Extra", *["Circle"] * 3]


async def test_an_event_that_becomes_repeated_keeps_its_first_session_and_back(stage: Stage):
    await bring(stage, event("u"))
    before = await stage.rows("SELECT id FROM session")
    await bring(stage, event("u", WEEKLY))
    assert await begins(stage) == ALL
    assert before[0] in await stage.rows("SELECT id FROM session WHERE slot = '2026-05-05T18:00:00'")
    await bring(stage, event("u", "SEQUENCE:2"))
    assert await begins(stage) == ALL[:1]  # what has begun stays


async def test_several_rules_rules_that_take_out_and_periods(stage: Stage):
    await bring(
        stage,
        event(
            "u",
            "RRULE:FREQ=WEEKLY;COUNT=3",
            "RRULE:FREQ=MONTHLY;BYDAY=1FR;COUNT=2",
            "EXRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2",
        ),
        event("p", "RDATE;VALUE=PERIOD:20260601T080000Z/PT3H", start="20260530T100000", title="Period"),
    )
    assert await begins(stage) == ["05-12 16:00", "05-30 08:00", "06-01 08:00", "06-05 16:00", "07-03 16:00"]
    lengths = "SELECT (ends_at - starts_at) / 3600000 FROM session WHERE title = 'Period' ORDER BY starts_at"
    assert await stage.rows(lengths) == [(1,), (3,)]


async def test_endless_dates_that_no_one_rule_says_are_told_one_by_one(stage: Stage):
    both = event(
        "u", "RRULE:FREQ=WEEKLY;BYDAY=FR", "EXRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", start="20260508T180000"
    )
    report = await take(stage, file(both), at=NOW)
    assert "no one rule says its dates: those up to 2028-05-05 are kept, no later ones" in told(report)
    assert "2026-11-13" not in str(await stage.rows("SELECT added FROM series"))
    assert counts(await take(stage, file(both), at=NOW + 90 * DAY)) == (0, 0, 1, 0)


async def test_dates_of_a_zone_like_no_other_keep_its_rules(stage: Stage):
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0137\r\n"
        "TZOFFSETTO:+0137\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    )
    await bring(stage, zone, event("u", WEEKLY).replace("Europe/Madrid", "Ours"))
    assert (await begins(stage))[:2] == ["05-05 16:23", "05-12 16:23"]
    assert len(await begins(stage)) == 6


# -- what a later file changes ----------------------------------------------------------------------------------


async def test_a_later_file_changes_what_is_to_come_and_leaves_what_has_begun(stage: Stage):
    await bring(stage, event("u", WEEKLY))
    later = event("u", WEEKLY, "SEQUENCE:1", start="20260505T193000", title="Renamed")
    report = await bring(stage, later, at=NOW)
    assert counts(report) == (0, 1, 0, 0)
    assert [(at, title) for at, title, _ in await shown(stage)] == [
        ("05-05 16:00", "Circle"), ("05-12 17:30", "Renamed"), ("05-19 17:30", "Renamed"), ("05-26 17:30", "Renamed"),
        ("06-02 17:30", "Renamed"), ("06-09 17:30", "Renamed"),
    ]  # fmt: skip
    assert "1 date begun, over or called off, left as they were" in told(report)


async def test_dates_may_take_each_others_names(stage: Stage):
    daily = "RRULE:FREQ=DAILY;COUNT=5"
    await bring(stage, event("u", daily, start="20260601T180000"))
    ids = await stage.rows("SELECT id FROM session ORDER BY starts_at")
    await bring(stage, event("u", daily, "SEQUENCE:1", start="20260602T180000"))
    assert await begins(stage) == [f"06-0{day} 16:00" for day in range(2, 7)]
    assert await stage.rows("SELECT id FROM session ORDER BY starts_at") == ids


async def test_dates_that_are_taken_out_go_and_with_people_in_them_are_called_off(stage: Stage):
    await bring(stage, event("u", WEEKLY))
    held = await session_at(stage, "2026-05-26")
    await people_in(stage, held)
    out = "EXDATE;TZID=Europe/Madrid:20260519T180000,20260526T180000"
    await bring(stage, event("u", WEEKLY, "SEQUENCE:1", out))
    assert [(at, control) for at, _, control in await shown(stage)][2:4] == [
        ("05-26 16:00", "cancelled"), ("06-02 16:00", "scheduled"),
    ]  # fmt: skip
    assert len(await shown(stage)) == 5


async def people_in(stage: Stage, session_id: int) -> None:
    await requests.ask(stage.context, session_id, person_id=stage.ana, by=stage.root, at=NOW - HOUR)


async def test_what_people_changed_by_hand_stays_and_is_told(stage: Stage):
    await bring(stage, event("u", WEEKLY), changed("20260602", title="Guest"))
    moved, titled, guest = [await session_at(stage, f"2026-{day}") for day in ("05-19", "05-26", "06-02")]
    at = NOW - HOUR
    window = {"starts_at": NOW + 8 * DAY, "ends_at": NOW + 8 * DAY + HOUR}
    await sessions.move(stage.context, Move.RESCHEDULE, moved, by=stage.root, at=at, **window)
    for session_id in (titled, guest):
        await sessions.edit(stage.context, session_id, SessionEdit(title="By hand"), by=stage.root, at=at)
    report = await bring(
        stage, event("u", WEEKLY, "SEQUENCE:1", start="20260505T190000", title="Renamed"),
        changed("20260602", start="20260602T200000", title="Another guest").replace("0602T18", "0602T19"),
    )  # fmt: skip
    found = dict(await stage.rows("SELECT id, title FROM session"))
    assert (found[titled], found[guest], found[moved]) == ("By hand", "By hand", "Renamed")
    assert ("05-20 12:00", "Renamed", "scheduled") in await shown(stage)
    assert "1 date moved by hand here, left where they are" in told(report)
    assert "changed by hand here and left so: title" in told(report)


async def test_a_series_whose_dates_people_changed_keeps_them(stage: Stage):
    await bring(stage, event("u", WEEKLY))
    first = await session_at(stage, "2026-05-26")
    changes = recurring.SeriesEdit(starts=datetime(2026, 5, 26, 20))  # noqa: DTZ001 - a wall clock
    await recurring.edit(stage.context, first, changes, scope=Scope.ALL, by=stage.root, at=NOW - HOUR)
    report = await bring(stage, event("u", WEEKLY, "SEQUENCE:1", start="20260505T170000", title="Renamed"))
    assert (await begins(stage))[2] == "05-19 18:00"
    assert "changed by hand here and left so: the dates" in told(report)


async def test_people_of_a_series_are_people_of_each_coming_date(stage: Stage):
    ada, ben = (f"ATTENDEE;PARTSTAT={state}:mailto:{name}@example.org" for name, state in
                (("ada", "ACCEPTED"), ("ben", "NEEDS-ACTION")))  # fmt: skip
    await bring(stage, event("u", WEEKLY, ada, "ORGANIZER;CN=Host:mailto:host@example.org"))
    assert await stage.rows("SELECT count(*) FROM join_request WHERE state = 'approved'") == [(6,)]
    declined = ada.replace("ACCEPTED", "DECLINED")
    await bring(stage, event("u", WEEKLY, "SEQUENCE:1", declined, ben, "ORGANIZER;CN=Host:mailto:host@example.org"))
    assert await stage.rows("SELECT state, count(*) FROM join_request GROUP BY 1 ORDER BY 1") == [
        ("approved", 1), ("pending", 5), ("rejected", 5),
    ]  # fmt: skip


async def test_a_series_is_called_off_as_a_whole_and_on_again(stage: Stage):
    await bring(stage, event("u", "RRULE:FREQ=WEEKLY"))
    await bring(stage, event("u", "SEQUENCE:1"), head="METHOD:CANCEL")
    assert await begins(stage) == ["05-05 16:00"]
    await recurring.stamp(stage.context, at=NOW + 60 * DAY)
    assert await begins(stage) == ["05-05 16:00"]
    await bring(stage, event("u", "RRULE:FREQ=WEEKLY", "SEQUENCE:2"))
    assert len(await begins(stage)) == 14


async def test_one_date_is_called_off_by_a_message_of_its_own(stage: Stage):
    await bring(stage, event("u", WEEKLY))
    await bring(stage, changed("20260519", "SEQUENCE:1"), head="METHOD:CANCEL")
    assert await begins(stage) == [*ALL[:2], *ALL[3:]]


async def test_an_earlier_revision_changes_nothing(stage: Stage):
    await bring(stage, event("u", WEEKLY, "SEQUENCE:3"), changed("20260519", "SEQUENCE:3", title="Now"))
    report = await bring(
        stage, event("u", WEEKLY, "SEQUENCE:2", title="Old"), changed("20260519", "SEQUENCE:2", title="Old")
    )
    assert counts(report) == (0, 0, 2, 0)
    assert "a later revision of it is known already" in told(report)
    assert not await shown(stage, title="Old")


async def test_of_two_files_the_later_revision_counts(stage: Stage):
    new, old = file(event("u", WEEKLY, "SEQUENCE:2", title="New")), file(event("u", WEEKLY, title="Old"))
    report = await take(stage, new, SourceFile("old.ics", old.raw), at=NOW)
    assert counts(report) == (1, 0, 0, 1)
    assert not await shown(stage, title="Old")


async def test_a_mentor_takes_only_their_own_series(stage: Stage):
    await bring(stage, event("u", WEEKLY, "ORGANIZER:mailto:ana@example.org"))
    await people.edit(stage.context, stage.bob, by=stage.root, at=NOW, role=Role.MENTOR)
    bob = Actor(stage.bob, "Bob", Role.MENTOR)
    report = await take(stage, file(event("u", WEEKLY, "SEQUENCE:1", title="Mine")), at=NOW, by=bob)
    assert counts(report) == (0, 0, 0, 1)
    assert "UID u" in report.files[0].refusals[0].excerpt
    assert counts(await take(stage, file(event("v", WEEKLY, title="Mine")), at=NOW, by=bob)) == (1, 0, 0, 0)
    assert len(await shown(stage, title="Mine")) == 6


async def test_a_preview_tells_the_same_and_changes_nothing(stage: Stage):
    await bring(stage, event("u", WEEKLY))
    before = dump(stage.path, SERIES_TABLES)
    given = file(
        event("u", WEEKLY, "SEQUENCE:1", title="Renamed"), changed("20260519", title="Guest"), event("v", WEEKLY)
    )
    preview = await importing.preview(stage.context, [given], ImportOptions(), by=stage.root, at=NOW)
    assert dump(stage.path, SERIES_TABLES) == before
    report = await take(stage, given, at=NOW)
    assert (counts(preview), told(preview)) == (counts(report), told(report))


# -- nothing crashes --------------------------------------------------------------------------------------------

LINES = (
    event(
        "u", WEEKLY, "EXDATE;TZID=Europe/Madrid:20260609T180000", "RDATE;VALUE=PERIOD:20260601T080000Z/PT3H"
    ).split("\r\n")
    + changed("20260519", "SEQUENCE:2", start="20260520T090000").split("\r\n")
    + event("u", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260526T160000Z", start="20260526T193000").split("\r\n")
    + ["BEGIN:VTODO", "UID:t", "END:VTODO", "BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM"]
)  # fmt: skip
MUTATIONS = st.tuples(
    st.sampled_from(["cut", "twice", "drop", "swap", "nest", "junk", "bytes"]),
    st.integers(0, 60), st.integers(0, 60), st.text(max_size=12),
)  # fmt: skip


def mutated(lines: list[str], mutation: tuple[str, int, int, str]) -> list[str]:
    what, one, two, text = mutation
    one, two = one % max(1, len(lines)), two % max(1, len(lines))
    if not lines:
        return [text]
    return {
        "cut": lambda: lines[:one],
        "twice": lambda: lines[: one + 1] + lines[one:],
        "drop": lambda: lines[:one] + lines[one + 1 :],
        "swap": lambda: [*lines[:one], lines[two], *lines[one + 1 :]],
        "nest": lambda: [*lines[:one], *LINES[:9], *lines[one:]],
        "junk": lambda: [*lines[:one], lines[one][: two] + text + lines[one][two:], *lines[one + 1 :]],
        "bytes": lambda: [*lines[:one], lines[one].swapcase(), *lines[one + 1 :]],
    }[what]()  # fmt: skip


@settings(max_examples=25)
@given(mutations=st.lists(MUTATIONS, min_size=1, max_size=4))
async def test_whatever_is_done_to_a_calendar_it_is_taken_or_refused(
    stage: Stage, mutations: list[tuple[str, int, int, str]]
):
    lines = list(LINES)
    for mutation in mutations:
        lines = mutated(lines, mutation)
    given = file(*lines)
    report = await take(stage, given, at=NOW)
    assert report.read == sum(counts(report))
    again = await take(stage, given, at=NOW)
    assert counts(again)[:2] == (0, 0)


# -- answers to one date ---------------------------------------------------------------------------------------


def reply(*more: str, answer: str = "ACCEPTED") -> str:
    lines = ["UID:u", *more, f"ATTENDEE;CN=Ana;PARTSTAT={answer}:mailto:ana@example.org"]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


async def answered(stage: Stage) -> list[tuple[object, ...]]:
    return await stage.rows(
        "SELECT substr(s.slot, 6, 5), r.state FROM join_request r JOIN session s ON s.id = r.session_id ORDER BY 1"
    )


@pytest.mark.parametrize(
    "named",
    ["RECURRENCE-ID:20260519T160000Z", "RECURRENCE-ID;TZID=Europe/Madrid:20260519T180000",
     "RECURRENCE-ID;VALUE=DATE:20260519"],
)  # fmt: skip
async def test_a_reply_about_one_date_is_taken_for_the_session_of_that_date(stage: Stage, named: str):
    await bring(stage, event("u", WEEKLY), changed("20260519", start="20260520T110000"))
    report = await bring(stage, reply(named), head="METHOD:REPLY")
    assert counts(report)[3] == 0
    assert await answered(stage) == [("05-19", "approved")]
    await bring(stage, reply(named, answer="DECLINED"), head="METHOD:REPLY")
    assert await answered(stage) == [("05-19", "rejected")]


async def test_a_reply_about_a_date_after_a_change_of_all_that_follow_finds_it(stage: Stage):
    later = changed("20260526", start="20260526T200000").replace(
        "RECURRENCE-ID;", "RECURRENCE-ID;RANGE=THISANDFUTURE;"
    )
    await bring(stage, event("u", WEEKLY), later)
    report = await bring(stage, reply("RECURRENCE-ID:20260519T160000Z"), head="METHOD:REPLY")
    assert (counts(report)[3], await answered(stage)) == (0, [("05-19", "approved")])


@pytest.mark.parametrize("named", ["RECURRENCE-ID:20260520T160000Z", "X-NOTHING:1"])
async def test_a_reply_about_no_date_there_is_stays_refused(stage: Stage, named: str):
    await bring(stage, event("u", WEEKLY))
    report = await bring(stage, reply(named), head="METHOD:REPLY")
    assert "is unknown" in report.files[0].refusals[0].reason
    assert await answered(stage) == []


# -- a date that became a whole day ----------------------------------------------------------------------------


def whole_day(named: str, uid: str = "u") -> str:
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Away", named, "DTSTART;VALUE=DATE:20260519", "END:VEVENT"]
    )


@pytest.mark.parametrize("named", ["RECURRENCE-ID:20260519T160000Z", "RECURRENCE-ID;VALUE=DATE:20260519"])
async def test_a_date_that_became_a_whole_day_is_called_off_without_its_series(stage: Stage, named: str):
    await bring(stage, event("u", WEEKLY, "DESCRIPTION:Bring a cup"))
    report = await bring(stage, whole_day(named))
    assert counts(report) == (0, 1, 0, 0)
    assert await begins(stage) == [at for at in ALL if at != "05-19 16:00"]
    kept = "SELECT title, description, (ends_at - starts_at) / 60000, control FROM session WHERE slot LIKE '%05-19T%'"
    assert await stage.rows(kept) == [("Circle", "Bring a cup", 60, "cancelled")]


async def test_a_whole_day_in_another_file_of_one_import_calls_its_date_off(stage: Stage):
    files = file(event("u", WEEKLY)), file(whole_day("RECURRENCE-ID:20260519T160000Z"))
    await take(stage, *files, at=NOW)
    assert await begins(stage) == [at for at in ALL if at != "05-19 16:00"]
    assert ("05-19 16:00", "Circle", "cancelled") in await shown(stage)


@pytest.mark.parametrize("method", ["REPLY", "COUNTER"])
async def test_a_message_that_plans_nothing_calls_nothing_off(stage: Stage, method: str):
    await bring(stage, event("u", WEEKLY))
    await bring(stage, whole_day("RECURRENCE-ID:20260519T160000Z"), head=f"METHOD:{method}")
    assert await begins(stage) == ALL


async def test_it_stays_as_people_have_decided_since(stage: Stage):
    await bring(stage, event("u", WEEKLY))
    await bring(stage, whole_day("RECURRENCE-ID:20260519T160000Z"))
    session = await session_at(stage, "2026-05-19")
    await sessions.move(stage.context, Move.REOPEN, session, by=stage.root, at=NOW)
    await bring(stage, whole_day("RECURRENCE-ID:20260519T160000Z"))
    assert await begins(stage) == ALL


@pytest.mark.parametrize(
    ("event_of_day", "reason"),
    [
        (
            whole_day("RECURRENCE-ID:20260519T160000Z", uid="other"),
            "it lasts all day, and is of no series that is known",
        ),
        (whole_day("RECURRENCE-ID:20260520T160000Z"), "its series has no session then that could be called off"),
        (
            whole_day("RECURRENCE-ID;RANGE=THISANDFUTURE:20260519T160000Z"),
            "it lasts all day; a session has a time of beginning",
        ),
    ],
)
async def test_a_whole_day_that_means_no_one_date_stays_refused(stage: Stage, event_of_day: str, reason: str):
    await bring(stage, event("u", WEEKLY))
    report = await bring(stage, event_of_day)
    assert [refusal.reason for refusal in report.files[0].refusals] == [reason]
    assert await begins(stage) == ALL
