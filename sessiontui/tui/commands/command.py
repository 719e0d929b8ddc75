"""What a command is: one class that feeds key, footer, palette, command bar, help, keymap and read-only gate."""

from __future__ import annotations

import inspect
from enum import StrEnum
from typing import ClassVar

from sessiontui.domain.access import Action, may
from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.services.pictures import SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.wall_clock import spoken


class Group(StrEnum):
    """Under which heading help lists a command; the value is the heading."""

    DECIDE = "Decide"
    MOVE = "Move"
    CHANGE = "Change"
    REACH = "Reach"
    LOOK = "Look"
    FIND = "Find"
    GO = "Go"


class Needs(StrEnum):
    """What has to be under the cursor, or marked, for a command."""

    NOTHING = "nothing"
    SESSION = "session"
    REQUEST = "request"
    MARKED = "marked"


class Command:
    """One thing the admin can do; the subclass's docstring is its help.

    ``keys`` are the default ones, as they are typed: ``X``, ``space``, ``ctrl+p``. ``writes`` commands are
    impossible in a read-only console and at a past instant. ``dangerous`` ones never act on one key.
    ``reversible`` ones can be taken back. ``bulk`` ones act on all marked sessions. ``takes`` names the argument
    on the command bar, ``offers`` what may be completed there, ``aliases`` are other words for the command.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    group: ClassVar[Group]
    keys: ClassVar[tuple[str, ...]] = ()
    short: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[Needs] = Needs.NOTHING
    action: ClassVar[Action | None] = None
    writes: ClassVar[bool] = False
    dangerous: ClassVar[bool] = False
    reversible: ClassVar[bool] = False
    bulk: ClassVar[bool] = False
    takes: ClassVar[str] = ""
    offers: ClassVar[tuple[str, ...]] = ()

    @property
    def help(self) -> str:
        """What the command does, in sentences."""
        return " ".join(inspect.cleandoc(type(self).__doc__ or "").split())

    def label(self, scene: Scene) -> str:
        """Return the word for the footer, fitting what the command would do here."""
        del scene
        return self.short or self.title.lower()

    def why_not(self, scene: Scene) -> str:
        """Return why the command is impossible here, in one sentence; empty if it is possible."""
        if self.writes and scene.read_only:
            return "the console was opened for reading only"
        if self.writes and scene.as_of is not None:
            return f"a past instant is shown ({spoken(scene.as_of)} UTC): the past is read-only"
        if self.needs is Needs.NOTHING:
            return self._right(scene, None) or self.hindrance(scene)
        if self.needs is Needs.MARKED and not scene.marked:
            return "no session is marked: space marks one"
        lines = self.targets(scene)
        if not lines:
            return "no session is selected"
        if self.takes_one and scene.marked and scene.marked != lines:
            return f"{count(len(scene.marked), 'session')} marked, and this takes one: esc unmarks"
        reasons = [self.line_reason(scene, line) for line in lines]
        if not all(reasons):
            return self.hindrance(scene)
        return reasons[0] if len(reasons) == 1 else f"none of the {len(reasons)} marked: {reasons[0]}"

    @property
    def takes_one(self) -> bool:
        """Whether the command acts on one session alone, so that marks would be passed over."""
        return self.needs is Needs.SESSION and not self.bulk and self.group is not Group.LOOK

    def targets(self, scene: Scene) -> tuple[SessionLine, ...]:
        """Return the sessions the command acts on."""
        if self.bulk:
            return scene.chosen
        return () if scene.line is None else (scene.line,)

    def possible(self, scene: Scene) -> tuple[SessionLine, ...]:
        """Return those of the targets on which the command is possible."""
        return tuple(line for line in self.targets(scene) if not self.line_reason(scene, line))

    def line_reason(self, scene: Scene, line: SessionLine) -> str:
        """Return why the command is impossible on one session, or an empty string."""
        return self._right(scene, line) or self.obstacle(scene, line)

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return what about one session stands against the command; rights aside."""
        del scene, line
        return ""

    def hindrance(self, scene: Scene) -> str:
        """Return what about the whole scene stands against the command."""
        del scene
        return ""

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Do it, asking first where that is due; raises ``SessiontuiError`` where it is refused."""
        raise NotImplementedError

    def _right(self, scene: Scene, line: SessionLine | None) -> str:
        if self.action is None:
            return ""
        verdict = may(scene.actor, self.action, None if line is None else scene.standing(line))
        if verdict.allowed:
            return ""
        return f"{verdict.reason}: {verdict.hint}" if verdict.hint else verdict.reason


async def perform(console: Console, command: Command, scene: Scene, argument: str = "") -> None:
    """Run a command as a key, the palette or the command bar does: ask why not, run it, tell what went wrong.

    It waits for dialogs, so it has to be run in a worker of the application.
    """
    reason = _slip(command, scene) or command.why_not(scene)
    if reason:
        console.tell(visible(f"{command.title}: {reason}"), severity="warning")
        return
    try:
        await command.run(console, scene, argument)
    except SessiontuiError as error:
        await console.port.note(error)
        console.tell(said(error), severity="error")
        console.refresh_board()


def _slip(command: Command, scene: Scene) -> str:
    """Return why a key that acts on the session under the cursor may have been meant for another one."""
    acts = command.writes and command.needs in (Needs.SESSION, Needs.REQUEST)
    if not (acts and scene.slipped) or scene.marked:
        return ""
    return f"{scene.slipped} has just left, and another session is under the cursor: press again to mean that one"


def said(error: SessiontuiError) -> str:
    """Return an error as one line for a toast: title, detail, hint."""
    title, detail = visible(error.title), visible(error.detail)
    text = f"{title}: {detail}" if detail else title
    return f"{text} – {visible(error.hint)}" if error.hint else text


def report(console: Console, receipt: Receipt) -> None:
    """Tell what was done, with what was refused, and ask for a new board."""
    text = visible(receipt.sentence[:1].upper() + receipt.sentence[1:])
    if receipt.refused:
        first = visible(receipt.refused[0][1])
        text = f"{text} {len(receipt.refused)} refused: {first}"
    console.tell(text, undo=receipt.undo is not None, severity="warning" if receipt.refused else "information")
    console.refresh_board()
