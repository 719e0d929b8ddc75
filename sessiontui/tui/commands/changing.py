"""Commands that make and change sessions, and take back what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action
from sessiontui.domain.series import Scope
from sessiontui.domain.text import visible, visible_block
from sessiontui.domain.vocabulary import Move
from sessiontui.services.pictures import SessionDetail, SessionLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands import acts, offering
from sessiontui.tui.commands.agreeing import SavedTwice
from sessiontui.tui.commands.assigning import finder
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.drafting import KeptForm, base_in, restored
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.commands.scoping import asked_scope, dates_word, save_series
from sessiontui.tui.commands.series_making import make_series, preview_of
from sessiontui.tui.commands.together import Together, aside_of
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.pick_mentor import Find
from sessiontui.tui.dialogs.session_entry import Entry, Typed
from sessiontui.tui.dialogs.session_form import SessionForm
from sessiontui.tui.dialogs.session_people import FindMentor
from sessiontui.tui.dialogs.wall_clock import from_now, spoken_length
from sessiontui.tui.dialogs.when import Window, spoken_both

if TYPE_CHECKING:
    from sessiontui.services import candidates
    from sessiontui.services.sessions import SessionEdit


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
        await new_session(console, scene, title=argument)


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
        asked = await asked_scope(console, scene, line, "Edit")
        if asked is None:
            return
        scope, place = asked
        detail = await acts.detail_of(console, scene, line)
        typed = as_typed(detail, console.port.zone.key)

        done: dict[str, Receipt] = {}
        twice = SavedTwice()
        name = f"edit-{line.id}" + ("" if scope is Scope.ONE else f"-{scope}")
        kept = KeptForm(console, scene, name, base=lambda: together.base)
        draft = await kept.found()

        async def look() -> Typed:
            return as_typed(await acts.read_detail(console, scene, line), console.port.zone.key)

        async def write(entry: Entry, version: int) -> Receipt:
            return await twice.save(
                lambda agreed: save_changes(console, scene, detail, entry, done=done, version=version, confirm=agreed)
            )

        together = Together(console, scene, detail, look=look, write=write, base=base_in(draft))

        async def save(entry: Entry) -> Receipt:
            if place is not None and scope is not Scope.ONE:
                return await save_series(console, scene, detail, place, scope, entry)
            return await together.save(entry)

        await KeptForm(console, scene, aside_of(line.id)).offer_aside()
        together.form = SessionForm(
            f"Edit {named(line)}" + ("" if scope is Scope.ONE else f": {dates_word(scope)}"),
            form=name,
            typed=typed,
            now=console.port.clock(),
            save=save,
            find_mentor=mentors(console, scene, detail.line.id),
            find_author=acts.finder(console),
            makers=acts.makers(console),
            window=Window(detail.line.starts_at, detail.line.ends_at),
            draft=restored(draft, typed),
            keeper=kept,
        )
        receipt = await console.push_screen_wait(together.form)
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


async def new_session(console: Console, scene: Scene, *, title: str = "", template: str = "") -> None:
    """Show the form of a new session, filled from a template where one is named, and save what is entered."""
    form = f"new-{template}" if template else "new"
    zone = console.port.zone.key
    twice = SavedTwice()

    async def save(entry: Entry) -> Receipt:
        if entry.rule:
            return await twice.save(lambda agreed: make_series(console, scene, entry, confirm=agreed))
        return await twice.save(lambda agreed: acts.create(console, scene, entry, confirm=agreed))

    kept = KeptForm(console, scene, form)
    typed = Typed(
        title=title,
        start=typed_start(scene, zone),
        zone=zone,
        author_id=scene.actor.id,
        author=visible(scene.actor.name) if scene.actor.id is not None else "",
        template=template,
    )
    draft = restored(await kept.found(), typed)
    receipt = await console.push_screen_wait(
        SessionForm(
            "New session",
            form=form,
            typed=typed,
            draft=draft,
            keeper=kept,
            now=console.port.clock(),
            save=save,
            find_mentor=mentors(console, scene),
            find_author=acts.finder(console),
            makers=acts.makers(console),
            preview=preview_of(console),
            offers=offering.offers(console, scene),
        )
    )
    if receipt is not None:
        report(console, receipt)


def typed_start(scene: Scene, zone: str) -> str:
    """Return the time under the cursor of the calendar as one types it; nothing where there is none.

    The second of two equal times of a day is told by its offset.
    """
    if scene.at is None:
        return ""
    local = scene.at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M}{local.isoformat()[-6:] if local.fold else ''}"


async def save_changes(
    console: Console,
    scene: Scene,
    detail: SessionDetail,
    entry: Entry,
    *,
    done: dict[str, Receipt],
    version: int,
    confirm: bool = False,
) -> Receipt:
    """Save what differs: the schedule and the mentor as moves, the rest as one edit.

    ``done`` remembers what was saved before a later part was refused, so that saving again repeats none of it.
    ``version`` is the session's as it is now; ``Conflict`` where somebody was quicker.
    """
    from sessiontui.services.sessions import SessionEdit

    line, before = detail.line, len(done)

    def expected() -> int:
        # Each part that was saved made a version of its own; one more than those is somebody else's.
        return version + len(done) - before

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
            confirm=confirm,
        )
    key = f"mentor {entry.mentor_id}"
    if entry.mentor_id is not None and entry.mentor_id != detail.mentor_id and key not in done:
        done[key] = await acts.move(
            console, scene, Move.REASSIGN, line, mentor_id=entry.mentor_id, expected=expected(), confirm=confirm
        )
    edit = edit_of(entry)
    if edit != SessionEdit():
        done["edit"] = await acts.edit(console, scene, line, edit, expected=expected())
    key = f"platform {entry.platform}"
    if "platform" in entry.changed and entry.platform and key not in done:
        done[key] = await acts.give_room(console, scene, line, entry.platform, expected=expected())
    if not done:
        return Receipt(sentence="nothing was changed")
    sentence = "; ".join(receipt.sentence for receipt in done.values())
    return Receipt(sentence=sentence, sessions=(line.id,), undo=list(done.values())[-1].undo)


def edit_of(entry: Entry) -> SessionEdit:
    """Return what was changed of what is written about a session."""
    from sessiontui.services.sessions import SessionEdit

    changed = entry.changed
    return SessionEdit(
        title=entry.title if "title" in changed else None,
        kind=entry.kind if "kind" in changed else None,
        capacity=entry.capacity if "capacity" in changed else None,
        priority=entry.priority if "priority" in changed else None,
        tags=entry.tags if "tags" in changed else None,
        description=entry.description if "description" in changed else None,
        link=entry.link if "link" in changed else None,
    )


def mentors(console: Console, scene: Scene, session_id: int | None = None) -> FindMentor:
    """Return the look-up of mentors for a form, in the window that stands in it."""

    def in_window(window: Window | None) -> Find:
        def windows() -> Sequence[candidates.Window]:
            from sessiontui.services import candidates

            return () if window is None else [candidates.Window(window.starts_at, window.ends_at, session_id)]

        return finder(console, scene, windows)

    return in_window


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
        platform=detail.place.platform if detail.place is not None and detail.place.state != "" else "",
    )


COMMANDS: Final[tuple[Command, ...]] = (New(), Edit(), Undo())
