"""Everything that the console needs from outside: who acts, what time it is, what to ask, what to remember."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import SessiontuiError

if TYPE_CHECKING:
    from sessiontui.services.boards import Judged, Stir
    from sessiontui.services.context import Context
    from sessiontui.services.past import Past
    from sessiontui.services.pictures import Board, Health, SessionDetail, SessionLine


class Port(Protocol):
    """What the composition root hands to the console; tests hand in a fake."""

    @property
    def context(self) -> Context:
        """What use cases take as their first parameter."""
        ...

    @property
    def actor(self) -> Actor:
        """Who sits at the console; nobody, who has no name and may do nothing, before ``ready``."""
        ...

    @property
    def read_only(self) -> bool:
        """Whether the database was opened for reading alone."""
        ...

    @property
    def as_of(self) -> datetime | None:
        """The past instant that is shown, or ``None`` while the console follows the present."""
        ...

    def travel(self, to: datetime | None) -> None:
        """Show a past instant from now on, or follow the present again."""
        ...

    @property
    def ascii(self) -> bool:
        """Whether the product's own signs keep to ASCII."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are read."""
        ...

    @property
    def platform_name(self) -> str:
        """What the platform is called, shown beside the person."""
        ...

    @property
    def host(self) -> str:
        """The host that the console runs on."""
        ...

    def clock(self) -> datetime:
        """Return the present instant, aware and in UTC."""
        ...

    async def ready(self) -> None:
        """Open the database and find out who acts; a domain error says why the console cannot be used.

        The console asks for it when its first, empty frame has been drawn.
        """
        ...

    async def health(self) -> Health:
        """Return the health of the installation."""
        ...

    async def note(self, error: SessiontuiError) -> None:
        """Write down, once, that somebody was refused a look for want of a right; all else is passed over.

        An act that is refused writes that down itself.
        """
        ...

    async def run_job(self, name: str) -> None:
        """Run a job of the worker now; a domain error says why it cannot be."""
        ...

    async def pause_job(self, name: str) -> None:
        """Keep a job from running until it is resumed."""
        ...

    async def resume_job(self, name: str) -> None:
        """Let a paused job run again."""
        ...

    def remember(self, key: str, value: str) -> None:
        """Keep a piece of view state of this person for the next time."""
        ...

    def recall(self, key: str) -> str | None:
        """Return a remembered piece of view state."""
        ...


class Reads(Protocol):
    """What the screens ask while they are open; the answers are frozen pictures."""

    async def pulse(self) -> int:
        """Return a number that changes when anything was committed by any process."""
        ...

    def stirring(self, heard: Callable[[], None]) -> Stir | None:
        """Return what calls ``heard`` when a commit is being written; ``None`` where only looking helps."""
        ...

    async def changed(self, since: int) -> tuple[int, frozenset[int] | None]:
        """Return the change log's head and the sessions that changed since; ``None`` where that is not known."""
        ...

    async def coming(self, ids: Sequence[int]) -> Mapping[int, datetime]:
        """Return when time alone changes each of some sessions next; what is past was not written down yet."""
        ...

    async def judged(
        self, query: str, ids: Sequence[int], *, seen: Sequence[int], order: str, now: datetime
    ) -> Judged:
        """Return what changed sessions come to for a query in an order, those that are ``seen`` as rows."""
        ...

    async def board(
        self,
        query: str,
        *,
        now: datetime,
        limit: int,
        offset: int,
        order: str,
        known: Board | None = None,
        patience: float | None = None,
    ) -> Board:
        """Return a window of the sessions that a query matches; ``BadInput`` says what is wrong with it.

        Lines of ``known``, an earlier board, may be taken over where nothing was committed about them since. After
        ``patience`` seconds the first rows found by then may be all there is, and the board is not ``whole``.
        """
        ...

    async def derived(self, ids: Sequence[int], *, now: datetime) -> tuple[SessionLine, ...]:
        """Return some sessions as rows, derived at ``now``; those that are gone are left out."""
        ...

    async def detail(self, session_id: int, *, now: datetime) -> SessionDetail:
        """Return everything about one session."""
        ...

    async def shape(self, since: datetime, until: datetime, *, slots: int) -> tuple[int, ...]:
        """Return about how many sessions were live in each of the equal parts of a stretch of time."""
        ...


class ServiceReads:
    """The reads of the services; they are imported at the first question, which comes after the first frame."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._past: Past | None = None

    async def pulse(self) -> int:
        """Return a number that changes when anything was committed by any process."""
        from sessiontui.services import boards

        return await boards.pulse(self._port.context)

    def stirring(self, heard: Callable[[], None]) -> Stir | None:
        """Return what calls ``heard`` when a commit is being written; ``None`` where only looking helps."""
        from sessiontui.services import boards

        return boards.stirring(self._port.context, heard)

    async def changed(self, since: int) -> tuple[int, frozenset[int] | None]:
        """Return the change log's head and the sessions that changed since."""
        from sessiontui.services import boards

        head, ids = await boards.changed(self._port.context, since)
        return head, None if ids is None else frozenset(ids)

    async def derived(self, ids: Sequence[int], *, now: datetime) -> tuple[SessionLine, ...]:
        """Return some sessions as rows, derived at ``now``."""
        from sessiontui.services import boards

        return await boards.lines(self._port.context, ids, now=now, by=self._port.actor)

    async def coming(self, ids: Sequence[int]) -> Mapping[int, datetime]:
        """Return when time alone changes each of some sessions next."""
        from sessiontui.services import boards

        return await boards.coming(self._port.context, ids)

    async def judged(
        self, query: str, ids: Sequence[int], *, seen: Sequence[int], order: str, now: datetime
    ) -> Judged:
        """Return what changed sessions come to for a query in an order."""
        from sessiontui.services import boards

        port = self._port
        return await boards.judged(
            port.context, query, ids, seen=seen, order=order, now=now, zone=port.zone, by=port.actor
        )

    async def board(
        self,
        query: str,
        *,
        now: datetime,
        limit: int,
        offset: int,
        order: str,
        known: Board | None = None,
        patience: float | None = None,
    ) -> Board:
        """Return a window of the sessions that a query matches."""
        from sessiontui.services import boards

        as_of = self._port.as_of
        if as_of is not None and as_of < now:
            return await self._walk().board(
                query, at=as_of, now=now, limit=limit, offset=offset, order=order, zone=self._port.zone
            )
        return await boards.board(
            self._port.context,
            query,
            now=now,
            as_of=as_of,
            limit=limit,
            offset=offset,
            order=order,
            zone=self._port.zone,
            known=known,
            patience=patience,
            by=self._port.actor,
        )

    async def detail(self, session_id: int, *, now: datetime) -> SessionDetail:
        """Return everything about one session."""
        from sessiontui.services import boards

        return await boards.detail(
            self._port.context, session_id, now=now, as_of=self._port.as_of, by=self._port.actor
        )

    async def shape(self, since: datetime, until: datetime, *, slots: int) -> tuple[int, ...]:
        """Return about how many sessions were live in each of the equal parts of a stretch of time."""
        return await self._walk().shape(since, until, slots=slots)

    def _walk(self) -> Past:
        """Return what is known of the past, which is kept from one step to the next."""
        if self._past is None:
            from sessiontui.services.past import Past

            self._past = Past(self._port.context, by=self._port.actor)
        return self._past
