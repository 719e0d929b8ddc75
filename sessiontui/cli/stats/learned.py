"""``stats learning``: skills, gains, patterns and recommendations, as text that fits 80 columns, or as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from sessiontui.cli.call import carry_out
from sessiontui.cli.stats import plain_of
from sessiontui.cli.stats.reported import tell
from sessiontui.cli.stats.worked import folded, more
from sessiontui.cli.table import Column, lay_out
from sessiontui.domain.analytics.wording import SURE, percent
from sessiontui.domain.learning.patterns import SURE as RARE
from sessiontui.domain.learning.wording import between, mean_word
from sessiontui.domain.phrases import count, minutes, number, span
from sessiontui.services.learning import reporting
from sessiontui.services.learning.rows import as_json

if TYPE_CHECKING:
    from sessiontui.services.learning.picture import LearningReport

_SHOWN: Final = 40

_SKILLS: Final = (
    Column(heading="Skill", least=12),
    Column(heading="Sessions", right=True),
    Column(heading="Practice", right=True),
    Column(heading="Gain", right=True),
    Column(heading=SURE),
    Column(heading="n", right=True),
    Column(heading="An hour", right=True),
)
_PATTERNS: Final = (
    Column(heading="Went well by", least=10),
    Column(heading="", least=10),
    Column(heading="Share", right=True),
    Column(heading=SURE),
    Column(heading="n", right=True),
    Column(heading="Others", right=True),
    Column(heading=""),
)


def run(options: argparse.Namespace) -> int:
    """Tell what was learned."""
    return carry_out(options, partial(tell, ask=reporting.report, as_json=as_json, as_text=as_text))


def as_text(found: LearningReport, *, width: int, plain: bool) -> Iterator[str]:
    """Yield the lines of a report, none wider than the width."""
    if found.is_empty:
        yield "no session has ended in this period"
        return
    share = percent(found.well / found.n)
    well = f"{share} of {count(found.n, 'ended session')} went well: complete, every goal done, rated 4 or better"
    yield from folded(well, width)
    told = "Nobody has said what they learned: 'sessiontui do learned' keeps it."
    if found.gain.n:
        answers = count(found.gain.n, "answer")
        told = f"{mean_word(found.gain)} points gained in {answers} (t interval {between(found.gain)})"
    yield from folded(plain_of(told, plain), width)
    if found.skills:
        yield ""
        rows = [
            [
                line.skill.name,
                number(line.skill.sessions),
                span(minutes(line.skill.time)),
                mean_word(line.skill.gain),
                plain_of(between(line.skill.gain), plain),
                number(line.skill.gain.n),
                mean_word(line.skill.velocity),
            ]
            for line in found.skills[:_SHOWN]
        ]
        yield from lay_out(_SKILLS, rows, width=width, plain=plain)
        yield from more(found.skills)
    yield from _groups(found, width, plain)
    if found.patterns:
        yield ""
        patterns = [
            [
                str(line.pattern.aspect),
                plain_of(line.label, plain),
                percent(line.pattern.share),
                plain_of(f"{round(line.pattern.low * 100)}–{round(line.pattern.high * 100)}", plain),
                number(line.pattern.n),
                "" if line.pattern.other_share is None else percent(line.pattern.other_share),
                "stands out" if line.pattern.stands_out else "few" if line.pattern.chance is None else "",
            ]
            for line in found.patterns
        ]
        yield from lay_out(_PATTERNS, patterns, width=width, plain=plain)
        sure = f"what stands out has a chance below {percent(RARE)}, corrected by Holm"
        yield from folded(f"Shares with Wilson's interval; {sure}.", width)
    yield from _lessons(found, width, plain)


def _groups(found: LearningReport, width: int, plain: bool) -> Iterator[str]:
    if not found.groups:
        return
    yield ""
    columns = [
        Column(heading=f"By {found.by_dim}", least=12),
        Column(heading="n", right=True),
        Column(heading="Time", right=True),
        Column(heading="Well", right=True),
        Column(heading=SURE),
        Column(heading="Gain", right=True),
        Column(heading="n", right=True),
        Column(heading="An hour", right=True),
    ]
    rows = [
        [
            group.label or "none",
            number(group.n),
            span(minutes(group.time)),
            percent(group.well / group.n) if group.n else "",
            "" if group.low is None or group.high is None
            else plain_of(f"{round(group.low * 100)}–{round(group.high * 100)}", plain),
            mean_word(group.gain),
            number(group.gain.n),
            mean_word(group.velocity),
        ]
        for group in found.groups[:_SHOWN]
    ]  # fmt: skip
    yield from lay_out(columns, rows, width=width, plain=plain)
    yield from more(found.groups)


def _lessons(found: LearningReport, width: int, plain: bool) -> Iterator[str]:
    yield ""
    if not found.lessons:
        yield "Nothing stands out beyond chance: no recommendation is made."
        return
    yield "What the past suggests"
    for place, line in enumerate(found.lessons, start=1):
        yield from folded(f"{place}. {plain_of(line.sentence, plain)}", width, indent="  ")
