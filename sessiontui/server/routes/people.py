"""People: made known by their platform, found and listed; those who manage people alone see others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from sessiontui.domain.access import Action, require
from sessiontui.domain.errors import NotFound
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.vocabulary import Role
from sessiontui.server.answers import answer, receipt
from sessiontui.server.call import AnyCall, Call, Reading, Writing
from sessiontui.server.limits import StrictRoute
from sessiontui.server.outputs import PeopleOut, PersonOut, answers
from sessiontui.server.shapes import PersonId, PersonIn, PersonPatch
from sessiontui.services import naming, people

if TYPE_CHECKING:
    from sessiontui.services.pictures import PersonLine

router = APIRouter(prefix="/api/people", tags=["people"], route_class=StrictRoute)


@router.get("", responses=answers(PeopleOut))
async def listed(
    call: Reading,
    q: Annotated[str, Query(max_length=500, description="How names or addresses begin.")] = "",
    role: Role | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Return people by name."""
    require(call.by, Action.MANAGE_PEOPLE)
    found = await people.everyone(call.context, text=q, role=role, limit=limit)
    return answer({"taken_at": rfc3339(call.at), "people": [_row(one) for one in found]})


@router.post("", status_code=201, responses=answers(PersonOut, 201))
async def added(call: Writing, body: PersonIn) -> Response:
    """Make a person known, under the id that the platform has for them."""
    done = await call.once(
        body,
        lambda context: people.add(
            context,
            body.name,
            by=call.by,
            at=call.at,
            email=body.email or "",
            phone=body.phone or "",
            role=body.role,
            zone=body.zone or "",
            outside=None if body.id is None else (body.source, body.id),
        ),
    )
    person = await people.find(call.context, f"#{done.receipt.people[0]}")
    headers = {"Location": f"/api/people/{person.id}"}
    return answer({**_row(person), "receipt": receipt(done)}, status=201, headers=headers)


@router.get("/{person}", responses=answers(PersonOut))
async def shown(call: AnyCall, person: PersonId) -> Response:
    """Return one person: oneself, or anybody for those who manage people. ``me`` is whoever calls."""
    person_id = call.by.id if person == "me" else await _found(call, person)
    if person_id != call.by.id:
        require(call.by, Action.MANAGE_PEOPLE)
    return answer(_row(await people.find(call.context, f"#{person_id}")))


@router.patch("/{person}", responses=answers(PersonOut))
async def changed(call: Writing, person: PersonId, body: PersonPatch) -> Response:
    """Change what is known of a person."""
    person_id = await _found(call, person)
    given = {name: getattr(body, name) for name in body.model_fields_set}
    done = await call.once(
        (person_id, body),
        lambda context: people.edit(context, person_id, by=call.by, at=call.at, **given),
    )
    return answer({**_row(await people.find(call.context, f"#{person_id}")), "receipt": receipt(done)})


async def _found(call: Call, person: str) -> int:
    known = await naming.people(call.context, [person])
    if person not in known.ids:
        raise NotFound(known.faults[person])
    return known.ids[person]


def _row(person: PersonLine) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email or None,
        "phone": person.phone or None,
        "role": str(person.role),
        "zone": person.zone or None,
        "external_ids": list(person.external_ids),
    }
