"""Critical alerts leave the screen by mail or by a call to a web address, whatever else the settings say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sessiontui.domain.alerts import AlertSettings
from sessiontui.domain.delivery import Channel, Delivery
from sessiontui.domain.errors import BadInput
from sessiontui.outlets.webhook import SIGNATURE, signature
from sessiontui.services import presence, ticking
from sessiontui.services.alerts import jobs as alert_jobs
from sessiontui.services.context import Context
from sessiontui.services.delivery import posting
from tests.conftest import Stage
from tests.outlets.post_office import Office, post_office
from tests.platforms.vendor import Reply, vendor

from .post_stage import MIN, START, letters, make


async def alarmed(stage: Stage, where: str, **told: object) -> Context:
    """A critical alert that nobody took up, and a context whose letters leave as told."""
    rules = replace(stage.context.rules, alerts=AlertSettings(on_call=where))
    context = replace(stage.context, rules=rules, **told)
    session_id = await make(stage, stage.ana, mentor_id=stage.bob)
    await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START)
    await ticking.tick(stage.context, at=START + 5 * MIN)
    await alert_jobs.stand(context, at=START + 14 * MIN)
    assert await letters(stage) == []
    await alert_jobs.stand(context, at=START + 15 * MIN)
    return context


async def test_a_web_address_is_called_whatever_the_channel_of_the_settings(stage: Stage):
    with vendor(lambda call: Reply()) as calls:
        context = await alarmed(stage, f"{calls.url}/hooks/T0/on-call")
        await posting.deliver(context, at=START + 15 * MIN)
    (call,) = calls.asked
    told = json.loads(call.body)
    assert (call.path, told["kind"]) == ("/hooks/T0/on-call", "alert")
    assert told["subject"] == "[sessiontui] nobody took up 1 critical alert within 10 min"
    assert "Host missing: Circle #1" in told["text"]
    assert SIGNATURE.lower() not in {name.lower() for name in call.headers}
    assert await letters(stage, "kind, channel, state") == [("alert", "webhook", "sent")]


async def test_it_is_signed_where_the_secret_is_known(stage: Stage):
    with vendor(lambda call: Reply()) as calls:
        context = await alarmed(stage, f"{calls.url}/x", secret=lambda of: "key")
        await posting.deliver(context, at=START + 15 * MIN)
    (call,) = calls.asked
    headers = {name.lower(): value for name, value in call.headers.items()}
    stamp = headers["x-sessiontui-timestamp"]
    assert headers[SIGNATURE.lower()] == signature("key", stamp, call.body)


async def test_it_leaves_although_the_channel_of_the_settings_is_wrong(stage: Stage):
    broken = Delivery(channel=Channel.SMTP)  # no host
    with vendor(lambda call: Reply()) as calls:
        context = await alarmed(stage, f"{calls.url}/x", delivery=broken)
        with pytest.raises(BadInput, match="no mail server"):
            await posting.deliver(context, at=START + 15 * MIN)
    assert len(calls.asked) == 1
    assert await letters(stage, "state") == [("sent",)]


async def test_an_address_that_refuses_is_tried_again(stage: Stage):
    with vendor(lambda call: Reply(status=503)) as calls:
        context = await alarmed(stage, f"{calls.url}/x")
        await posting.deliver(context, at=START + 15 * MIN)
    ((state, attempts, error),) = await letters(stage, "state, attempts, last_error")
    assert (state, attempts) == ("pending", 1)
    assert error


async def test_a_mail_goes_by_the_channel_of_the_settings(stage: Stage):
    with post_office(Office()) as office:
        by_mail = Delivery(channel=Channel.SMTP, smtp_host="127.0.0.1", smtp_port=office.port, smtp_security="none")
        context = await alarmed(stage, "ops@example.org", delivery=by_mail)
        await posting.deliver(context, at=START + 15 * MIN)
    assert office.recipients == [["ops@example.org"]]
