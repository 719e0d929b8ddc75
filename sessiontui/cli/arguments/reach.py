"""What can be written after ``do`` to reach people, and after a session has ended."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, TypeAlias

from sessiontui.cli.parsing import Parser, at_least_one

_Make: TypeAlias = "Callable[..., Parser]"

PLAIN: Final = {
    "remind": "remind participants who are approved and not here yet",
    "confirm": "ask approved participants by mail whether they come",
    "call-mentor": "log that the mentor is called, and show the number and the time of day there",
    "moderate": "hand out the join link to moderate",
    "survey": "send the survey to those who were there and were not asked yet",
    "follow-up": "ask those who were approved and never came why",
    "close-task": "close the open follow-up tasks; the reason says what was found out",
}
"""The actions that take nothing but a reason."""


def add(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    """Add every action that reaches people; ``make`` makes one with the options that all have."""

    def sessions(name: str, told: str) -> Parser:
        action = make(actions, common, name, told)
        action.add_argument("ids", nargs="+", metavar="ID", help="4711, #4711, source:id, or an outside id")
        return action

    for name, told in PLAIN.items():
        sessions(name, told)
    message = sessions("message", "write to the participants of sessions, or to one person about them")
    message.add_argument("--text", required=True, metavar="TEXT", help="what to write")
    message.add_argument("--person", metavar="WHO", help="to this person alone")
    author = sessions("alert-author", "tell the authors what waits for them: pending requests and what is wrong")
    author.add_argument("--text", default="", metavar="TEXT", help="a few words of your own")
    for name, told in (("add", "give a person a place"), ("remove", "take the place of a person away")):
        sessions(name, told).add_argument("--person", required=True, metavar="WHO")
    answer = sessions("survey-answer", "keep what a person answers after a session")
    answer.add_argument("--person", required=True, metavar="WHO")
    answer.add_argument("--rating", type=at_least_one, metavar="N", help="from 1 (poor) to 5 (excellent)")
    answer.add_argument("--comment", default="", metavar="TEXT", help="a comment, or why they did not come")
    answer.add_argument("--may-tell", choices=("yes", "no"), help="whether the story may be told")
    learned = sessions("learned", "keep what a person says they learned in a session")
    learned.add_argument("--person", required=True, metavar="WHO")
    learned.add_argument("--skill", required=True, metavar="SKILL", help="such as a tag of the session")
    known = "from 1 to 5, or from 0 to 100; 3/100 where 3 would be a step"
    learned.add_argument("--before", required=True, metavar="N", help=f"how much was known before, {known}")
    learned.add_argument("--after", required=True, metavar="N", help="how much was known after it, on the same scale")
    story = sessions("story", "mark sessions as success stories")
    story.add_argument("--text", default="", metavar="TEXT", help="the story in a few words")
    resend = make(actions, common, "resend", "send letters again that did not arrive")
    resend.add_argument("ids", nargs="+", metavar="ID", help="letters; with --session: sessions")
    resend.add_argument("--session", action="store_true", help="all letters of these sessions that did not arrive")
