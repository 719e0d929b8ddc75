"""Commands that decide requests: one under the cursor, all pending ones of a session, or of all marked ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from sessiontui.domain.access import Action
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import RequestState
from sessiontui.services.pictures import RequestLine, SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.agreeing import asking_step
from sessiontui.tui.commands.command import Command, Group, Needs
from sessiontui.tui.commands.many import left_out, named, run_all
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.confirm import Confirm, Reason
from sessiontui.tui.dialogs.running import Step


class Decision(Command):
    """A command that approves or rejects; whoever is decided about is named before it is done."""

    group = Group.DECIDE
    needs = Needs.REQUEST
    writes = True
    reversible = True
    bulk = True
    action = Action.DECIDE
    state: ClassVar[RequestState]

    def why_not(self, scene: Scene) -> str:
        """Return why nobody can be decided about; a request under the cursor counts for itself."""
        general = super().why_not(scene)
        if general or scene.request is None or scene.marked:
            return general
        return self._done_with(scene.request)

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return why nobody asks to join this session."""
        if line.archived_at is not None:
            return "the session is archived: restore it first"
        if scene.request is not None and not scene.marked:
            return ""
        return "" if line.pending else "no request is pending"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Decide about the request under the cursor, else about all that are pending, as listed."""
        found: list[tuple[SessionLine, tuple[RequestLine, ...]]] = []
        if scene.request is not None and scene.line is not None and not scene.marked:
            found.append((scene.line, (scene.request,)))
        else:
            for line in self.possible(scene):
                detail = await acts.detail_of(console, scene, line)
                pending = tuple(one for one in detail.requests if one.state is RequestState.PENDING)
                found += [(line, pending)] if pending else []
        if not found:
            console.tell("nobody is waiting for a decision any more", severity="warning")
            console.refresh_board()
            return
        single = scene.request is not None and not scene.marked
        others = [] if single else left_out([line for line, _ in found], scene, self)
        reason = await self.ask(console, found, single=single, others=others)
        if reason is not None:
            await run_all(console, self.title, self._steps(console, scene, found, reason=reason))

    async def ask(
        self,
        console: Console,
        found: Sequence[tuple[SessionLine, tuple[RequestLine, ...]]],
        *,
        single: bool,
        others: Sequence[str] = (),
    ) -> str | None:
        """Show exactly whom, and return the reason; nothing if all is kept as it is.

        ``others`` says which sessions are left out, and why.
        """
        if single and not self.dangerous and found[0][1][0].state is RequestState.PENDING:
            return ""
        people = [request for _, requests in found for request in requests]
        whom = visible(people[0].person) if len(people) == 1 else f"{len(people)} people"
        where = f"in {named(found[0][0])}" if len(found) == 1 else f"in {len(found)} sessions"
        confirmed = await console.push_screen_wait(
            Confirm(
                f"{self.title} {whom} {where}?",
                [*(self._about(request, line) for line, requests in found for request in requests), *others],
                yes=self.title if len(people) == 1 else f"{self.title} {len(people)}",
                danger=self.dangerous,
                reason=Reason.OPTIONAL if self.dangerous else Reason.NONE,
            )
        )
        return None if confirmed is None else confirmed.reason

    def _done_with(self, request: RequestLine) -> str:
        if request.state not in (self.state, RequestState.WITHDRAWN):
            return ""
        by = f" by {request.decided_by}" if request.decided_by else ""
        return f"the request of {request.person} is already {request.state}{by}"

    def _about(self, request: RequestLine, line: SessionLine) -> str:
        text = f"{visible(request.person) or 'unnamed'}  {named(line)}"
        if request.state is not RequestState.PENDING:
            text += f"  was {request.state}" + (f" by {visible(request.decided_by)}" if request.decided_by else "")
        if request.waiting:
            text += "  on the waiting list"
        return f"{text}  “{visible(request.message)[:80]}”" if request.message else text

    def _steps(
        self,
        console: Console,
        scene: Scene,
        found: Sequence[tuple[SessionLine, tuple[RequestLine, ...]]],
        *,
        reason: str,
    ) -> list[Step]:
        def step(line: SessionLine, requests: tuple[RequestLine, ...]) -> Step:
            ids = [request.id for request in requests]
            people = {request.id: visible(request.person) for request in requests}

            async def act(agreed: bool) -> Receipt:
                receipt = await acts.decide(
                    console, scene, ids, self.state, reason=reason, expected=requests[0].state, confirm=agreed
                )
                return _naming(receipt, people)

            return asking_step(console, named(line), act, alone=len(found) == 1)

        return [step(line, requests) for line, requests in found]


class Approve(Decision):
    """Approves the request under the cursor, or after showing whom all pending requests of the session or of
    the marked sessions.
    """

    id = "approve"
    keys = ("a",)
    title = "Approve"
    state = RequestState.APPROVED


class Reject(Decision):
    """Rejects the request under the cursor, or all pending requests of the session or of the marked sessions.
    It shows whom first and asks for a reason, which may stay empty.
    """

    id = "reject"
    keys = ("x",)
    title = "Reject"
    dangerous = True
    state = RequestState.REJECTED


def _naming(receipt: Receipt, people: Mapping[int, str]) -> Receipt:
    """Return the receipt with the people's names before the reasons of what was refused."""
    refused = tuple((at, f"{people[at]}: {why}" if at in people else why) for at, why in receipt.refused)
    return replace(receipt, refused=refused)


COMMANDS: Final[tuple[Command, ...]] = (Approve(), Reject())
