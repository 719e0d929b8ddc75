"""Commands that move sessions through their life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final

from sessiontui.domain.access import Action, may
from sessiontui.domain.text import MAX_LINE, visible
from sessiontui.domain.vocabulary import Control, Move
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.command import Command, Group, Needs
from sessiontui.tui.commands.many import listed, named, run_all
from sessiontui.tui.commands.obstacles import obstacle_to
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.ask import Ask
from sessiontui.tui.dialogs.confirm import Confirm, Confirmation, Reason, TypedConfirm
from sessiontui.tui.dialogs.extend import Extend
from sessiontui.tui.dialogs.pick_person import PickPerson
from sessiontui.tui.dialogs.running import Step
from sessiontui.tui.dialogs.wall_clock import typed_length
from sessiontui.tui.dialogs.when import When, Window

MANY: Final = 10
"""Cancelling more sessions than this at once asks for the count to be typed."""

_TYPABLE: Final = 40  # characters; a longer title is confirmed by the session's number


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
            return Step(
                named(line),
                lambda: acts.move(console, scene, self.move_on(line), line, reason=reason),
            )

        return [step(line) for line in lines]


class Publish(MoveCommand):
    """Publishes a draft: people see it and can ask to join."""

    id = "publish"
    keys = ("U",)
    title = "Publish"
    action = Action.PUBLISH
    move = Move.PUBLISH


class Start(MoveCommand):
    """Starts a session now, ahead of its planned start or without waiting for guests."""

    id = "start"
    keys = ("S",)
    title = "Start"
    action = Action.START
    move = Move.START


class Pause(MoveCommand):
    """Pauses an active session; a paused one goes on. The time of a pause does not count as time together."""

    id = "pause"
    keys = ("P",)
    title = "Pause or resume"
    short = "pause"
    aliases = ("resume",)
    action = Action.PAUSE
    move = Move.PAUSE

    def label(self, scene: Scene) -> str:
        """Return what the key would do to the session under the cursor."""
        line = next(iter(scene.chosen), None)
        return str(self.move if line is None else self.move_on(line))

    def move_on(self, line: SessionLine) -> Move:
        """Return resume for a paused session."""
        return Move.RESUME if line.control is Control.PAUSED else Move.PAUSE

    def yes(self, lines: Sequence[SessionLine]) -> str:
        """Return the word on the button that goes on."""
        return f"Go on with {len(lines)}"


class ExtendSession(MoveCommand):
    """Lets a session go on longer: 15, 30 or 60 minutes, or as long as you type."""

    id = "extend"
    keys = ("E",)
    title = "Extend"
    action = Action.EXTEND
    move = Move.EXTEND

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for how long, then extend."""
        lines, now = self.possible(scene), console.port.clock()
        if scene.marked and await self.confirm(console, scene, lines) is None:
            return
        one = lines[0] if len(lines) == 1 else None
        title = f"Extend {named(one)}" if one else f"Extend {len(lines)} sessions"
        end = _end_to_extend(one, now) if one else None
        by = await console.push_screen_wait(Extend(title, end=end, now=now, zone=console.port.zone))
        if by is None:
            return

        def step(line: SessionLine) -> Step:
            ends_at = _end_to_extend(line, now) + by
            return Step(named(line), lambda: acts.move(console, scene, Move.EXTEND, line, ends_at=ends_at))

        await run_all(console, self.title, [step(line) for line in lines])


class Complete(MoveCommand):
    """Completes a session: it counts as ended from now on. Whoever is inside stays in the meeting itself."""

    id = "complete"
    keys = ("C",)
    title = "Complete"
    dangerous = True
    action = Action.COMPLETE
    move = Move.COMPLETE


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


class Reopen(MoveCommand):
    """Opens a completed or cancelled session again, while its window has not ended."""

    id = "reopen"
    title = "Reopen"
    action = Action.REOPEN
    move = Move.REOPEN


class Archive(MoveCommand):
    """Puts an ended or cancelled session away: it leaves the lists, nothing is lost."""

    id = "archive"
    title = "Archive"
    aliases = ("delete",)
    action = Action.ARCHIVE
    move = Move.ARCHIVE


class Restore(MoveCommand):
    """Brings an archived session back into the lists."""

    id = "restore"
    title = "Restore"
    aliases = ("unarchive",)
    action = Action.RESTORE
    move = Move.RESTORE


