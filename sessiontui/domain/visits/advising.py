"""Next steps and blockers of a project: each rule is stated here once, and names the fact that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sessiontui.domain.phrases import minutes as whole_minutes
from sessiontui.domain.phrases import span
from sessiontui.domain.visits.facts import ItemFact, ProjectFacts, QuestionFact, ReportFact
from sessiontui.domain.visits.rules import VisitRules
from sessiontui.domain.visits.words import REPORTED, ActivityKind, BlockerType, ItemState, Priority

MOST: Final = 12
"""Steps that are suggested at once: nobody reads more."""


class StepRule(StrEnum):
    """Which rule suggests a step."""

    SETTLE = "settle"
    REOPENED = "reopened"
    ANSWER = "answer"
    DECIDE = "decide"
    REVISIT = "revisit"
    TAKE_UP = "take_up"
    BEGIN = "begin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One next step: what to do, how pressing it is, and why. ``since`` is how long the reason has stood."""

    rule: StepRule
    priority: Priority
    text: str
    fact: str
    since: datetime | None = None
    item_id: int | None = None
    question_id: int | None = None
    activity_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing that stands in the way: its type, what it is, since when, and the fact behind it."""

    type: BlockerType
    text: str
    since: datetime
    fact: str
    item_id: int | None = None
    question_id: int | None = None
    activity_id: int | None = None

    @property
    def sentence(self) -> str:
        """What it says in a line, with its type as the first words.

        >>> from datetime import UTC
        >>> at = datetime(2026, 5, 4, tzinfo=UTC)
        >>> Obstacle(type=BlockerType.MISSING, text="the key", since=at, fact="").sentence
        'Missing: the key'
        """
        return f"{self.type.words}: {self.text}"


def suggested_steps(facts: ProjectFacts, now: datetime, rules: VisitRules) -> tuple[Step, ...]:
    """Return what to do next, the most pressing first and of those the oldest, at most ``MOST``."""
    found = [
        *(_settle(one, now) for one in facts.reports),
        *(_decide_again(one, now) for one in facts.items if _is_reopened(one)),
        *(_answer(one, now, rules) for one in facts.questions),
        *_explored(facts, now, rules),
        *_parked(facts, now, rules),
        *_begin(facts),
    ]
    order = list(Priority)
    # What has no beginning of its own comes last among its like.
    found.sort(key=lambda step: (order.index(step.priority), step.since is None, step.since or now))
    return tuple(found[:MOST])


def blockers(facts: ProjectFacts, now: datetime, rules: VisitRules) -> tuple[Obstacle, ...]:
    """Return what stands in the way, by type and of each type the oldest first; the same text of a type once."""
    found = sorted(_obstacles(facts, now, rules), key=lambda one: (list(BlockerType).index(one.type), one.since))
    told: dict[tuple[BlockerType, str], Obstacle] = {}
    for one in found:
        told.setdefault((one.type, " ".join(one.text.casefold().split())), one)
    return tuple(told.values())


def _obstacles(facts: ProjectFacts, now: datetime, rules: VisitRules) -> Iterator[Obstacle]:
    for report in facts.reports:
        yield Obstacle(
            type=REPORTED[report.kind],
            text=report.text,
            since=report.at,
            fact=f"reported {_ago(report.at, now)}{_by(report.by)}",
            item_id=report.item_id,
            activity_id=report.id,
        )
    for question in facts.questions:
        if now - question.asked_at >= rules.question_waits:
            yield Obstacle(
                type=BlockerType.CLARIFICATION,
                text=question.text,
                since=question.asked_at,
                fact=f"asked {_ago(question.asked_at, now)}{_by(question.asked_by)}, no answer",
                item_id=question.item_id,
                question_id=question.id,
            )
    for item in facts.in_state(ItemState.EXPLORING):
        if now - item.touched_at >= rules.stale_after:
            yield Obstacle(
                type=BlockerType.STALE,
                text=item.title,
                since=item.touched_at,
                fact=f"exploring, untouched for {_length(now - item.touched_at)}",
                item_id=item.id,
            )


_SETTLING: Final = {
    ActivityKind.MISSING: "Find out",
    ActivityKind.UNCLEAR: "Clarify",
    ActivityKind.DEPENDS: "Clear the way",
}


def _settle(report: ReportFact, now: datetime) -> Step:
    is_pressing = report.kind is not ActivityKind.UNCLEAR
    return Step(
        rule=StepRule.SETTLE,
        priority=Priority.HIGH if is_pressing else Priority.MEDIUM,
        text=f"{_SETTLING[report.kind]}: {report.text}",
        fact=f"{REPORTED[report.kind].words.lower()}, reported {_ago(report.at, now)}{_by(report.by)}",
        since=report.at,
        item_id=report.item_id,
        activity_id=report.id,
    )


def _is_reopened(item: ItemFact) -> bool:
    return item.reopened_at is not None and item.state is not ItemState.DECIDED


def _decide_again(item: ItemFact, now: datetime) -> Step:
    at = item.reopened_at or item.since
    return Step(
        rule=StepRule.REOPENED,
        priority=Priority.HIGH,
        text=f"Decide again: {item.title}",
        fact=f"it was decided, and opened again {_ago(at, now)}",
        since=at,
        item_id=item.id,
    )


def _answer(question: QuestionFact, now: datetime, rules: VisitRules) -> Step:
    waits = now - question.asked_at
    return Step(
        rule=StepRule.ANSWER,
        priority=Priority.HIGH if waits >= rules.question_waits else Priority.MEDIUM,
        text=f"Answer: {question.text}",
        fact=f"asked {_ago(question.asked_at, now)}{_by(question.asked_by)}, no answer",
        since=question.asked_at,
        item_id=question.item_id,
        question_id=question.id,
    )


def _explored(facts: ProjectFacts, now: datetime, rules: VisitRules) -> Iterator[Step]:
    for item in facts.in_state(ItemState.EXPLORING):
        if _is_reopened(item) or now - item.since < rules.exploring_long:
            continue
        yield Step(
            rule=StepRule.DECIDE,
            priority=Priority.MEDIUM,
            text=f"Decide or park: {item.title}",
            fact=f"exploring for {_length(now - item.since)}",
            since=item.since,
            item_id=item.id,
        )


def _parked(facts: ProjectFacts, now: datetime, rules: VisitRules) -> Iterator[Step]:
    parked = [item for item in facts.in_state(ItemState.PARKED) if not _is_reopened(item)]
    for item in parked:
        if now - item.since >= rules.parked_long:
            yield Step(
                rule=StepRule.REVISIT,
                priority=Priority.LOW,
                text=f"Look again at: {item.title}",
                fact=f"parked for {_length(now - item.since)}",
                since=item.since,
                item_id=item.id,
            )
    if parked and not facts.in_state(ItemState.EXPLORING) and now - parked[0].since < rules.parked_long:
        yield Step(
            rule=StepRule.TAKE_UP,
            priority=Priority.LOW,
            text=f"Take up: {parked[0].title}",
            fact="nothing is being explored",
            since=parked[0].since,
            item_id=parked[0].id,
        )


def _begin(facts: ProjectFacts) -> Iterator[Step]:
    if not facts.items:
        yield Step(rule=StepRule.BEGIN, priority=Priority.LOW, text="Add the first item", fact="there is none yet")


def _ago(then: datetime, now: datetime) -> str:
    length = whole_minutes(now - then)
    return f"{span(length)} ago" if length >= 1 else "just now"


def _length(length: timedelta) -> str:
    return span(whole_minutes(length))


def _by(name: str) -> str:
    return f" by {name}" if name else ""
