"""Where commands meet the services: who acts and when is added here, nothing is decided.

The services are imported at the first act, which comes long after the first frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.vocabulary import Attendance, Move, RequestState
from sessiontui.services.pictures import HistoryLine, PersonLine, SessionDetail, SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.pick_person import Finder
from sessiontui.tui.dialogs.session_entry import Entry

if TYPE_CHECKING:
    from sessiontui.domain.places.words import Maker
    from sessiontui.services.attendance.identifying import Stranger
    from sessiontui.services.sessions import SessionEdit
    from sessiontui.services.views import NamedView

_LISTED = 200  # more people than anyone scrolls through; typing narrows them down


async def move(
    console: Console,
    scene: Scene,
    which: Move,
    line: SessionLine,
    *,
    reason: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    mentor_id: int | None = None,
    expected: int | None = None,
    confirm: bool = False,
) -> Receipt:
    """Move a session; ``expected`` is the version it must still have, ``confirm`` agrees to double bookings."""
    from sessiontui.services import sessions

    return await sessions.move(
        console.port.context,
        which,
        line.id,
        by=scene.actor,
        at=console.port.clock(),
        reason=reason,
        starts_at=starts_at,
        ends_at=ends_at,
        mentor_id=mentor_id,
        expected=expected,
        confirm=confirm,
    )


async def decide(
    console: Console,
    scene: Scene,
    request_ids: Sequence[int],
    state: RequestState,
    *,
    reason: str = "",
    expected: RequestState,
    confirm: bool = False,
) -> Receipt:
    """Approve or reject requests; ``confirm`` agrees to double bookings."""
    from sessiontui.services import requests

    return await requests.decide(
        console.port.context,
        request_ids,
        state,
        by=scene.actor,
        at=console.port.clock(),
        reason=reason,
        expected=expected,
        confirm=confirm,
    )


async def create(console: Console, scene: Scene, entry: Entry, *, confirm: bool = False) -> Receipt:
    """Make a session; ``confirm`` agrees to its host being booked twice."""
    from sessiontui.domain.templates.shape import TemplateRef
    from sessiontui.services import sessions

    draft = sessions.SessionDraft(
        title=entry.title,
        kind=entry.kind,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        mentor_id=entry.mentor_id,
        author_id=entry.author_id,
        capacity=entry.capacity,
        priority=entry.priority,
        tags=entry.tags,
        description=entry.description,
        link=entry.link,
        platform=entry.platform,
        publish=entry.publish,
        template=TemplateRef(entry.template, without=entry.without) if entry.template else None,
    )
    at = console.port.clock()
    return await sessions.create(console.port.context, draft, by=scene.actor, at=at, confirm=confirm)


async def edit(
    console: Console, scene: Scene, line: SessionLine, changes: SessionEdit, *, expected: int | None = None
) -> Receipt:
    """Change a session; ``expected`` is the version it must still have."""
    from sessiontui.services import sessions

    return await sessions.edit(
        console.port.context, line.id, changes, by=scene.actor, at=console.port.clock(), expected=expected
    )


def makers(console: Console) -> tuple[Maker, ...]:
    """Return the platforms on which rooms can be made."""
    return console.port.context.platforms.there


async def give_room(
    console: Console, scene: Scene, line: SessionLine, maker: str, *, expected: int | None = None
) -> Receipt:
    """Have a room made for a session on a platform; ``expected`` is the version it must still have."""
    from sessiontui.domain.places.words import Maker
    from sessiontui.services.places import asking

    return await asking.give_room(
        console.port.context, line.id, Maker(maker), by=scene.actor, at=console.port.clock(), expected=expected
    )


async def last_act(console: Console, scene: Scene) -> HistoryLine | None:
    """Return the actor's last act that can be taken back."""
    from sessiontui.services import undo as undoing

    return await undoing.last(console.port.context, by=scene.actor)


async def passed_over(console: Console, scene: Scene, entry: int) -> HistoryLine | None:
    """Return what the actor did since that act and cannot take back, the newest of it."""
    from sessiontui.services import undo as undoing

    return await undoing.passed_over(console.port.context, by=scene.actor, act=entry)


async def undo(console: Console, scene: Scene, entry: int) -> Receipt:
    """Take back one act of the actor, by the number of its audit entry."""
    from sessiontui.services import undo as undoing

    return await undoing.undo(console.port.context, by=scene.actor, at=console.port.clock(), entry=entry)


async def detail_of(console: Console, scene: Scene, line: SessionLine) -> SessionDetail:
    """Return a session's detail: the one on the screen if it is this session's, else the stored one."""
    return scene.detail_of(line) or await read_detail(console, scene, line)


async def read_detail(console: Console, scene: Scene, line: SessionLine) -> SessionDetail:
    """Return a session's detail as it is stored."""
    from sessiontui.services import boards

    return await boards.detail(
        console.port.context, line.id, now=console.port.clock(), as_of=scene.as_of, by=scene.actor
    )


async def session_id(console: Console, text: str) -> int:
    """Return the id of the session that a text names: ``4711``, ``#4711`` or an outside id."""
    from sessiontui.services import boards

    return await boards.find(console.port.context, text)


async def views(console: Console, scene: Scene) -> tuple[NamedView, ...]:
    """Return the views that the actor keeps."""
    from sessiontui.services import views as kept

    return await kept.everyone(console.port.context, by=scene.actor)


async def find_view(console: Console, scene: Scene, name: str) -> NamedView:
    """Return one of the actor's views by its name."""
    from sessiontui.services import views as kept

    return await kept.find(console.port.context, name, by=scene.actor)


async def save_view(console: Console, scene: Scene, name: str) -> NamedView:
    """Keep what the desk shows, and how, under a name."""
    from sessiontui.services import views as kept

    view = kept.NamedView(name=name, query=scene.query, order=scene.order, columns=scene.columns)
    return await kept.save(console.port.context, view, by=scene.actor, at=console.port.clock())


async def remove_view(console: Console, scene: Scene, name: str) -> NamedView:
    """Forget one of the actor's views."""
    from sessiontui.services import views as kept

    return await kept.remove(console.port.context, name, by=scene.actor, at=console.port.clock())


async def strangers(console: Console, scene: Scene, line: SessionLine) -> tuple[Stranger, ...]:
    """Return the attendees of a session whom nobody has identified, with who they may be."""
    from sessiontui.services.attendance import identifying

    return await identifying.strangers(console.port.context, line.id, by=scene.actor)


async def identify(console: Console, scene: Scene, one: Stranger, person_id: int) -> Receipt:
    """Say who an attendee is."""
    from sessiontui.services.attendance import identifying

    return await identifying.identify(
        console.port.context, one.session_id, one.attendee_id, person_id, by=scene.actor, at=console.port.clock()
    )


async def correct(
    console: Console, scene: Scene, line: SessionLine, person_id: int, verdict: Attendance | None, *, reason: str
) -> Receipt:
    """Set the attendance of a person by hand, or let presence tell again."""
    from sessiontui.services.attendance import correcting

    return await correcting.correct(
        console.port.context, line.id, person_id, verdict, by=scene.actor, at=console.port.clock(), reason=reason
    )


def finder(console: Console, *, but: int | None = None) -> Finder:
    """Return the look-up of people for a dialog, of all but one where that one cannot be meant."""

    async def find(text: str) -> Sequence[PersonLine]:
        from sessiontui.services import people

        found = await people.everyone(console.port.context, text=text, limit=_LISTED)
        return tuple(person for person in found if person.id != but)

    return find
