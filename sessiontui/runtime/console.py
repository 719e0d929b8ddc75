"""The console, begun: the terminal is looked at, the first page painted, and the rest loaded behind it.

Whatever is imported before the first page is waited for by whoever opens the console: no toolkit, no event loop.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.runtime.clock import now
from sessiontui.runtime.outlook import Outlook, outlook_of, unset_outlook

if TYPE_CHECKING:
    from sessiontui.domain.access import Actor
    from sessiontui.runtime.settings import Settings
    from sessiontui.services.context import Context

TURN: Final = 0.0005
"""Seconds after which a thread that calculates lets the screen have its turn; a frame takes several."""

LEAST: Final = 24
"""Fewest rows that are read before the toolkit is loaded."""

Beside: TypeAlias = "Callable[[Context], Awaitable[None]]"
"""Something that goes on while the console is open, and is cancelled when it closes; a demo's crowd is one."""


def run_console(
    settings: Settings,
    *,
    as_of: datetime | None = None,
    clock: Callable[[], datetime] = now,
    person: Actor | None = None,
    beside: Beside | None = None,
    works: bool = True,
    prepare: Callable[[Settings], None] | None = None,
) -> int:
    """Open the console, and return the exit code when it closes.

    ``as_of`` shows a past instant. ``clock`` is the instant the console lives at, ``person`` who sits at it if not
    whom the operating system names, ``beside`` what goes on meanwhile; these three are for demos. Without ``works``
    no worker starts. ``prepare`` is called before the screen is there, unless a first page could be shown at once.
    Raises ``Unavailable`` where there is no terminal to draw on, ``NotAllowed`` for a stranger.
    """
    return _run(
        outlook_of(settings), lambda: settings, as_of=as_of, clock=clock, person=person, beside=beside, works=works,
        prepare=prepare,
    )  # fmt: skip


def open_console(
    read: Callable[[], Settings],
    *,
    database: str | None,
    config: str | None,
    ascii_only: bool,
    read_only: bool,
    prepare: Callable[[Settings], None],
) -> int:
    """Open the console as the command line asks for, and return the exit code when it closes.

    ``read`` reads the settings: behind the first page where nothing else is set, before it otherwise. ``prepare`` is
    called with them before the screen is, unless a first page could be shown at once.
    """
    outlook = None
    if config is None:
        outlook = unset_outlook(
            database,
            ascii_only=ascii_only,
            read_only=read_only,
            environ=os.environ,  # noqa: TID251 - the one place
        )
    if outlook is not None:
        return _run(outlook, read, prepare=prepare)
    settings = read()
    return _run(outlook_of(settings), lambda: settings, prepare=prepare)


def _run(
    outlook: Outlook,
    read: Callable[[], Settings],
    *,
    as_of: datetime | None = None,
    clock: Callable[[], datetime] = now,
    person: Actor | None = None,
    beside: Beside | None = None,
    works: bool = True,
    prepare: Callable[[Settings], None] | None = None,
) -> int:
    from sessiontui.runtime.terminal import cut_environment, require_terminal

    require_terminal(sys.stdin, sys.stdout)
    cut_environment()
    gc.disable()  # nothing is thrown away before the first frame
    early = first = None
    if clock is now and person is None and as_of is None:
        from sessiontui.runtime.early import look_early, show_early

        size = os.get_terminal_size(sys.stdout.fileno())
        early = look_early(outlook, at=now(), rows=max(size.lines, LEAST))
        first = None if early is None else show_early(early, outlook, (size.columns, size.lines))
    settings = None
    if early is None and prepare is not None:  # what can be shown at once needs no preparing
        prepare(settings := read())
    try:
        from sessiontui.runtime.living import Begun, live  # with the event loop, which the first page does without

        sys.setswitchinterval(TURN)
        begun = Begun(early, first)
        return live(settings or read(), begun, as_of=as_of, clock=clock, person=person, beside=beside, works=works)
    finally:
        if first is not None:
            first.leave()
        gc.enable()
