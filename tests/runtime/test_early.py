"""What is known of the desk early: the person, the view and its first rows, or nothing at all."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sessiontui.runtime import Settings, Storage, actor, opened
from sessiontui.runtime.early import look_early, show_early
from sessiontui.runtime.first_screen import is_sure
from sessiontui.runtime.outlook import Outlook, outlook_of
from sessiontui.services import remembering, sessions

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SURE = {"COLORTERM": "truecolor", "TERM": "xterm-256color"}

NEEDLESS = (
    *("argparse", "asyncio", "dataclasses", "inspect", "logging", "platformdirs", "tomllib"),
    *("aiosqlite", "httpx", "rich", "sqlalchemy", "sqlmodel", "textual"),
    *("sessiontui.domain.query.parsing", "sessiontui.runtime.settings", "sessiontui.tui.app"),
)
"""What is not loaded before the first page is seen: each takes as long as several modules of its own."""

MOST = 118
"""Modules of the product that the first page may be made of; a few more are a millisecond."""

FIRST_PAGE = """
import sys
from datetime import datetime
from pathlib import Path
import sessiontui.cli.app, sessiontui.cli.console, sessiontui.runtime.console
from sessiontui.runtime import early, first_screen
from sessiontui.runtime.outlook import unset_outlook
first_screen.show = lambda page, **_: print(len(page))
outlook = unset_outlook(sys.argv[1], ascii_only=False, read_only=False, environ={"HOME": "/"})
seen = early.look_early(outlook, at=datetime.fromisoformat(sys.argv[2]), rows=40)
early.show_early(seen, outlook, (120, 40))
print(seen.board.lines[0].status)
print(*sys.modules)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a desk with one session that starts soon, at which the superadmin sat before."""
    settings = Settings(storage=Storage(database=tmp_path / "desk.db"))

    async def build() -> None:
        async with opened(settings) as context:
            me = await actor(context, NOON)
            start = NOON + timedelta(minutes=20)
            draft = sessions.SessionDraft(
                title="Grief circle", starts_at=start, ends_at=start + timedelta(hours=1), publish=True
            )
            await sessions.create(context, draft, by=me, at=NOON)

    asyncio.run(build())
    return settings


def remember(settings: Settings, key: str, value: str) -> None:
    async def write() -> None:
        async with opened(settings) as context:
            me = await actor(context, NOON)
            await remembering.remember(context, {key: value}, by=me, at=NOON)

    asyncio.run(write())


def test_it_is_the_person_and_the_rows_of_the_view(settings: Settings) -> None:
    early = look_early(outlook_of(settings), at=NOON, rows=40)
    assert early is not None
    assert early.actor.id == 1
    assert [line.title for line in early.board.lines] == ["Grief circle"]
    assert early.board.query == "view:now"
    remember(settings, "desk.query", "status:waiting")
    early = look_early(outlook_of(settings), at=NOON, rows=40)
    assert early is not None
    assert (early.board.query, early.board.lines) == ("status:waiting", ())


@pytest.mark.parametrize("query", ["statsu:waiting", 'title:"'])
def test_a_view_that_is_not_understood_is_left_to_the_console(settings: Settings, query: str) -> None:
    remember(settings, "desk.query", query)
    assert look_early(outlook_of(settings), at=NOON, rows=40) is None


def test_a_stranger_learns_nothing_early(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 54_321)
    assert look_early(outlook_of(settings), at=NOON, rows=40) is None


def test_a_database_that_is_missing_is_not_made(tmp_path: Path) -> None:
    assert look_early(Outlook(database=tmp_path / "none.db"), at=NOON, rows=40) is None
    assert list(tmp_path.iterdir()) == []


def test_only_a_terminal_of_all_colours_is_sure() -> None:
    assert is_sure(SURE)
    assert is_sure(SURE | {"TEXTUAL_ANIMATIONS": "none"})
    for change in ({"COLORTERM": ""}, {"NO_COLOR": "1"}, {"COLUMNS": "80"}, {"TEXTUAL_COLOR_SYSTEM": "256"}):
        assert not is_sure(SURE | change)


def test_nothing_is_written_to_a_terminal_of_few_colours(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    early = look_early(outlook_of(settings), at=NOON, rows=40)
    assert early is not None
    monkeypatch.setenv("COLORTERM", "")
    assert show_early(early, outlook_of(settings), (120, 40)) is None


def test_little_is_loaded_for_the_first_page(settings: Settings) -> None:
    late = NOON + timedelta(minutes=25)  # what time has changed since it was stored is derived
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAGE, settings.storage.database, late.isoformat()],
        env=SURE, capture_output=True, text=True, check=True,
    )  # fmt: skip
    size, status, modules = done.stdout.splitlines()
    loaded = set(modules.split())
    assert int(size) > 1000
    assert status == "waiting"
    assert loaded.isdisjoint(NEEDLESS), loaded & set(NEEDLESS)
    assert len([name for name in loaded if name.startswith("sessiontui")]) <= MOST
