"""What the commands that move sessions have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from sessiontui.domain.vocabulary import Move
from sessiontui.services.pictures import SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.agreeing import asking_step
from sessiontui.tui.commands.command import Command, Group, Needs
from sessiontui.tui.commands.many import listed, named, run_all
from sessiontui.tui.commands.obstacles import obstacle_to
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.confirm import Confirm, Confirmation
from sessiontui.tui.dialogs.running import Step


class MoveCommand(Command):
    """A command that is one of the moves of the lifecycle, on one session or on all marked ones."""

    group = Group.MOVE
    needs = Needs.SESSION
    writes = True
    reversible = True
    bulk = True
    move: ClassVar[Move]
    done: ClassVar[str] = ""

    def move_on(self, line: SessionLine) -> Move:
        """Return the move that the command makes on this session."""
        del line
        return self.move

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return why the lifecycle forbids the move: by the detail where it is known, else by the row."""
        move = self.move_on(line)
        detail = scene.detail_of(line)
        if detail is not None and move in detail.blocked:
            return detail.blocked[move]
        return obstacle_to(move, line, scene.board.taken_at)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Move what can be moved; ask first where many are touched or the command is dangerous."""
        lines = self.possible(scene)
        confirmed = await self.confirm(console, scene, lines)
        if confirmed is not None:
            await run_all(console, self.title, self.steps(console, scene, lines, reason=confirmed.reason))

    async def confirm(self, console: Console, scene: Scene, lines: Sequence[SessionLine]) -> Confirmation | None:
        """Ask whether to go on; nothing is the answer of who keeps everything as it is."""
        if not self.dangerous and len(lines) == 1 and not scene.marked:
            return Confirmation()
        question = f"{self.title}: {named(lines[0]) if len(lines) == 1 else f'{len(lines)} sessions'}?"
        return await console.push_screen_wait(
            Confirm(question, listed(lines, scene, self), yes=self.yes(lines), danger=self.dangerous)
        )

    def yes(self, lines: Sequence[SessionLine]) -> str:
        """Return the word on the button that goes on."""
        verb = self.title.split()[0]
        return verb if len(lines) == 1 else f"{verb} {len(lines)}"

    def steps(self, console: Console, scene: Scene, lines: Sequence[SessionLine], *, reason: str = "") -> list[Step]:
        """Return the move of every session, with the ids of the key press."""

        def step(line: SessionLine) -> Step:
            async def act(agreed: bool) -> Receipt:
                return await acts.move(console, scene, self.move_on(line), line, reason=reason, confirm=agreed)

            return asking_step(console, named(line), act, alone=len(lines) == 1)

        return [step(line) for line in lines]
