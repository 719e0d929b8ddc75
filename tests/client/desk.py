"""A control room of a few lines, on a real socket: logins with rotation, sessions, presence, changes, faults."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from sessiontui.client import Surroundings

KEY = "key-1"


@dataclass
class FakeClock:
    """A clock that moves when it is told to; waiting moves it too."""

    seconds: float = 1_000.0
    epoch: float = 1_777_903_200.0
    waited: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.seconds

    def wall(self) -> float:
        return self.epoch + self.seconds

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.seconds += seconds

    async def rest(self, seconds: float) -> None:
        self.sleep(seconds)


def surroundings(clock: FakeClock, *, luck: float = 0.5, **more: object) -> Surroundings:
    numbers = iter(range(1_000_000))
    return Surroundings(clock=clock, luck=lambda: luck, new_key=lambda: f"key-{next(numbers)}", **more)


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, object]


@dataclass
class Fault:
    """What happens to the next request below ``path``: an answer of ``status``, or a cut connection where it is 0.

    With ``after`` the request is carried out first: only its answer is lost.
    """

    status: int = 0
    path: str = "/"
    after: bool = False
    retry_after: str = ""
    word: str = "busy"


class Desk:
    """The server and what it remembers; ``now`` is its own clock for tokens."""

    def __init__(self, *, lifetime: float = 3600, now: Callable[[], float]) -> None:
        self.lifetime = lifetime
        self.now = now
        self.lock = threading.RLock()
        self.keys = {KEY}
        self.seen: list[Seen] = []
        self.faults: deque[Fault] = deque()
        self.issued: Counter[str] = Counter()
        self.live: dict[str, float] = {}
        self.refreshes: dict[str, str] = {}
        self.spent: dict[str, str] = {}
        self.answers: dict[str, tuple[int, dict[str, object]]] = {}
        self.events: dict[str, dict[str, object]] = {}
        self.sessions: dict[int, dict[str, object]] = {}
        self.room = 1_000_000
        self.activities: dict[str, dict[str, object]] = {}
        self.streams: deque[list[str]] = deque()
        self.revoked_word = "unknown"
        self.hold = threading.Event()
        self.hold.set()
        self.arrived = threading.Event()
        self.awaited = ""
        self._number = 0

    # -- life

    def __enter__(self) -> Self:
        desk = self

        class Handler(_Handler):
            pass

        Handler.desk = desk
        self.http = _Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self.hold.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    # -- what tests ask

    def paths(self, beginning: str = "/") -> list[str]:
        return [one.path for one in self.seen if one.path.startswith(beginning)]

    def headers(self, name: str, beginning: str = "/") -> list[str]:
        return [one.headers.get(name, "") for one in self.seen if one.path.startswith(beginning)]

    def revoke(self, word: str = "revoked") -> None:
        """Take every token from everyone."""
        with self.lock:
            self.live.clear()
            self.refreshes.clear()
            self.revoked_word = word

    # -- what it does

    def answer(self, seen: Seen) -> tuple[int, dict[str, object], dict[str, str]]:
        if seen.path == "/auth/token":
            return self._sign_in(seen.body)
        if seen.path == "/auth/refresh":
            return self._refresh(str(seen.body.get("refresh_token")))
        token = seen.headers.get("authorization", "").removeprefix("Bearer ")
        if self.live.get(token, 0.0) <= self.now():
            word = "expired" if token in self.live else self.revoked_word
            return _problem(401, word)
        key = seen.headers.get("idempotency-key", "")
        if key in self.answers:
            return *self.answers[key], {}
        status, body, headers = self._served(seen)
        if key:
            self.answers[key] = status, body
        return status, body, headers

    def _sign_in(self, body: dict[str, object]) -> tuple[int, dict[str, object], dict[str, str]]:
        grant = str(body.get("grant_type"))
        good = body.get("client_key") in self.keys if grant == "client_key" else body.get("password") == "right"
        return self._issue(grant, family=self._next("family")) if good else _problem(401, "unknown")

    def _refresh(self, token: str) -> tuple[int, dict[str, object], dict[str, str]]:
        if token in self.spent:
            return _problem(409, "already_rotated")
        family = self.refreshes.pop(token, None)
        if family is None:
            return _problem(401, self.revoked_word)
        self.spent = {token: family}
        return self._issue("refresh", family=family)

    def _issue(self, grant: str, *, family: str) -> tuple[int, dict[str, object], dict[str, str]]:
        self.issued[grant] += 1
        access, refresh = self._next("access"), self._next("refresh")
        self.live[access] = self.now() + self.lifetime
        self.refreshes[refresh] = family
        body = {"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": self.lifetime}
        return 200, body, {}

    def _served(self, seen: Seen) -> tuple[int, dict[str, object], dict[str, str]]:
        path = seen.path.partition("?")[0]
        match seen.method, path.split("/")[1:]:
            case "POST", ["auth", "heartbeat"]:
                return 204, {}, {}
            case "POST", ["api", "sessions"]:
                number = len(self.sessions) + 1
                self.sessions[number] = {"id": number, "version": 1, **seen.body}
                return 201, self.sessions[number], {"etag": '"1"'}
            case "GET", ["api", "sessions"]:
                return 200, {"sessions": list(self.sessions.values()), "counts": {}, "next": None}, {}
            case "GET", ["api", "sessions", number]:
                tag = f'"{self.sessions[int(number)]["version"]}"'
                if seen.headers.get("if-none-match") == tag:
                    return 304, {}, {"etag": tag}
                return 200, self.sessions[int(number)], {"etag": tag}
            case "PATCH", ["api", "sessions", number]:
                session = self.sessions[int(number)]
                tag = f'"{session["version"]}"'
                if seen.headers.get("if-match", tag) != tag:
                    return _problem(409, "conflict")
                session |= {**seen.body, "version": int(str(session["version"])) + 1}
                return 200, session, {"etag": f'"{session["version"]}"'}
            case "POST", ["api", "presence"]:
                return self._presence(seen.body)
            case "POST", ["api", "sessions", "track-activity"]:
                return self._tracked(seen.body)
        return 200, {"method": seen.method, "path": seen.path, "body": seen.body}, {}

    def _tracked(self, body: dict[str, object]) -> tuple[int, dict[str, object], dict[str, str]]:
        many = body["activities"]
        assert isinstance(many, list)
        if any(one["kind"] == "nonsense" for one in many):
            return _problem(422, "invalid")
        taken = many[: max(0, self.room - len(self.activities))]
        self.activities |= {one["key"]: one for one in taken}
        return 202, {"acknowledged": len(taken), "dropped": len(many) - len(taken)}, {}

    def _presence(self, body: dict[str, object]) -> tuple[int, dict[str, object], dict[str, str]]:
        events = body["events"]
        assert isinstance(events, list)
        before = len(self.events)
        for event in events:
            self.events.setdefault(event["key"], event)
        new = len(self.events) - before
        return 200, {"acknowledged": len(events), "repeated": len(events) - new, "refused": []}, {}

    def _next(self, what: str) -> str:
        self._number += 1
        return f"{what}-{self._number}"


def _problem(status: int, word: str) -> tuple[int, dict[str, object], dict[str, str]]:
    body: dict[str, object] = {"type": f"/problems/{word}", "title": word, "detail": f"it is {word}", "hint": "try"}
    return status, body, {"www-authenticate": "Bearer"} if status == 401 else {}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about connections that a test has cut."""


