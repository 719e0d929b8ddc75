"""Commands for what comes after a session: surveys, questions, tasks, answers by hand, success stories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sessiontui.domain.access import Action
from sessiontui.domain.followups import FollowUpState
from sessiontui.domain.text import MAX_BLOCK, visible
from sessiontui.domain.vocabulary import RequestState, Status
from sessiontui.services.pictures import SessionDetail, SessionLine
from sessiontui.tui.commands import acts, reach
from sessiontui.tui.commands.command import Command, Group, Needs, report
from sessiontui.tui.commands.many import named
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.ask import Ask
from sessiontui.tui.dialogs.choose import Choose, Option
from sessiontui.tui.dialogs.confirm import Confirm, Reason

_RATINGS: Final = (
    Option("5", "5", "excellent"),
    Option("4", "4", "good"),
    Option("3", "3", "fair"),
    Option("2", "2", "poor: it becomes a task"),
    Option("1", "1", "bad: it becomes a task"),
    Option("0", "no rating", "a comment alone, or why they did not come"),
)

_TELL: Final = (
    Option("unsaid", "they did not say"),
    Option("yes", "yes", "the story may be told"),
    Option("no", "no", "it must not be told"),
)


_LEARNED: Final = (
    ("Which skill?", "Skill", "such as a tag of the session"),
    ("How much was known before?", "Before", "from 1 to 5, or from 0 to 100"),
    ("How much is known now?", "After", "on the same scale"),
)


class After(Command):
    """A command that only makes sense once a session has ended for good."""

    group = Group.REACH
    needs = Needs.SESSION
    writes = True
    action = Action.SURVEY

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that the session has not ended."""
        return "" if line.status.is_ended and not line.provisional else "the session has not ended"


class SendSurvey(After):
    """Sends the survey to those who were in the session and were not asked yet. The worker does it by itself a few
    minutes after the end.
    """

    id = "survey"
    title = "Send the survey"
    short = "survey"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Send it."""
        (line,) = self.possible(scene)
        report(console, await reach.survey(console, scene, line))


class AskWhy(After):
    """Asks those who were approved and never came why."""

    id = "follow_up"
    title = "Ask no-shows why"
    short = "ask why"
    aliases = ("follow-up",)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask them."""
        (line,) = self.possible(scene)
        report(console, await reach.ask_no_shows(console, scene, line))


