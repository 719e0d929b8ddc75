"""Recordings: who may see which, who opened it when, and that no output shows a link to anybody else."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.recordings import Audience, link_of
from sessiontui.domain.vocabulary import Role
from sessiontui.services import boards, exporting, importing, people, undo
from sessiontui.services.exporting import Noun
from sessiontui.services.importing import ImportOptions, SourceFile, Verdict
from sessiontui.services.recordings.keeping import RecordingDraft, RecordingEdit, add, edit, remove
from sessiontui.services.recordings.opening import open_recording
from sessiontui.services.recordings.shown import RecordingLine
from tests.conftest import Stage
from tests.services.post_stage import END, START, be_there, make

MIN, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATER = END + HOUR
LINK = "https://rec.example.org/p/secret-7"


def who(person_id: int, name: str, role: Role = Role.PARTICIPANT) -> Actor:
    return Actor(person_id, name, role)


async def met(stage: Stage) -> int:
    """Ana and Bob were approved, Ana came; Cyd walked in; Dr Lee led it."""
    lee = (await people.add(stage.context, "Dr Lee", by=stage.root, at=START, role=Role.MENTOR)).people[0]
    session_id = await make(stage, stage.ana, stage.bob, mentor_id=lee)
    for person_id in (stage.ana, stage.cyd):
        await be_there(stage, session_id, person_id, START, END)
    return session_id


async def recorded(stage: Stage, session_id: int, audience: Audience, *named: int, link: str = LINK) -> int:
    draft = RecordingDraft(link=link, title="Part one", length=58 * MIN, audience=audience, people=named)
    await add(stage.context, session_id, draft, by=stage.root, at=LATER)
    return int(str((await stage.rows("SELECT max(id) FROM recording"))[0][0]))


@pytest.mark.parametrize(
    ("audience", "may"),
    [
        (Audience.APPROVED, {"Ana", "Bob"}),
        (Audience.PRESENT, {"Ana", "Cyd"}),
        (Audience.NAMED, {"Bob"}),
        (Audience.STAFF, set()),
    ],
)
async def test_each_audience_opens_what_is_meant_for_it_and_sees_nothing_else(stage: Stage, audience, may):
    session_id = await met(stage)
    recording = await recorded(stage, session_id, audience, *([stage.bob] if audience is Audience.NAMED else []))
    lee = (await stage.rows("SELECT id FROM person WHERE name = 'Dr Lee'"))[0][0]
    everyone = {
        "Ana": who(stage.ana, "Ana"),
        "Bob": who(stage.bob, "Bob"),
        "Cyd": who(stage.cyd, "Cyd"),
        "Max": who(99, "Max"),
        "Vera": who(98, "Vera", Role.VIEWER),
        "Mia": who(97, "Mia", Role.MENTOR),
        "Dr Lee": who(int(str(lee)), "Dr Lee", Role.MENTOR),
        "Root": stage.root,
    }
    for name, actor in everyone.items():
        detail = await boards.detail(stage.context, session_id, now=LATER, by=actor)
        allowed = name in may | {"Dr Lee", "Root"}
        assert [line.id for line in detail.recordings] == ([recording] if allowed else []), name
        if allowed and actor.id not in (97, 98, 99):
            receipt = await open_recording(stage.context, recording, by=actor, at=LATER)
            assert receipt.shown == LINK
        else:
            with pytest.raises(NotAllowed, match="recording"):
                await open_recording(stage.context, recording, by=actor, at=LATER)


async def test_staff_sees_who_opened_it_and_when_others_do_not(stage: Stage):
    session_id = await met(stage)
    recording = await recorded(stage, session_id, Audience.APPROVED)
    ana = who(stage.ana, "Ana")
    for minutes in (1, 2):
        await open_recording(stage.context, recording, by=ana, at=LATER + minutes * MIN)
    (line,) = (await boards.detail(stage.context, session_id, now=LATER + HOUR, by=stage.root)).recordings
    assert (line.opened, [(one.by, one.at) for one in line.openings]) == (
        2, [("Ana", LATER + 2 * MIN), ("Ana", LATER + MIN)],
    )  # fmt: skip
    (own,) = (await boards.detail(stage.context, session_id, now=LATER + HOUR, by=ana)).recordings
    assert (own.opened, own.openings, own.people, own.may_change) == (None, (), (), False)
    trail = await boards.trail(stage.context, session_id=session_id)
    assert [entry.sentence for entry in trail if entry.action == "recording.open"] == [
        f"opened the recording #{recording} Part one of Circle"
    ] * 2
    (then,) = (
        await boards.detail(stage.context, session_id, now=LATER + HOUR, by=stage.root, as_of=LATER + MIN)
    ).recordings
    assert then.opened == 1
    before = await boards.detail(stage.context, session_id, now=LATER + HOUR, by=stage.root, as_of=LATER - MIN)
    assert before.recordings == ()


async def test_no_output_shows_the_link_to_anybody(stage: Stage):
    """Neither pane, trail nor export of any noun: the link is handed out by opening alone, or exported by staff."""
    session_id = await met(stage)
    recording = await recorded(stage, session_id, Audience.STAFF)
    await edit(stage.context, recording, RecordingEdit(link=LINK + "b"), by=stage.root, at=LATER)
    lee = int(str((await stage.rows("SELECT id FROM person WHERE name = 'Dr Lee'"))[0][0]))
    for actor in (
        who(stage.ana, "Ana"),
        who(98, "Vera", Role.VIEWER),
        who(97, "Mia", Role.MENTOR),
        who(lee, "Dr Lee", Role.MENTOR),
        stage.root,
    ):
        detail = await boards.detail(stage.context, session_id, now=LATER, by=actor)
        assert "secret-7" not in str(detail), actor.name
        listing = await boards.listing(stage.context, "", now=LATER, by=actor)
        assert "secret-7" not in str(listing), actor.name
        for noun in Noun:
            try:
                rows = [row async for row in exporting.rows(stage.context, noun, "", by=actor, now=LATER)]
            except NotAllowed:
                continue
            is_staff = noun is Noun.RECORDINGS and actor.name in ("Dr Lee", "Root")
            assert ("secret-7" in str(rows)) is is_staff, (actor.name, noun)
    assert "secret-7" not in str(await boards.trail(stage.context))


async def test_it_is_changed_removed_and_brought_back(stage: Stage):
    session_id = await met(stage)
    recording = await recorded(stage, session_id, Audience.APPROVED)
    changed = await edit(
        stage.context, recording, RecordingEdit(title="Whole", people=(stage.bob,)), by=stage.root, at=LATER
    )
    assert changed.sentence == f"changed title and who may see it of the recording #{recording} Whole of Circle"
    (line,) = (await boards.detail(stage.context, session_id, now=LATER, by=stage.root)).recordings
    assert (line.title, line.audience, line.meant_for, line.lasts) == ("Whole", Audience.NAMED, "Bob", "58 min")
    await undo.undo(stage.context, by=stage.root, at=LATER, entry=changed.undo)
    (line,) = (await boards.detail(stage.context, session_id, now=LATER, by=stage.root)).recordings
    assert (line.title, line.audience, line.people) == ("Part one", Audience.APPROVED, ())
    removed = await remove(stage.context, recording, by=stage.root, at=LATER + MIN, reason="asked to")
    with pytest.raises(NotFound):
        await open_recording(stage.context, recording, by=stage.root, at=LATER + MIN)
    with pytest.raises(NotFound):
        await edit(stage.context, recording, RecordingEdit(title="x"), by=stage.root, at=LATER + MIN)
    await undo.undo(stage.context, by=stage.root, at=LATER + 2 * MIN, entry=removed.undo)
    assert (await open_recording(stage.context, recording, by=stage.root, at=LATER + 2 * MIN)).shown == LINK
    await edit(stage.context, recording, RecordingEdit(length=timedelta()), by=stage.root, at=LATER + 2 * MIN)
    (line,) = (await boards.detail(stage.context, session_id, now=LATER + HOUR, by=stage.root)).recordings
    assert line.length is None


async def test_an_undone_change_does_not_undo_a_later_one(stage: Stage):
    session_id = await met(stage)
    recording = await recorded(stage, session_id, Audience.APPROVED)
    first = await edit(stage.context, recording, RecordingEdit(title="One"), by=stage.root, at=LATER)
    await edit(stage.context, recording, RecordingEdit(title="Two"), by=stage.root, at=LATER)
    with pytest.raises(Conflict, match="changed since"):
        await undo.undo(stage.context, by=stage.root, at=LATER, entry=first.undo)


async def test_what_cannot_be_a_recording_is_refused(stage: Stage):
    session_id = await met(stage)
    await recorded(stage, session_id, Audience.APPROVED)
    with pytest.raises(Conflict, match="this link already"):
        await recorded(stage, session_id, Audience.STAFF)
    with pytest.raises(Refused, match="nobody is named"):
        await recorded(stage, session_id, Audience.NAMED, link=LINK + "2")
    with pytest.raises(BadInput, match="7 days"):
        await add(
            stage.context,
            session_id,
            RecordingDraft(link=LINK + "3", length=timedelta(days=8)),
            by=stage.root,
            at=LATER,
        )
    with pytest.raises(NotAllowed):
        await add(stage.context, session_id, RecordingDraft(link=LINK + "4"), by=who(stage.ana, "Ana"), at=LATER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rec.example.org/7",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://a:b@host/x",
        "https://h/ x",
    ],
)
def test_what_is_no_link(text: str):
    with pytest.raises(BadInput, match="not a link"):
        link_of(text)


# -- in and out ------------------------------------------------------------------------------------------------


def lines(*shapes: dict[str, object]) -> SourceFile:
    return SourceFile("own.jsonl", "".join(json.dumps(shape) + "\n" for shape in shapes).encode())


SHAPES: tuple[dict[str, object], ...] = (
    {"type": "person", "id": "p1", "name": "Eva"},
    {
        "type": "session", "id": "s1", "title": "Old circle",
        "starts_at": "2026-05-01T10:00:00Z", "ends_at": "2026-05-01T11:00:00Z",
    },
    {
        "type": "recording", "id": "r1", "session": "s1", "title": "Whole", "minutes": 58, "link": LINK,
        "audience": "named", "people": ["p1"], "added_at": "2026-05-01T12:00:00Z",
    },
)  # fmt: skip


async def test_own_lines_bring_recordings_once(stage: Stage):
    async def take(*shapes: dict[str, object]) -> dict[Verdict, int]:
        report = await importing.apply(stage.context, [lines(*shapes)], ImportOptions(), by=stage.root, at=LATER)
        return {verdict: report.total(verdict) for verdict in Verdict if report.total(verdict)}

    assert await take(*SHAPES) == {Verdict.ADDED: 3}
    assert await take(*SHAPES) == {Verdict.UNCHANGED: 3}
    session_id = await boards.find(stage.context, "s1")
    (line,) = (await boards.detail(stage.context, session_id, now=LATER, by=stage.root)).recordings
    assert (line.title, line.lasts, line.meant_for, line.added_at.hour) == ("Whole", "58 min", "Eva", 12)
    await edit(stage.context, line.id, RecordingEdit(title="By hand"), by=stage.root, at=LATER)
    assert await take(*SHAPES) == {Verdict.UNCHANGED: 3}  # what the file says as before leaves it alone
    assert await take(*SHAPES[:2], {**SHAPES[2], "audience": "staff", "people": []}) == {
        Verdict.UNCHANGED: 2, Verdict.UPDATED: 1,
    }  # fmt: skip
    await remove(stage.context, line.id, by=stage.root, at=LATER)
    assert await take(*SHAPES) == {Verdict.UNCHANGED: 3}  # what was removed stays removed


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"link": "nowhere"}, "not a link"),
        ({"link": None}, "link: is missing"),
        ({"audience": "friends"}, "none of approved, present, named, staff"),
        ({"people": [], "audience": "named"}, "nobody is named"),
        ({"people": "p1"}, "is not a list"),
        ({"session": "s9"}, "is unknown"),
        ({"minutes": -1}, "is not between"),
    ],
)
async def test_lines_that_cannot_be_taken_say_why(stage: Stage, change, why):
    file = lines(*SHAPES[:2], {**SHAPES[2], **change})
    report = await importing.apply(stage.context, [file], ImportOptions(), by=stage.root, at=LATER)
    (refusal,) = report.files[0].refusals
    assert why in refusal.reason


async def test_what_staff_exports_can_be_imported_elsewhere(stage: Stage):
    await importing.apply(stage.context, [lines(*SHAPES)], ImportOptions(), by=stage.root, at=LATER)
    rows = [row async for row in exporting.rows(stage.context, Noun.RECORDINGS, "", by=stage.root, now=LATER)]
    (row,) = rows
    assert (row["type"], row["id"], row["session"], row["link"], row["people"], row["audience"]) == (
        "recording", "r1", "s1", LINK, ["p1"], "named",
    )  # fmt: skip
    again = await importing.preview(stage.context, [lines(dict(row))], ImportOptions(), by=stage.root, at=LATER)
    assert (again.total(Verdict.UNCHANGED), again.total(Verdict.REFUSED)) == (1, 0)


def test_a_line_of_a_list_has_no_link():
    line = RecordingLine(
        id=1, session_id=1, title="x", length=None, audience=Audience.STAFF, added_at=END, added_by="Root"
    )
    assert "link" not in asdict(line)
