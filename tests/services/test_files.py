"""Files: versions by name, bytes by content, limits, the trail, clearing, and what a crash or a full disk leaves."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused, Unavailable
from sessiontui.domain.files import FileRules
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import boards, collaborating, sessions, undo
from sessiontui.services.files import clearing, keeping, linking, opening
from sessiontui.services.files.keeping import FileDraft
from sessiontui.services.files.shown import Files
from sessiontui.store import blobs
from tests.conftest import NOON, Stage
from tests.services.post_stage import make

MIN, DAY = timedelta(minutes=1), timedelta(days=1)
PDF = b"%PDF-1.7\nwords"


async def put(stage: Stage, session_id: int, name: str, content: bytes = PDF, *, at=NOON, by: Actor | None = None):
    draft = FileDraft(content=content, name=name)
    receipt = await keeping.attach(stage.context, session_id, draft, by=by or stage.root, at=at)
    return receipt, int(str((await stage.rows("SELECT max(id) FROM attachment"))[0][0]))


async def files(stage: Stage, session_id: int, *, by: Actor | None = None, as_of=None) -> Files:
    found = await boards.detail(stage.context, session_id, now=NOON + 60 * MIN, by=by or stage.root, as_of=as_of)
    assert found.files is not None
    return found.files


def on_disk(stage: Stage) -> list[Path]:
    return [path for path in stage.context.files_folder.rglob("*") if path.is_file()]


def age(stage: Stage, by: timedelta) -> None:
    """Make everything on the disk as old as that at noon."""
    for path in on_disk(stage):
        os.utime(path, ((NOON - by).timestamp(),) * 2)


async def test_the_same_name_again_is_the_next_version_and_the_same_bytes_lie_there_once(stage: Stage):
    session, other = await make(stage), await make(stage, title="Other")
    receipt, _ = await put(stage, session, "Plan.pdf")
    assert receipt.sentence == "attached Plan.pdf to Circle: PDF, 14 bytes (file #1)"
    with pytest.raises(Conflict, match="just these bytes"):
        await put(stage, session, "PLAN.PDF")
    await put(stage, session, "plan.pdf", b"%PDF-1.7\nmore", at=NOON + MIN)
    await put(stage, other, "copy.pdf")
    shown = await files(stage, session)
    assert [(one.version, one.is_newest, one.what) for one in shown.files] == [(2, True, "PDF"), (1, False, "PDF")]
    assert shown.number == 1
    assert len(on_disk(stage)) == 2
    assert [one.version for one in (await files(stage, session, as_of=NOON)).files] == [1]


async def test_bytes_and_folders_are_private(stage: Stage):
    await put(stage, await make(stage), "a.txt", b"a")
    (path,) = on_disk(stage)
    assert path.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)} == {0o700}
    assert path.parent.parent == stage.path.parent / "files"


async def test_limits_of_a_file_and_of_a_session_leave_nothing_behind(stage: Stage):
    tight = replace(stage, context=replace(stage.context, files=FileRules(largest=10, session=15)))
    session = await make(stage)
    with pytest.raises(BadInput, match="larger than 10 bytes"):
        await put(tight, session, "a", b"x" * 11)
    await put(tight, session, "a", b"x" * 10)
    with pytest.raises(Refused, match="would have 20 bytes"):
        await put(tight, session, "b", b"y" * 10)
    assert not [path for path in on_disk(stage) if "partial" in path.name]
    assert len(await stage.rows("SELECT 1 FROM attachment")) == 1


async def test_what_it_is_is_told_by_its_bytes(stage: Stage):
    session = await make(stage)
    receipt, _ = await put(stage, session, "../../bill.pdf\x1b[2J", b"MZ\x90\x00\x03")
    (line,) = (await files(stage, session)).files
    assert "/" not in line.name
    assert "\x1b" not in line.name
    receipt, _ = await put(stage, session, "bill.pdf", b"MZ\x90\x00\x03")
    assert "called .pdf, but it is a Windows program" in receipt.sentence


async def test_opening_writes_a_new_private_file_and_the_trail(stage: Stage, tmp_path: Path):
    session = await make(stage, stage.bob)
    _, file = await put(stage, session, "plan.pdf")
    bob = Actor(stage.bob, "Bob", Role.PARTICIPANT)
    receipt = await opening.open_file(stage.context, file, tmp_path, by=bob, at=NOON + MIN)
    written = tmp_path / "plan.pdf"
    assert (receipt.shown, written.read_bytes(), written.stat().st_mode & 0o777) == (str(written), PDF, 0o600)
    with pytest.raises(BadInput, match="there already"):
        await opening.open_file(stage.context, file, written, by=stage.root, at=NOON + 2 * MIN)
    (line,) = (await files(stage, session)).files
    assert [(one.by, one.at) for one in line.openings] == [("Root", NOON + 2 * MIN), ("Bob", NOON + MIN)]
    (line,) = (await files(stage, session, by=bob)).files
    assert (line.opened, line.openings) == (None, ())
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


async def test_who_may_not_read_does_not_know_and_who_may_not_change_is_refused(stage: Stage, tmp_path: Path):
    session = await make(stage, stage.bob)
    _, file = await put(stage, session, "plan.pdf")
    bob, cyd = Actor(stage.bob, "Bob", Role.PARTICIPANT), Actor(stage.cyd, "Cyd", Role.MENTOR)
    with pytest.raises(NotFound):
        await opening.open_file(stage.context, file, tmp_path, by=cyd, at=NOON)
    with pytest.raises(NotFound):
        await keeping.detach(stage.context, file, by=cyd, at=NOON)
    with pytest.raises(NotAllowed):
        await keeping.detach(stage.context, file, by=bob, at=NOON)
    with pytest.raises(NotAllowed):
        await put(stage, session, "mine.txt", b"mine", by=bob)
    assert len(on_disk(stage)) == 1, "the bytes of who has no right never reach the disk"
    assert (await files(stage, session, by=cyd)).hidden
    refused = await stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'refused'")
    assert refused[0][0], "the refusal is written down"


async def test_a_removed_file_comes_back_until_its_bytes_are_cleared(stage: Stage):
    session = await make(stage)
    await put(stage, session, "a.txt", b"one")
    _, file = await put(stage, session, "a.txt", b"two", at=NOON + MIN)
    gone = await keeping.detach(stage.context, file, by=stage.root, at=NOON, all_versions=True)
    assert "all 2 versions of a.txt" in gone.sentence
    assert (await files(stage, session)).files == ()
    await undo.undo(stage.context, by=stage.root, at=NOON)
    assert len((await files(stage, session)).files) == 2
    gone = await keeping.detach(stage.context, file, by=stage.root, at=NOON, all_versions=True)
    age(stage, timedelta())
    assert await clearing.clear(stage.context, at=NOON + 29 * DAY) == 0
    assert await clearing.clear(stage.context, at=NOON + 31 * DAY) == 4
    assert on_disk(stage) == []
    with pytest.raises(Refused, match="no longer kept"):
        await undo.undo(stage.context, by=stage.root, at=NOON + 31 * DAY, entry=gone.undo)


async def test_bytes_that_another_session_uses_stay(stage: Stage, tmp_path: Path):
    session, other = await make(stage), await make(stage, title="Other")
    _, file = await put(stage, session, "a.txt", b"shared")
    _, kept = await put(stage, other, "b.txt", b"shared")
    await keeping.detach(stage.context, file, by=stage.root, at=NOON)
    age(stage, timedelta())
    assert await clearing.clear(stage.context, at=NOON + 31 * DAY) == 1
    await opening.open_file(stage.context, kept, tmp_path, by=stage.root, at=NOON + 31 * DAY)
    assert (tmp_path / "b.txt").read_bytes() == b"shared"


async def test_an_archived_session_lets_its_bytes_go_after_a_grace_and_says_so(stage: Stage, tmp_path: Path):
    session = await make(stage)
    _, file = await put(stage, session, "a.txt", b"long ago")
    await sessions.move(stage.context, Move.CANCEL, session, by=stage.root, at=NOON)
    await sessions.move(stage.context, Move.ARCHIVE, session, by=stage.root, at=NOON)
    age(stage, timedelta())
    assert await clearing.clear(stage.context, at=NOON + 179 * DAY) == 0
    assert await clearing.clear(stage.context, at=NOON + 181 * DAY) == 2
    (line,) = (await files(stage, session)).files
    assert line.cleared_at == NOON + 181 * DAY
    told = await stage.rows("SELECT sentence FROM audit_entry WHERE action = 'file.clear'")
    assert told == [("cleared 1 file of Circle, 8 bytes: it was archived 180 days ago",)]
    with pytest.raises(Unavailable, match="not here any more"):
        await opening.open_file(stage.context, file, tmp_path, by=stage.root, at=NOON + 181 * DAY)


async def test_a_kill_between_bytes_and_row_leaves_bytes_that_are_swept_and_never_a_row_without(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    class Killed(BaseException):
        pass

    session = await make(stage)

    def die(*_: object) -> bool:
        raise Killed

    monkeypatch.setattr(keeping.blobs, "is_there", die)
    with pytest.raises(Killed):
        await put(stage, session, "a.txt", b"lost")
    monkeypatch.undo()
    (stage.context.files_folder / ".partial-killed").write_bytes(b"half")
    assert len(on_disk(stage)) == 2
    assert await stage.rows("SELECT 1 FROM attachment") == []
    age(stage, timedelta())
    assert await clearing.sweep(stage.context, at=NOON + 59 * MIN) == 0, "it may still get its row"
    assert await clearing.sweep(stage.context, at=NOON + 61 * MIN) == 2
    assert on_disk(stage) == []


async def test_bytes_that_went_away_before_the_row_refuse_it(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    session = await make(stage)
    keep = blobs.keep

    def and_lose(folder: Path, *rest: object, **more: object) -> blobs.Blob:
        blob = keep(folder, *rest, **more)  # type: ignore[arg-type]
        blobs.drop(folder, blob.sha256)
        return blob

    monkeypatch.setattr(keeping.blobs, "keep", and_lose)
    with pytest.raises(Unavailable, match="went away"):
        await put(stage, session, "a.txt")
    assert await stage.rows("SELECT 1 FROM attachment") == []


@pytest.mark.parametrize("call", ["fsync", "mkstemp"])
async def test_a_full_disk_says_so_and_leaves_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch, call: str):
    session = await make(stage)

    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(blobs.os if call == "fsync" else blobs.tempfile, call, full)
    with pytest.raises(Unavailable, match="disk is full"):
        await put(stage, session, "a.txt")
    monkeypatch.undo()
    assert on_disk(stage) == []
    assert await stage.rows("SELECT 1 FROM attachment") == []


async def test_damaged_bytes_are_never_handed_out(stage: Stage, tmp_path: Path):
    _, file = await put(stage, await make(stage), "a.txt", b"sound")
    (path,) = on_disk(stage)
    path.write_bytes(b"SOUND")
    with pytest.raises(Unavailable, match="damaged"):
        await opening.open_file(stage.context, file, tmp_path / "out", by=stage.root, at=NOON)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["fifo", "folder", "missing"])
async def test_only_plain_files_are_attached(stage: Stage, tmp_path: Path, kind: str):
    path = tmp_path / "thing"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    session = await make(stage)
    with pytest.raises(BadInput, match="not a file"):
        await keeping.attach(stage.context, session, FileDraft(path=path), by=stage.root, at=NOON)


async def test_a_home_that_nobody_has_is_told_in_a_sentence(stage: Stage):
    session = await make(stage)
    with pytest.raises(BadInput, match="home that nobody has"):
        await keeping.attach(stage.context, session, FileDraft(path=Path("~nobody-here/x")), by=stage.root, at=NOON)


async def test_links_come_go_and_come_back(stage: Stage):
    session = await make(stage)
    added = await linking.add(stage.context, session, "https://wiki.example.org/x", by=stage.root, at=NOON)
    assert "wiki.example.org" in added.sentence
    with pytest.raises(Conflict):
        await linking.add(stage.context, session, "https://wiki.example.org/x", by=stage.root, at=NOON)
    with pytest.raises(BadInput):
        await linking.add(stage.context, session, "javascript:alert(1)", by=stage.root, at=NOON)
    await linking.remove(stage.context, 1, by=stage.root, at=NOON + MIN)
    assert (await files(stage, session)).links == ()
    await undo.undo(stage.context, by=stage.root, at=NOON + 2 * MIN)
    (link,) = (await files(stage, session)).links
    assert (link.title, link.link) == ("wiki.example.org", "https://wiki.example.org/x")


async def test_names_of_files_and_titles_of_links_are_found(stage: Stage):
    session = await make(stage)
    _, file = await put(stage, session, "quagga-notes.pdf")
    await linking.add(stage.context, session, "https://x.example.org", title="Okapi page", by=stage.root, at=NOON)

    async def found(query: str) -> int:
        return len((await boards.board(stage.context, query, now=NOON + 60 * MIN, by=stage.root)).lines)

    assert [await found(word) for word in ("quagga", "okapi")] == [1, 1]
    await keeping.detach(stage.context, file, by=stage.root, at=NOON + MIN)
    assert await found("quagga") == 0


async def test_a_collaborator_may_attach_and_a_viewer_may_read(stage: Stage):
    session = await make(stage)
    ana, bob = Actor(stage.ana, "Ana", Role.PARTICIPANT), Actor(stage.bob, "Bob", Role.PARTICIPANT)
    for person, role in ((stage.ana, CollaboratorRole.COLLABORATOR), (stage.bob, CollaboratorRole.VIEWER)):
        await collaborating.invite(stage.context, session, person, role, by=stage.root, at=NOON)
    await put(stage, session, "by-ana.txt", b"hi", by=ana)
    assert (await files(stage, session, by=bob)).number == 1
    with pytest.raises(NotAllowed):
        await put(stage, session, "by-bob.txt", b"ho", by=bob)