class Reschedule(MoveCommand):
    """Gives a session a new start and end. Times are read in your zone and shown in UTC as well. Marked sessions
    are all moved by the same length of time, such as +30m or -1d, and keep their lengths.
    """

    id = "reschedule"
    keys = ("D",)
    title = "Reschedule"
    action = Action.RESCHEDULE
    move = Move.RESCHEDULE

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask when, then move; many by the same length of time."""
        if scene.marked:
            await self._shift(console, scene)
            return
        (line,) = self.possible(scene)
        window = await console.push_screen_wait(
            When(
                f"Reschedule {named(line)}",
                planned=Window(line.starts_at, line.ends_at),
                now=console.port.clock(),
                zone=console.port.zone,
            )
        )
        if window is None or window == Window(line.starts_at, line.ends_at):
            return
        step = Step(
            named(line),
            lambda: acts.move(
                console, scene, Move.RESCHEDULE, line, starts_at=window.starts_at, ends_at=window.ends_at
            ),
        )
        await run_all(console, self.title, [step])

    async def _shift(self, console: Console, scene: Scene) -> None:
        lines = self.possible(scene)
        if await self.confirm(console, scene, lines) is None:
            return
        what = named(lines[0]) if len(lines) == 1 else f"{len(lines)} sessions"
        text = await console.push_screen_wait(
            Ask(
                f"Move {what} by how much?",
                label="By",
                hint="+30m later · -1h earlier · +1d the same time tomorrow",
                yes="Move",
                validate=lambda typed: "" if shift_of(typed) else "write +30m, -1h or +1d",
            )
        )
        by = None if text is None else shift_of(text)
        if by is None:
            return

        def step(line: SessionLine) -> Step:
            starts_at, ends_at = line.starts_at + by, line.ends_at + by
            return Step(
                named(line),
                lambda: acts.move(console, scene, Move.RESCHEDULE, line, starts_at=starts_at, ends_at=ends_at),
            )

        await run_all(console, self.title, [step(line) for line in lines])


class Reassign(MoveCommand):
    """Gives a session, or all marked ones, another mentor."""

    id = "reassign"
    keys = ("R",)
    title = "Reassign mentor"
    short = "reassign"
    action = Action.REASSIGN
    move = Move.REASSIGN

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the mentor, show whom it touches if many, then move."""
        lines = self.possible(scene)
        if scene.marked and await self.confirm(console, scene, lines) is None:
            return
        detail = scene.detail_of(lines[0]) if len(lines) == 1 else None
        what = named(lines[0]) if len(lines) == 1 else f"{len(lines)} sessions"
        person = await console.push_screen_wait(
            PickPerson(
                f"Who mentors {what}?",
                acts.finder(console, leaders=True),
                current=None if detail is None else detail.mentor_id,
            )
        )
        if person is None:
            return

        def step(line: SessionLine) -> Step:
            return Step(
                named(line),
                lambda: acts.move(console, scene, Move.REASSIGN, line, mentor_id=person.id),
            )

        await run_all(console, self.title, [step(line) for line in lines])


def expected_for(lines: Sequence[SessionLine]) -> str:
    """Return what has to be typed before these are cancelled: a title, a number, or how many there are."""
    if len(lines) > 1:
        return str(len(lines))
    title = " ".join(visible(lines[0].title).split())
    is_typable = 0 < len(title) <= min(_TYPABLE, MAX_LINE) and title.isascii()
    return title if is_typable else f"#{lines[0].id}"


def shift_of(text: str) -> timedelta | None:
    """Return by how much sessions are to move, from a typed length with a sign; nothing if it is none.

    >>> shift_of("-1h30m"), shift_of("+1d"), shift_of("tomorrow")
    (datetime.timedelta(days=-1, seconds=81000), datetime.timedelta(days=1), None)
    """
    word = text.strip()
    length = typed_length(word.lstrip("+-−"))
    return -length if length is not None and word[0] in "-−" else length


def _end_to_extend(line: SessionLine, now: datetime) -> datetime:
    """Return from when an extension counts: the planned end, or now once that is past, to the full minute."""
    if line.ends_at >= now:
        return line.ends_at
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


COMMANDS: Final[tuple[Command, ...]] = (
    Start(),
    Pause(),
    ExtendSession(),
    Complete(),
    Cancel(),
    Reschedule(),
    Reassign(),
    Publish(),
    Reopen(),
    Archive(),
    Restore(),
)
