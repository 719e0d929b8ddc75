"""Commands on what is in a project: its items in their lists, its questions, and what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import visible
from sessiontui.domain.visits.words import REPORTED, ActivityKind, ItemState
from sessiontui.tui.commands.command import Command, report
from sessiontui.tui.commands.project_command import ItemCommand, ProjectCommand, asked, item_of, needed, project_of
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.ask import Ask
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.compose import Compose
from sessiontui.tui.dialogs.confirm import Confirm, Reason

if TYPE_CHECKING:
    from sessiontui.services.projects.listing import ProjectPage


class AddItem(ProjectCommand):
    """Adds an item to the project under the cursor: something to explore, decided or put off."""

    id = "item_add"
    title = "Add item"
    short = "item"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the title and the state, then add it."""
        from sessiontui.services.projects import items
        from sessiontui.services.projects.changing import MAX_NAME

        line, port = project_of(scene), console.port
        title = await asked(
            console,
            argument,
            Ask(f"Add an item to {visible(line.name)}", label="Title", limit=MAX_NAME, validate=needed),
        )
        if not title:
            return
        state = await console.push_screen_wait(
            Choose(
                visible(title),
                [Option(value=str(one), title=one.capitalize(), note=_MEANS[one]) for one in _USUAL_FIRST],
                current=str(ItemState.EXPLORING),
            )
        )
        if state is not None:
            receipt = await items.add(
                port.context, line.id, title, by=scene.actor, at=port.clock(), state=ItemState(state)
            )
            report(console, receipt)


class EditItem(ItemCommand):
    """Changes the title or the note of the item under the cursor."""

    id = "item_edit"
    title = "Edit item"
    short = "edit item"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for both and save what differs."""
        from sessiontui.services.projects import items
        from sessiontui.services.projects.changing import MAX_NAME

        item, port = item_of(scene), console.port
        title = await asked(
            console,
            argument,
            Ask("Title of the item", label="Title", value=item.title, limit=MAX_NAME, validate=needed),
        )
        if title is None:
            return
        note = await console.push_screen_wait(
            Compose(f"Note on {visible(title)}", (), value=item.note, yes="Save", required=False)
        )
        if note is None or (title == item.title and note == item.note):
            return
        receipt = await items.edit(port.context, item.id, by=scene.actor, at=port.clock(), title=title, note=note)
        report(console, receipt)


class RemoveItem(ItemCommand):
    """Takes the item under the cursor out of the project; what was true of it before stays so."""

    id = "item_remove"
    title = "Remove item"
    short = "remove item"
    dangerous = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask, then take it out."""
        from sessiontui.services.projects import items

        item, port = item_of(scene), console.port
        confirmed = await console.push_screen_wait(
            Confirm(
                f"Take {visible(item.title)} out?", ("z brings it back.",), yes="Take out", reason=Reason.OPTIONAL
            )
        )
        if confirmed is not None:
            by, at = scene.actor, port.clock()
            report(console, await items.remove(port.context, item.id, by=by, at=at, reason=confirmed.reason))


class MoveItem(ItemCommand):
    """Moves the item under the cursor to decided, exploring or parked; < and > move it to the list beside."""

    id = "item_move"
    title = "Move item"
    short = "move"
    takes = "state"
    offers = tuple(ItemState)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask where to, unless it was said, and move it."""
        from sessiontui.services.projects import items

        item, port = item_of(scene), console.port
        state = await asked(
            console,
            argument.strip().lower(),
            Choose(
                f"Move {visible(item.title)}",
                [
                    Option(value=str(one), title=one.capitalize(), note=_MEANS[one])
                    for one in ItemState
                    if one is not item.state
                ],
            ),
        )
        if not state:
            return
        if state not in set(ItemState):
            raise BadInput(f"{state[:40]!r} is no state", hint=f"one of {', '.join(ItemState)}")
        receipt = await items.move(port.context, item.id, ItemState(state), by=scene.actor, at=port.clock())
        report(console, receipt)


class AskQuestion(ProjectCommand):
    """Asks a question in the project under the cursor; it is pending until somebody answers."""

    id = "question_ask"
    title = "Ask question"
    short = "ask"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the words, and ask them."""
        from sessiontui.services.projects import questions

        line, port = project_of(scene), console.port
        text = await asked(
            console,
            argument,
            Compose(f"Ask in {visible(line.name)}", ("It waits on the page until somebody answers.",), yes="Ask"),
        )
        if text:
            report(console, await questions.ask(port.context, line.id, text, by=scene.actor, at=port.clock()))


