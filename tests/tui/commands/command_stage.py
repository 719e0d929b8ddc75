"""A stage for commands and dialogs: sessions as pictures, a small application in place of the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from textual.app import App, ComposeResult
from textual.widgets import Static

from sessiontui.domain.access import Actor
from sessiontui.domain.editing.fields import Change, reconcile
from sessiontui.domain.errors import SessiontuiError, Unavailable
from sessiontui.domain.places import NO_PLATFORMS
from sessiontui.domain.vocabulary import Control, Kind, Move, Priority, RequestState, Role, Status
from sessiontui.services.candidates import Candidate
from sessiontui.services.editing.drafts import Draft
from sessiontui.services.editing.meeting import Met
from sessiontui.services.pictures import Board, HistoryLine, PersonLine, RequestLine, SessionDetail, SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.background import in_background
from sessiontui.tui.commands import Command, Scene, perform
from sessiontui.tui.themes import THEMES

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
AMARA = Actor(1, "Amara", Role.ADMIN)
MADRID = ZoneInfo("Europe/Madrid")

_CONTROLS = {
    Status.DRAFT: Control.DRAFT,
    Status.PAUSED: Control.PAUSED,
    Status.CANCELLED: Control.CANCELLED,
    Status.ACTIVE: Control.RUNNING,
    Status.ENDED_COMPLETE: Control.COMPLETED,
}


def line(number: int = 4711, status: Status = Status.CREATED, **changes: Any) -> SessionLine:
    """Return a session of that status, planned for an hour from now unless it is live or over."""
    starts_at = NOW + timedelta(hours=1)
    if status.is_live:
        starts_at = NOW - timedelta(minutes=20)
    elif status.is_ended:
        starts_at = NOW - timedelta(hours=3)
    made = SessionLine(
        id=number,
        external_id="",
        source="",
        title="Grief circle",
        kind=Kind.CONVERSATION,
        priority=Priority.NORMAL,
        control=_CONTROLS.get(status, Control.SCHEDULED),
        status=status,
        provisional=False,
        badges=(),
        beside="",
        why="",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        scheduled=timedelta(hours=1),
        actual=timedelta(),
        together=None,
        efficiency=0.0,
        pending=0,
        approved=0,
        rejected=0,
        active=1 if status is Status.ACTIVE else 0,
        left=0,
        capacity=8,
        mentor="Dr Lee",
        author="Noor",
        tags=("grief",),
        archived_at=None,
        rank=number,
        version=3,
    )
    return replace(made, **changes)


def request(number: int, person: str, state: RequestState = RequestState.PENDING, **changes: Any) -> RequestLine:
    """Return a request of somebody."""
    made = RequestLine(
        id=number,
        session_id=4711,
        person_id=number + 100,
        person=person,
        state=state,
        message="",
        requested_at=NOW,
        decided_at=None,
        decided_by="",
        reason="",
        waiting=False,
    )
    return replace(made, **changes)


def detail(of: SessionLine, **changes: Any) -> SessionDetail:
    """Return a session's detail with nothing blocked."""
    made = SessionDetail(
        line=of,
        taken_at=NOW,
        link="https://meet.example.org/grief",
        mentor_id=2,
        author_id=3,
        mentor_phone="+34 600 000 000",
        mentor_zone="America/New_York",
    )
    return replace(made, **changes)


def scene(of: SessionLine | None = None, **changes: Any) -> Scene:
    """Return a scene with a session under the cursor and an admin at the keyboard."""
    made = Scene(board=Board(taken_at=NOW, lines=() if of is None else (of,)), line=of, actor=AMARA)
    return replace(made, **changes)


PEOPLE = tuple(
    PersonLine(id=number, name=name, email=f"{name.split()[-1].lower()}@example.org", phone="", role=role, zone="UTC")
    for number, name, role in (
        (2, "Dr Lee", Role.MENTOR),
        (3, "Noor", Role.MENTOR),
        (4, "Jun Park", Role.MENTOR),
        (1, "Amara", Role.ADMIN),
    )
)


async def find(text: str) -> Sequence[PersonLine]:
    """Look up people by a part of their name."""
    return [person for person in PEOPLE if text.casefold() in person.name.casefold()]


class NoDatabase:
    """What stands for a database where commands are tried without one."""

    async def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        raise Unavailable("there is no database here")


@dataclass
class Port:
    """What the composition root would hand in."""

    read_only: bool = False
    as_of: datetime | None = None
    zone: ZoneInfo = MADRID
    ascii: bool = False
    actor: Actor = AMARA
    context: Any = field(default_factory=lambda: SimpleNamespace(platforms=NO_PLATFORMS, db=NoDatabase()))

    def clock(self) -> datetime:
        return NOW

    async def note(self, error: SessiontuiError) -> None:
        """Nothing is written down."""


