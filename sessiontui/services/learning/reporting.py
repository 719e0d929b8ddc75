"""The report of learning: skills, what people say they gained, what goes with good outcomes, recommendations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.analytics.estimates import wilson
from sessiontui.domain.analytics.periods import MINUTE, midnight
from sessiontui.domain.instants import from_ms
from sessiontui.domain.learning.knowledge import Knowledge, Learned
from sessiontui.domain.learning.lessons import Lesson, lessons_of
from sessiontui.domain.learning.patterns import Aspect, Pattern, Trial, length_band, length_bounds, patterns_of
from sessiontui.domain.learning.skills import Practice, mean_of, skills_of, velocity_of
from sessiontui.domain.query.lexing import quoted
from sessiontui.domain.records import record, replace
from sessiontui.domain.vocabulary import Role, Status
from sessiontui.services.analytics.figures import WEEKDAYS, Dimension
from sessiontui.services.context import Context
from sessiontui.services.learning.picture import (
    LearningGroup,
    LearningReport,
    LessonLine,
    PatternLine,
    SkillLine,
)
from sessiontui.services.scoring.efforts import aside
from sessiontui.services.scoring.pasts import CHUNK, Pasts, Progress, read
from sessiontui.services.scoring.picture import By
from sessiontui.services.scoring.reporting import drill_of, key_of, labels
from sessiontui.services.templates.knowing import known
from sessiontui.store.reads import worked as kept
from sessiontui.store.reads.worked import PastRow

EVERY: Final = "is:ended -is:provisional"
"""The filter of the sessions that a report of learning is about."""

_RAN: Final = "status:complete,early -is:provisional"

_MS: Final = timedelta(milliseconds=1)


async def report(
    context: Context,
    *,
    by: Actor,
    now: datetime,
    query: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    by_dim: By | None = None,
    zone: ZoneInfo | None = None,
    as_of: datetime | None = None,
    progress: Progress | None = None,
) -> LearningReport:
    """Return what the sessions of a query teach that start in ``[since, until)``; of all time without bounds.

    Mentors are told of their own sessions, participants of those they came to as well and of their own answers alone,
    viewers of no names. With ``as_of`` everything is as it stood then.
    """
    pasts = await read(
        context,
        by=by,
        now=now,
        query=query,
        since=since,
        until=until,
        zone=zone,
        as_of=as_of,
        taken_part=True,
        progress=progress,
    )
    found = LearningReport(
        taken_at=pasts.at,
        since=since,
        until=until,
        zone=pasts.zone,
        query=query,
        as_of=as_of,
        names=pasts.names,
        drill=pasts.drill.with_(EVERY),
        n=len(pasts.rows),
        by_dim=by_dim,
    )
    if not pasts.rows:
        return found
    alone = by.id if by.role is Role.PARTICIPANT else None
    past = await _Past.read(pasts, alone=alone)
    planned = {one.slug: one.template.minutes for one in await known(context, now=now)}
    groups = [] if by_dim is None else await _groups(pasts, past, by_dim, alone=alone)
    return await aside(partial(_drawn, replace(found, groups=tuple(groups)), pasts, past, planned), many=_many(pasts))


@record
class _Past:
    """The sessions of a report with what came of them: answers, and each as a trial, in the order of the sessions."""

    rows: Sequence[PastRow]
    answers: Sequence[Learned]
    trials: Sequence[Trial]
    days: Sequence[datetime]

    @classmethod
    async def read(cls, pasts: Pasts, *, alone: int | None) -> _Past:
        """Return what came of sessions; with ``alone`` only what this person answered."""
        ids = [row.id for row in pasts.rows]
        stars = await kept.stars(pasts.fetch, ids, at=pasts.at)
        told = await kept.knowledge(pasts.fetch, ids, at=pasts.at)
        said = [one for one in told if alone is None or one.person_id == alone]
        return await aside(partial(cls.of, pasts, stars, said), many=_many(pasts))

    @classmethod
    def of(cls, pasts: Pasts, stars: Mapping[int, Sequence[int]], said: Sequence[Knowledge]) -> _Past:
        """Return what came of sessions from the ratings and answers they were given."""
        by_id = {row.id: row for row in pasts.rows}
        answers = [
            Learned(
                skill=one.skill,
                before=one.before,
                after=one.after,
                time=by_id[one.session_id].actual * _MS,
                session_id=one.session_id,
                person_id=one.person_id,
            )
            for one in said
        ]
        gains: defaultdict[int, list[float]] = defaultdict(list)
        for answer in answers:
            gains[answer.session_id].append(answer.gain)
        days = [from_ms(row.starts_at).astimezone(pasts.zone) for row in pasts.rows]
        trials = [
            _trial(row, day, stars.get(row.id, ()), gains.get(row.id, ()))
            for row, day in zip(pasts.rows, days, strict=True)
        ]
        return cls(pasts.rows, answers, trials, days)


def _drawn(found: LearningReport, pasts: Pasts, past: _Past, planned: Mapping[str, int]) -> LearningReport:
    patterns = patterns_of(past.trials)
    ratios: defaultdict[str, list[float]] = defaultdict(list)
    for row in past.rows:
        if row.template and row.actual and row.estimate:
            ratios[row.template].append(row.actual / row.estimate)
    lessons = lessons_of(patterns, ratios, past.answers, planned=planned)
    told = [PatternLine(one, _label(one.aspect, one.key), _drill(pasts, past, one)) for one in patterns]
    return replace(
        found,
        well=sum(trial.went_well for trial in past.trials),
        people=len({answer.person_id for answer in past.answers}),
        gain=mean_of([answer.gain for answer in past.answers]),
        velocity=velocity_of(past.answers),
        skills=_skills(pasts, past),
        patterns=tuple(told),
        lessons=tuple(_lesson(pasts, past, one) for one in lessons),
    )


def _many(pasts: Pasts) -> bool:
    """Return whether there are so many sessions that going through them is felt."""
    return len(pasts.rows) > 5 * CHUNK


def skills_in(row: PastRow) -> tuple[str, ...]:
    """Return what was practised in a session: its tags, or the template that it was made from where it has none."""
    tags = dict.fromkeys(" ".join(tag.split()).casefold() for tag in row.tags)
    return tuple(tag for tag in tags if tag) or ((row.template.replace("-", " "),) if row.template else ())


def _trial(row: PastRow, day: datetime, stars: Sequence[int], gains: Sequence[float]) -> Trial:
    return Trial(
        session_id=row.id,
        starts_at=day,
        keys={
            Aspect.TEMPLATE: row.template,
            Aspect.HOUR: f"{day.hour:02}",
            Aspect.LENGTH: length_band(ceil(row.planned / MINUTE)),
            Aspect.WEEKDAY: str(day.weekday()),
        },
        complete=row.status == Status.ENDED_COMPLETE,
        progress=row.progress,
        stars=sum(stars) / len(stars) if stars else None,
        gain=sum(gains) / len(gains) if gains else None,
    )


def _skills(pasts: Pasts, past: _Past) -> tuple[SkillLine, ...]:
    practices = []
    templates: dict[str, str] = {}
    tagged: dict[str, str] = {}
    for row in past.rows:
        if not row.actual:
            continue
        for skill in skills_in(row):
            practices.append(Practice(skill, row.id, row.actual * _MS, row.seen))
            if row.tags:
                tagged.setdefault(skill, next(tag for tag in row.tags if " ".join(tag.split()).casefold() == skill))
            else:
                templates[skill] = row.template
    lines = []
    for one in skills_of(practices, past.answers):
        drill = ""
        if one.name in tagged:
            drill = pasts.drill.with_(f"tag:{quoted(tagged[one.name])} {_RAN}")
        elif one.name in templates:
            drill = pasts.drill.with_(f"template:{templates[one.name]} -has:tags {_RAN}")
        lines.append(SkillLine(one, drill))
    return tuple(lines)


def _label(aspect: str, key: str) -> str:
    match aspect:
        case Aspect.HOUR:
            return f"{key}:00"
        case Aspect.WEEKDAY:
            return WEEKDAYS[int(key)]
        case _:
            return key


def _drill(pasts: Pasts, past: _Past, one: Pattern | Lesson) -> str:
    aspect = one.aspect if isinstance(one, Pattern) else one.dim
    match aspect:
        case Aspect.TEMPLATE:
            drill = pasts.drill.of(Dimension.TEMPLATE, one.key, pasts.zone)
            return f"{drill} {EVERY}" if drill else ""
        case Aspect.LENGTH:
            low, high = length_bounds(one.key)
            below = "" if high is None else f" minutes:<={high}"
            return pasts.drill.with_(f"minutes:>{low}{below} {EVERY}")
        case Aspect.HOUR | Aspect.WEEKDAY:
            return pasts.drill.of_spans(_spans(past, Aspect(aspect), one.key, pasts.zone), EVERY)
        case _:
            return ""


def _spans(past: _Past, aspect: Aspect, key: str, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield the hours, or the days, in which the sessions of an hour of the day, or of a day of the week, began."""
    for trial in past.trials:
        if trial.keys[aspect] != key:
            continue
        if aspect is Aspect.HOUR:
            hour = trial.starts_at.replace(minute=0, second=0, microsecond=0)
            yield hour, hour.astimezone(UTC) + timedelta(hours=1)
        else:
            day = trial.starts_at.date()
            yield from_ms(midnight(day, zone)), from_ms(midnight(day + timedelta(days=1), zone))


