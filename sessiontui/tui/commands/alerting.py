"""Commands on alerts: take them up, put them off, bring them back, and leave a note for the next shift."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sessiontui.domain.access import Action, may
from sessiontui.domain.alerts.snoozing import Snooze, snoozed_until
from sessiontui.domain.alerts.words import AlertRule, AlertState, Suggestion
from sessiontui.domain.errors import BadInput
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.services.pictures import AlertGroup, AlertLine, SessionLine
from sessiontui.tui.commands.command import Command, Group, report
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.ask import Ask
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.confirm import Confirm

COMMAND_OF: Final = {
    Suggestion.REMIND: "remind",
    Suggestion.CALL_MENTOR: "call",
    Suggestion.CANCEL: "cancel",
    Suggestion.APPROVE: "approve",
    Suggestion.PROMOTE: "promote",
    Suggestion.ALERT_AUTHOR: "alert_author",
    Suggestion.RESCHEDULE: "reschedule",
    Suggestion.CONFIRM: "confirm",
    Suggestion.REASSIGN: "reassign",
    Suggestion.MODERATE: "moderate",
    Suggestion.ASSIGN: "reassign",
    Suggestion.EXTEND: "extend",
    Suggestion.COMPLETE: "complete",
    Suggestion.STOP_AT: "stop_at",
    Suggestion.STILL_AT_IT: "still_at_it",
    Suggestion.CHECK_PLATFORM: "check_platform",
    Suggestion.USE_BACKUP: "use_backup",
    Suggestion.SEND_BACKUP_LINK: "send_backup_link",
    Suggestion.RESEND: "audit",
    Suggestion.OPEN_HEALTH: "health",
    Suggestion.REVOKE: "end_login",
    Suggestion.CALL_OWNER: "call_owner",
}
"""The command that does what an alert proposes."""

_MANY: Final = 10
"""Alerts beyond which it is asked whether all of them are meant."""


class OnAlerts(Command):
    """A command on the alerts under the cursor: of one row, of the marked ones, of a whole storm."""

    group = Group.DECIDE
    action = Action.ALERT
    writes = True
    reversible = True

    def why_not(self, scene: Scene) -> str:
        """Return why the command is impossible here; one may act on alerts of one's own sessions too."""
        reason = super().why_not(scene)
        return self.hindrance(scene) if reason and self._is_own(scene) else reason

    def hindrance(self, scene: Scene) -> str:
        """Return that there is no alert to act on."""
        return "" if scene.storm is not None or self.fitting(scene) else self.without

    without = "no alert is open here"

    def fitting(self, scene: Scene) -> tuple[AlertLine, ...]:
        """Return the alerts on which the command does something."""
        return tuple(line for line in alerts_of(scene) if line.state is not AlertState.RESOLVED)

    async def chosen(self, console: Console, scene: Scene) -> tuple[int, ...]:
        """Return the ids of the alerts that are meant, after asking where they are many; empty for none."""
        ids = tuple(line.id for line in self.fitting(scene))
        if scene.storm is not None:
            from sessiontui.services.alerts import boards as alert_boards

            context, now = console.port.context, console.port.clock()
            ids = await alert_boards.open_ids(
                context, scene.query, now=now, group=scene.storm, zone=console.port.zone
            )
        if len(ids) <= _MANY:
            return ids
        rules = whose(scene.storm, alerts_of(scene))
        confirmed = await console.push_screen_wait(
            Confirm(f"{self.title}: {count(len(ids), 'alert')}?", rules, yes=self.title, keep="Back")
        )
        return () if confirmed is None else ids

    def _is_own(self, scene: Scene) -> bool:
        if (self.writes and scene.read_only) or scene.as_of is not None:
            return False
        lines: tuple[SessionLine, ...] = scene.chosen
        return bool(lines) and all(may(scene.actor, Action.ALERT, scene.standing(line)).allowed for line in lines)


