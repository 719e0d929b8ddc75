"""What a command sees and what it may ask of the console: one frozen scene per key press, one narrow protocol."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypeVar

from textual.screen import Screen

from sessiontui.domain.access import Actor, Standing
from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.records import field, record
from sessiontui.domain.vocabulary import Control, RequestState
from sessiontui.services.pictures import (
    EMPTY_BOARD,
    AlertGroup,
    AlertLine,
    Board,
    PersonLine,
    RequestLine,
    SessionDetail,
    SessionLine,
)
from sessiontui.tui.port import Port

if TYPE_CHECKING:
    from sessiontui.services.files.shown import FileLine, LinkRow
    from sessiontui.services.logins import LoginLine
    from sessiontui.services.projects.listing import ItemLine, ProjectLine
    from sessiontui.services.talk.shown import CommentLine
    from sessiontui.services.templates.listing import TemplateLine

Result = TypeVar("Result")

Severity: TypeAlias = Literal["information", "warning", "error"]
"""How a sentence to the admin is coloured."""


@record(kw_only=True)
class Scene:
    """Everything a command may look at, taken at the key press and never looked up again.

    ``line`` is the session under the cursor, ``marked`` the marked ones, ``request``, ``comment``,
    ``file`` and ``link`` what is under the cursor of a tab. ``query``, ``order`` and ``columns`` are what the desk
    shows, and how. ``keys`` holds the keys of commands that were given other ones, by the command's id. ``slipped``
    names the session that has just left
    the place under the cursor by itself: the key may have been meant for it. On the alerts' screen ``alerts`` are
    the chosen ones, and ``storm`` is the group under the cursor. On the calendar ``at`` is the time under the cursor,
    on the screen People ``person`` is who is under it, on the screen Templates ``template`` what is,
    on the screen Projects ``project``, and ``item`` where its items are shown, and
    on the screen Health and logins ``logins`` are the marked ones, else the one under the cursor.
    """

    board: Board = EMPTY_BOARD
    line: SessionLine | None = None
    detail: SessionDetail | None = None
    marked: tuple[SessionLine, ...] = ()
    request: RequestLine | None = None
    comment: CommentLine | None = None
    file: FileLine | None = None
    link: LinkRow | None = None
    alerts: tuple[AlertLine, ...] = ()
    storm: AlertGroup | None = None
    actor: Actor
    read_only: bool = False
    as_of: datetime | None = None
    at: datetime | None = None
    person: PersonLine | None = None
    template: TemplateLine | None = None
    project: ProjectLine | None = None
    item: ItemLine | None = None
    logins: tuple[LoginLine, ...] = ()
    slipped: str = ""
    screen: str = "desk"
    query: str = ""
    order: str = ""
    columns: tuple[str, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def chosen(self) -> tuple[SessionLine, ...]:
        """The sessions that a command for many acts on: the marked ones, else the one under the cursor."""
        if self.marked:
            return self.marked
        return () if self.line is None else (self.line,)

    def detail_of(self, line: SessionLine) -> SessionDetail | None:
        """Return the detail if it is this session's; the pane may still show another one's."""
        return self.detail if self.detail is not None and self.detail.line.id == line.id else None

    def standing(self, line: SessionLine) -> Standing:
        """Return how the actor stands to a session.

        Without its detail only names are known; a wrong guess dims a key or not, services decide.
        """
        is_draft = line.control is Control.DRAFT
        detail = self.detail_of(line)
        if detail is None:
            host = line.mentor or line.author
            return Standing(hosts=host == self.actor.name, authored=line.author == self.actor.name, is_draft=is_draft)
        me = self.actor.id
        host_id = detail.author_id if detail.mentor_id is None else detail.mentor_id
        return Standing(
            hosts=me is not None and host_id == me,
            authored=me is not None
            and (detail.author_id == me or (detail.team is not None and detail.team.role == CollaboratorRole.OWNER)),
            approved=any(
                request.person_id == me and request.state is RequestState.APPROVED for request in detail.requests
            ),
            collaborates=detail.team is not None and detail.team.role == CollaboratorRole.COLLABORATOR,
            watches=detail.team is not None and detail.team.role == CollaboratorRole.VIEWER,
            is_draft=is_draft,
        )


class Console(Protocol):
    """What commands may ask of the application; nothing else of it is theirs to touch."""

    theme: str

    @property
    def port(self) -> Port:
        """What the composition root handed to the console."""
        ...

    @property
    def opened_at(self) -> datetime:
        """Since when the console has been open."""
        ...

    @property
    def available_themes(self) -> Mapping[str, object]:
        """The themes by name."""
        ...

    def tell(self, sentence: str, *, undo: bool = False, severity: Severity = "information") -> None:
        """Show a sentence as a toast and keep it; ``undo`` adds how to take the act back."""
        ...

    def refresh_board(self) -> None:
        """Ask for a new board soon."""
        ...

    async def push_screen_wait(self, screen: Screen[Result]) -> Result:
        """Show a dialog and return its answer."""
        ...

    def copy_to_clipboard(self, text: str) -> None:
        """Hand a text to the terminal's clipboard."""
        ...

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        ...

    def set_query(self, query: str) -> None:
        """Show the sessions that a query holds."""
        ...

    def sort(self, order: str = "") -> None:
        """Sort the table, without an order by the next one."""
        ...

    def choose_columns(self, columns: tuple[str, ...]) -> None:
        """Show these columns as far as there is room; none means all."""
        ...

    def toggle_hold(self) -> None:
        """Stop or resume the display."""
        ...

    def toggle_mark(self) -> None:
        """Mark or unmark the session under the cursor."""
        ...

    def open_detail(self) -> None:
        """Go into the session under the cursor."""
        ...

    def resize_pane(self, delta: int) -> None:
        """Make the detail pane wider by so many columns, or narrower."""
        ...

    def open_time_bar(self) -> None:
        """Show the time bar and give it the keys, or give them back."""
        ...

    def travel(self, to: datetime | None) -> None:
        """Show an instant of the past, or now."""
        ...

    def go(self, screen_name: str) -> None:
        """Show another screen."""
        ...

    def show_person(self, person_id: int, *, mentor: bool = False) -> None:
        """Show one person whole, as a mentor if that is asked for."""
        ...

    def exit(self) -> None:
        """Close the console."""
        ...
