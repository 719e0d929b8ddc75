"""People of outside files: found by outside id, else by e-mail, else made known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, may, may_grant
from sessiontui.domain.matching import Known, fold_email
from sessiontui.domain.text import safe_line
from sessiontui.domain.vocabulary import Role
from sessiontui.intake import PersonRecord
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.people import insert
from sessiontui.store.haystack import spaced
from sessiontui.store.reads import people as kept
from sessiontui.store.reads.imports import outside_ids, set_by_hand

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


class Register:
    """The people of the database, as one import sees and adds to them."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._by_outside: dict[tuple[str, str], int] = {}
        self._by_email: dict[str, list[int]] = {}
        self._sources: dict[int, set[str]] = {}
        self._first: dict[int, str] = {}
        self._known: dict[int, Known] = {}
        self.renamed: set[int] = set()
        """Known people whose names were changed."""
        self.stubs: set[str] = set()
        """Outside ids that were only referred to; a person is made who is called by the id."""

    @classmethod
    async def load(cls, tx: Tx) -> Register:
        """Read all people once."""
        register = cls(tx)
        for row in await kept.search(tx.fetch, limit=-1, erased=True):
            register._remember(row.id, row.name, row.email)
        for person_id, source, outside in await outside_ids(tx.fetch):
            if source == kept.MAIL:
                register._by_email.setdefault(outside, []).append(person_id)
            else:
                register._link(person_id, source, outside)
        return register

    def everyone(self) -> list[Known]:
        """Return everyone, for matching."""
        return list(self._known.values())

    def known(self, person_id: int) -> Known:
        """Return one person, for matching."""
        return self._known[person_id]

    def by_email(self, email: str | None) -> int | None:
        """Return the one person who has an address."""
        found = self._by_email.get(fold_email(email), []) if email else []
        return found[0] if len(found) == 1 else None

    def only_called(self, name: str) -> int | None:
        """Return the one person who has exactly a name."""
        found = [known.id for known in self._known.values() if known.name == name]
        return found[0] if len(found) == 1 else None

    def find(self, source: str, outside: str) -> int | None:
        """Return the person whom a source knows by an id."""
        return self._by_outside.get((source, outside))

    def meant(self, source: str, outside: str) -> int | None:
        """Return the person whom a source knows by an id; ``#12`` is one of here, as exports name who has none."""
        found = self.find(source, outside)
        number = outside.removeprefix("#")
        if found is not None or number == outside or not (number.isascii() and number.isdigit() and len(number) < 16):
            return found
        return int(number) if int(number) in self._known else None

    async def refer(self, source: str, outside: str | None) -> int | None:
        """Return the person whom a row refers to, making them known by the id alone if nobody else told of them."""
        if outside is None or outside == "":
            return None
        found = self.meant(source, outside)
        if found is None:
            found = await self._make(name=outside)
            await self._attach(found, source, outside)
            self.stubs.add(outside)
        return found

    async def meet(self, *, name: str, email: str | None) -> int:
        """Return the person of an address, by the name where several share it, making them known if nobody has it."""
        holders = self._by_email.get(fold_email(email), []) if email else []
        if len(holders) > 1:
            holders = [person_id for person_id in holders if self._known[person_id].name == name]
        return min(holders) if holders else await self._make(name=name or email or "someone", email=email or "")

    async def take(self, record: PersonRecord, source: str, outcome: FileOutcome) -> Verdict:
        """Bring one person up to what a file says of them."""
        person_id = self.find(source, record.id)
        linked = False
        if person_id is None:
            person_id = self.by_email(record.email)
            if person_id is not None and source in self._sources.get(person_id, set()):
                person_id = None  # one source, two ids: two people who share an address
            linked = person_id is not None
        if person_id is None:
            person_id = await self._make(
                name=safe_line(record.name or "").strip() or record.id,
                email=record.email or "",
                phone=record.phone or "",
                zone=record.zone or "",
                role=self._granted(record.role, Role.PARTICIPANT, outcome) or Role.PARTICIPANT,
            )
            await self._attach(person_id, source, record.id)
            if wanted := _wanted(record):
                await self._tx.update("person", person_id, **wanted)
            return Verdict.ADDED
        if linked:
            await self._attach(person_id, source, record.id)
        changed = await self._change(person_id, record, source, outcome)
        return Verdict.UPDATED if changed or linked else Verdict.UNCHANGED

    async def _change(self, person_id: int, record: PersonRecord, source: str, outcome: FileOutcome) -> bool:
        """Bring a known person up to what a file says; what was edited by hand stays.

        The source that knew the person first has its way; the others, and any for who was added by hand, only
        fill in what nobody has told.
        """
        person = await self._tx.person(person_id)
        role = None if person.os_user else record.role
        told: dict[str, object] = {
            "name": safe_line(record.name or "").strip(),
            "email": record.email,
            "phone": record.phone,
            "zone": record.zone,
            "role": None if role is None or role == person.role else str(role),
            **_wanted(record),
        }
        changes: dict[str, object] = {
            name: value for name, value in told.items() if value and value != getattr(person, name)
        }
        if changes:
            is_made, edited = await set_by_hand(self._tx.fetch, person_id)
            fills_only = is_made or self._first[person_id] != source
            changes = {
                name: value
                for name, value in changes.items()
                if name not in edited and not (fills_only and getattr(person, name))
            }
        if "role" in changes and self._granted(role, Role(person.role), outcome) is None:
            del changes["role"]
        if changes and person_id != self._tx.by.id and not may(self._tx.by, Action.MANAGE_PEOPLE).allowed:
            outcome.note("people who are known already were left as they are: you may not manage people")
            return False
        if not changes:
            return False
        if "name" in changes:
            changes["name_key"] = spaced(str(changes["name"]))
        if "email" in changes:
            changes["email_key"] = fold_email(str(changes["email"]))
        await self._tx.update("person", person_id, **changes, version=person.version + 1)
        self._remember(person_id, str(changes.get("name", person.name)), str(changes.get("email", person.email)))
        if "name" in changes:
            self.renamed.add(person_id)
            for session_id in await kept.sessions_of(self._tx.fetch, person_id):
                self._tx.touch(session_id)
        return True

    def _granted(self, wanted: Role | None, held: Role, outcome: FileOutcome) -> Role | None:
        """Return the role that a file may give: none that the one who imports could not give by hand."""
        if wanted is None or wanted is held or may_grant(self._tx.by, held=held, wanted=wanted).allowed:
            return wanted
        outcome.note(f"the role {wanted} was not given to anyone: you may not give it")
        return None

    async def _make(
        self, *, name: str, email: str = "", phone: str = "", zone: str = "", role: Role = Role.PARTICIPANT
    ) -> int:
        person_id = await insert(
            self._tx, name=name, email=email, phone=phone, zone=zone, role=role, created_at=self._tx.at
        )
        self._remember(person_id, name, email)
        return person_id

    async def _attach(self, person_id: int, source: str, outside: str) -> None:
        await self._tx.insert("outside_id", person_id=person_id, source=source, external_id=outside)
        self._link(person_id, source, outside)

    def _link(self, person_id: int, source: str, outside: str) -> None:
        self._by_outside[source, outside] = person_id
        self._sources.setdefault(person_id, set()).add(source)
        self._first.setdefault(person_id, source)
        known = self._known.get(person_id)
        if known is not None:
            self._known[person_id] = Known(known.id, known.name, known.email, (*known.external_ids, outside))

    def _remember(self, person_id: int, name: str, email: str) -> None:
        before = self._known.get(person_id)
        if before is not None and before.email:
            self._by_email[fold_email(before.email)].remove(person_id)
        self._known[person_id] = Known(person_id, name, email, before.external_ids if before else ())
        if email:
            self._by_email.setdefault(fold_email(email), []).append(person_id)


def _wanted(record: PersonRecord) -> dict[str, object]:
    """Return how a file says that somebody wants to be written to, as the columns of a person keep it."""
    wishes = record.wishes
    told = {
        "no_mail": None if wishes.no_mail is None else list(wishes.no_mail),
        "quiet": wishes.quiet,
        "mail_channel": wishes.channel,
        "language": wishes.language,
    }
    return {name: value if isinstance(value, list) else str(value) for name, value in told.items() if value}
