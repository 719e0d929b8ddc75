"""The question which sessions a screen is to be about, with what is wrong told while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.query import parse
from sessiontui.domain.text import visible
from sessiontui.tui.dialogs.ask import Ask

if TYPE_CHECKING:
    from sessiontui.tui.app import ConsoleApp
    from sessiontui.tui.port import Port


HINT: Final = "such as kind:mentoring tag:grief; empty for all"


async def ask_filter(console: ConsoleApp, port: Port, question: str, query: str, *, hint: str = HINT) -> str | None:
    """Return the filter that was typed in place of the one there is; ``None`` where it is to stay."""

    def wrong(text: str) -> str:
        try:
            parse(text, now=port.clock(), zone=port.zone)
        except BadInput as error:
            return visible(error.detail)
        return ""

    return await console.push_screen_wait(
        Ask(
            question,
            label="Filter",
            value=query,
            hint=hint,
            yes="Show",
            validate=wrong,
        )
    )
