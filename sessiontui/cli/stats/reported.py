"""A report of ``stats``: asked for with the period and dimension of the command line, told as text or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call
from sessiontui.cli.stats import WIDTH, bound, by_of

if TYPE_CHECKING:
    from sessiontui.services.scoring.asking import Asking

_Found = TypeVar("_Found")
_Told_contra = TypeVar("_Told_contra", contravariant=True)


class Telling(Protocol[_Told_contra]):
    """Yields the lines of a report, none wider than the width."""

    def __call__(self, found: _Told_contra, /, *, width: int, plain: bool) -> Iterable[str]:
        """Yield the lines."""
        ...


async def tell(
    call: Call,
    ask: Asking[_Found],
    *,
    as_json: Callable[[_Found], Mapping[str, object]],
    as_text: Telling[_Found],
) -> int:
    """Ask for a report and put it on stdout."""
    options, now = call.options, call.clock()
    at = options.at or now
    progress = talk.ProgressLine()
    try:
        found = await ask(
            call.context,
            by=call.actor,
            now=now,
            query=" ".join(options.query[1:]).strip(),
            since=bound(call, options.since, ">=", at),
            until=bound(call, options.until, "<", at),
            by_dim=by_of(options.by),
            zone=call.zone,
            as_of=options.at,
            progress=partial(progress, "reading"),
        )
    finally:
        progress.end()
    if options.json:
        output.put_json(as_json(found))
        return 0
    plain = output.is_plain(asked=options.ascii)
    output.put(*as_text(found, width=min(output.width() or WIDTH, 120), plain=plain))
    return 0