class AnswerQuestion(ProjectCommand):
    """Answers a pending question of the project under the cursor."""

    id = "question_answer"
    title = "Answer question"
    short = "answer"

    def hindrance(self, scene: Scene) -> str:
        """Return that nothing is asked."""
        found = super().hindrance(scene)
        return found or ("" if scene.project is not None and scene.project.questions else "no question is pending")

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask which one where there are several, then for the answer."""
        from sessiontui.services.projects import questions

        page, port = await _page(console, scene), console.port
        pending = [one for one in page.questions if one.answered_at is None]
        chosen = await _chosen(console, "Which question?", [(one.id, one.text, one.asked_by) for one in pending])
        question = next((one for one in pending if one.id == chosen), None)
        if question is None:
            return
        text = await asked(console, argument, Compose(visible(question.text), (), yes="Answer"))
        if text:
            report(console, await questions.answer(port.context, question.id, text, by=scene.actor, at=port.clock()))


class ReportBlocker(ProjectCommand):
    """Reports what stands in the way of the project under the cursor: missing, unclear, or waiting for something."""

    id = "blocker_report"
    title = "Report blocker"
    short = "blocker"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the sort and the words."""
        from sessiontui.services.projects import questions

        line, port = project_of(scene), console.port
        kind = await console.push_screen_wait(
            Choose(
                "What stands in the way?",
                [Option(value=str(one), title=REPORTED[one].words, note=_SORTS[one]) for one in REPORTED],
            )
        )
        if kind is None:
            return
        text = await asked(
            console, argument, Compose(REPORTED[ActivityKind(kind)].words, (visible(line.name),), yes="Report")
        )
        if text:
            receipt = await questions.report(
                port.context, line.id, ActivityKind(kind), text, by=scene.actor, at=port.clock()
            )
            report(console, receipt)


class SettleBlocker(ProjectCommand):
    """Notes that something that was reported does not stand in the way any more."""

    id = "blocker_settle"
    title = "Settle blocker"
    short = "settle"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask which one where there are several, and settle it."""
        from sessiontui.services.projects import questions

        page, port = await _page(console, scene), console.port
        standing = [one for one in page.activities if one.blocks and one.settled_at is None]
        if not standing:
            raise BadInput("nothing that was reported stands in the way", title="Settle blocker")
        chosen = await _chosen(console, "What is settled?", [(one.id, one.text, one.by) for one in standing])
        if chosen is not None:
            report(console, await questions.settle(port.context, chosen, by=scene.actor, at=port.clock()))


_MEANS: Final = {
    ItemState.DECIDED: "it is settled",
    ItemState.EXPLORING: "somebody works on it",
    ItemState.PARKED: "not now",
}
_USUAL_FIRST: Final = (ItemState.EXPLORING, ItemState.DECIDED, ItemState.PARKED)
_SORTS: Final = {
    ActivityKind.MISSING: "something is not there or not known",
    ActivityKind.UNCLEAR: "something can be meant in two ways",
    ActivityKind.DEPENDS: "something else has to be done first",
}


async def _chosen(console: Console, question: str, rows: list[tuple[int, str, str]]) -> int | None:
    """Return the number of what somebody picks; of one alone that."""
    if len(rows) == 1:
        return rows[0][0]
    options = [Option(value=str(number), title=text[:60], note=who) for number, text, who in rows]
    chosen = await console.push_screen_wait(Choose(question, options))
    return None if chosen is None else int(chosen)


async def _page(console: Console, scene: Scene) -> ProjectPage:
    from sessiontui.services.projects import listing

    port = console.port
    return await listing.page(port.context, project_of(scene).id, by=scene.actor, now=port.clock())


COMMANDS: Final[tuple[Command, ...]] = (
    AddItem(),
    EditItem(),
    MoveItem(),
    RemoveItem(),
    AskQuestion(),
    AnswerQuestion(),
    ReportBlocker(),
    SettleBlocker(),
)
