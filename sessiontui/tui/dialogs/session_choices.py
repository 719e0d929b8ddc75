"""The lists and buttons of the session form: each shows what is chosen, ready to be chosen anew."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from textual.widgets import Button, Select

from sessiontui.tui.dialogs.dialog import button

if TYPE_CHECKING:
    from sessiontui.domain.places.words import Maker

Word = TypeVar("Word", bound=StrEnum)


def choice(name: str, kinds: type[Word], value: Word) -> Select[Word]:
    """Return a list of the words of a vocabulary."""
    select = Select(
        [(str(one).capitalize(), one) for one in kinds], value=value, allow_blank=False, id=name, compact=True
    )
    select.add_class("entry")
    return select


def meeting(makers: Sequence[Maker], value: str) -> Select[str]:
    """Return where a session can meet: at its link, or in a room on one of the platforms."""
    options = [
        ("at the link above", ""),
        *((f"in a room on {maker.words}, made for it", str(maker)) for maker in makers),
    ]
    known = {name for _, name in options}
    select = Select(options, value=value if value in known else "", allow_blank=False, id="platform", compact=True)
    select.add_class("entry")
    return select


def publishing(value: bool) -> Select[bool]:
    """Return whether a session is published at once."""
    options = [("now: people see it and can ask to join", True), ("not yet: keep it as a draft", False)]
    select = Select(options, value=value, allow_blank=False, id="publish", compact=True)
    select.add_class("entry")
    return select


def person(part: str, name: str) -> Button:
    """Return a button that shows who was picked, and picks anew."""
    picked = button(named(name), part)
    picked.add_class("entry")
    return picked


def named(name: str) -> str:
    """Return who was picked as a button says it."""
    return f"{name}  (change)" if name else "nobody  (choose)"
