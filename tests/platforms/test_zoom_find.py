"""A meeting whose creation was never answered is found again by the key that its agenda begins with."""

from __future__ import annotations

from sessiontui.calling import Caller
from sessiontui.platforms import Plan
from sessiontui.platforms.zoom import Zoom
from tests.platforms.vendor import Asked, Reply, said, vendor


def house(asked: Asked) -> Reply:
    if asked.path == "/oauth/token":
        return said({"access_token": "t", "expires_in": 3600})
    if asked.path == "/meetings/22":
        return said({"id": 22, "join_url": "https://zoom.us/j/22", "password": "pw", "uuid": "u", "agenda": "cut"})
    if asked.params.get("next_page_token") == "more":
        return said({"meetings": [{"id": 22, "agenda": "[session-4711] Bring tea."}, "odd"]})
    return said({"meetings": [{"id": 11, "agenda": "[session-47110] x"}, {"id": 12}], "next_page_token": "more"})


async def test_it_is_found_over_all_pages_and_nothing_alike_is_taken(caller: Caller, plan: Plan):
    with vendor(house) as there:
        zoom = Zoom(
            caller=caller, account="a", client="c", secret="s", api=there.url, sign_in=f"{there.url}/oauth/token"
        )
        found = await zoom.find(plan)
        assert found is not None
        assert (found.id, found.link, found.passcode) == ("22", "https://zoom.us/j/22", "pw")
        assert await zoom.find(Plan(key="other", title="x", starts_at=plan.starts_at, length=plan.length)) is None
        assert there.asked[1].params["type"] == "scheduled"
