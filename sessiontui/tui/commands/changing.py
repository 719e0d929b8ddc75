"""Commands that make and change sessions, and take back what was done."""

from __future__ import annotations

from typing import Final

from sessiontui.domain.access import Action
from sessiontui.domain.text import visible, visible_block
from sessiontui.services.pictures import SessionDetail, SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands import acts
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.session_entry import Entry, Typed
from sessiontui.tui.dialogs.session_form import SessionForm
from sessiontui.tui.dialogs.wall_clock import spoken_length


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

        async def save(entry: Entry) -> Receipt:
            return await self._save(console, scene, detail, entry)

        receipt = await console.push_screen_wait(
            SessionForm(
                f"Edit {named(line)}",
                form=f"edit-{line.id}",
                typed=typed,
                now=console.port.clock(),
                save=save,
                find_mentor=acts.finder(console, leaders=True),
                find_author=acts.finder(console, leaders=False),
                planned=line.starts_at,
            )
        )
        if receipt is not None:
            report(console, receipt)

    async def _save(self, console: Console, scene: Scene, detail: SessionDetail, entry: Entry) -> Receipt:
        from sessiontui.services.sessions import SessionEdit

        line = detail.line

        def changed(new: str, shown: str) -> str | None:
            return None if new == shown.strip() else new

        edit = SessionEdit(
            title=changed(entry.title, visible(line.title)),
            kind=None if entry.kind is line.kind else entry.kind,
            starts_at=None if entry.starts_at == line.starts_at else entry.starts_at,
            ends_at=None if entry.ends_at == line.ends_at else entry.ends_at,
            mentor_id=None if entry.mentor_id == detail.mentor_id else entry.mentor_id,
            author_id=None if entry.author_id == detail.author_id else entry.author_id,
            capacity=None if entry.capacity == line.capacity else entry.capacity,
            priority=None if entry.priority is line.priority else entry.priority,
            tags=None if entry.tags == tuple(visible(tag) for tag in line.tags) else entry.tags,
            description=changed(entry.description, visible_block(detail.description)),
            link=changed(entry.link, visible(detail.link)),
        )
        if edit == SessionEdit():
            return Receipt(sentence="Nothing was changed.")
        return await acts.edit(console, scene, line, edit)


class Undo(Command):
    """Takes back your last act that can be taken back; what others did stays."""

    id = "undo"
    keys = ("z",)
    title = "Undo"
    group = Group.CHANGE
    writes = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Undo."""
        report(console, await acts.undo(console, scene))


def as_typed(detail: SessionDetail, zone: str) -> Typed:
    """Return a session as the form shows it, with its times in a zone."""
    from zoneinfo import ZoneInfo

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
