"""How somebody wants to be written to, as an outside line tells it: optional, and each part checked as by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.delivery import Channel
from sessiontui.domain.errors import BadInput
from sessiontui.domain.preferences import REFUSABLE, language_of, quiet_hours
from sessiontui.intake.records import WishesRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessiontui.intake.fields import Fields


def wishes_of(f: Fields) -> WishesRecord:
    """Return what a person wants; ``None`` in a part that the line does not tell."""
    quiet, language = f.text("quiet"), f.text("language")
    return WishesRecord(
        no_mail=_kinds(f.ids("no_mail")),
        quiet=None if quiet is None else str(_told("quiet", quiet_hours, quiet) or ""),
        channel=f.choice("channel", Channel),
        language=None if language is None else str(_told("language", language_of, language)),
    )


def _kinds(told: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if told is None:
        return None
    known = {str(kind) for kind in REFUSABLE}
    unknown = sorted(set(told) - known)
    if unknown:
        raise BadInput(
            f"no_mail: {unknown[0][:60]!r} is no kind of letter", hint=f"there are: {', '.join(REFUSABLE)}"
        )
    return tuple(sorted(told))


def _told(name: str, read: Callable[[str], object], text: str) -> object:
    try:
        return read(text)
    except BadInput as error:
        raise BadInput(f"{name}: {error.detail}", hint=error.hint) from None
