"""What was learned in the shapes that leave the program: one JSON object, flat rows for the export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.services.analytics.rows import Cell, Shape, empty_row, rounded
from sessiontui.services.scoring.rows import minutes_of

if TYPE_CHECKING:
    from sessiontui.domain.learning.predicting import Errors, Evaluation, Fit
    from sessiontui.domain.learning.skills import Mean, Skill
    from sessiontui.services.learning.picture import LearningGroup, LearningReport, LessonLine, PatternLine


def as_json(found: LearningReport) -> dict[str, Shape]:
    """Return a report of learning as one object; gains are points from 0 to 100, velocities points an hour."""
    return {
        "taken_at": rfc3339(found.taken_at),
        "since": maybe_rfc3339(found.since),
        "until": maybe_rfc3339(found.until),
        "zone": found.zone.key,
        "query": found.query,
        "sessions": found.n,
        "went_well": found.well,
        "people_who_answered": found.people,
        "gain": _mean(found.gain),
        "velocity": _mean(found.velocity),
        "skills": [_skill(line.skill) for line in found.skills],
        "patterns": [_pattern(line) for line in found.patterns],
        "recommendations": [_lesson(line) for line in found.lessons],
        "by": None if found.by_dim is None else str(found.by_dim),
        "groups": [
            {"key": group.key if found.names else group.label, "label": group.label, **_group(group)}
            for group in found.groups
        ],
    }


def rows(found: LearningReport) -> Iterator[dict[str, Cell]]:
    """Yield every figure as a flat row, in the columns of the analytics."""
    for line in found.skills:
        skill = line.skill
        yield {
            **empty_row("skills", "practice", group=skill.name),
            "value": minutes_of(skill.time),
            "unit": "minutes",
            "n": skill.sessions,
        }
        for name, mean, unit in (("gain", skill.gain, "points"), ("velocity", skill.velocity, "points_an_hour")):
            if mean.n:
                yield {**empty_row("skills", name, group=skill.name), **_cells(mean), "unit": unit}
    for one in found.patterns:
        pattern = one.pattern
        yield {
            **empty_row(f"went well by {pattern.aspect}", "went_well", group=one.label),
            "value": rounded(pattern.share),
            "unit": "share",
            "n": pattern.n,
            "hits": pattern.hits,
            "low": rounded(pattern.low),
            "high": rounded(pattern.high),
        }
    for told in found.lessons:
        lesson = told.lesson
        yield {
            **empty_row("lessons", str(lesson.topic), group=lesson.key),
            "value": rounded(lesson.value),
            "n": lesson.n,
            "low": rounded(lesson.low),
            "high": rounded(lesson.high),
            "counts": told.sentence,
        }


def trial_as_json(found: Fit | None, tested: Evaluation | None) -> dict[str, Shape]:
    """Return what predictions of how long sessions take rest on, and how they fared."""
    return {
        "cases": 0 if found is None else found.all.n,
        "templates": {} if found is None else {key: group.n for key, group in sorted(found.templates.items())},
        "tested": None
        if tested is None
        else {
            "train": tested.train,
            "test": tested.test,
            "cut": rfc3339(tested.cut),
            "prediction": _errors(tested.model),
            "mean": _errors(tested.mean),
            "estimate": _errors(tested.estimate),
            "beats_mean": tested.beats_mean,
            "held": tested.held,
            "width_minutes": round(tested.width, 2),
        },
    }


def _skill(skill: Skill) -> dict[str, Shape]:
    return {
        "skill": skill.name,
        "sessions": skill.sessions,
        "minutes": minutes_of(skill.time),
        "people": skill.people,
        "before": _mean(skill.before),
        "after": _mean(skill.after),
        "gain": _mean(skill.gain),
        "velocity": _mean(skill.velocity),
    }


def _pattern(line: PatternLine) -> dict[str, Shape]:
    pattern = line.pattern
    return {
        "aspect": str(pattern.aspect),
        "key": pattern.key,
        "label": line.label,
        "went_well": rounded(pattern.share),
        "hits": pattern.hits,
        "n": pattern.n,
        "low": rounded(pattern.low),
        "high": rounded(pattern.high),
        "interval": "Wilson",
        "others": rounded(pattern.other_share),
        "others_n": pattern.other_n,
        "chance": rounded(pattern.chance),
        "stands_out": pattern.stands_out,
        "gain": _mean(pattern.gain),
    }


def _lesson(line: LessonLine) -> dict[str, Shape]:
    lesson = line.lesson
    return {
        "topic": str(lesson.topic),
        "about": lesson.dim,
        "key": lesson.key,
        "sentence": line.sentence,
        "value": rounded(lesson.value),
        "n": lesson.n,
        "low": rounded(lesson.low),
        "high": rounded(lesson.high),
        "interval": lesson.interval,
        "against": rounded(lesson.against),
        "others": lesson.others,
        "chance": rounded(lesson.chance),
    }


def _group(group: LearningGroup) -> dict[str, Shape]:
    return {
        "sessions": group.n,
        "minutes": minutes_of(group.time),
        "went_well": group.well,
        "low": rounded(group.low),
        "high": rounded(group.high),
        "gain": _mean(group.gain),
        "velocity": _mean(group.velocity),
    }


def _errors(found: Errors) -> dict[str, Shape]:
    return {"minutes": round(found.minutes, 3), "factor": round(found.factor, 5)}


def _mean(mean: Mean) -> dict[str, Shape]:
    return {
        "value": rounded(mean.value),
        "n": mean.n,
        "low": rounded(mean.low),
        "high": rounded(mean.high),
        "interval": "t",
    }


def _cells(mean: Mean) -> dict[str, Cell]:
    return {"value": rounded(mean.value), "n": mean.n, "low": rounded(mean.low), "high": rounded(mean.high)}
