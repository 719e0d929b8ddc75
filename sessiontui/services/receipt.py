"""What a use case answers: one sentence, the ids touched, and how to undo it."""

from __future__ import annotations

from sessiontui.domain.records import record


@record(kw_only=True)
class Receipt:
    """The answer of a use case.

    ``sentence`` says what was done, in the past tense. ``sessions`` and ``people`` are the ids touched.
    ``undo`` is the number of the audit entry that ``services.undo`` takes back, or ``None`` where the act
    cannot be undone. ``refused`` names, per id, why a part of a bulk act was not done.
    ``shown`` is what the act hands out: a phone number, a join link. ``series`` is the series touched, if one was,
    ``logins`` those that were. ``project`` is the project touched, ``part`` the item, question, visit or blocker of
    it.
    """

    sentence: str
    sessions: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    undo: int | None = None
    refused: tuple[tuple[int, str], ...] = ()
    shown: str = ""
    series: int | None = None
    project: int | None = None
    part: int | None = None
    logins: tuple[int, ...] = ()
