"""What tests of places share: a Zoom that keeps its meetings, settings that name it, and runs of the job."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sessiontui.domain.places import BigBlueButtonServer, JitsiServer, Maker, PlatformSettings, ZoomAccount
from sessiontui.services.context import Context
from sessiontui.services.places import working
from tests.conftest import Stage
from tests.platforms.vendor import Asked, Reply, said

SECRET = "platform-s3cret"
PASSCODE = "open-sesame-42"


@dataclass
class MemoryKeys:
    """Keys that live as long as the test."""

    keys: list[bytes] = field(default_factory=list)
    words: str = "memory"

    def there(self) -> tuple[bytes, ...]:
        return tuple(self.keys)

    def add(self, key: bytes) -> None:
        self.keys.append(key)


@dataclass
class ZoomHouse:
    """A Zoom account: it makes, changes, lists and deletes meetings, and tells who was there.

    ``trouble`` answers instead where it returns anything, after the call was carried out where ``late``.
    """

    meetings: dict[str, dict[str, object]] = field(default_factory=dict)
    present: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    trouble: Callable[[Asked], Reply | None] = lambda asked: None
    late: bool = False
    made: int = 0

    def __call__(self, asked: Asked) -> Reply:
        answer = self.trouble(asked)
        if answer is not None and not self.late:
            return answer
        done = self._do(asked)
        return answer or done

    def _do(self, asked: Asked) -> Reply:
        if asked.path == "/oauth/token":
            return said({"access_token": "t0ken", "expires_in": 3600})
        if asked.headers.get("authorization") != "Bearer t0ken":
            return said({"message": "Invalid access token."}, 401)
        if re.fullmatch(r"/v2/users/[^/]+/meetings", asked.path):
            if "example.org" in asked.path:
                return said({"code": 1001, "message": "User does not exist"}, 404)
            if asked.method == "GET":
                return said({"meetings": list(self.meetings.values())})
            self.made += 1
            number = str(85200000000 + self.made)
            self.meetings[number] = {
                **asked.json, "id": int(number), "uuid": f"uuid{self.made}==", "join_url": f"https://zoom.us/j/{number}",
                "password": PASSCODE, "start_url": f"https://zoom.us/s/{number}?zak=s3cret-zak", "status": "waiting",
            }  # fmt: skip
            return said(self.meetings[number], 201)
        if found := re.fullmatch(r"/v2/past_meetings/([^/]+)/participants", asked.path):
            people = self.present.get(found[1].replace("%3D", "="))
            return said({"participants": people}) if people is not None else said({"message": "no such"}, 404)
        number = asked.path.rpartition("/")[2]
        if number not in self.meetings:
            return said({"code": 3001, "message": "Meeting does not exist"}, 404)
        if asked.method == "PATCH":
            self.meetings[number].update(asked.json)
        elif asked.method == "DELETE":
            del self.meetings[number]
        else:
            return said(self.meetings[number])
        return Reply(204)


def with_platforms(
    stage: Stage, zoom: str = "", *, bbb: str = "", jitsi: str = "", backup: Maker | None = None
) -> Stage:
    """Return the stage with platforms of the settings; the addresses are those of local vendors."""
    settings = PlatformSettings(
        default=Maker.ZOOM if zoom else None,
        backup=backup,
        zoom=ZoomAccount(account="acc", client="cli", api=f"{zoom}/v2", sign_in=f"{zoom}/oauth/token")
        if zoom
        else ZoomAccount(),
        bbb=BigBlueButtonServer(url=f"{bbb}/bigbluebutton/api") if bbb else BigBlueButtonServer(),
        jitsi=JitsiServer(url=jitsi),
    )
    context = replace(
        stage.context, platforms=settings, platform_secret=lambda secret: SECRET, key_source=MemoryKeys()
    )
    return replace(stage, context=context)


async def work(context: Context, at: datetime) -> int:
    return await working.work(context, at=at)


async def place(stage: Stage, session_id: int) -> dict[str, object]:
    """Return where a session meets, with what is kept of its room."""
    columns = ["platform", "link", "place_id", "backup_id", "backup_link"]
    (row,) = await stage.rows(f"SELECT {', '.join(columns)} FROM session WHERE id = ?", session_id)
    found: dict[str, object] = dict(zip(columns, row, strict=True))
    names = ["state", "room_id", "passcode", "host_link", "told"]
    rows = await stage.rows(f"SELECT {', '.join(names)} FROM place WHERE id = ?", row[2] or 0)
    return {**found, **(dict(zip(names, rows[0], strict=True)) if rows else {})}


async def orders(stage: Stage, columns: str = "kind, state") -> list[tuple[object, ...]]:
    return await stage.rows(f"SELECT {columns} FROM place_order ORDER BY id")


def everything_in(folder: Path) -> bytes:
    """Return all bytes of a folder and what is below it."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def dumped(value: object) -> str:
    return json.dumps(value, default=str)
