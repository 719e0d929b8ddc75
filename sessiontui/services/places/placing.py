"""Where a session meets, inside a transaction: rooms wished for, made the place, switched with the spare one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, cast

from sessiontui.domain.errors import Conflict, Refused
from sessiontui.domain.history import facts_at
from sessiontui.domain.links import room_of
from sessiontui.domain.places import Maker, OrderKind, RoomPlan, RoomState, Then, may_have_room
from sessiontui.domain.vocabulary import Control
from sessiontui.store.histories import load
from sessiontui.store.reads import places as kept

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.services.vault import Vault
    from sessiontui.store.reads.places import PlaceRow
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a session meets, and where it would meet otherwise; ids are those of rooms."""

    place_id: int | None
    platform: str
    link: str
    backup_id: int | None
    backup_link: str

    @classmethod
    def of(cls, session: Session) -> Whereabouts:
        """Return where a session meets."""
        return cls(
            place_id=session.place_id,
            platform=session.platform,
            link=session.link,
            backup_id=session.backup_id,
            backup_link=session.backup_link,
        )

    @classmethod
    def told(cls, detail: Json) -> Whereabouts:
        """Return what an audit entry keeps."""
        values = cast("dict[str, object]", detail)
        return cls(**{name: values[name] for name in cls.__slots__})  # type: ignore[arg-type]

    @property
    def as_json(self) -> dict[str, Json]:
        """What an audit entry keeps."""
        return cast("dict[str, Json]", asdict(self))


def plan_of(session: Session) -> RoomPlan:
    """Return what a session wants of its room."""
    return RoomPlan(
        control=Control(session.control),
        title=session.title,
        description=session.description,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        capacity=session.capacity,
    )


async def plan_now(tx: Tx, session: Session) -> RoomPlan:
    """Return what a session wants of its room with what this transaction has changed already."""
    history = (await load(tx.fetch, [cast("int", session.id)]))[cast("int", session.id)]
    facts = facts_at(history, tx.at, rules=tx.rules)
    written = plan_of(session)
    return RoomPlan(
        control=facts.control,
        title=written.title,
        description=written.description,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        capacity=facts.capacity,
    )


async def wish(
    tx: Tx, session_id: int, maker: Maker, *, vault: Vault, then: Then = Then.PLACE, cause: int | None = None
) -> int:
    """Wish for a room of a session on a platform, and return the room's id; the worker has it made."""
    place_id = await tx.insert("place", session_id=session_id, platform=str(maker), state=str(RoomState.WANTED))
    await tx.update("place", place_id, key=f"sessiontui-{session_id}-{vault.mark(f'{place_id}:{tx.now}')}")
    await order(tx, place_id, OrderKind.MAKE, then=then, cause=cause)
    return place_id


async def order(tx: Tx, place_id: int, kind: OrderKind, *, then: Then = Then.PLACE, cause: int | None = None) -> int:
    """Order something of a platform about one of its rooms."""
    return await tx.insert(
        "place_order",
        place_id=place_id,
        kind=str(kind),
        next=str(then),
        not_before=tx.at,
        created_at=tx.at,
        cause_id=cause,
    )


async def settle_at(tx: Tx, session_id: int, where: Whereabouts) -> None:
    """Let a session meet there; what follows from it is derived."""
    await tx.update(
        "session",
        session_id,
        place_id=where.place_id,
        platform=where.platform,
        link=where.link,
        meeting_id=room_of(where.link),
        backup_id=where.backup_id,
        backup_link=where.backup_link,
    )
    tx.touch(session_id, words=False)


def is_current(session: Session, place: PlaceRow | None) -> bool:
    """Return whether a session meets in a room: nobody has typed another link since."""
    return place is not None and session.place_id == place.id and place.link in ("", session.link)


async def switched(tx: Tx, session: Session) -> Whereabouts:
    """Return where a session meets once place and spare have changed their parts."""
    spare = None if session.backup_id is None else await kept.place(tx.fetch, session.backup_id)
    place = None if session.place_id is None else await kept.place(tx.fetch, session.place_id)
    spare_holds = spare is not None and spare.link in ("", session.backup_link)
    return Whereabouts(
        place_id=session.backup_id if spare_holds else None,
        platform=spare.platform if spare is not None and spare_holds else "",
        link=session.backup_link,
        backup_id=session.place_id if is_current(session, place) else None,
        backup_link=session.link,
    )


async def put_back(tx: Tx, session: Session, *, before: Whereabouts, after: Whereabouts) -> None:
    """Let a session meet where it did before; ``Conflict`` where it meets elsewhere by now."""
    if Whereabouts.of(session) != after:
        raise Conflict("where it meets was changed since")
    await settle_at(tx, cast("int", session.id), before)


async def let_go(tx: Tx, session: Session) -> None:
    """Have every room of a session ended that platforms have made; wishes are dropped."""
    for place in await kept.places_of(tx.fetch, cast("int", session.id)):
        await kept.drop(tx.run, place.id, now_ms=tx.now)
        if place.state == RoomState.THERE:
            await order(tx, place.id, OrderKind.END)


async def require_use(tx: Tx, session: Session) -> None:
    """Raise ``Refused`` where a session is over, so that no room is of use to it."""
    if not may_have_room(await plan_now(tx, session), tx.at):
        raise Refused(f"{session.title} is over", title="Needs no room")
