"""The command that cancels sessions, and the proof it asks for where people are inside or many are cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sessiontui.domain.access import Action, may
from sessiontui.domain.series import Scope
from sessiontui.domain.text import MAX_LINE, visible
from sessiontui.domain.vocabulary import Control, Move
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.many import listed, named
from sessiontui.tui.commands.move_command import MoveCommand
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.commands.scoping import asked_scope, ended
from sessiontui.tui.dialogs.confirm import Confirm, Confirmation, Reason, TypedConfirm
from sessiontui.tui.dialogs.running import Step

MANY: Final = 10
"""Cancelling more sessions than this at once asks for the count to be typed."""

_TYPABLE: Final = 40  # characters; a longer title is confirmed by the session's number


class Cancel(MoveCommand):
    """Cancels a session, with a reason that is told to its people. With people inside, or for more than ten
    at once, it asks for the title or the count to be typed.
    """

    id = "cancel"
    keys = ("X",)
    title = "Cancel"
    dangerous = True
    action = Action.CANCEL
    move = Move.CANCEL

    def line_reason(self, scene: Scene, line: SessionLine) -> str:
        """Return why it is impossible; with people inside it takes the right to an emergency cancellation."""
        reason = super().line_reason(scene, line)
        if reason or not line.active:
            return reason
        return may(scene.actor, Action.EMERGENCY_CANCEL, scene.standing(line)).reason

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Cancel what can be cancelled; of a series perhaps more than one date."""
        lines = self.possible(scene)
        if len(lines) == 1 and not scene.marked:
            asked = await asked_scope(console, scene, lines[0], self.title)
            if asked is None:
                return
            if asked[0] is not Scope.ONE:
                await ended(console, scene, lines[0], asked[0])
                return
        await super().run(console, scene, argument)

    async def confirm(self, console: Console, scene: Scene, lines: Sequence[SessionLine]) -> Confirmation | None:
        """Ask for the reason, and for proof where people are inside or many are cancelled."""
        inside = sum(line.active for line in lines)
        details = listed(lines, scene, self)
        told = sum(line.approved + line.pending for line in lines)
        if told:
            details.append(f"{told} {'request is' if told == 1 else 'requests are'} affected")
        what = named(lines[0]) if len(lines) == 1 else f"{len(lines)} sessions"
        drafts_only = all(line.control is Control.DRAFT for line in lines)
        if not drafts_only:
            details.append("Everyone is told by mail: participants, whoever is inside, the mentor and the author.")
        reason = Reason.OPTIONAL if drafts_only else Reason.REQUIRED
        if inside or len(lines) > MANY:
            title = f"Emergency: cancel {what} with {inside} inside?" if inside else f"Cancel {what}?"
            return await console.push_screen_wait(
                TypedConfirm(title, details, expected=expected_for(lines), yes=self._verb(lines), reason=reason)
            )
        return await console.push_screen_wait(
            Confirm(f"Cancel {what}?", details, yes=self._verb(lines), danger=True, reason=reason)
        )

    def steps(self, console: Console, scene: Scene, lines: Sequence[SessionLine], *, reason: str = "") -> list[Step]:
        """Return the cancelling of every session.

        Where nobody was inside, each must still be as it was seen: someone may have joined since.
        """

        def step(line: SessionLine) -> Step:
            expected = None if line.active else line.version
            return Step(
                named(line),
                lambda: acts.move(console, scene, Move.CANCEL, line, reason=reason, expected=expected),
            )

        return [step(line) for line in lines]

    def _verb(self, lines: Sequence[SessionLine]) -> str:
        return "Cancel session" if len(lines) == 1 else f"Cancel {len(lines)} sessions"


def expected_for(lines: Sequence[SessionLine]) -> str:
    """Return what has to be typed before these are cancelled: a title, a number, or how many there are."""
    if len(lines) > 1:
        return str(len(lines))
    title = " ".join(visible(lines[0].title).split())
    is_typable = 0 < len(title) <= min(_TYPABLE, MAX_LINE) and title.isascii()
    return title if is_typable else f"#{lines[0].id}"
