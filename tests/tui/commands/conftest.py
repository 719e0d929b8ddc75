"""The services in place of which commands are heard."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sessiontui import services
from tests.conftest import Stage, build_stage
from tests.tui.commands.command_stage import Calls


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    heard = Calls()
    for name, functions in {
        "sessions": ("move", "create", "edit"),
        "requests": ("decide",),
        "boards": ("detail", "find"),
        "people": ("everyone",),
        "candidates": ("candidates",),
        "series.in_series": ("of_line",),
    }.items():
        for function in functions:
            monkeypatch.setattr(f"sessiontui.services.{name}.{function}", getattr(heard, function))
    for name, function in {
        "drafts.find": heard.find_draft,
        "drafts.keep": heard.keep_draft,
        "drafts.forget": heard.forget_draft,
        "meeting.compare": heard.compare,
    }.items():
        monkeypatch.setattr(f"sessiontui.services.editing.{name}", function)
    undoing = SimpleNamespace(undo=heard.undo, last=heard.last, passed_over=heard.passed_over)
    monkeypatch.setitem(sys.modules, "sessiontui.services.undo", undoing)
    monkeypatch.setattr(services, "undo", undoing, raising=False)
    return heard


@pytest.fixture
async def stage_(tmp_path: Path) -> AsyncIterator[Stage]:
    """An open database with people in it, for commands that reach them."""
    built = await build_stage(tmp_path)
    yield built
    await built.context.db.close()
