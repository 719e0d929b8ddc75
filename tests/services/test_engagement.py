"""How people took part: from the reports of BigBlueButton into the pane, the export and the summary, once each."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.engagement import UNTOLD, Engagement
from sessiontui.domain.vocabulary import Role
from sessiontui.services import boards, exporting, importing, undo
from sessiontui.services.attendance import identifying
from sessiontui.services.exporting import ENGAGEMENT, Noun
from sessiontui.services.importing import ImportOptions, SourceFile, Verdict
from tests.conftest import NOON, Stage

REAL = Path(__file__).parents[3] / "shared" / "realdata" / "05_bbb"
T0 = 1_700_000_000_000
SECOND = timedelta(seconds=1)


def dashboard(talk: int, messages: int, *, name: str = "Ana", stranger: str = "Someone New") -> SourceFile:
    def user(who: str, number: int, **told: object) -> dict[str, object]:
        ids = {f"w{number}": {"intId": f"w{number}", "registeredOn": T0, "leftOn": T0 + 600_000}}
        return {"userKey": f"k{number}", "extId": f"e{number}", "name": who, "intIds": ids, **told}

    meeting = {
        "intId": f"abc-{T0}", "extId": "room", "name": "Choir", "createdOn": T0, "endedOn": T0 + 600_000,
        "users": {
            "k1": user(name, 1, talk={"totalTime": talk}, totalOfMessages=messages, webcams=[], answers={"p": ["A"]}),
            "k2": user(stranger, 2, talk={"totalTime": 60_000}, totalOfMessages=0),
        },
    }  # fmt: skip
    return SourceFile("dashboard.json", json.dumps(meeting).encode())


async def take(stage: Stage, *files: SourceFile) -> dict[str, int]:
    report = await importing.apply(stage.context, files, ImportOptions(), by=stage.root, at=NOON)
    return {str(verdict): report.total(verdict) for verdict in Verdict if report.total(verdict)}


async def shown(stage: Stage, session_id: int = 1) -> dict[str, Engagement]:
    detail = await boards.detail(stage.context, session_id, now=NOON, by=stage.root)
    assert {line.person: line.engagement for line in detail.attendance} == {
        line.person: line.engagement for line in detail.presence if not line.is_host
    }
    return {line.person: line.engagement for line in detail.presence}


async def test_a_report_is_kept_once_and_a_fuller_one_adds_to_it(stage: Stage):
    assert await take(stage, dashboard(9_540, 1)) == {"added": 2}
    assert await take(stage, dashboard(9_540, 1)) == {"unchanged": 2}
    assert await take(stage, dashboard(4_000, 3)) == {"updated": 1, "unchanged": 1}
    assert await take(stage, dashboard(4_000, 3)) == {"unchanged": 2}
    found = await shown(stage)
    assert found["Ana"] == Engagement(
        talk=9.54 * SECOND, webcam=timedelta(), messages=3, reactions=None, raised_hands=None, poll_answers=1
    )
    assert found["Someone New"] == Engagement(talk=60 * SECOND, messages=0)


async def test_who_is_identified_takes_along_how_they_took_part(stage: Stage):
    await take(stage, dashboard(9_540, 1))
    one = next(
        one for one in await identifying.strangers(stage.context, 1, by=stage.root) if one.name == "Someone New"
    )
    receipt = await identifying.identify(stage.context, 1, one.attendee_id, stage.cyd, by=stage.root, at=NOON)
    assert (await shown(stage))["Cyd"].talk == 60 * SECOND
    await undo.undo(stage.context, by=stage.root, at=NOON, entry=receipt.undo)
    assert (await shown(stage))["Someone New"].talk == 60 * SECOND


async def test_the_export_has_it_and_strangers_have_not(stage: Stage):
    await take(stage, dashboard(9_540, 1))
    rows = [row async for row in exporting.rows(stage.context, Noun.ATTENDANCE, "", by=stage.root, now=NOON)]
    told = {row["person"]: tuple(row[name] for name in ENGAGEMENT) for row in rows}
    assert told == {"Ana": (9.54, 0.0, 1, None, None, 1), "Someone New": (60.0, None, 0, None, None, None)}
    detail = await boards.detail(stage.context, 1, now=NOON, by=Actor(99, "Max", Role.PARTICIPANT))
    assert "Engagement" not in str((detail.presence, detail.attendance))


async def test_before_the_end_nothing_is_told(stage: Stage):
    await take(stage, dashboard(9_540, 1))
    detail = await boards.detail(stage.context, 1, now=NOON, by=stage.root)
    middle = detail.line.starts_at + 60 * SECOND
    then = await boards.detail(stage.context, 1, now=NOON, by=stage.root, as_of=middle)
    assert {line.engagement for line in then.presence} == {UNTOLD}


async def test_a_large_report_is_delivered_whole_from_its_workshop(stage: Stage):
    span = {"w": {"registeredOn": T0, "leftOn": T0 + 600_000}}
    users = {
        f"k{n}": {"userKey": f"k{n}", "extId": f"e{n}", "name": f"P{n}", "intIds": span, "totalOfMessages": n}
        for n in range(600)
    }
    meeting = {"intId": f"big-{T0}", "name": "Big", "createdOn": T0, "endedOn": T0 + 600_000, "users": users}
    file = SourceFile("dashboard.json", json.dumps(meeting).encode())
    assert await take(stage, dashboard(9_540, 1), file) == {"added": 602}
    assert await take(stage, file) == {"unchanged": 600}
    sums = "SELECT s.title, count(*), sum(e.messages) FROM engagement e JOIN session s ON s.id = e.session_id"
    assert await stage.rows(f"{sums} GROUP BY s.id ORDER BY s.title") == [("Big", 600, 179_700), ("Choir", 2, 1)]
    assert await stage.rows(
        "SELECT count(*) FROM engagement e JOIN attendee a ON a.id = e.attendee_id WHERE a.session_id != e.session_id"
    ) == [(0,)]


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
async def test_the_vendors_files(stage: Stage):
    names = ("learning_dashboard_data.json", "sample.xml")
    files = [SourceFile(name, (REAL / name).read_bytes()) for name in names]
    await take(stage, *files)
    assert set(await take(stage, *files)) == {"unchanged"}
    found = [
        line.engagement
        for session_id in (1, 2)
        for line in (await boards.detail(stage.context, session_id, now=NOON, by=stage.root)).presence
    ]
    told = {(one.talk, one.webcam, one.messages, one.reactions, one.raised_hands, one.poll_answers) for one in found}
    assert told == {
        (9.54 * SECOND, 5.554 * SECOND, 1, 0, 0, 0),
        (timedelta(), timedelta(), 0, 0, 0, 0),
        (timedelta(), timedelta(), 1, 1, 0, 0),
        (5.007 * SECOND, timedelta(), 1, 2, 1, 2),
    }  # fmt: skip
