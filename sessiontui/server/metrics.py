"""Figures for monitoring, in the form of Prometheus: calls as they come, the rest as it is when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from sessiontui import __version__

if TYPE_CHECKING:
    from sessiontui.services.lines import Board
    from sessiontui.services.pictures import Health

MEDIA_TYPE: Final = CONTENT_TYPE_LATEST

_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: from what a heartbeat takes to where a question is given up."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is told besides calls, as it was when somebody asked."""

    board: Board
    health: Health
    listeners: int


class Metrics:
    """The figures of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = Counter(
            "sessiontui_http_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._took = Histogram(
            "sessiontui_http_request_seconds",
            "Seconds from the request to the end of the answer.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._running = Gauge("sessiontui_http_running", "Requests being answered.", registry=self._registry)
        self._events = Counter(
            "sessiontui_presence_events",
            "Presence events by what became of them.",
            ("fate",),
            registry=self._registry,
        )
        self._hooks = Counter(
            "sessiontui_hooks", "Webhooks by source and fate.", ("source", "fate"), registry=self._registry
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._fates = [self._events.labels(fate) for fate in ("new", "repeated", "refused")]

    def begin(self) -> None:
        """Note that a request is being answered."""
        self._running.inc()

    def end(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Note that a request was answered; ``route`` is its pattern, never its path."""
        self._running.dec()
        pair = self._known.get((method, route, status))
        if pair is None:
            pair = self._calls.labels(method, route, str(status)), self._took.labels(method, route)
            self._known[method, route, status] = pair
        pair[0].inc()
        pair[1].observe(seconds)

    def events(self, *, acknowledged: int, repeated: int, refused: int) -> None:
        """Note what became of a batch of presence events."""
        for fate, number in zip(self._fates, (acknowledged - repeated, repeated, refused), strict=True):
            if number:
                fate.inc(number)

    def hook(self, source: str, fate: str) -> None:
        """Note what became of one webhook."""
        self._hooks.labels(source, fate).inc()

    def written(self, seen: Seen) -> bytes:
        """Return all figures as text."""
        return generate_latest(self._registry) + generate_latest(_registry_of(_State(seen)))


def _registry_of(collector: Collector) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(collector)
    return registry


class _State(Collector):
    """The state of the installation as gauges."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield one family after the other."""
        board, health = self._seen.board, self._seen.health
        info = GaugeMetricFamily("sessiontui_info", "The version that runs.", labels=("version",))
        info.add_metric((__version__,), 1)
        yield info
        sessions = GaugeMetricFamily("sessiontui_sessions", "Sessions by status.", labels=("status",))
        for status, number in board.counts.items():
            sessions.add_metric((str(status),), number)
        yield sessions
        yield GaugeMetricFamily("sessiontui_pending_requests", "Requests to decide.", value=board.pending_requests)
        alerts = GaugeMetricFamily("sessiontui_open_alerts", "Open alerts by severity.", labels=("severity",))
        for severity, number in board.alerts.open.items():
            alerts.add_metric((str(severity),), number)
        yield alerts
        yield GaugeMetricFamily("sessiontui_health", "Health from 0 to 100.", value=health.score)
        parts = GaugeMetricFamily("sessiontui_health_part", "Health of each part, 0 to 100.", labels=("part",))
        for part in health.parts:
            parts.add_metric((part.name,), part.score)
        yield parts
        runs = GaugeMetricFamily("sessiontui_job_runs", "Runs of each job.", labels=("job",))
        errors = GaugeMetricFamily("sessiontui_job_errors", "Failed runs of each job.", labels=("job",))
        for job in health.jobs:
            runs.add_metric((job.name,), job.runs)
            errors.add_metric((job.name,), job.errors)
        yield runs
        yield errors
        yield GaugeMetricFamily("sessiontui_worker_leads", "1 while a worker leads.", value=int(bool(health.leader)))
        yield GaugeMetricFamily("sessiontui_listeners", "Streams of changes.", value=self._seen.listeners)