def _lesson(pasts: Pasts, past: _Past, one: Lesson) -> LessonLine:
    if one.dim == "skill":
        return LessonLine(one, one.sentence(one.key), pasts.drill.with_(f"tag:{quoted(one.key)} {EVERY}"))
    return LessonLine(one, one.sentence(_label(one.dim, one.key)), _drill(pasts, past, one))


async def _groups(pasts: Pasts, past: _Past, by_dim: By, *, alone: int | None) -> list[LearningGroup]:
    members, told = await aside(partial(_members, past, by_dim, alone=alone), many=_many(pasts))
    keys = sorted({*members, *told})
    shown = await labels(pasts.fetch, by_dim, keys, names=pasts.names)
    groups = [_group(pasts, past, by_dim, key, shown[key], members.get(key, ()), told.get(key, ())) for key in keys]
    return groups if by_dim is By.WEEK else sorted(groups, key=lambda one: (-one.time, one.label))


def _members(
    past: _Past, by_dim: By, *, alone: int | None
) -> tuple[Mapping[str, Sequence[int]], Mapping[str, Sequence[Learned]]]:
    """Return the places of the sessions, and the answers, of each value of a dimension."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for place, (row, day) in enumerate(zip(past.rows, past.days, strict=True)):
        if by_dim is By.PERSON:
            for person in row.people:
                if alone is None or person == alone:
                    members[str(person)].append(place)
        else:
            members[key_of(by_dim, person=None, template=row.template, day=day.date())].append(place)
    place_of = {row.id: place for place, row in enumerate(past.rows)}
    told: defaultdict[str, list[Learned]] = defaultdict(list)
    for answer in past.answers:
        place = place_of[answer.session_id]
        template, day = past.rows[place].template, past.days[place]
        told[key_of(by_dim, person=answer.person_id, template=template, day=day.date())].append(answer)
    return members, told


def _group(
    pasts: Pasts,
    past: _Past,
    by_dim: By,
    key: str,
    label: str,
    places: Sequence[int],
    answers: Sequence[Learned],
) -> LearningGroup:
    well = sum(past.trials[place].went_well for place in places)
    low, high = wilson(well, len(places)) or (None, None)
    if by_dim is By.PERSON:
        drill = pasts.drill.with_(f"person:#{key} {_RAN}") if pasts.names else ""
    else:
        drill = drill_of(pasts, by_dim, key, EVERY)
    return LearningGroup(
        key=key,
        label=label,
        n=len(places),
        time=sum((past.rows[place].actual * _MS for place in places), timedelta()),
        well=well,
        low=low,
        high=high,
        gain=mean_of([answer.gain for answer in answers]),
        velocity=velocity_of(answers),
        drill=drill,
    )
