"""Health in a word for the top line, and its parts, jobs and sources as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.health import has_untold_turns
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.tui.present.bars import bar
from sessiontui.tui.present.frame import HEALTH_UNKNOWN
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, Look, fitted, outside
from sessiontui.tui.present.times import span

if TYPE_CHECKING:
    from sessiontui.services.pictures import CacheLine, Health, HealthPart, JobLine


WELL: Final = 100
"""The score of a part of which there is nothing to say."""

MAIL_DEAD: Final = 50
"""The score of the outbox where letters are dead although the rest leaves; below it nothing leaves."""


def strip(health: Health | None, *, short: bool = False) -> Content:
    """Return the health of the installation for the top line; no worker leading is said before any score."""
    if health is None:
        return Content.styled(*HEALTH_UNKNOWN)
    style = band_style(health.band)
    score = Content.styled(f"{health.score}" if short else f"health {health.score} {health.band}", style)
    if not health.leader:
        return Content.styled("no worker ", f"bold {BAD}") + score
    outbox = next((part.score for part in health.parts if part.name == "outbox"), None)
    if outbox is not None and outbox <= MAIL_DEAD:
        word = "dead letters" if outbox == MAIL_DEAD else "mail stuck"
        return Content.styled("mail! " if short else f"{word} ", f"bold {BAD}") + score
    return score


def band_style(band: str) -> str:
    """Return the theme's style of a band; a word that is no band has none."""
    return f"$band-{band}" if band in ("excellent", "good", "fair", "poor", "critical") else ""


def band_of(score: int) -> str:
    """Return the band of a score.

    >>> band_of(80), band_of(19)
    ('excellent', 'critical')
    """
    for floor, word in ((80, "excellent"), (60, "good"), (40, "fair"), (20, "poor")):
        if score >= floor:
            return word
    return "critical"


def part(line: HealthPart, look: Look, width: int) -> Content:
    """Return one part of the score: name, bar, number, fact, and what to do where it is low."""
    style = band_style(band_of(line.score))
    head = Content.assemble(
        fitted(outside(line.name), 11, look),
        Content.styled(bar(line.score / 100, 10, look).ljust(10), style),
        Content.styled(f"{line.score:>4} ", style),
        Content.styled(f"{band_of(line.score):<10} ", style),
    )
    said = outside(line.fact)
    if line.hint:
        said += Content.styled(look.dot + visible(line.hint), f"{ALARM}")
    rows = said.wrap(max(12, width - head.cell_length))
    return Content("\n").join([head + rows[0], *(Content(" " * head.cell_length) + row for row in rows[1:])])


def parts(lines: Sequence[HealthPart], look: Look, width: int, *, short: bool = False) -> Content:
    """Return the parts of the score one below the other; in ``short`` those that are all right share a line."""
    if not short:
        return Content("\n").join(part(line, look, width) for line in lines)
    rows = [part(line, look, width) for line in lines if line.score < WELL]
    fine = [line for line in lines if line.score >= WELL]
    if fine:
        names = Content(", ").join(outside(line.name) for line in fine)
        rows += (Content.styled(f"{look.of('✓', '+')} all right: ", GOOD) + names).wrap(max(12, width))
    return Content("\n").join(rows)


def leadership(health: Health, look: Look) -> Content:
    """Return who leads the worker, in one sentence."""
    if not health.leader:
        return Content.styled(
            f"{look.of('✖', 'x')} No worker leads: statuses do not move by themselves. "
            "Start one with: sessiontui worker",
            f"bold {BAD}",
        )
    here = "this console leads" if health.leads_here else "led by another process"
    return Content.styled(f"{look.of('●', '*')} ", GOOD) + Content(f"{here}: ") + outside(health.leader)


def job_cells(job: JobLine, now: datetime, look: Look, *, is_led: bool = True) -> tuple[Content, ...]:
    """Return a job's state, name, period, last run, duration, next run, runs, errors and last error."""
    if job.paused:
        state = Content.styled(f"{look.of('‖', '=')} paused", "$status-paused")
    elif job.last_error:
        state = Content.styled(f"{look.of('✖', 'x')} failing", BAD)
    elif job.last_at is None:
        state = Content.styled(f"{look.of('◌', '.')} not yet", MUTED)
    else:
        state = Content.styled(f"{look.of('✓', '+')} fine", GOOD)
    last = "never" if job.last_at is None else f"{span(now - job.last_at)} ago"
    took = "" if job.took is None else f"{job.took.total_seconds() * 1000:.0f} ms"
    if job.next_at is None or job.paused:
        following = look.of("–", "-")
    else:
        following = f"in {span(job.next_at - now)}" if job.next_at > now else "now"
    if is_led and job.last_at is not None and not job.paused and has_untold_turns(job.every, now - job.last_at):
        last, following = "this minute", "soon"  # it runs, and found nothing to tell
    return (
        state,
        outside(job.name),
        Content.styled(span(job.every), MUTED),
        Content(last),
        Content.styled(took, MUTED),
        Content(following),
        Content.styled(str(job.runs), MUTED),
        Content.styled(str(job.errors), BAD if job.errors else MUTED),
        outside(job.last_error, BAD),
    )


def sources(health: Health, look: Look) -> Content:
    """Return each source of data with how long ago it was last heard."""
    caches = [_cache(line, look) for line in health.caches]
    if not health.sources:
        return Content("\n").join([Content.styled("No source of data has been heard yet.", MUTED), *caches])
    rows = [
        Content.assemble(
            fitted(outside(name), 20, look), Content.styled(f"last heard {span(health.taken_at - at)} ago", MUTED)
        )
        for name, at in health.sources
    ]
    return Content("\n").join([*rows, *caches])


def _cache(line: CacheLine, look: Look) -> Content:
    asked = line.hits + line.misses
    said = f"{line.hits / asked:.0%} of {count(asked, 'answer')} from memory{look.dot}{line.entries} kept"
    if line.dropped:
        said += f"{look.dot}{count(line.dropped, 'change')} heard of"
    return Content.assemble(fitted(outside(f"cache {line.name}"), 20, look), Content.styled(said, MUTED))