class _Handler(BaseHTTPRequestHandler):
    desk: Desk
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Write no log."""

    def _serve(self) -> None:
        desk = self.desk
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        body = json.loads(raw) if raw else {}
        seen = Seen(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        if desk.awaited and self.path.startswith(desk.awaited):
            desk.arrived.set()
            desk.hold.wait(10)
        with desk.lock:
            desk.seen.append(seen)
            fault = next((one for one in desk.faults if self.path.startswith(one.path)), None)
            if fault is not None:
                desk.faults.remove(fault)
            if fault is None or fault.after:
                answer = desk.answer(seen)
        if fault is not None:
            self._fail(fault)
        elif self.path == "/api/changes" and answer[0] == 200:
            self._stream()
        else:
            self._write(*answer)

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names that http.server calls

    def _fail(self, fault: Fault) -> None:
        if fault.status:
            headers = {"retry-after": fault.retry_after} if fault.retry_after else {}
            status, body, _ = _problem(fault.status, fault.word)
            self._write(status, body, headers)
            return
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _write(self, status: int, body: dict[str, object], headers: dict[str, str]) -> None:
        raw = b"" if status in {204, 304} else json.dumps(body).encode()
        self.send_response_only(status)
        self.send_header("date", formatdate(self.desk.now(), usegmt=True))
        self.send_header("content-length", str(len(raw)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def _stream(self) -> None:
        lines = self.desk.streams.popleft() if self.desk.streams else []
        self.close_connection = True
        self.send_response_only(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write("".join(f"{line}\n" for line in lines).encode())
