"""Rounds in which many refresh with one token at once: one wins, all others are told so, and the family lives.

A thousand rounds of 32: ``python -m pytest tests/services/logins/test_rounds.py -m slow``.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from sessiontui.services.context import Context
from sessiontui.services.logins import Tokens
from sessiontui.store.engine import Database
from tests.conftest import NOON, Stage
from tests.services.logins.desk import refreshed, signed_in, why

AT_ONCE = 32


async def play(stage: Stage, rounds: int) -> None:
    """Refresh in rounds from two processes' connections, each round with the token that won the one before."""
    other = await Database.open(stage.path)
    try:
        contexts = (stage.context, Context(db=other))
        tokens, at = await signed_in(stage), NOON
        for number in range(rounds):
            at += timedelta(seconds=11)
            told = await asyncio.gather(
                *(refreshed(contexts[place % 2], tokens.refresh_token, at) for place in range(AT_ONCE))
            )
            won = [one for one in told if isinstance(one, Tokens)]
            assert len(won) == 1, number
            assert sorted(set(map(str, (one for one in told if not isinstance(one, Tokens))))) == ["AlreadyRotated"]
            (tokens,) = won
        assert await why(stage.context, tokens.access_token, at) == ""
    finally:
        await other.close()


async def test_of_many_who_refresh_at_once_one_wins(stage: Stage):
    await play(stage, 10)


@pytest.mark.slow
async def test_of_many_who_refresh_at_once_one_wins_a_thousand_times(stage: Stage):
    await play(stage, 1_000)