class AnswerByHand(After):
    """Keeps what somebody answered by telephone or mail: a rating, a comment, whether the story may be told."""

    id = "answer"
    title = "Enter an answer"
    short = "answer"
    aliases = ("survey-answer",)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask who answered and what, then keep it."""
        from sessiontui.services.followups import Answer

        (line,) = self.possible(scene)
        people = _asked(await acts.detail_of(console, scene, line))
        if not people:
            console.tell("nobody took part in this session", severity="warning")
            return
        who = await console.push_screen_wait(Choose(f"Who answers about {named(line)}?", people))
        if who is None:
            return
        rating = await console.push_screen_wait(Choose("How was it?", _RATINGS, current="5", mark=""))
        if rating is None:
            return
        comment = await console.push_screen_wait(
            Ask(
                "What did they say?",
                label="Comment",
                limit=MAX_BLOCK,
                hint="may stay empty beside a rating",
                yes="Next",
            )
        )
        if comment is None:
            return
        tell = await console.push_screen_wait(Choose("May we tell this story?", _TELL, current="unsaid", mark=""))
        if tell is None:
            return
        given = Answer(
            rating=int(rating) or None, comment=comment, may_tell=None if tell == "unsaid" else tell == "yes"
        )
        report(console, await reach.answer(console, scene, line, int(who), given))


class AnswerLearned(After):
    """Keeps what somebody says they learned: how much they knew of a skill before the session, and after it. Both
    from 1 to 5, or both from 0 to 100.
    """

    id = "learned"
    title = "Enter what was learned"
    short = "learned"
    reversible = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that nobody can have learned anything."""
        return super().obstacle(scene, line) or ("nobody was there" if line.status is Status.ENDED_NO_SHOW else "")

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask who learned what, and how much was known before and after, then keep it."""
        from sessiontui.services.learning.answering import Said

        (line,) = self.possible(scene)
        people = _asked(await acts.detail_of(console, scene, line))
        if not people:
            console.tell("nobody took part in this session", severity="warning")
            return
        who = await console.push_screen_wait(Choose(f"Who learned in {named(line)}?", people))
        if who is None:
            return
        told: list[str] = []
        for question, label, hint in _LEARNED:
            said = await console.push_screen_wait(Ask(question, label=label, hint=hint, yes="Next"))
            if said is None:
                return
            told.append(said)
        skill, before, after = told
        said_so = Said(skill=skill, before=before, after=after)
        report(console, await reach.learned(console, scene, line, int(who), said_so))


class CloseTask(Command):
    """Closes the open follow-up tasks of the session, with what was found out."""

    id = "close_task"
    keys = ("F",)
    title = "Close follow-up"
    short = "close task"
    aliases = ("close-task", "done")
    group = Group.REACH
    needs = Needs.SESSION
    writes = True
    reversible = True
    action = Action.SURVEY

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that nothing is open, where that is known."""
        detail = scene.detail_of(line)
        return "nothing is to be followed up" if detail is not None and not detail.after.open_tasks else ""

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show what is open, ask what was found out, then close."""
        (line,) = self.possible(scene)
        detail = await acts.detail_of(console, scene, line)
        tasks = [one for one in detail.after.lines if one.kind.is_task and one.state is FollowUpState.OPEN]
        details = [
            f"{one.kind.word}"
            + (f": {visible(one.person)}" if one.person else "")
            + (f"  {visible(one.note)}" if one.note else "")
            for one in tasks
        ]
        confirmed = await console.push_screen_wait(
            Confirm(
                f"Close the follow-up of {named(line)}?",
                details,
                yes="Close",
                reason=Reason.OPTIONAL,
                asks="Found out",
            )
        )
        if confirmed is not None:
            report(console, await reach.close_tasks(console, scene, line, note=confirmed.reason))


class TellStory(After):
    """Marks the session as a success story, in a few words. Refused where someone asked not to have it told."""

    id = "story"
    title = "Mark as success story"
    short = "story"
    takes = "text"
    reversible = True

    def obstacle(self, scene: Scene, line: SessionLine) -> str:
        """Return that there is no story to tell."""
        return super().obstacle(scene, line) or ("nobody was there" if line.status is Status.ENDED_NO_SHOW else "")

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the story, then keep it."""
        (line,) = self.possible(scene)
        detail = await acts.detail_of(console, scene, line)
        text: str | None = argument
        if not argument:
            question = f"What is the story of {named(line)}?"
            known = detail.after.story or ""
            asked = Ask(question, label="Story", value=known, limit=MAX_BLOCK, yes="Keep it")
            text = await console.push_screen_wait(asked)
        if text is not None:
            report(console, await reach.tell_story(console, scene, line, text=text))


def _asked(detail: SessionDetail) -> Sequence[Option]:
    """Return the people who may have something to answer: those who came, then those who were approved."""
    came = {one.person_id: one.person for one in detail.presence if one.person_id is not None and not one.is_host}
    approved = {one.person_id: one.person for one in detail.requests if one.state is RequestState.APPROVED}
    options = [Option(value=str(person_id), title=name, note="came") for person_id, name in came.items()]
    options += [
        Option(value=str(person_id), title=name, note="never came")
        for person_id, name in approved.items()
        if person_id not in came
    ]
    return options


COMMANDS: Final[tuple[Command, ...]] = (
    SendSurvey(),
    AskWhy(),
    AnswerByHand(),
    AnswerLearned(),
    CloseTask(),
    TellStory(),
)
