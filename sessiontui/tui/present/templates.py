"""Templates as cells and sheets: a row of the list, and the preview of one with its plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.analytics.wording import percent
from sessiontui.domain.phrases import count, span
from sessiontui.domain.templates.outline import Row, Sort, outline
from sessiontui.domain.templates.shape import Difficulty, Template
from sessiontui.domain.text import visible_block
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, Look, fitted, outside
from sessiontui.tui.present.sheets import facts
from sessiontui.tui.present.times import moment, short_moment

if TYPE_CHECKING:
    from sessiontui.domain.templates.suggesting import Suggestion
    from sessiontui.services.templates.listing import Offer, TemplateLine, TemplatePage

_POOR: Final = 0.5
"""A share of sessions that went to their end below which a template deserves a second look."""

_ENOUGH: Final = 5
"""Ended sessions below which their share says too little to be coloured."""

_LEAST_BESIDE: Final = 10
"""Cells for what stands beside a goal, below which a piece of it says nothing."""

_STEPS: Final = {Difficulty.EASY: GOOD, Difficulty.MEDIUM: "", Difficulty.HARD: ALARM}


def template_cells(line: TemplateLine, now: datetime, look: Look) -> tuple[Content, ...]:
    """Return name, kind, length, uses, success, difficulty, version, when used last, goals, tags, word."""
    told, quiet = line.template, MUTED if line.retired_at is not None else ""
    version = (
        Content.styled(f"v{line.version}", MUTED) if line.retired_at is None else Content.styled("retired", ALARM)
    )
    used = line.record.last_used
    return (
        outside(told.name, quiet),
        Content.styled(str(told.kind), MUTED),
        Content.styled(span(told.minutes), quiet),
        Content.styled(str(line.record.uses or ""), "$accent"),
        success(line),
        Content.styled(str(told.difficulty), _STEPS[told.difficulty]),
        version,
        Content.styled("" if used is None else short_moment(used, now, look.zone), MUTED),
        Content.styled(str(len(told.plan.goals) or ""), MUTED),
        outside(", ".join(told.tags), MUTED),
        outside(line.slug, MUTED),
    )


def success(line: TemplateLine) -> Content:
    """Return which share of its sessions went to their end, and of how many."""
    if line.success is None:
        return Content("")
    poor = line.record.ended >= _ENOUGH and line.success < _POOR
    return Content.styled(f"{line.success:.0%} of {line.record.ended}", BAD if poor else "")


def heading(line: TemplateLine, look: Look, width: int) -> Content:
    """Return what it is in a line: kind, difficulty, version, whose."""
    parts = [
        Content(str(line.template.kind)),
        Content.styled(str(line.template.difficulty), _STEPS[line.template.difficulty]),
        Content.styled(f"version {line.version}", MUTED),
        Content.styled("built in", MUTED) if line.built_in else outside(f"by {line.changed_by}", MUTED),
    ]
    if line.retired_at is not None:
        parts.append(Content.styled("retired: R brings it back", ALARM))
    return Content("\n").join(Content(look.dot).join(parts).wrap(max(8, width)))


def preview(page: TemplatePage, now: datetime, look: Look, width: int) -> Content:
    """Return one template whole: what its sessions begin with, what became of them, its plan, its versions."""
    line = page.line
    rows = [*_begins(line.template, page.lasting.said, look), ("Success", _told_success(line, look))]
    for place, version in enumerate(page.versions[:5]):
        said = f"v{version.number}  {moment(version.at, now, look.zone)}  "
        rows.append(("Versions" if place == 0 else "", Content.styled(said, MUTED) + outside(version.by, MUTED)))
    if line.built_in and len(page.versions) == 1:
        rows.pop()
    return _with_plan(line.template, facts(rows, width), look, width)


def offered(offer: Offer, look: Look, width: int) -> Content:
    """Return one template as it is offered: why it is, what the session begins with, and the plan."""
    rows = [("Suits", reasons(offer.suggestion, look)), *_begins(offer.template, offer.lasting.said, look)]
    return _with_plan(offer.template, facts(rows, width), look, width)


def reasons(suggestion: Suggestion, look: Look) -> Content:
    """Return a score with the parts that it adds up from."""
    if not suggestion.parts:
        return Content.styled("type a title, and what suits it comes first", MUTED)
    parts = [
        outside(part.said) + Content.styled(f" {part.points:.0f}/{part.most}", MUTED) for part in suggestion.parts
    ]
    score = Content.styled(f"{suggestion.score} of 100", "bold")
    return Content("\n").join([score, *parts]) if parts else score + look.dot


def plan_lines(template: Template, look: Look, width: int) -> Content:
    """Return the plan as a tree, each line with what it rests on."""
    if template.plan.is_empty:
        return Content.styled("No plan: the session begins with an empty one.", MUTED)
    return Content("\n").join(_plan(outline(template.plan), look, width))


def _begins(template: Template, lasting: str, look: Look) -> list[tuple[str, Content]]:
    rows = [("Length", outside(lasting))]
    if template.title:
        rows.append(
            (
                "Title",
                Content.styled("begins with ", MUTED)
                + outside(f"“{template.title}”" if not look.ascii else f'"{template.title}"'),
            )
        )
    if template.capacity:
        rows.append(("Seats", Content(count(template.capacity, "seat"))))
    if template.tags:
        rows.append(("Tags", outside(", ".join(template.tags))))
    return rows


def _told_success(line: TemplateLine, look: Look) -> Content:
    record = line.record
    if line.success is None or line.low is None or line.high is None:
        word = f"{count(record.uses, 'session')} made from it, none has ended" if record.uses else "not used yet"
        return Content.styled(word, MUTED)
    between = f"{percent(line.low)}{look.of('–', '-')}{percent(line.high)}"
    said = f"{record.complete} of {record.ended} went to their end{look.dot}{count(record.uses, 'use')}"
    return success(line) + Content.styled(f"{look.dot}{said}{look.dot}95 % between {between}", MUTED)


def _with_plan(template: Template, top: Content, look: Look, width: int) -> Content:
    parts = [top, Content("")]
    if template.description:
        parts += [*Content(visible_block(template.description)).wrap(max(8, width)), Content("")]
    return Content("\n").join([*parts, plan_lines(template, look, width)])


def _plan(rows: Iterable[Row], look: Look, width: int) -> Iterable[Content]:
    for row in rows:
        if row.sort is Sort.HEADING:
            yield Content.styled(row.text, "bold")
            continue
        indent = "  " * (row.depth - 1)
        line = Content(indent) + Content.styled(_SIGNS[row.sort][look.ascii], MUTED) + outside(row.text)
        room = width - line.cell_length - 2
        if row.beside and room >= min(len(row.beside), _LEAST_BESIDE):
            line += Content.styled(f"  {row.beside}", MUTED)
        yield fitted(line, width, look).rstrip()


_SIGNS: Final = {Sort.GOAL: ("○ ", "o "), Sort.MILESTONE: ("◇ ", "* "), Sort.CHECK: ("☐ ", "[] ")}
