"""The command that gives sessions another mentor: who is free comes first, with how much each has to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action
from sessiontui.domain.series import Scope
from sessiontui.domain.vocabulary import Move
from sessiontui.services.pictures import SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.agreeing import asking_step
from sessiontui.tui.commands.many import named, run_all
from sessiontui.tui.commands.move_command import MoveCommand
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.commands.scoping import asked_scope, reassigned
from sessiontui.tui.dialogs.pick_mentor import Find, Picked, PickMentor
from sessiontui.tui.dialogs.running import Step

if TYPE_CHECKING:
    from sessiontui.services.candidates import Candidate, Window


class Reassign(MoveCommand):
    """Gives a session, or all marked ones, another mentor. Who is free at that time comes first, with what each
    hosts that day and that week. A reason may be given; it stands in the history.
    """

    id = "reassign"
    keys = ("R",)
    title = "Reassign mentor"
    short = "reassign"
    aliases = ("assign",)
    action = Action.REASSIGN
    move = Move.REASSIGN

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the mentor, show whom it touches if many, then move."""
        lines = self.possible(scene)
        if scene.marked and await self.confirm(console, scene, lines) is None:
            return
        scope = Scope.ONE
        if len(lines) == 1 and not scene.marked:
            asked = await asked_scope(console, scene, lines[0], "Reassign")
            if asked is None:
                return
            scope = asked[0]
        detail = scene.detail_of(lines[0]) if len(lines) == 1 else None
        what = named(lines[0]) if len(lines) == 1 else f"{len(lines)} sessions"
        picked = await console.push_screen_wait(
            PickMentor(
                f"Who mentors {what}?",
                candidates_for(console, scene, lines),
                now=console.port.clock(),
                zone=console.port.zone,
                current=None if detail is None else detail.mentor_id,
                asks_why=True,
            )
        )
        if picked is not None and scope is not Scope.ONE:
            await reassigned(console, scene, lines[0], scope, picked.person_id)
        elif picked is not None:
            await run_all(console, self.title, [self._step(console, scene, line, picked, lines) for line in lines])

    def _step(
        self, console: Console, scene: Scene, line: SessionLine, picked: Picked, lines: Sequence[SessionLine]
    ) -> Step:
        async def act(agreed: bool) -> Receipt:
            mentor = picked.person_id
            return await acts.move(
                console, scene, Move.REASSIGN, line, mentor_id=mentor, reason=picked.reason, confirm=agreed
            )

        return asking_step(console, named(line), act, alone=len(lines) == 1)


def candidates_for(console: Console, scene: Scene, lines: Sequence[SessionLine]) -> Find:
    """Return the look-up of those who could mentor some sessions."""

    def windows() -> Sequence[Window]:
        from sessiontui.services.candidates import Window

        return [Window(line.starts_at, line.ends_at, line.id) for line in lines]

    return finder(console, scene, windows)


def finder(console: Console, scene: Scene, windows: Callable[[], Sequence[Window]]) -> Find:
    """Return the look-up of those who could mentor at the times that ``windows`` tells when it is asked."""

    async def find(text: str) -> Sequence[Candidate]:
        from sessiontui.services import candidates as service

        now = console.port.clock()
        return await service.candidates(console.port.context, windows(), by=scene.actor, now=now, text=text)

    return find
