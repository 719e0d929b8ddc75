"""``stats predict``: what predictions of how long sessions take rest on, and how they fared on what came later."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.stats import bound
from sessiontui.cli.table import Column, lay_out
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.analytics.wording import percent
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.learning.predicting import LEAST, LEAST_TESTED, LIKELY
from sessiontui.domain.phrases import count, number
from sessiontui.services.learning.predicting import trial
from sessiontui.services.learning.rows import trial_as_json

if TYPE_CHECKING:
    from sessiontui.domain.learning.predicting import Evaluation, Fit

_SHOWN: Final = 12

_TEMPLATES: Final = (
    Column(heading="Template", least=16),
    Column(heading="n", right=True),
    Column(heading="Takes of its estimate", right=True),
)
_ERRORS: Final = (
    Column(heading="On later sessions", least=20),
    Column(heading="Off by", right=True),
    Column(heading="Factor", right=True),
)


def run(options: argparse.Namespace) -> int:
    """Tell what was learned and, with ``--evaluate``, how right it was."""
    return carry_out(options, _predicted)


async def _predicted(call: Call) -> int:
    options, now = call.options, call.clock()
    if options.at is not None or options.by is not None:
        raise WrongUsage(
            "stats predict knows neither --at nor --by", hint="--until 2026-05-04 learns from what was before"
        )
    words = [*options.query[1:], *([options.evaluate] if options.evaluate else [])]
    progress = talk.ProgressLine()
    try:
        found, tested = await trial(
            call.context,
            by=call.actor,
            now=now,
            query=" ".join(words).strip(),
            since=bound(call, options.since, ">=", now),
            until=bound(call, options.until, "<", now),
            zone=call.zone,
            progress=partial(progress, "reading"),
        )
    finally:
        progress.end()
    if options.json:
        output.put_json(trial_as_json(found, tested))
        return 0
    plain = output.is_plain(asked=options.ascii)
    asked = options.evaluate is not None
    output.put(*as_text(found, tested if asked else None, asked=asked, width=output.width(), plain=plain))
    return 0


def as_text(
    found: Fit | None, tested: Evaluation | None, *, asked: bool, width: int | None, plain: bool
) -> Iterator[str]:
    """Yield the lines about what was learned; ``asked`` says whether an evaluation was."""
    if found is None:
        yield f"Nothing is predicted yet: it takes {LEAST} ended sessions to which somebody came."
        return
    yield f"Learned from {count(found.all.n, 'session')}: actual over first planned time, log-normal."
    yield f"A template is drawn towards all, which weigh as {_weight(found.template_weight)}; a person towards"
    yield f"their template, which weighs as {_weight(found.person_weight)}."
    yield ""
    ordered = sorted(found.templates.items(), key=lambda item: (-item[1].n, item[0]))
    rows = [[name, number(group.n), percent(_ratio(found, name))] for name, group in ordered[:_SHOWN]]
    yield from lay_out(_TEMPLATES, rows, width=width, plain=plain)
    if not asked:
        return
    yield ""
    if tested is None:
        yield f"The past is too short to test on: it takes {LEAST_TESTED} later sessions."
        return
    when = f"{number(tested.train)} before {rfc3339(tested.cut)}"
    yield f"Learned from {when}, tested on {number(tested.test)} from then on."
    errors = [("prediction", tested.model), ("mean of the template", tested.mean), ("estimate", tested.estimate)]
    rows = [[name, f"{one.minutes:.1f} min", f"{one.factor:.3f}"] for name, one in errors]
    yield from lay_out(_ERRORS, rows, width=width, plain=plain)
    yield f"The predictions are {'nearer' if tested.beats_mean else 'no nearer'} than the mean."
    held = percent(tested.held / tested.test)
    yield f"{held} lay within their interval, which is to hold {percent(LIKELY)}; {tested.width:.0f} min wide."


def _ratio(found: Fit, template: str) -> float:
    from math import exp

    return exp(found.centre(template, None)[0])


def _weight(weight: float) -> str:
    from math import isinf

    return "all there is" if isinf(weight) else f"{weight:.1f} sessions"
