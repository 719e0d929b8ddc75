"""The one core of both clients: how a call gets its token, is repeated, cached and counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from sessiontui.client.cache import Age, Cache, CacheStatistics
from sessiontui.client.calls import Answer, Call, Json, Request, failure
from sessiontui.client.errors import Busy, ClientError, NotSignedIn, Trouble, Unreachable
from sessiontui.client.ladder import Rung, RungCount
from sessiontui.client.login import BEAT_EVERY, Band, LoginState, band, score, state_of
from sessiontui.client.renewing import Renewal
from sessiontui.client.retrying import Repeating, RetryPolicy
from sessiontui.client.steps import Alone, Aside, Steps, Wait, alone

T = TypeVar("T")

CLEAN_EVERY: Final = 60.0
"""Seconds between two cleanings of the cache."""

TELL_CACHE_EVERY: Final = 600.0
"""Seconds after which the server is told anew how the cache does, where it was looked into meanwhile."""

_TOLD_OF_CACHE: Final = ("entries", "size", "hits", "stale_hits", "misses")

_STEPS: Final = {Rung.REFRESH: "refresh", Rung.SECOND: "key", Rung.KEY: "silent", Rung.ASK: "ask"}
"""How the server calls the rungs."""

LOOK_UP: Final = 60.0
"""Seconds after which nobody waits for somebody else's look-up of the same thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """How a client fares: ``calls`` is the sum of ``answered``, ``failed`` and those under way.

    ``repeated`` counts repetitions by class of error, ``rungs`` the ways to a login; ``skew`` is what has to be
    added to this machine's clock, in seconds; ``unsaved`` counts tokens that the shelf did not take.
    """

    state: LoginState
    score: int
    band: Band
    calls: int
    answered: int
    failed: int
    repeated: Mapping[Trouble, int]
    rungs: Mapping[Rung, RungCount]
    cache: CacheStatistics
    heartbeats: int
    heartbeats_missed: int
    skew: float
    unsaved: int


class Core:
    """The rules of a client; it yields steps and is driven by ``Client`` or ``AsyncClient``, one step at a time."""

    def __init__(
        self,
        renewal: Renewal,
        *,
        policy: RetryPolicy,
        cache: Cache,
        luck: Callable[[], float],
        new_key: Callable[[], str],
    ) -> None:
        self.renewal = renewal
        self.cache = cache
        self._policy = policy
        self._luck = luck
        self._new_key = new_key
        self._cleaned_at = 0.0
        self._calls = self._answered = self._failed = 0
        self._beats = self._beats_missed = 0
        self._told: dict[Rung, int] = {}
        self._told_failures = 0
        self._told_looks = 0
        self._told_cache_at: float | None = None
        self._repeated: Counter[Trouble] = Counter()

    def perform(self, call: Call[T], policy: RetryPolicy | None = None) -> Steps[T]:
        """Make a call and return what its answer says; raises ``ClientError``."""
        if not call.is_write and call.lifetime > 0:
            return (yield from self._cached(call, policy))
        try:
            answer = yield from self._counted(call, policy)
        finally:  # also when it failed: it may have been carried out before its answer was lost
            if call.spoils:
                self.cache.forget(*call.spoils)
        return call.read(answer)

    def repeating(self, policy: RetryPolicy | None = None) -> Repeating:
        """Return the memory of a call that begins."""
        return Repeating(policy=policy or self._policy, began=self.renewal.now(), luck=self._luck)

    def judge(self, answer: Answer, access: str) -> ClientError | None:
        """Return the error that an answer stands for, and learn from it what the token is worth."""
        error = failure(answer)
        if isinstance(error, NotSignedIn):
            self.renewal.spoil(access, error)
        elif not isinstance(error, Busy):  # whoever is busy, or a proxy before them, has looked at no token
            self.renewal.hear(access)
        return error

    def pause(self, repeating: Repeating, error: ClientError) -> float:
        """Return the seconds to wait before a call is repeated; raises the error when it is not."""
        pause = repeating.after(error.trouble, now=self.renewal.now(), retry_after=error.retry_after)
        if pause is None:
            raise error
        self._repeated[error.trouble] += 1
        return pause

    def access(self) -> Steps[str]:
        """Return a token; one that is due is renewed behind the caller's back, who goes on with the old one."""
        access = yield from self.renewal.access()
        if self.renewal.login.is_due(self.renewal.now()):
            yield Aside(Alone("login", self.renewal.renewed, self.renewal.lease))
        return access

    def renew(self) -> Steps[None]:
        """Renew the login now, due or not; raises ``ClientError`` where that leaves no usable one."""
        yield from alone("login", lambda: self.renewal.renewed(is_forced=True), lease=self.renewal.lease)

    def chores(self) -> Steps[float]:
        """Do what is due beside the calls, and return in how many seconds there is more to do.

        A login is renewed before it expires and kept from its idle limit by a heartbeat, which also tells the server
        which rungs of the ladder had to be taken; the cache is cleaned.
        """
        renewal = self.renewal
        now = renewal.now()
        if now >= self._cleaned_at + CLEAN_EVERY:
            self._cleaned_at = now
            self.cache.clean(now=now)
        if renewal.login.is_due(now):
            yield from alone("login", renewal.renewed, lease=renewal.lease)
        has_news = self._tried() != self._told or self._has_cache_news(now)
        if renewal.login.is_usable(now) and (has_news or now >= renewal.login.heard_at + BEAT_EVERY):
            yield from self._beat()
        now, login = renewal.now(), renewal.login
        until = [self._cleaned_at + CLEAN_EVERY]
        if login.is_usable(now):
            until.append(max(login.renew_from, login.retry_from))
            until.append(login.heard_at + BEAT_EVERY)
        return max(min(until) - now, 1.0)

    def statistics(self) -> Statistics:
        """Return how the client fares now."""
        now = self.renewal.now()
        points = score(self.renewal.login, now)
        return Statistics(
            state=state_of(self.renewal.login, now),
            score=points,
            band=band(points),
            calls=self._calls,
            answered=self._answered,
            failed=self._failed,
            repeated={trouble: self._repeated[trouble] for trouble in Trouble if trouble is not Trouble.REFUSED},
            rungs=self.renewal.counts.read(),
            cache=self.cache.statistics(),
            heartbeats=self._beats,
            heartbeats_missed=self._beats_missed,
            skew=self.renewal.skew.seconds,
            unsaved=self.renewal.unsaved,
        )

    # -- one call -------------------------------------------------------------------------------------------

    def _cached(self, call: Call[T], policy: RetryPolicy | None) -> Steps[T]:
        address = call.address
        age, body = self.cache.look(address, now=self.renewal.now())
        tag = self.cache.etag(address)
        work = Alone(("read", address), lambda: self._looked_up(call, policy), LOOK_UP)
        if age is Age.STALE:
            yield Aside(work)
        if age is not Age.MISSING:
            return call.read(Answer(status=200, headers={"etag": tag}, body=body))
        answer = yield from alone(work.name, lambda: self._looked_up(call, policy), lease=work.lease)
        return call.read(answer)

    def _looked_up(self, call: Call[T], policy: RetryPolicy | None) -> Steps[Answer]:
        """Fetch what the cache lacks, or ask whether what it holds is still so."""
        address = call.address
        held, tag = self.cache.body(address), self.cache.etag(address)
        ticket = self.cache.begin(address)
        try:
            answer = yield from self._counted(call, policy, tag=tag if held is not None else "")
        except BaseException:
            self.cache.abandon(ticket)
            raise
        if answer.status == 304 and held is not None:
            answer = Answer(status=200, headers={"etag": tag}, body=held)
        etag = answer.headers.get("etag", "")
        self.cache.end(ticket, answer.body, lifetime=call.lifetime, now=self.renewal.now(), etag=etag)
        return answer

    def _counted(self, call: Call[T], policy: RetryPolicy | None, *, tag: str = "") -> Steps[Answer]:
        self._calls += 1
        try:
            answer = yield from self._exchanged(call, policy, tag)
        except BaseException:
            self._failed += 1
            raise
        self._answered += 1
        return answer

    def _exchanged(self, call: Call[T], policy: RetryPolicy | None, tag: str) -> Steps[Answer]:
        """Send a call until it is answered, refused, or not worth another try."""
        key = call.key or (self._new_key() if call.is_write else "")
        kind, body = _written(call)
        repeating = self.repeating(policy)
        while True:
            access = yield from self.access()
            headers = _headers(access, key=key, kind=kind, if_match=call.if_match, tag=tag)
            request = Request(method=call.method, path=call.address, headers=headers, body=body)
            try:
                answer = yield from self.renewal.exchange(request)
                error = self.judge(answer, access)
            except Unreachable as met:
                error = met
            if error is None:
                return answer
            yield Wait(self.pause(repeating, error))

    def _tried(self) -> dict[Rung, int]:
        return {rung: count.tried for rung, count in self.renewal.counts.read().items() if count.tried}

    def _has_cache_news(self, now: float) -> bool:
        """Tell whether what the server knows of the cache has grown old; a busy client sends no other heartbeats."""
        if self._told_cache_at is None:
            self._told_cache_at = now
        is_old = now >= self._told_cache_at + TELL_CACHE_EVERY
        return is_old and self.cache.statistics().looks != self._told_looks

    def _beat(self) -> Steps[None]:
        rungs = self._tried()
        failures = self.renewal.login.failures
        report: dict[str, Json] = {"ladder": {_STEPS[rung]: number for rung, number in rungs.items()}}
        if failures > self._told_failures:
            report["failed"] = True
        cache = self.cache.statistics()
        if cache.looks:
            report["cache"] = {name: getattr(cache, name) for name in _TOLD_OF_CACHE}
        beat = Call(method="POST", path="/auth/heartbeat", body=report, read=lambda _: None)
        try:
            yield from self._exchanged(beat, None, "")
            self._beats += 1
            self._told, self._told_failures = rungs, failures
            self._told_looks, self._told_cache_at = cache.looks, self.renewal.now()
        except ClientError:
            self._beats_missed += 1


def _written(call: Call[T]) -> tuple[str, bytes | None]:
    """Return the media type and the bytes of what is sent."""
    if call.content is not None:
        return "application/octet-stream", call.content
    return ("", None) if call.body is None else ("application/json", json.dumps(call.body).encode())


def _headers(access: str, *, key: str, kind: str, if_match: str, tag: str) -> dict[str, str]:
    headers = {"authorization": f"Bearer {access}", "accept": "application/json"}
    if kind:
        headers["content-type"] = kind
    if key:
        headers["idempotency-key"] = key
    if if_match:
        headers["if-match"] = if_match
    if tag:
        headers["if-none-match"] = tag
    return headers
