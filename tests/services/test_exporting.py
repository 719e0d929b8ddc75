"""Exports: the shapes, what stays unnamed, and that it is read back as it was."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from sessiontui.cli.output import put_csv
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotAllowed, SessiontuiError
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.intake.cells import unquote_cell
from sessiontui.services import boards, exporting, sessions
from sessiontui.services.exporting import COLUMNS, HIDDEN, Noun
from sessiontui.services.importing import SourceFile
from sessiontui.services.sessions import SessionDraft, SessionEdit
from tests.conftest import NOON, Stage, build_stage

from .import_stage import LATER, board, clock, counts, jsonl, move, person, presence, request, session, shown, take

WORLD = (
    person("a", "Ana", email="ana@example.org"),
    person("b", "Bob", email="bob@example.org"),
    person("p", "Ina"),
    session("mine", title="Mine", author="a", tags=["x", "y"]),
    session("theirs", title="Theirs", author="b", mentor="b"),
    session("gone", title="Gone", author="b"),
    move("cancel", "13:00", "gone", by="b", reason="Ina is ill"),
    session("over", title="Over", author="b"),
    move("complete", "14:30", "over", by="b"),
    request("mine", "p", "approved", message="I am Ina"),
    request("theirs", "p"),
    {"type": "recording", "id": "r", "session": "mine", "link": "https://rec.example.org/p/7"},
    {"type": "comment", "id": "c", "session": "mine", "person": "a", "text": "We begin at ten"},
    {"type": "blocker", "id": "b", "session": "mine", "title": "No key", "opened_by": "a", "detail": "Ina has it"},
    presence("14:05", "14:35", "mine", "p"),
    presence("14:00", None, "theirs", "b"),
    presence("14:30", "14:10", "theirs", "p"),
    session("taught", title="Taught", author="b"),
    presence("14:00", "15:00", "taught", "p"),
    {"type": "survey", "session": "taught", "person": "p", "skill": "Talk", "before": 2, "after": 4},
)


async def rows(
    stage: Stage, noun: Noun, *, by: Actor | None = None, query: str = "", **when: object
) -> list[dict[str, object]]:
    return [row async for row in exporting.rows(stage.context, noun, query, by=by or stage.root, now=LATER, **when)]


def written(noun: Noun, found: list[dict[str, object]]) -> str:
    text = io.StringIO()
    put_csv(COLUMNS[noun], found, to=text)
    return text.getvalue()


@pytest.mark.parametrize("noun", list(Noun))
async def test_every_noun_has_its_columns_in_csv_and_json(stage: Stage, noun: Noun):
    await take(stage, *WORLD)
    found = await rows(stage, noun)
    assert found
    assert all(tuple(row) == COLUMNS[noun] for row in found)
    assert json.loads(json.dumps(found)) == found
    table = list(csv.DictReader(io.StringIO(written(noun, found))))
    assert len(table) == len(found)
    for cells, row in zip(table, found, strict=True):
        for name, value in row.items():
            plain = "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)
            assert unquote_cell(cells[name]) == plain


async def test_what_a_row_says(stage: Stage):
    await take(stage, *WORLD)
    (mine,) = await rows(stage, Noun.SESSIONS, query="Mine")
    assert {
        name: mine[name]
        for name in (
            "external_id",
            "source",
            "status",
            "scheduled_minutes",
            "actual_minutes",
            "approved",
            "left",
            "author",
            "live_status",
        )
    } == {
        "external_id": "mine",
        "source": "import",
        "status": "ended_complete",
        "scheduled_minutes": 60,
        "actual_minutes": 30,
        "approved": 1,
        "left": 1,
        "author": "Ana",
        "live_status": "completed",
    }
    stays = {(row["session_title"], row["person"]): row for row in await rows(stage, Noun.PRESENCE)}
    assert (stays["Mine", "Ina"]["minutes"], stays["Mine", "Ina"]["host"]) == (30, "no")
    assert (stays["Theirs", "Ina"]["minutes"], stays["Theirs", "Ina"]["contradictory"]) == (0, "yes")
    assert (stays["Theirs", "Bob"]["minutes"], stays["Theirs", "Bob"]["host"]) == (60, "yes")
    asked = await rows(stage, Noun.REQUESTS)
    assert {(row["session_title"], row["person"], row["state"], row["message"]) for row in asked} == {
        ("Mine", "Ina", "approved", "I am Ina"),
        ("Theirs", "Ina", "pending", None),
    }
    assert {row["status"] for row in await rows(stage, Noun.SESSIONS, as_of=clock("13:00"))} == {
        "approved",
        "has_requests",
        "cancelled",
        "created",
    }


async def test_the_query_and_its_errors(stage: Stage):
    await take(stage, *WORLD)
    assert [row["title"] for row in await rows(stage, Noun.SESSIONS, query="status:cancelled")] == ["Gone"]
    with pytest.raises(SessiontuiError):
        await rows(stage, Noun.SESSIONS, query="status:nonsense")


async def test_viewers_export_no_names(stage: Stage):
    await take(stage, *WORLD)
    await sessions.create(
        stage.context, SessionDraft(title="Draft", starts_at=NOON, ends_at=LATER), by=stage.root, at=NOON
    )
    viewer = Actor(stage.cyd, "Cyd", Role.VIEWER)
    found = {noun: await rows(stage, noun, by=viewer) for noun in (Noun.SESSIONS, Noun.REQUESTS, Noun.PRESENCE)}
    text = json.dumps(found)
    assert not [name for name in ("Ana", "Bob", "Ina", "Root", "ill") if name in text]
    assert {row["title"] for row in found[Noun.SESSIONS]} == {"Mine", "Theirs", "Gone", "Over", "Taught"}
    assert {row["author"] for row in found[Noun.SESSIONS]} == {HIDDEN}
    why = {row["title"]: row["why"] for row in found[Noun.SESSIONS]}
    assert why["Gone"] == "cancelled"
    assert why["Over"] == f"completed by {HIDDEN}; no guest was seen (0 approved)"
    with pytest.raises(NotAllowed):
        await rows(stage, Noun.AUDIT, by=viewer)


async def test_mentors_export_their_own(stage: Stage):
    await take(stage, *WORLD)
    ana = Actor(stage.ana, "Ana", Role.MENTOR)
    assert [row["title"] for row in await rows(stage, Noun.SESSIONS, by=ana)] == ["Mine"]
    assert [row["person"] for row in await rows(stage, Noun.REQUESTS, by=ana)] == ["Ina"]
    assert {row["session_title"] for row in await rows(stage, Noun.PRESENCE, by=ana)} == {"Mine"}
    with pytest.raises(NotAllowed):
        await rows(stage, Noun.AUDIT, by=ana)


async def test_participants_export_nothing(stage: Stage):
    for noun in Noun:
        with pytest.raises(NotAllowed):
            await rows(stage, noun, by=Actor(stage.ana, "Ana", Role.PARTICIPANT))


async def test_the_audit_export_is_the_trail_oldest_first(stage: Stage):
    await take(stage, *WORLD)
    one = await boards.find(stage.context, "import:mine")
    await sessions.edit(stage.context, one, SessionEdit(title="Else"), by=stage.root, at=NOON)
    found = await rows(stage, Noun.AUDIT)
    assert [row["id"] for row in found] == sorted(row["id"] for row in found)
    assert found[-1]["sentence"] == "changed title of Mine"
    assert found[-1]["undone"] == "no"


async def test_exported_sessions_come_in_elsewhere(tmp_path, stage: Stage):
    told = [
        session(f"s{number}", title=title)
        for number, title in enumerate(("=1+1", "'x", "a\x1b[2J", 'ä;b,"c"', "two\nlines"))
    ]
    await take(stage, *told)
    found = await rows(stage, Noun.SESSIONS)
    other = await build_stage(tmp_path / "other")
    text = written(Noun.SESSIONS, [row | {"id": row["external_id"]} for row in found])
    report = await take(other, SourceFile("sessions.csv", text.encode()))
    assert report.total("added") == len(told)
    titles = [[row.title for row in (await board(each)).lines] for each in (stage, other)]
    assert sorted(titles[0]) == sorted(titles[1]) == sorted(line["title"] for line in told)
    lines = [
        {"type": "session"}
        | {name: row[name] for name in ("title", "kind", "priority", "starts_at", "ends_at")}
        | {"id": row["external_id"]}
        for row in found
    ]
    assert counts(await take(stage, jsonl(*lines))) == (0, 0, len(told), 0)
    await other.context.db.close()


async def test_a_cancelled_session_and_time(stage: Stage):
    await take(stage, *WORLD)
    one = await boards.find(stage.context, "import:mine")
    detail = await boards.detail(stage.context, one, now=LATER, by=stage.root)
    assert exporting.session_row(detail.line)["efficiency"] == 0.5
    assert exporting.minutes_of(timedelta(seconds=1)) == 0.02
    assert detail.blocked[Move.CANCEL]
    assert shown(await board(stage))
