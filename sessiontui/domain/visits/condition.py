"""How a project is, from 0 to 100: the score is the worst part's, and every part names its fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.health import Band, band, worst
from sessiontui.domain.phrases import count, time_since
from sessiontui.domain.visits.advising import blockers
from sessiontui.domain.visits.facts import ProjectFacts
from sessiontui.domain.visits.rules import VisitRules
from sessiontui.domain.visits.words import BlockerType, ItemState

_PER_QUESTION: Final = 20
"""Points that a question takes which has waited too long."""

_PER_BLOCKER: Final = {
    BlockerType.MISSING: 30,
    BlockerType.DEPENDENCY: 30,
    BlockerType.CLARIFICATION: 0,  # questions count by themselves
    BlockerType.STALE: 0,  # a part of its own
}
_FULL: Final = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the health: its name, its score, and the fact behind it."""

    name: str
    score: int
    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The health of a project with its parts, the worst first."""

    parts: tuple[Part, ...]

    @property
    def score(self) -> int:
        """The worst part's score."""
        return worst(part.score for part in self.parts)

    @property
    def band(self) -> Band:
        """What the score means in a word."""
        return band(self.score)

    @property
    def fact(self) -> str:
        """Why it is no better; empty where nothing is wrong."""
        return self.parts[0].fact if self.parts and self.score < _FULL else ""


def condition_of(facts: ProjectFacts, now: datetime, rules: VisitRules) -> Condition:
    """Judge a project by how long nobody was at work, what waits for answers, what blocks, and what goes stale."""
    waiting = [one for one in facts.questions if now - one.asked_at >= rules.question_waits]
    standing = blockers(facts, now, rules)
    reported = [one for one in standing if _PER_BLOCKER[one.type]]
    unclear = [one for one in standing if one.type is BlockerType.CLARIFICATION and one.activity_id is not None]
    explored = facts.in_state(ItemState.EXPLORING)
    stale = [one for one in standing if one.type is BlockerType.STALE]
    parts = (
        _activity(facts.last_activity, now, rules),
        Part(
            "questions",
            max(0, _FULL - _PER_QUESTION * (len(waiting) + len(unclear))),
            _waits(len(waiting), len(unclear)),
        ),
        Part(
            "blockers",
            max(0, _FULL - sum(_PER_BLOCKER[one.type] for one in reported)),
            f"{count(len(reported), 'blocker')} stand in the way"
            if len(reported) != 1
            else "1 blocker stands in the way",
        ),
        Part(
            "items",
            _FULL - round(_FULL * len(stale) / len(explored)) if explored else _FULL,
            f"{len(stale)} of {count(len(explored), 'explored item')} untouched for long",
        ),
    )
    return Condition(parts=tuple(sorted(parts, key=lambda part: part.score)))


def _waits(questions: int, unclear: int) -> str:
    told = [f"{count(questions, 'question')} too long without an answer"] if questions or not unclear else []
    return ", ".join([*told, *([f"{unclear} to be clarified"] if unclear else [])])


def _activity(last: datetime | None, now: datetime, rules: VisitRules) -> Part:
    if last is None:
        return Part("activity", _FULL, "nothing has happened yet")
    silence = max(timedelta(), now - last)
    span = max(rules.silent_after - rules.quiet_after, timedelta.resolution)
    share = (silence - rules.quiet_after) / span
    score = min(_FULL, max(0, round(_FULL * (1 - share))))
    return Part("activity", score, f"last active {time_since(last, now)}")
