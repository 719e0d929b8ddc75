"""A bare application to push dialogs on, and people to pick from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from sessiontui.domain.vocabulary import Role
from sessiontui.services.pictures import PersonLine
from sessiontui.tui.themes import THEMES
from tests.tui.at_rest import at_rest

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
SIZES = ((80, 24), (60, 20), (120, 36))

PEOPLE = tuple(
    PersonLine(id=number, name=name, email=email, phone="", role=Role.MENTOR, zone="UTC")
    for number, name, email in (
        (2, "Dr Lee", "lee@example.org"),
        (3, "[@click=app.boom]Noor[/]\x1b[2J", "noor@example.org"),
        (4, "Jun Park", "jun@example.org"),
    )
)


async def find(text: str) -> Sequence[PersonLine]:
    return [person for person in PEOPLE if text.casefold() in person.name.casefold()]


class Stage(App[None]):
    """Nothing behind, nothing around."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def compose(self) -> ComposeResult:
        yield Static("behind", markup=False)

    def show(self, dialog: Any) -> list[Any]:
        """Push a dialog; its answer appears in the list."""
        answers: list[Any] = []
        self.push_screen(dialog, answers.append)
        return answers


async def settle(pilot: Pilot[None]) -> None:
    """Let everything under way come to rest."""
    await at_rest(pilot)


def texts(app: App[None]) -> list[str]:
    """Return the texts of the dialog on top."""
    return [str(one.content) for one in app.screen.query("#panel Static").results(Static)]
