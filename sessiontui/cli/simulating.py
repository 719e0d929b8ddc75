"""``simulate``: living traffic through the HTTP API of a server."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible

if TYPE_CHECKING:
    from sessiontui.demo.driving import Outcome

_STOP: Final = (signal.SIGINT, signal.SIGTERM)

_LONGEST_KEY: Final = 1_024


def run(options: argparse.Namespace) -> int:
    """Let a platform live until a signal asks to stop, or its time is over."""
    key = _key(options.key_file)
    outcome = asyncio.run(_drive(options, key))
    if not outcome.client.answered:
        raise Unavailable(f"{options.url} did not answer a single call", hint="check the address, and that it runs")
    if options.json:
        output.put_json(outcome.as_json())
    else:
        output.put(*_told(outcome))
    return 0 if outcome.adds_up else 1


async def _drive(options: argparse.Namespace, key: str) -> Outcome:
    from sessiontui.client.errors import ClientError
    from sessiontui.demo.driving import connected
    from sessiontui.demo.faults import Faults
    from sessiontui.runtime import monotonic

    faults = Faults(
        latency=options.latency, errors=options.errors, drops=options.drops, revocations=options.revocations
    )
    stop, line = asyncio.Event(), _Line()
    loop = asyncio.get_running_loop()
    for number in _STOP:
        loop.add_signal_handler(number, stop.set)
    if options.seconds is not None:
        loop.call_later(options.seconds, stop.set)
    rng = Random(options.seed)  # noqa: S311 - chance that can be repeated, not secrecy
    try:
        async with connected(options.url, key, faults=faults, rng=rng) as driver:
            await driver.run(
                stop, monotonic=monotonic, rate=options.rate, tell=lambda outcome: line.show(outcome.line)
            )
        return driver.outcome()  # only now is nothing under way any more
    except ClientError as error:
        raise BadInput(error.detail, hint=error.hint) from None
    finally:
        line.end()


def _key(name: str | None) -> str:
    """Return the key of the client; it is never an argument, which everybody on this host can read."""
    if name is None and not sys.stdin.isatty():
        raise WrongUsage("whose key?", hint="name a file with --key-file, or - for stdin")
    if name is None:
        from getpass import getpass

        return getpass("Client key: ").strip()
    try:
        text = sys.stdin.readline() if name == "-" else Path(name).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the key cannot be read from {name}: {error}") from None
    key = text.strip()
    if not key or len(key) > _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise BadInput(f"{name} holds no client key", hint="'sessiontui clients add' shows one, once")
    return key


def _told(outcome: Outcome) -> list[str]:
    """Return what came of it, as lines in which every sum can be checked."""
    lines = []
    for name, tally in (("Living", outcome.tally), ("Load", outcome.load)):
        if tally.offered or tally.acts:
            lines.append(
                f"{name}: {count(tally.offered, 'event')} = {tally.acknowledged} acknowledged"
                f" ({tally.repeated} of them repeated) + {tally.refused} refused + {tally.failed} failed"
            )
        if tally.acts:
            lines.append(
                f"{name}: {count(tally.acts, 'act')} = {tally.done} done + {tally.acts_refused} refused"
                f" + {tally.acts_failed} failed"
            )
    client = outcome.client
    lines.append(f"Calls: {client.calls} = {client.answered} answered + {client.failed} failed")
    repeated = ", ".join(f"{number} for {trouble}" for trouble, number in client.repeated.items())
    lines.append(f"Repeated: {repeated}")
    for rung, one in client.rungs.items():
        if one.tried:
            lines.append(
                f"Login by {rung}: {one.tried} tried = {one.succeeded} succeeded + {one.refused} refused"
                f" + {one.troubled} in trouble"
            )
    if outcome.faults:
        lines.append("Faults: " + ", ".join(f"{number} {fault}" for fault, number in outcome.faults.items()))
    lines.append("Everything adds up." if outcome.adds_up else "The counts do not add up.")
    return lines


class _Line:
    """One line about how it goes, rewritten in place on a terminal, else silent."""

    def __init__(self) -> None:
        self._shown = 0

    def show(self, text: str) -> None:
        """Put a text in place of what stands there."""
        if not sys.stderr.isatty():
            return
        import shutil

        text = visible(text)[: shutil.get_terminal_size().columns - 1]
        with suppress(BrokenPipeError):
            sys.stderr.write("\r" + text.ljust(self._shown))
            sys.stderr.flush()
        self._shown = len(text)

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
