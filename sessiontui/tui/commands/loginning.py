"""Commands on logins: those marked on screen 8, else the one under its cursor, are ended, refreshed or unlocked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Standing, may
from sessiontui.domain.alerts.words import AlertRule
from sessiontui.domain.errors import NotFound, Refused
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands.command import Command, Group, report
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.confirm import Confirm, Confirmation, Reason, TypedConfirm

if TYPE_CHECKING:
    from sessiontui.services.logins import LoginLine

TYPED_ABOVE: Final = 10
"""Logins above which the count has to be typed."""


class LoginCommand(Command):
    """A command on logins of the screen Health and logins."""

    group = Group.CHANGE
    action = Action.REVOKE_LOGINS
    writes = True
    nothing = "it is over already"

    def hindrance(self, scene: Scene) -> str:
        """Return that no login is chosen on which it is possible."""
        if not scene.logins:
            return "no login is selected: 8 lists them"
        return "" if self.meant(scene) else self.nothing

    def _right(self, scene: Scene, line: SessionLine | None) -> str:
        """Return why one of the chosen logins is somebody else's affair; without any, whether one may at all."""
        del line
        for is_self in sorted({login.person_id == scene.actor.id for login in scene.logins} or {True}):
            verdict = may(scene.actor, Action.REVOKE_LOGINS, Standing(is_self=is_self))
            if not verdict.allowed:
                return f"{verdict.reason}: {verdict.hint}"
        return ""

    def meant(self, scene: Scene) -> tuple[LoginLine, ...]:
        """Return those of the chosen logins on which it is possible."""
        return tuple(line for line in scene.logins if not line.ended_why)


class EndLogins(LoginCommand):
    """Ends the marked logins, or the one under the cursor: the next call with any of their tokens is refused. It
    shows exactly whom it touches. Of several, your own stay; above ten the count has to be typed.
    """

    id = "logins_end"
    title = "End logins"
    short = "end"
    aliases = ("revoke",)
    dangerous = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show exactly whom it touches, ask, and end them."""
        from sessiontui.services import logins
        from sessiontui.services.logins import Revocation

        chosen = self.meant(scene)
        mine = tuple(line for line in chosen if line.is_own and len(chosen) > 1)
        lines = tuple(line for line in chosen if line not in mine)
        if not lines:
            console.tell("only your own logins are marked: end them one by one", severity="warning")
            return
        left = [f"Your own {'login stays' if len(mine) == 1 else f'{len(mine)} logins stay'}."] if mine else []
        if len(lines) == 1 and lines[0].is_own:
            left = ["This login is your own: whatever uses it is thrown out."]
        confirmed = await _agreed(console, "End", lines, left)
        if confirmed is not None:
            what = Revocation(logins=tuple(line.id for line in lines), own=True)
            receipt = await logins.revoke(
                console.port.context, what, by=scene.actor, at=console.port.clock(), reason=confirmed.reason
            )
            report(console, receipt)


class RefreshLogins(LoginCommand):
    """Lets the access tokens of the marked logins, or of the one under the cursor, end now: their clients fetch new
    ones at the next call. A client that does not is shown as stuck.
    """

    id = "logins_refresh"
    title = "Force refresh of logins"
    short = "force refresh"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask where several are meant, and let them refresh."""
        from sessiontui.services import logins

        lines = self.meant(scene)
        reason = ""
        if len(lines) > 1:
            confirmed = await _agreed(console, "Refresh", lines, ())
            if confirmed is None:
                return
            reason = confirmed.reason
        receipt = await logins.force_refresh(
            console.port.context,
            [line.id for line in lines],
            by=scene.actor,
            at=console.port.clock(),
            reason=reason,
        )
        report(console, receipt)


