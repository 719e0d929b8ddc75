"""``stats risk``: what the no-show risk has learned, how right it was, how it fares on a table of past bookings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output
from sessiontui.cli.call import Call, carry_out, settings_of
from sessiontui.cli.table import Column, lay_out
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import count, number
from sessiontui.domain.risk import LEAST_CASES, Term, band_word
from sessiontui.domain.risk.model import chance_of
from sessiontui.domain.risk.telling import INDEPENDENT, base_word, between, percent, warnings_word
from sessiontui.services.told.parts import precision_json

if TYPE_CHECKING:
    from sessiontui.domain.risk import Bin, Fit, Measures
    from sessiontui.intake.past_bookings import PastBookings
    from sessiontui.services.risk import Learned
    from sessiontui.services.risk.scoring import Evaluation

SHOWN: Final = 50
"""Refused rows that the text names; JSON has them all."""

_SCORES: Final = (
    Column(heading="On later bookings"),
    Column(heading="Brier", right=True),
    Column(heading="Log loss", right=True),
    Column(heading="AUC", right=True),
)
_BINS: Final = (
    Column(heading="Said to stay away"),
    Column(heading="Bookings", right=True),
    Column(heading="Mean", right=True),
    Column(heading="Did", right=True),
)
_BANDS: Final = (Column(heading="Usual chance to come"), Column(heading="", right=True))


def run(options: argparse.Namespace) -> int:
    """Tell what was learned, or evaluate a table of past bookings."""
    if options.evaluate == "":
        raise WrongUsage("--evaluate needs a table here", hint="sessiontui stats risk --evaluate FILE")
    if options.evaluate is not None:
        return _evaluate(options)
    return carry_out(options, _learned)


async def _learned(call: Call) -> int:
    from sessiontui.services import risk

    found = await risk.learned(call.context, now=call.clock(), by=call.actor)
    if call.options.json:
        output.put_json(learned_as_json(found))
    else:
        output.put(*learned_as_text(found, width=output.width(), plain=output.is_plain(asked=call.options.ascii)))
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from sessiontui.services.risk.trial import try_file

    settings = settings_of(options)
    name, raw = _read(options.evaluate)
    bookings, found = try_file(
        name,
        raw,
        zone=options.zone,
        day_first=options.day_first,
        threshold=settings.rules.alerts.no_show_risk_chance,
    )
    if options.json:
        output.put_json({**_bookings_as_json(bookings), **as_json(found)})
    else:
        plain = output.is_plain(asked=settings.display.ascii)
        output.put(*_bookings_as_text(bookings), "", *as_text(found, width=output.width(), plain=plain))
    return 0


def _read(name: str) -> tuple[str, bytes]:
    from sessiontui.intake.source import MAX_BYTES

    if name == "-":
        return "stdin", sys.stdin.buffer.read(MAX_BYTES + 1)
    path = Path(name)
    try:
        with path.open("rb") as file:
            return path.name, file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(error.strerror or "cannot be opened", place=name) from None


def learned_as_text(found: Learned, *, width: int | None, plain: bool) -> Iterator[str]:
    """Yield the lines about what was learned from the own past."""
    if found.fit is None:
        yield f"Nothing has been learned yet: {count(found.cases, 'past case')}, {number(found.came)} of them came."
        yield f"The worker learns from {LEAST_CASES} cases of approved people on, once their sessions have ended."
    else:
        when = "" if found.fitted_at is None else f", learned {rfc3339(found.fitted_at)}"
        people = count(found.fit.people, "person", "people")
        yield _sentence(f"{base_word(found.fit.base_rate, found.fit.cases)} of {people}{when}")
        yield from _fit_as_text(found.fit, width=width, plain=plain)
    yield ""
    yield _sentence(f"{warnings_word(found.warnings)}; a warning is given from {percent(found.threshold)} on")
    yield f"The chance that nobody comes is the product over the approved: {INDEPENDENT}."
    yield ""
    if found.tested is None:
        yield "The own past is too short to learn from one part of it and test on the other."
    else:
        yield from as_text(found.tested, width=width, plain=plain)


def as_text(found: Evaluation, *, width: int | None, plain: bool) -> Iterator[str]:
    """Yield the lines of an evaluation."""
    learned, tested = count(found.train, "booking"), count(found.test, "booking")
    yield f"Learned from {learned} before {rfc3339(found.cut)}, tested on {tested} from then on."
    yield _sentence(base_word(found.fit.base_rate, found.fit.cases))
    yield from _fit_as_text(found.fit, width=width, plain=plain, is_dated=found.is_dated)
    yield ""
    scores = [("no-show risk", found.model), ("base rate", found.base)]
    if found.rival is not None:
        scores.append(("logistic regression", found.rival))
    yield from lay_out(_SCORES, [_score(name, scored) for name, scored in scores], width=width, plain=plain)
    if found.no_rival:
        yield f"No comparison with logistic regression: {found.no_rival}."
    yield f"Brier score against the base rate: {_better(found.model, found.base)}."
    if found.rival is not None:
        yield f"Brier score against logistic regression: {_better(found.model, found.rival)}."
    yield _warned(found)
    yield ""
    yield from lay_out(_BINS, [_bin(line, plain=plain) for line in found.bins], width=width, plain=plain)


def as_json(found: Evaluation) -> dict[str, object]:
    """Return an evaluation for JSON; all shares are between 0 and 1, and about staying away."""
    return {
        "train": found.train,
        "test": found.test,
        "people": found.people,
        "cut": rfc3339(found.cut),
        "fit": fit_as_json(found.fit),
        "model": asdict(found.model),
        "base": asdict(found.base),
        "logistic_regression": None if found.rival is None else asdict(found.rival),
        "no_comparison": found.no_rival or None,
        "beats_base": found.beats_base,
        "threshold": found.threshold,
        "precision": precision_json(found.warned),
        "calibration": [
            {"low": line.low, "high": line.high, "n": line.n, "mean": line.mean, "share": line.share}
            for line in found.bins
        ],
    }


def learned_as_json(found: Learned) -> dict[str, object]:
    """Return what was learned from the own past for JSON."""
    return {
        "taken_at": rfc3339(found.taken_at),
        "cases": found.cases,
        "came": found.came,
        "fitted_at": None if found.fitted_at is None else rfc3339(found.fitted_at),
        "fit": None if found.fit is None else fit_as_json(found.fit),
        "threshold": found.threshold,
        "warnings": precision_json(found.warnings),
        "tested": None if found.tested is None else as_json(found.tested),
    }


def fit_as_json(fit: Fit) -> dict[str, object]:
    """Return a fit for JSON; ``effects`` are log-odds of coming by band."""
    return {
        "base_rate": fit.base_rate,
        "strength": fit.strength,
        "intercept": fit.intercept,
        "cases": fit.cases,
        "people": fit.people,
        "until": None if fit.until is None else rfc3339(fit.until),
        "effects": {
            str(term): {band_word(term, band): value for band, value in enumerate(values)}
            for term, values in fit.effects.items()
        },
    }


def _fit_as_text(fit: Fit, *, width: int | None, plain: bool, is_dated: bool = False) -> Iterator[str]:
    yield f"Against a person's own record that rate weighs as much as {fit.strength:.1f} cases."
    if not fit.effects:
        yield "Neither lead, hour nor weekday moves it: the cases do not support that."
        return
    moved = " and ".join(str(term) for term in fit.effects)
    yield f"It is moved by {moved}, chosen on bookings held back:"
    for term, values in fit.effects.items():
        rows = [
            [f"  {_about(term, band, is_dated=is_dated)}", percent(chance_of(fit.intercept + value))]
            for band, value in enumerate(values)
            if value  # no case had it
        ]
        yield from lay_out(_BANDS, rows, width=width, plain=plain)[1:]


def _about(term: Term, band: int, *, is_dated: bool) -> str:
    if term is not Term.LEAD:
        return f"begins {band_word(term, band)}"
    return "booked on the day itself" if is_dated and band == 0 else f"booked {band_word(term, band)}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _score(name: str, scored: Measures) -> list[str]:
    auc = "" if scored.auc is None else f"{scored.auc:.4f}"
    return [name, f"{scored.brier:.5f}", f"{scored.log_loss:.5f}", auc]


def _better(model: Measures, other: Measures) -> str:
    if not other.brier:
        return "nothing to compare: it was never wrong"
    gain = 1 - model.brier / other.brier
    return f"{abs(gain):.2%} {'better' if gain >= 0 else 'worse'}".replace("%", " %")


def _warned(found: Evaluation) -> str:
    line = percent(found.threshold)
    if found.warned is None:
        return f"No booking had a chance of {line} or more to stay away."
    warned = found.warned
    return (
        f"Of those with a chance of {line} or more, {number(warned.hits)} of {number(warned.n)} stayed away"
        f" ({percent(warned.share)}, 95 % interval {between(warned.low, warned.high)})."
    )


def _bin(line: Bin, *, plain: bool) -> list[str]:
    dash = "-" if plain else "–"
    return [f"{line.low:.0%}{dash}{line.high:.0%}", number(line.n), f"{line.mean:.1%}", f"{line.share:.1%}"]


def _bookings_as_text(bookings: PastBookings) -> Iterator[str]:
    refused = len(bookings.refusals)
    yield (
        f"{bookings.name}: {number(bookings.read)} read = {number(len(bookings.cases))} taken"
        f" + {number(bookings.left_out)} without an outcome + {number(refused)} refused"
    )
    yield "Columns: " + ", ".join(f"{column} = {heading}" for column, heading in bookings.columns)
    if bookings.is_dated:
        yield "Starts have no time of day: leads are counted in days, and hours tell nothing."
    for note in (*bookings.notes, *(question.text for question in bookings.questions)):
        yield f"Note: {note}"
    for refusal in bookings.refusals[:SHOWN]:
        yield f"  {refusal}"
    if refused > SHOWN:
        yield f"  and {number(refused - SHOWN)} more; --json names them all"


def _bookings_as_json(bookings: PastBookings) -> dict[str, object]:
    return {
        "file": bookings.name,
        "read": bookings.read,
        "taken": len(bookings.cases),
        "left_out": bookings.left_out,
        "refused": [
            {"line": refusal.line, "reason": refusal.reason, "excerpt": refusal.excerpt}
            for refusal in bookings.refusals
        ],
        "columns": {str(column): heading for column, heading in bookings.columns},
        "is_dated": bookings.is_dated,
        "notes": [*bookings.notes, *(question.text for question in bookings.questions)],
    }
