"""An alert in words: one sentence that says why, from its facts and how long ago they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from sessiontui.domain.alerts.finding import Fact
from sessiontui.domain.alerts.words import AlertRule
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import parse_instant
from sessiontui.domain.phrases import count, minutes, span
from sessiontui.domain.records import record


def sentence(rule: AlertRule, facts: Sequence[Fact], now: datetime) -> str:
    """Return why an alert is open, as seen at ``now``, without a full stop.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> sentence(AlertRule.NOBODY_JOINED, (("waiting_since", "2026-05-04T11:48:00Z"), ("approved", "3")), noon)
    'waiting 12 min, 3 approved, nobody came'
    """
    if rule is AlertRule.CLASH:
        return _overlap(tuple(facts))
    return _WORDS[rule](_Told(dict(facts), now))


@record
class _Told:
    """The facts by name, and the instant from which they are looked at."""

    facts: Mapping[str, str]
    now: datetime

    def said(self, name: str, otherwise: str = "") -> str:
        return self.facts.get(name, otherwise)

    def number(self, name: str) -> int:
        value = self.said(name, "0")
        return int(value) if value.isascii() and value.isdigit() else 0

    def ago(self, name: str) -> str:
        at = self._instant(name)
        return "some time" if at is None else span(max(minutes(self.now - at), 0))

    def lasting(self, name: str) -> str:
        """Return for how long something has held; less than a minute is told without a number."""
        at = self._instant(name)
        return "since just now" if at is not None and minutes(self.now - at) < 1 else f"for {self.ago(name)}"

    def when(self, name: str = "starts_at") -> str:
        at = self._instant(name)
        if at is None:
            return "starts soon"
        until = minutes(at - self.now)
        return f"starts in {span(until)}" if at > self.now else f"started {span(minutes(self.now - at))} ago"

    def _instant(self, name: str) -> datetime | None:
        try:
            return _instant_of(self.facts[name])
        except (KeyError, BadInput):
            return None


@lru_cache(maxsize=4_096)
def _instant_of(text: str) -> datetime:
    """Return the instant of a fact: the same facts are told again and again."""
    return parse_instant(text)


def _nobody_joined(told: _Told) -> str:
    return f"waiting {told.ago('waiting_since')}, {told.said('approved', '0')} approved, nobody came"


def _upcoming_empty(told: _Told) -> str:
    pending = told.number("pending")
    return f"{told.when()}, nobody is approved, {f'{pending} pending' if pending else 'nobody asked either'}"


def _request_backlog(told: _Told) -> str:
    waited = f", the oldest for {told.ago('pending_since')}" if told.said("pending_since") else ""
    return f"{count(told.number('pending'), 'request')} pending{waited}; {told.when()}"


def _seat_free(told: _Told) -> str:
    waiting = told.number("pending")
    waits = f"{waiting} waiting, the first for {told.ago('pending_since')}"
    return f"{told.said('free', '1')} of {count(told.number('seats'), 'seat')} free again, {waits}; {told.when()}"


def _no_show_risk(told: _Told) -> str:
    return (
        f"{told.said('chance', '?')} chance that nobody comes; {told.when()}, {told.said('approved', '0')} approved"
    )


def _host_missing(told: _Told) -> str:
    gone = f"host gone {told.ago('host_gone_since')}" if told.said("host_gone_since") else "host never came"
    return f"{count(told.number('guests'), 'guest')} inside {told.lasting('guests_since')}, {gone}"


def _no_mentor(told: _Told) -> str:
    return f"{told.said('kind', 'session')} without a mentor; {told.when()}, {told.said('approved', '0')} approved"


@lru_cache(maxsize=4_096)
def _overlap(facts: tuple[Fact, ...]) -> str:
    """Return why a double booking is open: the only one that does not grow older, and there are many."""
    told = dict(facts)
    more = f", and {told['more']} more" if told.get("more") else ""
    return f"{told.get('who', 'somebody')} is also expected in {told.get('other session', 'another session')}{more}"


def _overtime(told: _Told) -> str:
    return f"{told.ago('ended_at')} past its end, {told.said('here', '0')} inside"


def _forgotten_timer(told: _Told) -> str:
    if told.said("stopped_at"):
        past = told.ago("active_at")
        return f"the timer was stopped by itself {told.ago('stopped_at')} ago, the last activity was {past} ago"
    return f"the timer runs, the last activity was {told.ago('active_at')} ago: forgotten?"


def _unstable(told: _Told) -> str:
    said = []
    if told.said("rejoins"):
        said.append(f"one person came back {told.said('rejoins').split()[0]} times in a few minutes")
    if told.said("lost"):
        said.append(f"lost {told.said('lost')} people at once")
    return f"{', '.join(said)}; platform {told.said('platform', 'unknown')}"


def _link_broken(told: _Told) -> str:
    is_broken = told.said("link") == "broken"
    what = f"does not work ({told.said('seen', 'no answer')})" if is_broken else "is missing"
    return f"the meeting link {what}; {told.when()}, {told.said('approved', '0')} approved"


def _delivery_failed(told: _Told) -> str:
    more = f", and {told.said('more')} more" if told.said("more") else ""
    return f"{told.said('message', 'a message')} is {told.said('state', 'dead')}{more}"


def _feed_silent(told: _Told) -> str:
    usual = told.said("usual pause", "less")
    return f"{told.said('source', 'a source')} silent for {told.ago('silent_since')}, usually at most {usual}"


def _worker_late(told: _Told) -> str:
    return f"the worker's tick is {told.said('tick', 'late')}: statuses and alerts lag behind"


def _disk_low(told: _Told) -> str:
    return f"only {told.said('free', 'little')} of the disk are free ({told.said('share', '?')})"


def _backup_old(told: _Told) -> str:
    return (
        f"the newest verified backup is {told.ago('backup_at')} old"
        if told.said("backup_at")
        else "no backup was made"
    )


def _login_stuck(told: _Told) -> str:
    return f"the login of {_device(told)} does not refresh: two deadlines have passed"


def _token_reuse(told: _Told) -> str:
    return f"a spent token of {_device(told)} came again: somebody has a copy; the login was ended"


def _device(told: _Told) -> str:
    device = told.said("device")
    return told.said("person", "somebody") + (f" ({device})" if device else "")


_WORDS: Final[Mapping[AlertRule, Callable[[_Told], str]]] = {
    AlertRule.NOBODY_JOINED: _nobody_joined,
    AlertRule.UPCOMING_EMPTY: _upcoming_empty,
    AlertRule.REQUEST_BACKLOG: _request_backlog,
    AlertRule.SEAT_FREE: _seat_free,
    AlertRule.NO_SHOW_RISK: _no_show_risk,
    AlertRule.HOST_MISSING: _host_missing,
    AlertRule.NO_MENTOR: _no_mentor,
    AlertRule.OVERTIME: _overtime,
    AlertRule.FORGOTTEN_TIMER: _forgotten_timer,
    AlertRule.UNSTABLE: _unstable,
    AlertRule.LINK_BROKEN: _link_broken,
    AlertRule.DELIVERY_FAILED: _delivery_failed,
    AlertRule.FEED_SILENT: _feed_silent,
    AlertRule.LOGIN_STUCK: _login_stuck,
    AlertRule.TOKEN_REUSE: _token_reuse,
    AlertRule.WORKER_LATE: _worker_late,
    AlertRule.DISK_LOW: _disk_low,
    AlertRule.BACKUP_OLD: _backup_old,
}
