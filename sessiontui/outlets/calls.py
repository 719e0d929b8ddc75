"""What an HTTP answer means for a letter that was posted: it left, it did not, or nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.calling import Busy, NoAnswer
from sessiontui.domain.errors import NotAllowed, NotFound, SessiontuiError, Unavailable
from sessiontui.outlets.outlet import NotSent, Unsure

if TYPE_CHECKING:
    from sessiontui.calling import Answer, Caller

LONGEST_PAUSE: Final = timedelta(hours=6)
"""Whoever asks for a longer pause is asked again after this one."""


async def deliver(
    caller: Caller,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes,
    repeats: bool,
    accept: frozenset[int] = frozenset(),
) -> Answer:
    """Post a letter once and return the answer.

    ``repeats`` says that the other side takes a letter with the same key only once, so that silence is no doubt.
    """
    try:
        return await caller.call("POST", url, headers=headers, content=content, repeatable=False, accept=accept)
    except Busy as error:
        wait = None if error.wait is None else min(timedelta(seconds=error.wait), LONGEST_PAUSE)
        raise NotSent(error.detail, hint=error.hint, wait=wait) from None
    except NoAnswer as error:
        if repeats:
            raise NotSent(error.detail, hint=error.hint) from None
        raise Unsure(error.detail) from None
    except (NotAllowed, NotFound) as error:
        # Credentials and addresses are set for all letters, and mended for all of them.
        raise NotSent(error.detail, hint=error.hint, everyone=True) from None
    except Unavailable as error:  # an answer that is too long to be read
        raise Unsure(error.detail) from None
    except SessiontuiError as error:
        raise NotSent(error.detail, hint=error.hint, lasting=True) from None
