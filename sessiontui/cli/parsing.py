"""How single words of the command line are read, and how a parser complains."""

from __future__ import annotations

import argparse
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NoReturn, cast
from zoneinfo import ZoneInfo

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import parse_instant
from sessiontui.domain.text import visible_block
from sessiontui.domain.zones import named_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed import SupportsWrite


MOST_NAMED: Final = 3
"""Words that are named where one is like them."""

MOST_LISTED: Final = 12
"""Words that are all named where none is like the wrong one; more would hide the answer."""

_ALIKE: Final = 0.5
_LONGEST: Final = 40  # long garbage is like nothing, and comparing it is what costs


class Parser(argparse.ArgumentParser):
    """A parser that takes no abbreviations and shows nothing raw of what was typed."""

    asked: Sequence[str] = ()
    """The commands that are asked for, one of this parser and the one below it, as far as that is known.

    There are two hundred, and to make them all takes longer than most of them run: only these are made.
    """

    def __init__(self, *args: object, **options: object) -> None:
        options.setdefault("allow_abbrev", False)
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.register("action", "parsers", _Commands)

    def add_subparsers(self, **options: object) -> _Commands:
        """Return what commands are added to."""
        commands: _Commands = super().add_subparsers(**options)  # type: ignore[call-overload]
        commands.asked = self.asked
        return commands

    def knows(self, words: Sequence[str]) -> bool:
        """Return whether words name commands of this parser, each one of the command before."""
        if not words or self._subparsers is None:
            return True
        (commands,) = (action for action in self._actions if isinstance(action, _Commands))
        below = commands.choices.get(words[0])
        return below is not None and below.knows(words[1:])

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse what is unknown where it was written: the parser of a command knows whose help tells more."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        super()._print_message(visible_block(message), file)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Name the words that are most like the wrong one; of a short list, all."""
        if action.choices is None or value in action.choices:
            return
        known = [str(word) for word in action.choices]
        near = get_close_matches(str(value)[:_LONGEST], known, n=MOST_NAMED, cutoff=_ALIKE)
        if near:
            said = f"did you mean {' or '.join(near)}?"
        elif len(known) <= MOST_LISTED:
            said = f"there are {', '.join(known)}"
        else:
            said = f"{len(known)} are known, none is like it"
        raise argparse.ArgumentError(action, f"invalid choice: {str(value)[:_LONGEST]!r}; {said}")

    def error(self, message: str) -> NoReturn:
        """End the program with 2, the sentence, and where to read more."""
        self.exit(2, f"sessiontui: {message} ('{self.prog} --help' tells more)\n")


class _Commands(argparse._SubParsersAction):  # type: ignore[type-arg]  # noqa: SLF001 - it has no other name
    """The commands of a parser: what the list says of one is what its own help begins with, unless that says more."""

    asked: Sequence[str] = ()

    def add_parser(self, name: str, **options: object) -> Parser:
        if self.asked and name != self.asked[0]:
            return cast("Parser", _UNASKED)
        told = options.get("help")
        if isinstance(told, str) and told:
            options.setdefault("description", f"{told[0].upper()}{told[1:]}.")
        made: Parser = super().add_parser(name, **options)  # type: ignore[arg-type]
        made.asked = self.asked[1:]
        return made


class _Unasked:
    """Stands for a command that was not asked for: whatever is added to it is nothing, too."""

    def __getattr__(self, name: str) -> _Unasked:
        return self

    def __call__(self, *args: object, **options: object) -> _Unasked:
        return self


_UNASKED: Final = _Unasked()


def instant(text: str) -> datetime:
    """Return an instant that states its offset."""
    try:
        return parse_instant(text)
    except BadInput as error:
        raise argparse.ArgumentTypeError(f"{error.detail}: {error.hint}" if error.hint else error.detail) from None


def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name."""
    found = named_zone(name)
    if found is None:
        raise argparse.ArgumentTypeError(f"{name!r} is not a time zone: write it like Europe/Madrid")
    return found


def at_least_one(text: str) -> int:
    """Return a whole number from 1 on.

    >>> at_least_one("60")
    60
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def not_negative(text: str) -> int:
    """Return a whole number from 0 on.

    >>> not_negative("0")
    0
    """
    return 0 if text == "0" else at_least_one(text)


def field_of(text: str) -> tuple[str, object]:
    """Return name and value of a free field; the value is JSON where it is any, else text.

    >>> field_of("room=12"), field_of("room=blue")
    (('room', 12), ('room', 'blue'))
    """
    import json

    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not written NAME=VALUE")
    try:
        return name.strip(), json.loads(value)
    except (ValueError, RecursionError):
        return name.strip(), value
