"""How somebody wants to be written to, as ``people edit`` is told it and ``people show`` tells it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from sessiontui.domain.delivery import Channel
from sessiontui.domain.errors import BadInput
from sessiontui.domain.preferences import language_of, quiet_hours
from sessiontui.services.delivery import preferences
from sessiontui.services.delivery.preferences import Wishes

if TYPE_CHECKING:
    from sessiontui.domain.delivery import LetterKind
    from sessiontui.domain.preferences import Preferences

_NONE: Final = "none"


def are_given(options: argparse.Namespace) -> bool:
    """Return whether a call says how somebody wants to be written to."""
    return bool(options.no_mail or options.mail) or any(
        value is not None for value in (options.quiet, options.channel, options.language)
    )


def read(options: argparse.Namespace) -> Wishes:
    """Return what a call wants changed; ``BadInput`` says what is wrong with it."""
    if both := set(_kinds(options.no_mail)) & set(_kinds(options.mail)):
        raise BadInput(f"{min(both)} is both wanted and not wanted", place="--mail")
    return Wishes(
        no_mail=_kinds(options.no_mail),
        mail=_kinds(options.mail),
        quiet=None if options.quiet is None else quiet_hours(options.quiet),
        has_quiet=options.quiet is not None,
        channel=_channel(options.channel),
        has_channel=options.channel is not None,
        language=None if options.language is None else language_of(options.language),
    )


def facts(wanted: Preferences) -> tuple[tuple[str, str], ...]:
    """Return how somebody wants to be written to, as lines; nothing where it is as for everyone."""
    told = (
        ("No mail", preferences.words(sorted(wanted.no_mail)) if wanted.no_mail else ""),
        ("Quiet hours", str(wanted.quiet or "")),
        ("Channel", str(wanted.channel or "")),
        ("Language", wanted.language),
    )
    return tuple((name, value) for name, value in told if value)


def as_json(wanted: Preferences) -> dict[str, object]:
    """Return how somebody wants to be written to, as JSON Lines take it."""
    return {
        "no_mail": sorted(str(kind) for kind in wanted.no_mail),
        "quiet": str(wanted.quiet) if wanted.quiet else None,
        "channel": None if wanted.channel is None else str(wanted.channel),
        "language": wanted.language or None,
    }


def _kinds(words: list[str]) -> tuple[LetterKind, ...]:
    return tuple(kind for word in words for kind in preferences.kinds_of(word))


def _channel(told: str | None) -> Channel | None:
    if told is None or told.strip().casefold() in ("", _NONE):
        return None
    name = told.strip().casefold()
    if name not in {str(known) for known in Channel}:
        raise BadInput(f"{told[:60]!r} is no channel", hint=f"there are: {', '.join(Channel)}, or {_NONE}")
    return Channel(name)
