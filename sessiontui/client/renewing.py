"""How a login comes about and is renewed: one climb of the ladder, shared by all who need it at the same time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sessiontui.client.calls import Answer, Json, Request, failure
from sessiontui.client.clock import Clock, SkewGauge, SteadyTime
from sessiontui.client.errors import Busy, ClientError, LockedOut, LoginNeeded, NotSignedIn, Unreachable
from sessiontui.client.ladder import LadderCounts, Rung
from sessiontui.client.login import LEASE, Login, begun, failed, heard, signed_in, spoiled
from sessiontui.client.retrying import Repeating, RetryPolicy
from sessiontui.client.steps import Save, Steps, Wait, alone, ask, load, send
from sessiontui.client.tokens import Password, Tokens, tokens_of

LEFT: Final = 30.0
"""Seconds that a token from the shelf must have left to be taken as it is."""

SHORTEST: Final = 1.0
"""Seconds for which a token that was just given counts as valid, whatever the server says of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a client can sign in with: its ``keys`` in the order in which they are tried, and the device's name."""

    keys: tuple[str, ...] = ()
    device: str = ""
    has_shelf: bool = False
    can_ask: bool = False


class Renewal:
    """Keeps one login; ``luck`` draws numbers between 0 and 1."""

    def __init__(
        self,
        means: Means,
        *,
        policy: RetryPolicy,
        clock: Clock,
        luck: Callable[[], float],
        tokens: Tokens | None = None,
        lease: float = LEASE,
    ) -> None:
        self.login = Login()
        self.counts = LadderCounts()
        self.skew = SkewGauge()
        self.unsaved = 0
        self.lease = lease
        self._means = means
        self._policy = policy
        self._clock = clock
        self._luck = luck
        self._time = SteadyTime(clock)
        self._spent: set[str] = set()
        if tokens is not None:
            self._open(tokens, asked=0.0, lifetime=tokens.expires_at - self.server_now())

    def now(self) -> float:
        """Return the steady seconds since the client was made."""
        return self._time.now()

    def server_now(self) -> float:
        """Return the seconds since 1970 by the server's clock, as well as they are known."""
        return self._clock.wall() + self.skew.seconds

    def access(self) -> Steps[str]:
        """Return a token that is worth a try; without a usable login this waits for one to come about."""
        while not self.login.is_usable(self.now()):
            yield from alone("login", self.renewed, lease=self.lease)
        tokens = self.login.tokens
        return "" if tokens is None else tokens.access

    def spoil(self, access: str, error: ClientError) -> None:
        """Take note that the server does not take a token any more."""
        self.login = spoiled(self.login, access, is_revoked=error.word in {"revoked", "token_reuse"})

    def hear(self, access: str) -> None:
        """Take note that the server has just taken a token."""
        self.login = heard(self.login, access, now=self.now())

    def exchange(self, request: Request) -> Steps[Answer]:
        """Send one request and learn from the date of its answer how far the clocks are apart."""
        sent = self._clock.wall()
        answer = yield from send(request)
        self.skew.hear(answer.headers.get("date"), sent=sent, received=self._clock.wall())
        return answer

    def renewed(self, *, is_forced: bool = False) -> Steps[None]:
        """Climb the ladder until there is a login.

        As long as the present one is usable, a failed climb is no error: it is tried again after a pause, and the
        login counts as degraded meanwhile. Otherwise raises ``LoginNeeded``, or what kept it from being known.
        """
        now = self.now()
        if self.login.is_usable(now) and not self.login.is_due(now) and not is_forced:
            return
        self.login = begun(self.login, now=now, lease=self.lease)
        try:
            yield from self._climb()
        except (Unreachable, Busy, LockedOut) as error:
            self._put_off(error.retry_after)
            if not self.login.is_usable(self.now()):
                raise
        except LoginNeeded:
            self._put_off(None)
            if not self.login.is_usable(self.now()):
                yield Save(None)
                raise
        finally:
            if self.login.lease_until is not None:  # whoever did this was stopped in the middle
                self.login = failed(self.login, now=self.now(), pause=0.0)

    # -- the rungs ------------------------------------------------------------------------------------------

    def _climb(self) -> Steps[None]:
        refusal: ClientError = NotSignedIn("nobody has signed in")
        for rung in Rung:
            try:
                asked = self.now()
                tokens = yield from self._take(rung, refusal)
            except NotSignedIn as error:
                refusal = error
                continue
            if tokens is not None:
                self._open(
                    tokens, asked=asked, lifetime=min(tokens.expires_in, tokens.expires_at - self.server_now())
                )
                yield Save(tokens)
                return
        raise LoginNeeded(
            f"no way to sign in is left: {refusal.detail}",
            hint="hand in a valid client key, or sign in anew",
            status=refusal.status,
            problem=refusal.problem,
        )

    def _take(self, rung: Rung, refusal: ClientError) -> Steps[Tokens | None]:
        """Return the tokens that a rung leads to, ``None`` where it is not there; raises ``NotSignedIn``."""
        match rung:
            case Rung.REFRESH:
                return (yield from self._by_refresh())
            case Rung.SECOND:
                return (yield from self._second()) if self._means.has_shelf else None
            case Rung.KEY:
                return (yield from self._by_key()) if self._means.keys else None
            case Rung.ASK:
                if not self._means.can_ask or self.login.is_usable(self.now()):
                    return None
                return (yield from self._counted(rung, self._asked(refusal)))

    def _by_refresh(self) -> Steps[Tokens | None]:
        refresh = "" if self.login.tokens is None else self.login.tokens.refresh
        if not refresh or refresh in self._spent:
            return None
        if self._means.has_shelf:
            kept = yield from load()
            if kept is not None and kept.refresh not in {"", refresh}:
                return None  # another process has spent it: showing it again would look like theft
        return (yield from self._counted(Rung.REFRESH, self._refreshed(refresh)))

    def _second(self) -> Steps[Tokens | None]:
        kept = yield from load()
        own = "" if self.login.tokens is None else self.login.tokens.access
        if kept is None or kept.access == own or (not kept.refresh and kept.expires_at <= self.server_now()):
            return None
        if kept.expires_at - self.server_now() > LEFT:
            self.counts.try_(Rung.SECOND)
            self.counts.succeed(Rung.SECOND)
            return kept
        if not kept.refresh or kept.refresh in self._spent:
            return None
        return (yield from self._counted(Rung.SECOND, self._refreshed(kept.refresh)))

    def _by_key(self) -> Steps[Tokens | None]:
        refusal: NotSignedIn | None = None
        for key in self._means.keys:
            body: dict[str, Json] = {"grant_type": "client_key", "client_key": key}
            if self._means.device:
                body["device"] = self._means.device
            try:
                return (yield from self._counted(Rung.KEY, self._granted("/auth/token", body)))
            except NotSignedIn as error:
                refusal = error
        if refusal is not None:
            raise refusal
        return None

    def _asked(self, refusal: ClientError) -> Steps[Tokens | None]:
        given = yield from ask(refusal)
        match given:
            case None:
                raise NotSignedIn("nobody signed in")
            case Password():
                body: dict[str, Json] = {"grant_type": "password", "email": given.email, "password": given.password}
                return (yield from self._granted("/auth/token", body))
            case Tokens():
                return given

    def _refreshed(self, refresh: str) -> Steps[Tokens]:
        try:
            return (yield from self._granted("/auth/refresh", {"refresh_token": refresh}))
        except NotSignedIn:
            self._spent = {refresh}  # never shown again: a second time would look like theft
            raise

    def _granted(self, path: str, body: dict[str, Json]) -> Steps[Tokens]:
        """Ask for tokens until there is an answer; raises ``NotSignedIn`` where the server refuses them."""
        headers = {"content-type": "application/json"}
        request = Request(method="POST", path=path, headers=headers, body=json.dumps(body).encode())
        repeating = Repeating(policy=self._policy, began=self.now(), luck=self._luck)
        while True:
            error: ClientError
            try:
                answer = yield from self.exchange(request)
                found = failure(answer)
                if found is None:
                    return _tokens(answer, self.server_now())
                error = found
            except (Unreachable, Busy) as met:
                error = met
            if isinstance(error, LockedOut):
                raise error
            if not isinstance(error, Unreachable | Busy):
                raise _refusal(error)
            # Half of the lease: whoever waits for this renewal must hear of its end.
            now = self.now()
            pause = repeating.after(error.trouble, now=now, retry_after=error.retry_after)
            if pause is None or now - repeating.began + pause > self.lease / 2:
                raise error
            yield Wait(pause)

    # -- what comes of it -----------------------------------------------------------------------------------

    def _counted(self, rung: Rung, work: Steps[Tokens | None] | Steps[Tokens]) -> Steps[Tokens | None]:
        self.counts.try_(rung)
        try:
            tokens = yield from work
        except NotSignedIn:
            self.counts.refuse(rung)
            raise
        except BaseException:
            self.counts.trouble(rung)
            raise
        self.counts.succeed(rung)
        return tokens

    def _open(self, tokens: Tokens, *, asked: float, lifetime: float) -> None:
        self.login = signed_in(tokens, lifetime=max(lifetime, SHORTEST), now=asked, luck=self._luck())

    def _put_off(self, retry_after: float | None) -> None:
        strategy = self._policy.server
        pause = strategy.pause(self.login.failures + 1, self._luck()) if retry_after is None else retry_after
        self.login = failed(self.login, now=self.now(), pause=max(pause, 1.0))


def _tokens(answer: Answer, server_now: float) -> Tokens:
    tokens = tokens_of(answer.members(), server_now=server_now)
    if tokens is None:
        raise Busy("the server answered a sign-in without tokens", status=answer.status)
    return tokens


def _refusal(error: ClientError) -> NotSignedIn:
    return NotSignedIn(error.detail, hint=error.hint, status=error.status, problem=error.problem)
