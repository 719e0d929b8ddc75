"""How work went in the shapes that leave the program: one JSON object, flat rows for the export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.scoring.scores import Score
from sessiontui.services.analytics.rows import Cell, Shape, empty_row, rounded
from sessiontui.services.scoring.picture import ScoreCard, WorkReport

if TYPE_CHECKING:
    from sessiontui.domain.learning.predicting import Prediction
    from sessiontui.domain.scoring.figures import WeekOfWork, WorkFigure
    from sessiontui.services.scoring.picture import LearnedLine, Went

_MINUTE = timedelta(minutes=1)


def as_json(found: WorkReport) -> dict[str, Shape]:
    """Return a report of work as one object; shares are from 0 to 1, scores from 0 to 100, lengths in minutes."""
    return {
        "taken_at": rfc3339(found.taken_at),
        "since": maybe_rfc3339(found.since),
        "until": maybe_rfc3339(found.until),
        "zone": found.zone.key,
        "query": found.query,
        "sessions": found.n,
        "formulas": {str(score): score.formula for score in Score},
        "metrics": _figures(found.figures),
        "phases": [
            {
                "phase": None if one.phase is None else str(one.phase),
                "minutes": minutes_of(one.time),
                "share": rounded(one.share),
                "n": one.n,
            }
            for one in found.phases
        ],
        "weeks": [_week(one) for one in found.weeks],
        "by": None if found.by_dim is None else str(found.by_dim),
        "groups": [
            {
                "key": group.key if found.names else group.label,
                "label": group.label,
                "sessions": group.n,
                "metrics": _figures(group.figures),
            }
            for group in found.groups
        ],
        "together": [
            {
                "factor": one.factor,
                "outcome": one.outcome,
                "rho": rounded(one.rho),
                "n": one.n,
                "low": rounded(one.low),
                "high": rounded(one.high),
                "chance": rounded(one.chance),
            }
            for one in found.together
        ],
    }


def rows(found: WorkReport) -> Iterator[dict[str, Cell]]:
    """Yield every figure as a flat row, in the columns of the analytics."""
    for figure in found.figures:
        yield _row("work", figure)
    by_dim = "" if found.by_dim is None else f"work by {found.by_dim}"
    for group in found.groups:
        for figure in group.figures:
            yield _row(by_dim, figure, group=group.label)
    for phase in found.phases:
        yield {
            **empty_row("work by phase", "minutes", group=str(phase.phase or "no phase")),
            "value": minutes_of(phase.time),
            "unit": "minutes",
            "n": phase.n,
        }
    for week in found.weeks:
        for name, value in (
            ("productivity", week.productivity), ("efficiency", week.efficiency), ("quality", week.quality),
        ):  # fmt: skip
            yield {
                **empty_row("work by week", name, group=week.monday.isoformat()),
                "value": rounded(value),
                "unit": "points",
                "n": week.n,
            }
    for one in found.together:
        yield {
            **empty_row("goes together", one.factor, group=one.outcome),
            "value": rounded(one.rho),
            "unit": "correlation",
            "n": one.n,
            "low": rounded(one.low),
            "high": rounded(one.high),
        }


def went_as_json(found: Went | None) -> dict[str, Shape]:
    """Return how a session went, or how long it is likely to take, for ``show --json``."""
    card = None if found is None else found.card
    likely = None if found is None else found.prediction
    return {
        "scores": None if card is None else card_as_json(card),
        "prediction": None if likely is None else prediction_as_json(likely),
        "learned": [] if found is None else [_learned(one) for one in found.learned],
    }


def card_as_json(card: ScoreCard) -> dict[str, Shape]:
    """Return the scores of a session with their parts, and the focus that there was."""
    focus = card.effort.focus
    return {
        **{
            str(one.score): {
                "value": one.value,
                "formula": one.score.formula,
                "parts": [
                    {"name": part.name, "weight": part.weight, "value": rounded(part.value), "fact": part.told}
                    for part in one.parts
                ],
            }
            for one in card.scores
        },
        "focus": {
            "minutes": minutes_of(focus.total),
            "longest_minutes": minutes_of(focus.longest),
            "stretches": focus.stretches,
            "interruptions": focus.interruptions,
            "distracted_minutes": minutes_of(focus.distracted),
        },
        "estimate_minutes": minutes_of(card.effort.estimate),
        "actual_minutes": minutes_of(card.effort.actual),
    }


def prediction_as_json(found: Prediction) -> dict[str, Shape]:
    """Return how long a session is likely to take, in minutes."""
    return {
        "minutes": round(found.minutes, 1),
        "low": round(found.low, 1),
        "high": round(found.high, 1),
        "estimate": round(found.estimate, 1),
        "n": found.n,
        "own": found.own,
        "all": found.all,
        "said": found.said,
    }


def minutes_of(time: timedelta) -> float:
    """Return a length in minutes, to two digits."""
    return round(time / _MINUTE, 2)


def _week(one: WeekOfWork) -> dict[str, Shape]:
    return {
        "monday": one.monday.isoformat(),
        "n": one.n,
        "productivity": rounded(one.productivity),
        "efficiency": rounded(one.efficiency),
        "quality": rounded(one.quality),
        "goals_done": one.goals_done,
        "goals": one.goals,
        "focus_minutes": minutes_of(one.focus),
    }


def _learned(one: LearnedLine) -> dict[str, Shape]:
    return {
        "person_id": one.person_id,
        "person": one.person,
        "skill": one.skill,
        "before": one.before,
        "after": one.after,
    }


def _figures(figures: Iterable[WorkFigure]) -> dict[str, Shape]:
    return {
        str(figure.metric): {
            "value": rounded(figure.value),
            "n": figure.n,
            "of": figure.definition.over,
            "unit": figure.definition.unit.value,
            **({} if figure.hits is None else {"hits": figure.hits}),
            "low": rounded(figure.low),
            "high": rounded(figure.high),
        }
        for figure in figures
    }


def _row(panel: str, figure: WorkFigure, *, group: str = "") -> dict[str, Cell]:
    definition = figure.definition
    return {
        **empty_row(panel, str(figure.metric), group=group),
        "value": rounded(figure.value),
        "unit": definition.unit.value,
        "n": figure.n,
        "hits": figure.hits,
        "counts": definition.counts,
        "over": definition.over,
        "low": rounded(figure.low),
        "high": rounded(figure.high),
    }