class UnlockLogin(LoginCommand):
    """Lets the person of the login under the cursor sign in again at once, after failed tries locked them out."""

    id = "login_unlock"
    title = "Unlock sign-ins of person"
    short = "unlock"
    nothing = "nobody of these is locked out"

    def meant(self, scene: Scene) -> tuple[LoginLine, ...]:
        """Return the chosen logins of people who are locked out."""
        return tuple(line for line in scene.logins if line.locked_until is not None)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Unlock whoever is locked."""
        from sessiontui.services import logins

        for person_id in dict.fromkeys(line.person_id for line in self.meant(scene)):
            receipt = await logins.unlock(console.port.context, person_id, by=scene.actor, at=console.port.clock())
            report(console, receipt)


class AlertedLogin(Command):
    """A command on the login that the alert under the cursor is about."""

    group = Group.DECIDE
    action = Action.REVOKE_LOGINS
    writes = True

    def hindrance(self, scene: Scene) -> str:
        """Return that the alert is about no login."""
        return "" if _number(scene) is not None else "no alert about a login is selected: 2 lists them"

    async def lines(self, console: Console, scene: Scene) -> tuple[LoginLine, ...]:
        """Return the login of the alert, and after it the others of its person that live."""
        from sessiontui.services.logins import shown

        number = _number(scene)
        found: tuple[LoginLine, ...] = ()
        if number is not None:
            now = console.port.clock()
            found = await shown.of_login(console.port.context, number, by=scene.actor, now=now)
        if not found:
            raise NotFound("this login is not kept any more", hint="8 lists the logins")
        return found


class EndAlertedLogin(AlertedLogin):
    """Ends the login that the alert under the cursor is about; where it was copied and is over already, the others
    of its person. It shows exactly whom it touches.
    """

    id = "end_login"
    title = "End login of alert"
    short = "end login"
    dangerous = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show exactly what it touches, ask, and end it."""
        from sessiontui.services import logins
        from sessiontui.services.logins import Revocation

        login, *others = await self.lines(console, scene)
        chosen = (login,) if not login.ended_why else tuple(line for line in others if not line.ended_why)
        if not chosen:
            raise Refused(f"it was ended, and {visible(login.person)} has no other login", title="Nothing to end")
        more = [] if not login.ended_why else ["The login of the alert was ended at once; these are the others."]
        confirmed = await _agreed(console, "End", chosen, more)
        if confirmed is not None:
            what = Revocation(logins=tuple(line.id for line in chosen), own=True)
            receipt = await logins.revoke(
                console.port.context, what, by=scene.actor, at=console.port.clock(), reason=confirmed.reason
            )
            report(console, receipt)


class CallOwner(AlertedLogin):
    """Shows whom the login of the alert under the cursor belongs to, with phone and address."""

    id = "call_owner"
    title = "Call owner of login"
    short = "call owner"
    writes = False

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the person, and tell the phone number."""
        from sessiontui.services import people

        login, *_ = await self.lines(console, scene)
        person = await people.find(console.port.context, str(login.person_id))
        console.show_person(person.id)
        reach = person.phone or person.email or "neither phone nor address is known"
        console.tell(f"{visible(person.name)}: {visible(reach)}")


def _number(scene: Scene) -> int | None:
    """Return the login that the alert under the cursor is about."""
    for alert in scene.alerts:
        told = dict(alert.facts).get("login", "")
        if alert.rule in (AlertRule.LOGIN_STUCK, AlertRule.TOKEN_REUSE) and told.isdecimal():
            return int(told)
    return None


async def _agreed(
    console: Console, verb: str, lines: Sequence[LoginLine], more: Sequence[str]
) -> Confirmation | None:
    """Ask with every login named; above ten the count has to be typed."""
    named = [
        f"{visible(line.person)}, {visible(line.device) or 'no device told'}, {line.state}, #{line.id}"
        for line in lines
    ]
    question = f"{verb} {count(len(lines), 'login')}?"
    if len(lines) > TYPED_ABOVE:
        return await console.push_screen_wait(
            TypedConfirm(question, (*more, *named), expected=str(len(lines)), yes=verb, reason=Reason.OPTIONAL)
        )
    return await console.push_screen_wait(
        Confirm(question, (*more, *named), yes=verb, danger=verb == "End", reason=Reason.OPTIONAL)
    )


COMMANDS: Final[tuple[Command, ...]] = (
    EndLogins(),
    RefreshLogins(),
    UnlockLogin(),
    EndAlertedLogin(),
    CallOwner(),
)
