"""Real files through the services: the figures that are known of them, and that nothing is ever half taken."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from sessiontui.domain.errors import BadInput
from sessiontui.domain.vocabulary import Badge, Status
from sessiontui.services import boards, importing
from sessiontui.services.importing import ImportOptions, SourceFile
from tests.conftest import Stage, build_stage

from .import_stage import LATER, board, counts, dump, shown, take

REALDATA = Path(__file__).resolve().parents[3] / "shared" / "realdata"
pytestmark = pytest.mark.skipif(not REALDATA.is_dir(), reason="the real files are not here")

REPORTS = sorted(
    path for room in ("01_zoom_csv", "02_teams_csv", "03_meet_csv") for path in REALDATA.glob(f"{room}/*.csv")
)
CALENDARS = sorted(REALDATA.glob("06_ical/**/*.ics"))
RECORDINGS = {
    "learning_dashboard_data.json": {"teacher 1": 24_256 + 4_708},
    "sample.xml": {"Tim": 96_223, "Jeff": 78_648},
}
SECOND = timedelta(seconds=1)


def real(path: Path) -> SourceFile:
    return SourceFile(path.name, path.read_bytes())


# file: people, seconds of all stays, of the window and of guests, approximate, author, unmatched guests
FIGURES = {
    "meeting001_participants.csv": (10, 629 * 60, 4444, 73 * 60, True, "Andrew Knight", 9),
    "combined_report_contoso.csv": (1, 21 * 60, 21 * 60, 21 * 60, False, "James Warren", 1),
    "heroes_first12.csv": (12, None, None, None, False, "", 12),
    "IDL-14-11-22.csv": (7, 7726, 1267, None, False, "JANSSENS JAN (EXT)", 6),
    "IDL-14-11-22_utf16le_crlf.csv": (7, 7726, 1267, None, False, "JANSSENS JAN (EXT)", 6),
    "live_event_engagement.csv": (2, None, None, 2266, False, "", 2),
    "Meet---nnp-xrmp-aop-2026-08-16 (1).csv": (2, None, None, 28906, False, "", 2),
    "Meet---abc-defg-hij-2026-08-16.csv": (1, 2700, None, 2700, False, "", 1),
}


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.name)
async def test_the_figures_of_every_report(stage: Stage, path: Path):
    people, stayed, window, actual, approximate, author, unmatched = FIGURES[path.name]
    report = await take(stage, real(path))
    (row,) = (await board(stage)).lines
    found = await boards.detail(stage.context, row.id, now=LATER, by=stage.root)
    assert len(found.presence) == people
    if stayed is not None:
        told = sum((each.stayed for each in found.presence), timedelta())
        assert abs(told - stayed * SECOND) < people * SECOND  # clock times win; they are cut to whole seconds
    if window is not None:
        assert row.scheduled == window * SECOND
    if actual is not None:
        assert row.actual == actual * SECOND
    assert (Badge.APPROXIMATE in row.badges, Badge.UNMATCHED in row.badges, row.author) == (approximate, True, author)
    assert sum(not each.matched for each in found.presence) == len(report.files[0].unmatched) == unmatched
    assert row.status is Status.ENDED_COMPLETE
    assert (row.together is None) == (approximate or not author)


async def test_what_is_known_by_heart(stage: Stage):
    await take(stage, *map(real, REPORTS))
    rows = {row.title: row for row in (await board(stage)).lines}
    assert len(rows) == 7  # the two encodings are one report
    reunion = rows["Meeting about Reunion"]
    assert f"{reunion.starts_at:%F %T} {reunion.ends_at:%T}" == "2020-09-24 11:35:16 12:49:20"
    assert f"{rows['1:1 Matthew / James'].starts_at:%F}" == "2023-06-01"
    scrum = rows["Scrum Meeting"]
    assert f"{scrum.starts_at:%F %T} {scrum.ends_at:%T}" == "2022-11-14 09:29:07 09:50:14"
    meet = await boards.detail(stage.context, rows["Meet meeting nnp-xrmp-aop"].id, now=LATER, by=stage.root)
    assert {each.person: each.stayed / SECOND for each in meet.presence}["BARBARA KAMIŃSKA"] == 28846
    assert f"{meet.line.ends_at:%T}" == "18:00:46"
    anna = await boards.detail(stage.context, rows["Meet meeting abc-defg-hij"].id, now=LATER, by=stage.root)
    assert [len(each.stays) for each in anna.presence] == [2]


async def test_all_reports_twice_change_nothing(stage: Stage):
    first = await take(stage, *map(real, REPORTS))
    before, picture = dump(stage.path), shown(await board(stage))
    again = await take(stage, *map(real, REPORTS), at=LATER + timedelta(hours=1))
    assert (first.read, again.read) == (43, 43)
    assert counts(again) == (0, 0, 43, 0)
    assert dump(stage.path) == before
    assert shown(await board(stage)) == picture


async def test_reports_in_any_order_give_the_same_board(tmp_path: Path):
    pictures = []
    for number, files in enumerate((REPORTS, REPORTS[::-1], REPORTS[3:] + REPORTS[:3])):
        for together in (True, False):
            stage = await build_stage(tmp_path / f"{number}{together}")
            for batch in [files] if together else [[file] for file in files]:
                await take(stage, *map(real, batch))
            pictures.append(shown(await board(stage)))
            await stage.context.db.close()
    assert all(first == second for first, second in itertools.pairwise(pictures))


async def test_every_calendar_is_taken_or_refused_with_a_reason(stage: Stage):
    refused: dict[str, str] = {}
    before = dump(stage.path)
    for path in CALENDARS:
        try:
            first = await take(stage, real(path))
        except BadInput as error:
            refused[path.name] = error.detail
        if path.name in refused:
            assert refused[path.name].startswith(path.name)
            assert dump(stage.path) == before
            continue
        assert all(refusal.reason and refusal.line > 0 for refusal in first.files[0].refusals)
        before = dump(stage.path)
        again = await take(stage, real(path))
        assert (again.total("added"), again.total("updated"), again.read) == (0, 0, first.read), path
        assert dump(stage.path) == before, path
    assert all(len(reason) > 10 for reason in refused.values())
    assert len(refused) < len(CALENDARS) / 4, refused


async def test_all_calendars_in_one_import(stage: Stage):
    good: list[SourceFile] = []
    for path in CALENDARS:
        try:
            await importing.preview(stage.context, [real(path)], ImportOptions(), by=stage.root, at=LATER)
        except BadInput:
            continue
        good.append(real(path))
    first = await take(stage, *good)
    before = dump(stage.path)
    again = await take(stage, *good)
    assert (again.total("added"), again.total("updated"), again.read) == (0, 0, first.read)
    assert dump(stage.path) == before
    assert len((await board(stage)).lines) > 150


async def test_no_other_real_file_crashes_an_import(stage: Stage):
    others = [
        path
        for path in REALDATA.rglob("*")
        if path.is_file() and path.suffix != ".ics" and path.stat().st_size < 300_000
    ]
    taken, refused = 0, {}
    for path in others:
        try:
            report = await importing.preview(stage.context, [real(path)], ImportOptions(), by=stage.root, at=LATER)
        except BadInput as error:
            refused[path.name] = error.place
            continue
        taken += 1
        assert report.read == sum(report.total(verdict) for verdict in importing.Verdict)
    assert taken >= len(REPORTS)
    assert all(name == place for name, place in refused.items())


@pytest.mark.parametrize("name", RECORDINGS)
async def test_the_figures_of_bigbluebutton(stage: Stage, name: str):
    path = REALDATA / "05_bbb" / name
    await take(stage, real(path))
    (row,) = (await board(stage)).lines
    found = await boards.detail(stage.context, row.id, now=LATER, by=stage.root)
    stayed: dict[str, int] = {}
    for each in found.presence:
        stayed[each.person] = stayed.get(each.person, 0) + each.stayed // timedelta(milliseconds=1)
    assert stayed == RECORDINGS[name]
    assert len(found.presence) == 2
    before = dump(stage.context.db.path)
    again = counts(await take(stage, real(path)))
    assert again[0] == again[1] == 0
    assert dump(stage.context.db.path) == before


async def test_recordings_of_nothing_are_refused_with_a_reason(stage: Stage):
    report = await take(stage, real(REALDATA / "05_bbb" / "sample_no_events.xml"))
    assert ["no usable window" in refusal.reason for refusal in report.files[0].refusals] == [True]
    with pytest.raises(BadInput, match="empty"):
        await take(stage, real(REALDATA / "05_bbb" / "empty.xml"))
    assert (await board(stage)).lines == ()


async def test_the_booking_of_calendly(stage: Stage):
    path = REALDATA / "07b_booking_exports" / "calendly_webhooks.jsonl"
    await take(stage, real(path))
    (row,) = (await board(stage)).lines
    assert (row.title, row.status, row.mentor) == ("15 Minute Meeting", Status.CANCELLED, "John Smith")
    assert "Meeting Conflict" in row.beside
    before = dump(stage.context.db.path)
    await take(stage, real(path))
    assert dump(stage.context.db.path) == before
