"""``stats work``: how work went, as text that fits 80 columns, or as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from sessiontui.cli.call import carry_out
from sessiontui.cli.stats import plain_of
from sessiontui.cli.stats.reported import tell
from sessiontui.cli.table import Column, lay_out
from sessiontui.domain.analytics.wording import NONE, SURE, percent, sure_word, value_word
from sessiontui.domain.phrases import count, minutes, number, span
from sessiontui.domain.scoring.figures import BESIDE
from sessiontui.domain.scoring.scores import Score, meanings
from sessiontui.services.scoring import reporting
from sessiontui.services.scoring.rows import as_json

if TYPE_CHECKING:
    from sessiontui.services.scoring.picture import WorkReport

_BESIDE: Final = BESIDE[:7]
"""As many figures of a group as 80 columns hold."""

_SHOWN: Final = 40

_WEEKS: Final = 12

_FIGURES: Final = (
    Column(heading="Figure", least=20),
    Column(heading="Value", right=True),
    Column(heading=SURE, least=18),
    Column(heading="Of", right=True),
    Column(heading="", least=10),
)
_WEEK_COLUMNS: Final = (
    Column(heading="Week from"),
    Column(heading="n", right=True),
    Column(heading="Productivity", right=True),
    Column(heading="Efficiency", right=True),
    Column(heading="Quality", right=True),
    Column(heading="Goals", right=True),
    Column(heading="Focus", right=True),
)
_PHASES: Final = (
    Column(heading="Time by phase"),
    Column(heading="", right=True),
    Column(heading="Share", right=True),
    Column(heading="Sessions", right=True),
)
_TOGETHER: Final = (
    Column(heading="Goes together"),
    Column(heading="with"),
    Column(heading="Rho", right=True),
    Column(heading=SURE),
    Column(heading="n", right=True),
    Column(heading="Beyond chance", least=14),
)


def run(options: argparse.Namespace) -> int:
    """Tell how work went."""
    return carry_out(options, partial(tell, ask=reporting.report, as_json=as_json, as_text=as_text))


def as_text(found: WorkReport, *, width: int, plain: bool) -> Iterator[str]:
    """Yield the lines of a report, none wider than the width."""
    if found.is_empty:
        yield "nothing that was worked on has ended in this period"
        return
    yield f"{count(found.n, 'ended session')} of kind work or with goals"
    yield ""
    rows = [
        [
            one.definition.title,
            value_word(one),
            plain_of(sure_word(one), plain),
            number(one.n),
            one.definition.over,
        ]
        for one in found.figures
    ]
    yield from lay_out(_FIGURES, rows, width=width, plain=plain)
    yield ""
    for score in Score:
        yield plain_of(score.formula, plain)
        for name, _, means in meanings(score):
            yield from folded(plain_of(f"{name}: {means}", plain), width, indent="  ")
    yield from _groups(found, width, plain)
    if found.phases:
        yield ""
        phases = [
            [str(one.phase or "no phase"), span(minutes(one.time)), percent(one.share), number(one.n)]
            for one in found.phases
        ]
        yield from lay_out(_PHASES, phases, width=width, plain=plain)
    yield from _weeks(found, width, plain)
    if found.together:
        yield ""
        together = [
            [
                one.factor,
                one.outcome,
                f"{one.rho:+.2f}",
                plain_of(f"{one.low:+.2f} … {one.high:+.2f}", plain),
                number(one.n),
                one.told if one.is_sure else "",
            ]
            for one in found.together
        ]
        yield from lay_out(_TOGETHER, together, width=width, plain=plain)


def _groups(found: WorkReport, width: int, plain: bool) -> Iterator[str]:
    if not found.groups:
        return
    yield ""
    columns = [
        Column(heading=f"By {found.by_dim}", least=12),
        Column(heading="n", right=True),
        *(Column(heading=heading, right=True) for _, heading in _BESIDE),
    ]
    rows = []
    for group in found.groups[:_SHOWN]:
        by_metric = {one.metric: one for one in group.figures}
        values = [value_word(by_metric[metric]) for metric, _ in _BESIDE]
        rows.append([group.label or "none", number(group.n), *("" if v == NONE else v for v in values)])
    yield from lay_out(columns, rows, width=width, plain=plain)
    yield from more(found.groups)


def _weeks(found: WorkReport, width: int, plain: bool) -> Iterator[str]:
    if not found.weeks:
        return
    yield ""
    rows = [
        [
            f"{one.monday:%Y-%m-%d}",
            number(one.n),
            *("" if value is None else f"{value:.0f}" for value in (one.productivity, one.efficiency, one.quality)),
            f"{one.goals_done}/{one.goals}" if one.goals else "",
            span(minutes(one.focus)),
        ]
        for one in found.weeks[-_WEEKS:]
    ]
    yield from lay_out(_WEEK_COLUMNS, rows, width=width, plain=plain)
    if len(found.weeks) > _WEEKS:
        yield f"the last {_WEEKS} of {number(len(found.weeks))} weeks; --json has all"


def folded(text: str, width: int, *, indent: str = "") -> list[str]:
    """Return a sentence as lines that fit."""
    import textwrap

    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=f"{indent}  ")


def more(groups: Sequence[object]) -> Iterator[str]:
    """Yield how many groups are not shown, where some are not."""
    if len(groups) > _SHOWN:
        yield f"and {number(len(groups) - _SHOWN)} more; --json has all"
