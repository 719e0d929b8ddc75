"""Commands that make and change sessions, and take back what was done."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action
from sessiontui.domain.errors import Conflict
from sessiontui.domain.text import visible, visible_block
from sessiontui.domain.vocabulary import Move
from sessiontui.services.pictures import SessionDetail, SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.session_entry import Entry, Typed
from sessiontui.tui.dialogs.session_form import SessionForm
from sessiontui.tui.dialogs.wall_clock import from_now, spoken_length
from sessiontui.tui.dialogs.when import Window, spoken_both

_SAVE_AGAIN: Final = "what you typed is still here: save again to write it over that, or leave"


class New(Command):
    """Makes a new session, published at once or kept as a draft. What was typed is kept if you leave."""

    id = "new"
    keys = ("n",)
    title = "New session"
    short = "new"
    group = Group.CHANGE
    action = Action.CREATE
    writes = True
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the form and save what is entered."""
        zone = console.port.zone.key

        async def save(entry: Entry) -> Receipt:
            return await acts.create(console, scene, entry)

        receipt = await console.push_screen_wait(
            SessionForm(
                "New session",
                form="new",
                typed=Typed(
                    title=argument,
                    zone=zone,
                    author_id=scene.actor.id,
                    author=visible(scene.actor.name) if scene.actor.id is not None else "",
                ),
                now=console.port.clock(),
                save=save,
                find_mentor=acts.finder(console, leaders=True),
                find_author=acts.finder(console, leaders=False),
            )
        )
        if receipt is not None:
            report(console, receipt)


class Edit(Command):
    """Changes title, schedule, people, seats and texts of a session."""

    id = "edit"
    keys = ("e",)
    title = "Edit session"
    short = "edit"
    group = Group.CHANGE
    needs = Needs.SESSION
    action = Action.EDIT
    writes = True
    reversible = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that archived sessions stay as they are."""
        del scene
        return "an archived session cannot be edited: restore it first" if line.archived_at else ""

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the form filled, and save what differs."""
        (line,) = self.possible(scene)
        detail = await acts.detail_of(console, scene, line)
        typed = as_typed(detail, console.port.zone.key)

        done: dict[str, Receipt] = {}
        version = detail.line.version

        async def save(entry: Entry) -> Receipt:
            nonlocal version
            try:
                return await save_changes(console, scene, detail, entry, done=done, version=version)
            except Conflict as error:
                # To save once more is to have read who it was; what was not typed stays as they left it.
                version = (await acts.read_detail(console, scene, line)).line.version - len(done)
                raise Conflict(error.detail, hint=_SAVE_AGAIN) from error

        receipt = await console.push_screen_wait(
            SessionForm(
                f"Edit {named(line)}",
                form=f"edit-{line.id}",
                typed=typed,
                now=console.port.clock(),
                save=save,
                find_mentor=acts.finder(console, leaders=True),
                find_author=acts.finder(console, leaders=False),
                window=Window(detail.line.starts_at, detail.line.ends_at),
            )
        )
        if receipt is not None:
            report(console, receipt)


class Undo(Command):
    """Takes back your last act that can be taken back; what others did stays. Before it takes back what was done
    before this console was opened, or before something that cannot be taken back, it says what that was and asks.
    """

    id = "undo"
    keys = ("z",)
    title = "Undo"
    group = Group.CHANGE
    writes = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Undo, after asking where the act is not what one has just seen oneself do."""
        act = await acts.last_act(console, scene)
        if act is None:
            console.tell("there is nothing of yours to undo", severity="warning")
            return
        since = await acts.passed_over(console, scene, act.id)
        if act.at < console.opened_at or since is not None:
            now = console.port.clock()
            old = "Undo what was done before this console was opened?"
            confirmed = await console.push_screen_wait(
                Confirm(
                    old if since is None else "Undo what was done before that?",
                    (
                        *(() if since is None else (f"cannot be undone: {since.sentence}",)),
                        act.sentence + (f" ({act.reason})" if act.reason else ""),
                        f"by you, {spoken_both(act.at, console.port.zone)}, {from_now(act.at, now)}",
                    ),
                    yes="Undo",
                    danger=True,
                )
            )
            if confirmed is None:
                return
        report(console, await acts.undo(console, scene, act.id))


async def save_changes(
    console: Console, scene: Scene, detail: SessionDetail, entry: Entry, *, done: dict[str, Receipt], version: int
) -> Receipt:
    """Save what differs: the schedule and the mentor as moves, the rest as one edit.

    ``done`` remembers what was saved before a later part was refused, so that saving again repeats none of it.
    ``Conflict`` says who changed the session since it had ``version``.
    """
    from sessiontui.services.sessions import SessionEdit

    line, changed = detail.line, entry.changed

    def expected() -> int:
        # Each part that was saved made a version of its own; one more than those is somebody else's.
        return version + len(done)

    window = (entry.starts_at, entry.ends_at)
    key = f"window {window}"
    if window != (line.starts_at, line.ends_at) and key not in done:
        done[key] = await acts.move(
            console,
            scene,
            Move.RESCHEDULE,
            line,
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            expected=expected(),
        )
    key = f"mentor {entry.mentor_id}"
    if entry.mentor_id is not None and entry.mentor_id != detail.mentor_id and key not in done:
        done[key] = await acts.move(
            console, scene, Move.REASSIGN, line, mentor_id=entry.mentor_id, expected=expected()
        )
    edit = SessionEdit(
        title=entry.title if "title" in changed else None,
        kind=entry.kind if "kind" in changed else None,
        capacity=entry.capacity if "capacity" in changed else None,
        priority=entry.priority if "priority" in changed else None,
        tags=entry.tags if "tags" in changed else None,
        description=entry.description if "description" in changed else None,
        link=entry.link if "link" in changed else None,
    )
    if edit != SessionEdit():
        done["edit"] = await acts.edit(console, scene, line, edit, expected=expected())
    if not done:
        return Receipt(sentence="nothing was changed")
    sentence = "; ".join(receipt.sentence for receipt in done.values())
    return Receipt(sentence=sentence, sessions=(line.id,), undo=list(done.values())[-1].undo)


def as_typed(detail: SessionDetail, zone: str) -> Typed:
    """Return a session as the form shows it, with its times in a zone."""
    line = detail.line
    start = line.starts_at.astimezone(ZoneInfo(zone))
    return Typed(
        title=visible(line.title),
        kind=line.kind,
        start=f"{start:%Y-%m-%d %H:%M}",
        length=spoken_length(line.ends_at - line.starts_at),
        zone=zone,
        mentor_id=detail.mentor_id,
        mentor=visible(line.mentor),
        author_id=detail.author_id,
        author=visible(line.author),
        capacity=str(line.capacity) if line.capacity else "",
        priority=line.priority,
        tags=", ".join(visible(tag) for tag in line.tags),
        description=visible_block(detail.description),
        link=visible(detail.link),
    )


COMMANDS: Final[tuple[Command, ...]] = (New(), Edit(), Undo())
