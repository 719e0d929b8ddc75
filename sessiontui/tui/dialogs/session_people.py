"""Who is asked for from the form of a session: a mentor who is free at its time, an author."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from textual.app import App

from sessiontui.tui.dialogs.pick_mentor import Find, PickMentor
from sessiontui.tui.dialogs.pick_person import Finder, PickPerson
from sessiontui.tui.dialogs.session_entry import Typed
from sessiontui.tui.dialogs.when import Window
from sessiontui.tui.dialogs.zones import known_zone

FindMentor: TypeAlias = Callable[[Window | None], Find]
"""Answers with the look-up of those who could mentor in a window, or at any time."""


async def ask_mentor(
    app: App[object], find: FindMentor, typed: Typed, *, window: Window | None, now: datetime
) -> tuple[int | None, str] | None:
    """Return number and name of the mentor who was picked for a window, or nothing where none was."""
    picked = await app.push_screen_wait(
        PickMentor(
            "Who is the mentor?" if window else "Who is the mentor? Type the time first to see who is free.",
            find(window),
            now=now,
            zone=known_zone(typed.zone) or ZoneInfo("UTC"),
            current=typed.mentor_id,
        )
    )
    return None if picked is None else (picked.person_id, picked.name)


async def ask_author(app: App[object], find: Finder, typed: Typed) -> tuple[int, str] | None:
    """Return number and name of the author who was picked, or nothing where none was."""
    picked = await app.push_screen_wait(PickPerson("Who is the author?", find, current=typed.author_id))
    return None if picked is None else (picked.id, picked.name)