class Acknowledge(OnAlerts):
    """Says that you have the alert in hand: your name stands on it, and it does not press any more. It stays open
    until its cause is gone. Words behind it on the command bar become its note.
    """

    id = "acknowledge"
    keys = ("A",)
    title = "Acknowledge"
    short = "acknowledge"
    aliases = ("ack",)
    takes = "note"
    without = "no alert is open here that nobody has"

    def fitting(self, scene: Scene) -> tuple[AlertLine, ...]:
        """Return the alerts that nobody has."""
        return tuple(line for line in alerts_of(scene) if line.state in (AlertState.OPEN, AlertState.SNOOZED))

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Take them up."""
        from sessiontui.services import alerts

        if ids := await self.chosen(console, scene):
            at = console.port.clock()
            report(console, await alerts.acknowledge(console.port.context, ids, by=scene.actor, at=at, note=argument))


class SnoozeAlert(OnAlerts):
    """Puts the alert off for 15 minutes, 1 hour, 4 hours or until tomorrow; it comes back then if its cause is
    still there.
    """

    id = "snooze"
    keys = ("B",)
    title = "Snooze"
    short = "snooze"
    takes = "time"
    offers = tuple(Snooze)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for how long, and put them off."""
        from sessiontui.services import alerts

        ids = await self.chosen(console, scene)
        if not ids:
            return
        word = argument.strip().lower()
        if word and word not in set(Snooze):
            raise BadInput(f"an alert cannot be put off for “{word[:40]}”", hint=f"there are {', '.join(Snooze)}")
        if not word:
            options = [Option(choice, choice.words) for choice in Snooze]
            answer = await console.push_screen_wait(Choose(f"Snooze {count(len(ids), 'alert')} for", options))
            if answer is None:
                return
            word = answer
        at = console.port.clock()
        until = snoozed_until(Snooze(word), at, console.port.zone)
        report(console, await alerts.snooze(console.port.context, ids, until=until, by=scene.actor, at=at))


class Unsnooze(OnAlerts):
    """Brings alerts back that were put off."""

    id = "unsnooze"
    title = "Bring back"
    short = "bring back"
    aliases = ("wake",)
    without = "no alert here is snoozed"

    def hindrance(self, scene: Scene) -> str:
        """Return that none is snoozed."""
        return "" if self.fitting(scene) else self.without

    def fitting(self, scene: Scene) -> tuple[AlertLine, ...]:
        """Return the alerts that are put off."""
        return tuple(line for line in alerts_of(scene) if line.state is AlertState.SNOOZED)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Bring them back."""
        from sessiontui.services import alerts

        ids = [line.id for line in self.fitting(scene)]
        at = console.port.clock()
        report(console, await alerts.unsnooze(console.port.context, ids, by=scene.actor, at=at))


class LeaveNote(Command):
    """Leaves a note for the next shift, which stands above the alerts until another takes its place."""

    id = "note"
    title = "Leave a shift note"
    short = "shift note"
    aliases = ("shift", "shift-note")
    group = Group.DECIDE
    action = Action.ALERT
    writes = True
    reversible = True
    takes = "text"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the words, with the last ones to go on from, and leave them."""
        from sessiontui.services import alerts
        from sessiontui.services.alerts import boards as alert_boards

        text: str | None = argument
        if not argument:
            before = await alert_boards.shift_note(console.port.context)
            text = await console.push_screen_wait(
                Ask(
                    "What should the next shift know?",
                    label="Note",
                    value="" if before is None else visible(before.text),
                    hint="Left empty, the note is taken away.",
                    yes="Leave it",
                )
            )
        if text is not None:
            at = console.port.clock()
            report(console, await alerts.leave_note(console.port.context, text, by=scene.actor, at=at))


def alerts_of(scene: Scene) -> tuple[AlertLine, ...]:
    """Return the alerts that a command acts on: those of the rows on the alerts' screen, else of the sessions."""
    if scene.screen == "alerts":
        return scene.alerts
    return tuple(alert for line in scene.chosen for alert in line.alerts)


def whose(storm: AlertGroup | None, lines: Sequence[AlertLine]) -> list[str]:
    """Return what a question about many alerts says of them."""
    if storm is not None:
        return [f"{storm.rule.words}: {storm.number}{f' on {visible(storm.place)}' if storm.place else ''}"]
    rules = {rule: [line for line in lines if line.rule is rule] for rule in AlertRule}
    return [f"{rule.words}: {len(there)}" for rule, there in rules.items() if there]


COMMANDS: Final[tuple[Command, ...]] = (Acknowledge(), SnoozeAlert(), Unsnooze(), LeaveNote())