@dataclass
class Calls:
    """What the services were asked, and what they answer."""

    moves: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    created: list[Any] = field(default_factory=list)
    edited: list[Any] = field(default_factory=list)
    expected: list[int | None] = field(default_factory=list)
    undone: int = 0
    last_at: datetime | None = NOW
    since: HistoryLine | None = None
    details: dict[int, SessionDetail] = field(default_factory=dict)
    refuse: dict[int, Exception] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    theirs: dict[str, Any] = field(default_factory=dict)
    """What others changed meanwhile, by the field: it is at version 7 then, by Bob."""

    async def find_draft(self, context: object, form: str, **named: Any) -> Draft | None:
        return self.drafts.get(form)

    async def keep_draft(self, context: object, form: str, body: Mapping[str, Any], **named: Any) -> None:
        self.drafts[form] = Draft(form=form, at=NOW, body=body)

    async def forget_draft(self, context: object, form: str, **named: Any) -> None:
        self.drafts.pop(form, None)

    async def compare(
        self,
        context: object,
        session_id: int,
        mine: Mapping[str, Any],
        *,
        base: Mapping[str, Any],
        since: int,
        by: Any,
    ) -> Met:
        at = NOW - timedelta(minutes=3)
        changes = [
            Change(field=name, before=base.get(name), after=value, by="Bob", at=at)
            for name, value in self.theirs.items()
        ]
        found = reconcile(base=base, mine=mine, theirs={**base, **self.theirs}, changes=changes)
        return Met(version=7 if self.theirs else since, reconciled=found)

    async def move(self, context: object, move: Move, session_id: int, **named: Any) -> Receipt:
        if session_id in self.refuse:
            raise self.refuse[session_id]
        self.moves.append({"move": move, "id": session_id, **named})
        return Receipt(sentence=f"{move} {session_id}", sessions=(session_id,), undo=7)

    async def decide(self, context: object, ids: Sequence[int], state: RequestState, **named: Any) -> Receipt:
        self.decisions.append({"ids": list(ids), "state": state, **named})
        return Receipt(sentence=f"{state} {len(ids)}", undo=8)

    async def create(self, context: object, draft: object, **named: Any) -> Receipt:
        if 0 in self.refuse:
            raise self.refuse[0]
        self.created.append(draft)
        return Receipt(sentence="created it", sessions=(1,), undo=9)

    async def edit(self, context: object, session_id: int, changes: object, **named: Any) -> Receipt:
        if -1 in self.refuse:
            raise self.refuse[-1]
        self.expected.append(named.get("expected"))
        self.edited.append((session_id, changes))
        return Receipt(sentence="changed it", sessions=(session_id,), undo=10)

    async def last(self, context: object, **named: Any) -> HistoryLine | None:
        if self.last_at is None:
            return None
        return HistoryLine(
            id=77,
            at=self.last_at,
            by="Amara",
            action="session.cancel",
            sentence="cancelled it",
            reason="",
            undone=False,
        )

    async def of_line(self, context: object, line: SessionLine, **named: Any) -> None:
        return None

    async def passed_over(self, context: object, *, act: int, **named: Any) -> HistoryLine | None:
        assert act == 77
        return self.since

    async def undo(self, context: object, *, entry: int, **named: Any) -> Receipt:
        assert entry == 77
        self.undone += 1
        return Receipt(sentence="took it back")

    async def detail(self, context: object, session_id: int, **named: Any) -> SessionDetail:
        return self.details[session_id]

    async def find(self, context: object, text: str) -> int:
        return int(text.removeprefix("#"))

    async def everyone(self, context: object, *, text: str = "", role: Role | None = None, **named: Any) -> Any:
        return tuple(one for one in await find(text) if role is None or one.role is role)

    async def candidates(self, context: object, windows: object = (), *, text: str = "", **named: Any) -> Any:
        leaders = [one for one in await find(text) if one.role in (Role.MENTOR, Role.ADMIN, Role.SUPERADMIN)]
        return tuple(
            Candidate(person=one, day="today", on_day=0, in_week=0, booked=timedelta(), local="") for one in leaders
        )


class Stage(App[None]):
    """An application with nothing but what commands may ask of the console."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.port: Any = Port()
        self.told: list[tuple[str, bool, str]] = []
        self.asked: list[Any] = []
        self.clipboards: list[str] = []
        self.opened_at = NOW - timedelta(hours=1)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def compose(self) -> ComposeResult:
        yield Static("behind the dialog " * 200, markup=False)

    def tell(self, sentence: str, *, undo: bool = False, severity: str = "information") -> None:
        self.told.append((sentence, undo, severity))

    def refresh_board(self) -> None:
        self.asked.append("refresh")

    def copy_to_clipboard(self, text: str) -> None:
        self.clipboards.append(text)

    def focus_filter(self) -> None:
        self.asked.append("filter")

    def set_query(self, query: str) -> None:
        self.asked.append(("query", query))

    def sort(self, order: str = "") -> None:
        self.asked.append(("sort", order))

    def choose_columns(self, columns: tuple[str, ...]) -> None:
        self.asked.append(("columns", columns))

    def toggle_hold(self) -> None:
        self.asked.append("hold")

    def toggle_mark(self) -> None:
        self.asked.append("mark")

    def open_detail(self) -> None:
        self.asked.append("open")

    def resize_pane(self, delta: int) -> None:
        self.asked.append(("pane", delta))

    def open_time_bar(self) -> None:
        self.asked.append("time bar")

    def travel(self, to: datetime | None) -> None:
        self.asked.append(("travel", to))

    def go(self, screen_name: str) -> None:
        self.asked.append(("go", screen_name))

    def do(self, command: Command, scene: Scene, argument: str = "") -> None:
        """Run a command as the console does: in a worker."""
        in_background(self, partial(perform, self, command, scene, argument))

    def show(self, dialog: Any) -> list[Any]:
        """Push a dialog; its answer appears in the list."""
        answers: list[Any] = []
        self.push_screen(dialog, answers.append)
        return answers
