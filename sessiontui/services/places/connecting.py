"""The platforms of the settings, ready to be called, and rooms as platforms take them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.calling import Caller
from sessiontui.domain.errors import BadInput, NotFound, Unavailable
from sessiontui.domain.places.settings import PlatformSecret
from sessiontui.domain.places.words import Maker
from sessiontui.platforms import Platform, Room
from sessiontui.platforms.link import LinkOnly
from sessiontui.services.context import Context
from sessiontui.services.vault import Cell, Vault
from sessiontui.store.reads.places import PlaceRow

if TYPE_CHECKING:
    import httpx

LATER: Final = "it is tried again by itself; meanwhile there is the backup"

_SET_UP: Final = "set it up under [platforms.{}] in the settings"
_SALT: Final = "jitsi rooms"


@asynccontextmanager
async def connected(context: Context, maker: Maker, *, at: datetime, vault: Vault) -> AsyncIterator[Platform]:
    """Yield a platform of the settings, each call of which is tried once; ``BadInput`` says what is missing."""
    import httpx

    async with httpx.AsyncClient(trust_env=False) as client:
        yield platform_of(context, maker, client=client, at=at, vault=vault)


@asynccontextmanager
async def plain_links(*, at: datetime) -> AsyncIterator[LinkOnly]:
    """Yield what looks at links that somebody typed."""
    import httpx

    async with httpx.AsyncClient(trust_env=False) as client:
        yield LinkOnly(_caller("the meeting's host", client, at))


def platform_of(context: Context, maker: Maker, *, client: httpx.AsyncClient, at: datetime, vault: Vault) -> Platform:
    """Return a platform of the settings; ``BadInput`` and ``Unavailable`` say what is missing there."""
    require_set_up(context, maker)
    settings, caller = context.platforms, _caller(maker.words, client, at)
    match maker:
        case Maker.ZOOM:
            from sessiontui.platforms.zoom import API, SIGN_IN, Zoom

            zoom = settings.zoom
            return Zoom(
                caller=caller,
                account=zoom.account,
                client=zoom.client,
                secret=context.platform_secret(PlatformSecret.ZOOM),
                api=zoom.api or API,
                sign_in=zoom.sign_in or SIGN_IN,
                user=zoom.user,
            )
        case Maker.BBB:
            from sessiontui.platforms.bigbluebutton import BigBlueButton

            return BigBlueButton(
                caller=caller,
                url=settings.bbb.url,
                secret=context.platform_secret(PlatformSecret.BBB),
                hash=settings.bbb.hash,
            )
        case Maker.JITSI:
            from sessiontui.platforms.jitsi import Jitsi

            jitsi = settings.jitsi
            return Jitsi(
                caller=caller,
                url=jitsi.url,
                salt=vault.mark(_SALT),
                app=jitsi.app,
                secret=context.platform_secret(PlatformSecret.JITSI) if jitsi.app else "",
                key=jitsi.key,
            )


def require_set_up(context: Context, maker: Maker) -> None:
    """Raise ``BadInput`` unless the settings say all that a platform needs beside its secret."""
    missing = {
        Maker.ZOOM: (("account", context.platforms.zoom.account), ("client", context.platforms.zoom.client)),
        Maker.BBB: (("url", context.platforms.bbb.url),),
        Maker.JITSI: (("url", context.platforms.jitsi.url),),
    }[maker]
    lacks = [name for name, value in missing if not value]
    if len(lacks) == len(missing):
        raise BadInput(f"{maker.words} is not set up here", hint=_SET_UP.format(maker))
    if lacks:
        raise BadInput(
            f"{maker.words} has no {lacks[0]}", hint=_SET_UP.format(maker), place=f"platforms.{maker}.{lacks[0]}"
        )


def room_of(place: PlaceRow, vault: Vault, *, with_secrets: bool = False) -> Room:
    """Return a room as platforms take it; its secrets are opened only where they are asked for."""
    return Room(
        id=place.room_id,
        link=place.link,
        occurrence=place.occurrence,
        passcode=vault.open(place.passcode, passcode_of(place.id)) if with_secrets else "",
        host_link=vault.open(place.host_link, host_link_of(place.id)) if with_secrets else "",
    )


def passcode_of(place_id: int) -> Cell:
    """Return where the passcode of a room is kept."""
    return Cell("place", place_id, "passcode")


def host_link_of(place_id: int) -> Cell:
    """Return where the link is kept by which a host enters a room."""
    return Cell("place", place_id, "host_link")


async def try_out(context: Context, maker: Maker, *, at: datetime, vault: Vault) -> str:
    """Ask a platform for a room that there is none of, and return that it answers; raises what is wrong with it."""
    async with connected(context, maker, at=at, vault=vault) as platform:
        if maker is Maker.JITSI:
            link = context.platforms.jitsi.url
            seen = await platform.probe(Room(id="", link=link))
        else:
            try:
                await platform.participants(Room(id="0", link=""))
                seen = await platform.probe(Room(id="0", link=""))
            except NotFound:
                return "it answers, and accepts the credentials"
        if not seen.works:
            raise Unavailable(seen.fact)
        return f"it answers: {seen.fact}"


def _caller(name: str, client: httpx.AsyncClient, at: datetime) -> Caller:
    clock = asyncio.get_running_loop().time
    began = clock()
    return Caller(
        name=name,
        client=client,
        now=lambda: at + timedelta(seconds=clock() - began),
        sleep=asyncio.sleep,
        attempts=1,
        later=LATER,
    )
