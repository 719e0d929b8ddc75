"""Where the commands on recordings meet the services; imported at the first act, after the first frame."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sessiontui.domain.recordings import Audience
from sessiontui.services.pictures import SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands.scene import Console, Scene

if TYPE_CHECKING:
    from sessiontui.services.recordings.shown import RecordingLine
    from sessiontui.tui.dialogs.recording_form import RecordingEntry


async def open_recording(console: Console, scene: Scene, recording_id: int) -> Receipt:
    """Have the link handed out."""
    from sessiontui.services.recordings import opening

    return await opening.open_recording(console.port.context, recording_id, by=scene.actor, at=console.port.clock())


async def add_recording(
    console: Console,
    scene: Scene,
    line: SessionLine,
    entry: RecordingEntry,
    audience: Audience,
    people: tuple[int, ...],
) -> Receipt:
    """Add a recording to a session."""
    from sessiontui.services.recordings import keeping

    draft = keeping.RecordingDraft(
        link=entry.link, title=entry.title, length=entry.length, audience=audience, people=people
    )
    return await keeping.add(console.port.context, line.id, draft, by=scene.actor, at=console.port.clock())


async def edit_recording(
    console: Console,
    scene: Scene,
    one: RecordingLine,
    entry: RecordingEntry,
    audience: Audience,
    people: tuple[int, ...],
) -> Receipt:
    """Change a recording; an empty link or title stays what it is."""
    from sessiontui.services.recordings import keeping

    changes = keeping.RecordingEdit(
        link=entry.link or None,
        title=entry.title or None,
        length=entry.length or timedelta(),
        audience=audience,
        people=people if audience is Audience.NAMED else None,
    )
    return await keeping.edit(console.port.context, one.id, changes, by=scene.actor, at=console.port.clock())


async def remove_recording(console: Console, scene: Scene, one: RecordingLine, *, reason: str) -> Receipt:
    """Remove a recording."""
    from sessiontui.services.recordings import keeping

    return await keeping.remove(console.port.context, one.id, by=scene.actor, at=console.port.clock(), reason=reason)
