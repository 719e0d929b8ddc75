"""Where the commands that reach people meet the services; imported at the first act, after the first frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sessiontui.services.pictures import SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands.scene import Console, Scene

if TYPE_CHECKING:
    from sessiontui.services.followups import Answer
    from sessiontui.services.interventions.audience import Audience, Call
    from sessiontui.services.interventions.calling import MentorCard
    from sessiontui.services.learning.answering import Said


async def audience(
    console: Console, scene: Scene, call: Call, lines: Sequence[SessionLine], *, person_id: int | None = None
) -> Audience:
    """Return whom writing about these sessions would touch, and whom it would leave out."""
    from sessiontui.services.interventions import audience as choosing

    ids = [line.id for line in lines]
    return await choosing.audience(
        console.port.context, call, ids, by=scene.actor, now=console.port.clock(), person_id=person_id
    )


async def write(
    console: Console,
    scene: Scene,
    call: Call,
    lines: Sequence[SessionLine],
    *,
    text: str = "",
    person_id: int | None = None,
) -> Receipt:
    """Write to people about these sessions, as one act."""
    from sessiontui.services import interventions as service
    from sessiontui.services.interventions.audience import Call

    context, at, by = console.port.context, console.port.clock(), scene.actor
    ids = [line.id for line in lines]
    match call:
        case Call.REMIND:
            return await service.remind(context, ids, by=by, at=at)
        case Call.CONFIRM:
            return await service.confirm(context, ids, by=by, at=at)
        case Call.AUTHOR:
            return await service.alert_author(context, ids, by=by, at=at, text=text)
        case Call.MESSAGE:
            return await service.message(context, ids, text, by=by, at=at, person_id=person_id)


async def mentor_card(console: Console, scene: Scene, line: SessionLine) -> MentorCard:
    """Return whom to call about a session."""
    from sessiontui.services.interventions import calling

    return await calling.mentor_card(console.port.context, line.id, by=scene.actor, now=console.port.clock())


async def call_mentor(console: Console, scene: Scene, line: SessionLine, *, note: str) -> Receipt:
    """Log that the mentor was called."""
    from sessiontui.services.interventions import calling

    return await calling.call_mentor(
        console.port.context, line.id, by=scene.actor, at=console.port.clock(), note=note
    )


async def moderate(console: Console, scene: Scene, line: SessionLine) -> Receipt:
    """Have the join link handed out."""
    from sessiontui.services.places import joining

    return await joining.moderate(console.port.context, line.id, by=scene.actor, at=console.port.clock())


async def add(console: Console, scene: Scene, line: SessionLine, person_id: int, *, confirm: bool = False) -> Receipt:
    """Give a person a place; ``confirm`` agrees to their being booked twice."""
    from sessiontui.services.interventions import taking_part

    return await taking_part.add_participant(
        console.port.context, line.id, person_id, by=scene.actor, at=console.port.clock(), confirm=confirm
    )


async def remove(console: Console, scene: Scene, line: SessionLine, person_id: int, *, reason: str) -> Receipt:
    """Take the place of a person away."""
    from sessiontui.services.interventions import taking_part

    return await taking_part.remove_participant(
        console.port.context, line.id, person_id, by=scene.actor, at=console.port.clock(), reason=reason
    )


async def survey(console: Console, scene: Scene, line: SessionLine) -> Receipt:
    """Send the survey of a session."""
    from sessiontui.services import followups

    return await followups.send_survey(console.port.context, line.id, by=scene.actor, at=console.port.clock())


async def ask_no_shows(console: Console, scene: Scene, line: SessionLine) -> Receipt:
    """Ask those who missed a session why."""
    from sessiontui.services import followups

    return await followups.ask_no_shows(console.port.context, line.id, by=scene.actor, at=console.port.clock())


async def answer(console: Console, scene: Scene, line: SessionLine, person_id: int, given: Answer) -> Receipt:
    """Keep what a person answers."""
    from sessiontui.services import followups

    return await followups.answer(
        console.port.context, line.id, person_id, given, by=scene.actor, at=console.port.clock()
    )


async def close_tasks(console: Console, scene: Scene, line: SessionLine, *, note: str) -> Receipt:
    """Close the open tasks of a session."""
    from sessiontui.services import followups

    return await followups.close_tasks(
        console.port.context, line.id, by=scene.actor, at=console.port.clock(), note=note
    )


async def tell_story(console: Console, scene: Scene, line: SessionLine, *, text: str) -> Receipt:
    """Mark a session as a success story."""
    from sessiontui.services import followups

    return await followups.tell_story(
        console.port.context, line.id, by=scene.actor, at=console.port.clock(), text=text
    )


async def learned(console: Console, scene: Scene, line: SessionLine, person_id: int, said: Said) -> Receipt:
    """Keep what a person says they learned."""
    from sessiontui.services.learning import answering

    return await answering.answer(
        console.port.context, line.id, person_id, said, by=scene.actor, at=console.port.clock()
    )
