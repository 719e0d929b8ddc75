"""Commands on what is said in a session: write, answer, edit and delete comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from sessiontui.domain.access import Action
from sessiontui.domain.errors import NotFound
from sessiontui.domain.text import visible
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.compose import Compose
from sessiontui.tui.dialogs.confirm import Confirm, Reason

if TYPE_CHECKING:
    from sessiontui.services.talk.shown import CommentLine


class WriteComment(Command):
    """Writes a comment in the session. A name behind @ tells that person by mail, if they may read it."""

    id = "comment"
    title = "Write comment"
    aliases = ("say",)
    group = Group.CHANGE
    needs = Needs.SESSION
    action = Action.EDIT
    writes = True
    reversible = True
    takes = "text"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the text where none is given."""
        from sessiontui.services.talk import writing

        (line,) = self.possible(scene)
        text = argument or await _asked(console, f"Comment in {named(line)}", "@name tells that person")
        if text:
            report(
                console,
                await writing.comment(console.port.context, line.id, text, by=scene.actor, at=console.port.clock()),
            )


class OnComment(Command):
    """A command on the comment under the cursor."""

    group = Group.CHANGE
    needs = Needs.SESSION
    action = Action.EDIT
    writes = True
    reversible = True
    own: ClassVar[bool] = False

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return why it cannot be done with what is under the cursor."""
        del line
        one = scene.comment
        if one is None:
            return "no comment is under the cursor: the tab Talk lists them"
        if one.deleted_at is not None:
            return "the comment was deleted"
        return "only who wrote it can edit it" if self.own and not one.is_own else ""


class AnswerComment(OnComment):
    """Answers the comment under the cursor of the tab Talk; the answer stands below it."""

    id = "answer_comment"
    title = "Answer comment"
    aliases = ("answer-comment",)
    takes = "text"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the text where none is given."""
        from sessiontui.services.talk import writing

        (line,), one = self.possible(scene), _under(scene)
        text = argument or await _asked(console, f"Answer to {visible(one.author) or 'somebody'}", one.body)
        if text:
            report(
                console,
                await writing.comment(
                    console.port.context, line.id, text, by=scene.actor, at=console.port.clock(), parent_id=one.id
                ),
            )


class EditComment(OnComment):
    """Writes your own comment anew; what it said before is kept and shown. Who is newly named is told."""

    id = "edit_comment"
    title = "Edit comment"
    aliases = ("edit-comment",)
    takes = "text"
    own = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the text where none is given."""
        from sessiontui.services.talk import writing

        one = _under(scene)
        text = argument or await _asked(console, f"Edit comment #{one.id}", "", value=one.body)
        if text:
            report(
                console,
                await writing.edit(console.port.context, one.id, text, by=scene.actor, at=console.port.clock()),
            )


class DeleteComment(OnComment):
    """Deletes the comment under the cursor; its place stays, so that answers make sense. z brings it back."""

    id = "delete_comment"
    title = "Delete comment"
    aliases = ("delete-comment",)
    dangerous = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return why it cannot be done with what is under the cursor."""
        reason = super().obstacle(scene, line)
        if not reason and scene.comment is not None and not scene.comment.may_delete:
            return "only who wrote it or an admin can delete it"
        return reason

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask once more."""
        from sessiontui.services.talk import writing

        del argument
        one = _under(scene)
        confirmed = await console.push_screen_wait(
            Confirm(
                f"Delete the comment of {visible(one.author) or 'somebody'}?",
                (visible(one.body[:200]), "Its place stays, so that answers make sense. z brings it back."),
                yes="Delete",
                danger=True,
                reason=Reason.OPTIONAL,
            )
        )
        if confirmed is not None:
            receipt = await writing.delete(
                console.port.context, one.id, by=scene.actor, at=console.port.clock(), reason=confirmed.reason
            )
            report(console, receipt)


class ReadTalk(Command):
    """Marks what was said in the session as read. Leaving the tab Talk does it too."""

    id = "read_talk"
    title = "Mark talk as read"
    aliases = ("read-talk",)
    group = Group.LOOK
    needs = Needs.SESSION
    action = Action.SEE_TALK

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Note it, where anything is new; the past has been read."""
        from sessiontui.services.talk import writing

        del argument
        if scene.line is None or scene.as_of is not None:
            return
        if await writing.look(console.port.context, scene.line.id, by=scene.actor, at=console.port.clock()):
            console.refresh_board()


async def _asked(console: Console, question: str, detail: str, *, value: str = "") -> str:
    details = [visible(row) for row in detail.splitlines()[:8]]
    return await console.push_screen_wait(Compose(question, details, value=value, yes="Send")) or ""


def _under(scene: Scene) -> CommentLine:
    if scene.comment is None:
        raise NotFound("no comment is under the cursor", hint="the tab Talk lists them")
    return scene.comment


COMMANDS: Final[tuple[Command, ...]] = (WriteComment(), AnswerComment(), EditComment(), DeleteComment(), ReadTalk())
