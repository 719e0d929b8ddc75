"""The channel of the settings: made for one run, tried by the doctor, and proved by a mail to oneself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.delivery import Channel, LetterKind, Secret
from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.domain.instants import to_ms
from sessiontui.domain.letters import proof
from sessiontui.outlets.outlet import Mail, NotSent, Outlet, Unsure, nothing
from sessiontui.services.context import Context
from sessiontui.services.delivery.messaging import message_id_of
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door

if TYPE_CHECKING:
    from sessiontui.calling import Caller

_ADVICE: Final = "check the settings under [delivery]; 'sessiontui doctor' tries them"


def outlet_of(context: Context, *, at: datetime) -> Outlet:
    """Return the channel of the settings; ``BadInput`` and ``Unavailable`` say what is missing there."""
    delivery = context.delivery
    match delivery.channel:
        case Channel.FILE:
            from sessiontui.outlets.file import FileOutlet

            return FileOutlet(context.outbox_folder)
        case Channel.SMTP:
            from sessiontui.outlets.smtp import Server, SmtpOutlet

            if not delivery.smtp_host:
                raise BadInput("no mail server is set", place="delivery.smtp_host", hint="write its name there")
            return SmtpOutlet(
                Server(
                    host=delivery.smtp_host,
                    port=delivery.smtp_port,
                    security=delivery.smtp_security,
                    user=delivery.smtp_user,
                    password=context.secret(Secret.SMTP) if delivery.smtp_user else "",
                )
            )
        case Channel.RESEND:
            from sessiontui.outlets.resend import ResendOutlet

            return ResendOutlet(context.secret(Secret.RESEND), _caller("Resend", at))
        case Channel.WEBHOOK:
            from sessiontui.outlets.webhook import WebhookOutlet

            if not delivery.webhook_url:
                raise BadInput("no address is set", place="delivery.webhook_url", hint="write where letters go")
            return WebhookOutlet(delivery.webhook_url, context.secret(Secret.WEBHOOK), _caller("The webhook", at))


async def probe(context: Context, *, at: datetime) -> str:
    """Return by which channel letters leave, where to, and that it answers; raises what is wrong. Nothing is sent."""
    outlet = outlet_of(context, at=at)
    try:
        return f"{context.delivery.channel}, from {context.delivery.sender}: {await outlet.probe()}"
    finally:
        await outlet.close()


async def prove(context: Context, address: str, *, by: Actor, at: datetime) -> Receipt:
    """Send one mail to an address at once, past the outbox; it is the act of an admin, and audited."""
    await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    text = proof(by=by.name, channel=str(context.delivery.channel), wordings=context.wordings)
    mail = Mail(
        message_id=message_id_of(f"test:{address}:{by.id}", to_ms(at), context.delivery.sender),
        kind=str(LetterKind.MESSAGE),
        sender=context.delivery.sender,
        name="",
        address=address.strip(),
        subject=text.subject,
        body=text.body,
        written_at=at,
    )
    outlet = outlet_of(context, at=at)
    try:
        await outlet.send(mail, handing_over=nothing)
    except (NotSent, Unsure) as error:
        raise Unavailable(error.detail, hint=error.hint or _ADVICE, title=error.title) from None
    finally:
        await outlet.close()
    async with context.db.write(by=by, at=at) as tx:
        require(by, Action.MANAGE_PEOPLE)
        sentence = f"sent a test mail to {mail.address} by {context.delivery.channel}"
        await tx.audit(
            "outbox.test", sentence, subject="notification", subject_id=0, detail={"address": mail.address}
        )
    return Receipt(sentence=sentence)


def _caller(name: str, at: datetime) -> Caller:
    import httpx

    from sessiontui.calling import Caller

    return Caller(
        name=name,
        client=httpx.AsyncClient(trust_env=False),
        now=_running(at),
        sleep=asyncio.sleep,
        attempts=1,
        later="it is tried again by itself",
    )


def _running(at: datetime) -> Callable[[], datetime]:
    """Return a clock that goes on from an instant as fast as the event loop's."""
    clock = asyncio.get_running_loop().time
    began = clock()
    return lambda: at + timedelta(seconds=clock() - began)
