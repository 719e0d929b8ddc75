"""Zoom by server-to-server OAuth: scheduled meetings made, changed and deleted, and who was in them.

Source: Zoom's published API reference (Meetings, version 2) and its server-to-server OAuth guide.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from sessiontui.domain.errors import BadInput, NotAllowed, NotFound, SessiontuiError, Unavailable
from sessiontui.domain.instants import parse_instant, rfc3339
from sessiontui.platforms.rooms import Guest, Participant, Plan, Probe, Room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessiontui.calling import Answer, Caller, Json

API: Final = "https://api.zoom.us/v2"
SIGN_IN: Final = "https://zoom.us/oauth/token"

EARLY: Final = timedelta(minutes=5)
"""A token is renewed so long before it expires."""

_SCHEDULED: Final = 2
_PAGE: Final = "300"
_MOST_PAGES: Final = 1_000
_TITLE: Final = 200
_AGENDA: Final = 2_000


@dataclass(slots=True, kw_only=True)
class Token:
    """An access token and until when it is used."""

    value: str
    until: datetime


@dataclass(slots=True, kw_only=True)
class Zoom:
    """One Zoom account. ``secret`` is the client's; it is sent only to ``sign_in``."""

    caller: Caller
    account: str
    client: str
    secret: str = field(repr=False)
    api: str = API
    sign_in: str = SIGN_IN
    user: str = "me"
    _token: Token | None = field(default=None, repr=False)
    _renewing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def name(self) -> str:
        """What it is called."""
        return "zoom"

    async def create(self, plan: Plan) -> Room:
        """Make a scheduled meeting of the plan's host, who needs a licence of the account."""
        user = quote(plan.host_email or self.user, safe="@")
        answer = await self._call("POST", f"/users/{user}/meetings", body=_meeting(plan))
        return _room(answer.json(self.name))

    async def find(self, plan: Plan) -> Room | None:
        """Look for the meeting whose agenda begins with the plan's key among those that are scheduled."""
        path, page = f"/users/{quote(plan.host_email or self.user, safe='@')}/meetings", ""
        for _ in range(_MOST_PAGES):
            params = {"type": "scheduled", "page_size": _PAGE, **({"next_page_token": page} if page else {})}
            answer = (await self._call("GET", path, params=params)).json(self.name)
            rows = answer.get("meetings")
            for row in rows if isinstance(rows, list) else []:
                if isinstance(row, dict) and _word(row, "agenda").startswith(_marked(plan.key)):
                    number = quote(_word(row, "id"), safe="")
                    return _room((await self._call("GET", f"/meetings/{number}")).json(self.name))
            page = _word(answer, "next_page_token")
            if not page:
                return None
        raise Unavailable("Zoom's list of meetings does not end")

    async def update(self, room: Room, plan: Plan) -> Room:
        """Change title, text and window of a meeting; its link and passcode stay."""
        await self._call("PATCH", f"/meetings/{quote(room.id, safe='')}", body=_meeting(plan))
        return room

    async def delete(self, room: Room) -> None:
        """Delete a meeting without Zoom writing to its people: the outbox does."""
        params = {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"}
        try:
            await self._call("DELETE", f"/meetings/{quote(room.id, safe='')}", params=params)
        except NotFound:
            return

    async def join_link(self, room: Room, guest: Guest) -> str:
        """Return the meeting's link, for hosts the one by which they start it, asked for anew: it lasts two hours."""
        if not guest.is_host:
            return room.link
        try:
            meeting = (await self._call("GET", f"/meetings/{quote(room.id, safe='')}")).json(self.name)
        except SessiontuiError:
            return room.host_link or room.link
        return _word(meeting, "start_url") or room.host_link or room.link

    async def participants(self, room: Room) -> tuple[Participant, ...]:
        """Return everybody who was in the last meeting of the room, over all pages."""
        meeting = _twice_quoted(room.occurrence or room.id)
        found: list[Participant] = []
        page = ""
        for _ in range(_MOST_PAGES):
            params = {"page_size": _PAGE, **({"next_page_token": page} if page else {})}
            answer = (await self._call("GET", f"/past_meetings/{meeting}/participants", params=params)).json(
                self.name
            )
            rows = answer.get("participants")
            found += [
                one for row in (rows if isinstance(rows, list) else []) if (one := _participant(row)) is not None
            ]
            page = _word(answer, "next_page_token")
            if not page:
                return tuple(found)
        raise Unavailable("Zoom's list of participants does not end")

    async def probe(self, room: Room) -> Probe:
        """Ask for the meeting."""
        try:
            meeting = (await self._call("GET", f"/meetings/{quote(room.id, safe='')}")).json(self.name)
        except SessiontuiError as error:
            return Probe(works=False, fact=error.detail)
        return Probe(works=True, fact=f"Zoom has the meeting ({_word(meeting, 'status') or 'waiting'})")

    # -- calls ------------------------------------------------------------------------------------------------

    async def _call(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Json = None
    ) -> Answer:
        """Call with a token; one that the platform no longer takes is renewed once."""
        token = await self._access()
        for renewed in (False, True):
            headers = {"Authorization": f"Bearer {token.value}"}
            answer = await self.caller.call(
                method, self.api + path, headers=headers, params=params, body=body, accept=frozenset({401})
            )
            if answer.status != 401:
                return answer
            if not renewed:
                token = await self._access(not_this=token)
        raise NotAllowed("Zoom does not accept a token that it has just given", hint="check the app's scopes")

    async def _access(self, *, not_this: Token | None = None) -> Token:
        """Return a token that is good; however many ask at once, one renews it."""
        async with self._renewing:
            token = self._token
            if token is None or token is not_this or self.caller.now() >= token.until:
                token = self._token = await self._sign_in()
            return token

    async def _sign_in(self) -> Token:
        credentials = base64.b64encode(f"{self.client}:{self.secret}".encode()).decode()
        form = {"grant_type": "account_credentials", "account_id": self.account}
        asked_at = self.caller.now()
        answer = await self.caller.call(
            "POST", self.sign_in, headers={"Authorization": f"Basic {credentials}"}, form=form,
            repeatable=True, accept=frozenset({400}),
        )  # fmt: skip
        values = answer.json(self.name)
        if answer.status == 400:
            said = _word(values, "reason") or _word(values, "error")
            raise NotAllowed(f"Zoom gives no token: {said[:200]}", hint="check account, client and secret")
        value, lasts = _word(values, "access_token"), values.get("expires_in")
        if not value:
            raise Unavailable("Zoom answered without a token")
        seconds = lasts if isinstance(lasts, int | float) and not isinstance(lasts, bool) else 3600
        return Token(value=value, until=asked_at + max(timedelta(seconds=seconds) - EARLY, timedelta()))


def _meeting(plan: Plan) -> dict[str, Json]:
    minutes = max(1, -(-plan.length // timedelta(minutes=1)))
    return {
        "topic": plan.title[:_TITLE],
        "type": _SCHEDULED,
        "start_time": rfc3339(plan.starts_at.replace(microsecond=0)),
        "duration": minutes,
        "timezone": plan.zone,
        "agenda": f"{_marked(plan.key)} {plan.description}".strip()[:_AGENDA],
        "tracking_fields": [],
        "settings": {"waiting_room": True, "join_before_host": False},
    }


def _marked(key: str) -> str:
    return f"[{key}]"


def _room(values: dict[str, Json]) -> Room:
    number, link = _word(values, "id"), _word(values, "join_url")
    if not number or not link:
        raise Unavailable("Zoom answered without the meeting's number and link")
    return Room(
        id=number,
        link=link,
        passcode=_word(values, "password"),
        host_link=_word(values, "start_url"),
        occurrence=_word(values, "uuid"),
    )


def _participant(row: Json) -> Participant | None:
    if not isinstance(row, dict):
        return None
    joined = _instant(row, "join_time")
    if joined is None:
        return None
    return Participant(
        id=_word(row, "participant_user_id") or _word(row, "user_id") or _word(row, "id"),
        name=_word(row, "name"),
        email=_word(row, "user_email"),
        joined_at=joined,
        left_at=_instant(row, "leave_time"),
    )


def _instant(values: dict[str, Json], name: str) -> datetime | None:
    text = _word(values, name)
    try:
        return parse_instant(text) if text else None
    except BadInput:
        raise Unavailable(f"Zoom gave {text[:40]!r} as {name}") from None


def _word(values: dict[str, Json], name: str) -> str:
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def _twice_quoted(meeting: str) -> str:
    """Return a meeting's id as a part of a path; Zoom wants one with slashes encoded twice.

    >>> _twice_quoted("8521"), _twice_quoted("/ab=="), _twice_quoted("ab==")
    ('8521', '%252Fab%253D%253D', 'ab%3D%3D')
    """
    once = quote(meeting, safe="")
    return quote(once, safe="") if meeting.startswith("/") or "//" in meeting else once
