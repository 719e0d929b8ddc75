"""The audit trail as it is written: each entry sealed to the one before it, one for all signals of a commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sessiontui.domain.access import Actor
from sessiontui.domain.chain import GENESIS, Json, seal
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import count

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.ledger import Ledger
    from sessiontui.store.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One audit entry as it was written."""

    id: int
    sentence: str


async def keep_entry(tx: Tx, ledger: Ledger, values: Mapping[str, Json | datetime]) -> Sealed:
    """Write one audit entry of these values, sealed to the newest there is."""
    if ledger.head is None:
        rows = await tx.fetch("SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1")
        ledger.head = str(rows[0][0]) if rows else GENESIS
    ledger.head = seal(ledger.head, sealed_part(values))
    entry = await tx.insert("audit_entry", **values, hash=ledger.head)
    return Sealed(id=entry, sentence=str(values["sentence"]))


async def keep_signals(tx: Tx, ledger: Ledger) -> None:
    """Write the one entry of all presence signals that are committed together, if there are any."""
    if not ledger.signals:
        return
    sessions, actors = list(ledger.heard), list(ledger.actors)
    detail: dict[str, Json] = {"sessions": sessions}
    sentence = f"recorded {count(ledger.signals, 'presence signal')}"
    if len(actors) > 1:
        detail["by"] = [actor.id for actor in actors]
        sentence += f" of {count(len(actors), 'sender')}"
    asked, tx.by = tx.by, actors[0] if len(actors) == 1 else Actor.system("presence")
    await tx.audit("presence.record", sentence, subject_id=sessions[0] if len(sessions) == 1 else None, detail=detail)
    tx.by = asked


async def last_hand(fetch: Fetch, session_id: int) -> str:
    """Return the sentence that says who changed a session last, and when."""
    rows = await fetch(
        "SELECT by_name, sentence, at FROM audit_entry WHERE subject = 'session' AND subject_id = ?"
        " AND action != 'refused' ORDER BY id DESC LIMIT 1",
        (session_id,),
    )
    if not rows:
        return "it was changed meanwhile"
    whom, sentence, at = str(rows[0][0]), str(rows[0][1]), cast("int", rows[0][2])
    return f"{whom} changed it at {_at_clock(at)}: {sentence}"


def sealed_part(values: Mapping[str, Json | datetime]) -> dict[str, Json]:
    """Return the part of an audit entry that its hash covers: all that never changes afterwards."""
    kept = ("by_id", "by_name", "action", "subject", "subject_id", "sentence", "reason", "detail", "undoes")
    at = cast("datetime", values["at"])
    return {"at": rfc3339(at), **{name: cast("Json", values[name]) for name in kept}}


def _at_clock(milliseconds: int) -> str:
    """Return the time of day in UTC."""
    seconds = milliseconds // 1000 % 86_400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d} UTC"
