"""How a console tells of alerts to who does not look at it: the terminal's bell and its title, both only if wanted.

Neither carries a word from outside: the title has a number in it, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.phrases import count
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Severity

if TYPE_CHECKING:
    from textual.app import App

    from sessiontui.services.pictures import AlertCounts

_KEEP_TITLE: Final = "\x1b[22;2t"
_GIVE_TITLE_BACK: Final = "\x1b[23;2t"


@record(frozen=False)
class Herald:
    """Rings when a critical alert is new, and writes how many alerts press into the terminal's title."""

    bell: bool = False
    title: bool = False
    _shown: str = ""

    def tell(self, app: App[None], before: AlertCounts | None, after: AlertCounts) -> None:
        """Tell what is new between two counts."""
        known = 0 if before is None else before.pressing.get(Severity.CRITICAL, 0)
        if self.bell and after.pressing.get(Severity.CRITICAL, 0) > known:
            app.bell()
        if self.title:
            self._entitle(app, title_of(after))

    def leave(self, app: App[None]) -> None:
        """Give the terminal its own title back."""
        if self._shown:
            _write(app, _GIVE_TITLE_BACK)

    def _entitle(self, app: App[None], title: str) -> None:
        if title != self._shown:
            _write(app, ("" if self._shown else _KEEP_TITLE) + f"\x1b]2;{title}\x07")
            self._shown = title


QUIET: Final = Herald()
"""Tells nothing."""


def title_of(counts: AlertCounts) -> str:
    """Return the terminal's title: the product, and how many alerts press."""
    critical, pressing = counts.pressing.get(Severity.CRITICAL, 0), counts.pressing_total
    if not pressing:
        return "sessiontui"
    worst = f", {critical} critical" if critical else ""
    return f"({count(pressing, 'alert')}{worst}) sessiontui"


def _write(app: App[None], text: str) -> None:
    driver = app._driver  # noqa: SLF001 - the toolkit has no word for titles
    if driver is not None:
        driver.write(text)
