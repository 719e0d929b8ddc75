"""Without a command: the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from sessiontui.runtime import Settings


def run(options: argparse.Namespace) -> int:
    """Open the console on the database of the settings, in the past where an instant of it is named."""
    from sessiontui.runtime import now, open_console, run_console

    if (at := options.at) is not None:
        if at > now():
            from sessiontui.cli.usage import WrongUsage

            raise WrongUsage("that lies ahead", hint="without --at the console shows the present", place="--at")
        return run_console(_settings(options), as_of=at, prepare=_bring_up)
    if options.zone is not None or options.no_diff:
        return run_console(_settings(options), prepare=_bring_up)
    return open_console(
        lambda: _settings(options),
        database=options.database,
        config=options.config,
        ascii_only=options.ascii,
        read_only=options.read_only,
        prepare=_bring_up,
    )


def _settings(options: argparse.Namespace) -> Settings:
    from sessiontui.cli.call import settings_of  # they are read behind the first page

    return settings_of(options)


def _bring_up(settings: Settings) -> None:
    from sessiontui.cli.call import bring_up

    bring_up(settings)
