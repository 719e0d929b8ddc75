"""Signals that end the console."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from sessiontui.runtime.signals import heeded


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
async def test_a_signal_is_heeded_while_it_is_to_be(number: signal.Signals) -> None:
    came = asyncio.Event()
    with heeded(came.set):
        os.kill(os.getpid(), number)
        await asyncio.wait_for(came.wait(), 5)
    assert signal.getsignal(number) is signal.SIG_DFL


async def test_nothing_is_heeded_outside_of_the_main_thread() -> None:
    async def look() -> None:
        with heeded(pytest.fail):
            pass

    await asyncio.to_thread(lambda: asyncio.run(look()))
