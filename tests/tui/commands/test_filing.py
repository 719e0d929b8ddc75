"""Importing a file from the console: completed, shown before it is taken, and stopped without a trace."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList

from sessiontui.services import importing
from sessiontui.tui.dialogs.import_file import ImportFile
from tests.conftest import Stage as World
from tests.tui.at_rest import until
from tests.tui.commands.command_stage import Port, Stage, scene
from tests.tui.commands.test_command_runs import SIZE, begin, settle, shown

LINES = (
    '{"type":"session","id":"s1","title":"Grief circle","starts_at":"2026-05-04T14:00:00Z",'
    '"ends_at":"2026-05-04T15:00:00Z"}\n{"type":"session","id":"s2","title":"Broken"}\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "handed in"
    place.mkdir()
    (place / "may.jsonl").write_text(LINES)
    (place / "june.jsonl").write_text(LINES)
    return place


async def opened(pilot: Pilot[None], world: World, path: str) -> ImportFile:
    pilot.app.port = Port(context=world.context, actor=world.root)  # type: ignore[attr-defined]
    await begin(pilot, "import", scene(actor=world.root), path)
    assert isinstance(pilot.app.screen, ImportFile)
    return pilot.app.screen


async def idle(pilot: Pilot[None]) -> None:
    await until(
        pilot, lambda: not [one for one in pilot.app.screen.workers if one.group == "import" and one.is_running]
    )
    await settle(pilot)


async def test_a_file_is_completed_shown_and_taken(stage_: World, folder: Path) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        dialog = await opened(pilot, stage_, f"{folder}/ma")
        await settle(pilot)
        assert dialog.query_one(OptionList).option_count == 1
        await pilot.press("tab")
        await settle(pilot)
        assert dialog.query_one("#path-text", Input).value == f"{folder}/may.jsonl"
        assert dialog.query_one("#import", Button).disabled
        await pilot.press("enter")
        await idle(pilot)
        said = "\n".join(shown(pilot.app))  # type: ignore[arg-type]
        assert "2 read, 1 added, 0 updated, 0 unchanged, 1 refused" in said
        assert "refused: line 2:" in said
        assert "Nothing was changed yet." in said
        assert await stage_.rows("SELECT count(*) FROM session") == [(0,)]
        await pilot.click("#import")
        await idle(pilot)
        assert pilot.app.told[-1][0].startswith("Imported 1 file: 1 added")  # type: ignore[attr-defined]
        assert await stage_.rows("SELECT title FROM session") == [("Grief circle",)]


async def test_what_cannot_be_read_is_said_beside_the_path(stage_: World, folder: Path) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        dialog = await opened(pilot, stage_, f"{folder}/none.csv")
        await pilot.press("enter")
        await idle(pilot)
        assert "there is no such file" in dialog.field("path").error


async def test_a_stopped_import_changes_nothing(stage_: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(*given: Any, progress: Any, **named: Any) -> Any:
        progress("rows taken", 10, 100)
        await asyncio.Event().wait()

    async with Stage().run_test(size=SIZE) as pilot:
        await opened(pilot, stage_, f"{folder}/may.jsonl")
        await pilot.press("enter")
        await idle(pilot)
        monkeypatch.setattr(importing, "apply", slow)
        await pilot.click("#import")
        await settle(pilot)
        assert "rows taken: 10 of 100" in "\n".join(shown(pilot.app))  # type: ignore[arg-type]
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ImportFile)
        assert "stopped: nothing was changed" in "\n".join(shown(pilot.app))  # type: ignore[arg-type]
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(pilot.app.screen, ImportFile)
