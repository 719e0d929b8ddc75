"""The no-show risk in words: every number with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sessiontui.domain.phrases import count, number
from sessiontui.domain.risk.cases import Term, band_word
from sessiontui.domain.risk.measuring import Precision
from sessiontui.domain.risk.model import Outlook, Risk
from sessiontui.domain.risk.records import RECENT

INDEPENDENT: Final = "people are taken to decide independently"

_WORTH_TELLING: Final = 0.1
"""Log-odds below which a term changes a chance by too little to be named."""

_LEAST_SHOWN: Final = 0.01

PEOPLE_TOLD: Final = 3
"""People whose chances are told one by one; who is at risk has few."""


def percent(share: float) -> str:
    """Return a share in whole percent, never as certain when it is not.

    >>> percent(0.474), percent(0.001), percent(0.999), percent(1.0)
    ('47 %', '<1 %', '>99 %', '100 %')
    """
    if 0 < share < _LEAST_SHOWN:
        return "<1 %"
    if 1 - _LEAST_SHOWN < share < 1:
        return ">99 %"
    return f"{share:.0%}".replace("%", " %")


def between(low: float, high: float) -> str:
    """Return an interval of shares.

    >>> between(0.354, 0.879)
    '35 to 88 %'
    """
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"


def headline(risk: Risk) -> str:
    """Return the chance, and where it is a warning, from when on it is one."""
    said = f"{percent(risk.chance)} that nobody comes"
    return f"{said}, limit {percent(risk.threshold)}" if risk.is_marked else said


def record_word(outlook: Outlook) -> str:
    """Return a person's own record in words.

    >>> record_word(Outlook(who="p1", chance=0.6, low=0.3, high=0.8, came=3, past=5, usual=0.8))
    'came 3 of 5'
    """
    if not outlook.past:
        return "no past cases"
    return f"came {outlook.came} of {'the last ' if outlook.past >= RECENT else ''}{outlook.past}"


def reasons(outlook: Outlook) -> tuple[str, ...]:
    """Return what the chance of a person rests on: their record, then each term that moves it noticeably."""
    said = [record_word(outlook)]
    for term, band, moved in outlook.moved:
        if abs(moved) >= _WORTH_TELLING:
            about = f"booked {band_word(term, band)}" if term is Term.LEAD else f"begins {band_word(term, band)}"
            said.append(f"{about} {'raises' if moved > 0 else 'lowers'} it")
    return tuple(said)


def base_word(base_rate: float, cases: int) -> str:
    """Return the platform's rate with the cases it rests on.

    >>> base_word(0.782, 1412)
    'platform: 78 % come, 1 412 past cases'
    """
    return f"platform: {percent(base_rate)} come, {count(cases, 'past case')}"


def warnings_word(warnings: Precision | None) -> str:
    """Return how right past warnings were.

    >>> warnings_word(None)
    'no warning was put to the test yet'
    """
    if warnings is None:
        return "no warning was put to the test yet"
    return (
        f"past warnings: nobody came to {number(warnings.hits)} of {number(warnings.n)}"
        f" ({percent(warnings.share)}, 95 % interval {between(warnings.low, warnings.high)})"
    )


def person_word(name: str, outlook: Outlook) -> str:
    """Return a person's chance to come with what it rests on.

    >>> person_word("Ana", Outlook(who="p1", chance=0.62, low=0.32, high=0.85, came=3, past=5, usual=0.8))
    'Ana 62 % (32 to 85 %): came 3 of 5'
    """
    said = "; ".join(reasons(outlook))
    return f"{name} {percent(outlook.chance)} ({between(outlook.low, outlook.high)}): {said}"


def told(risk: Risk, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return everything about the risk of one session, a sentence a line, the likeliest to come first.

    A risk that is no reason for a warning is told in one line.
    """
    if not risk.is_marked:
        return (headline(risk),)
    people = sorted(risk.people, key=lambda person: -person.chance)
    said = [person_word(names.get(person.who) or "someone", person) for person in people[:PEOPLE_TOLD]]
    if len(people) > PEOPLE_TOLD:
        said.append(f"and {number(len(people) - PEOPLE_TOLD)} more")
    together = (INDEPENDENT,) if len(people) > 1 else ()
    base = base_word(risk.base_rate, risk.cases)
    return (headline(risk), *said, *together, base, warnings_word(risk.warnings))
