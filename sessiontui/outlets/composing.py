"""A letter as an internet message: one recipient, headings that nothing from outside can add to.

Calendars go with it in base 64, which every server and every line length leaves as it is.
"""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Final

from sessiontui.domain.text import visible
from sessiontui.outlets.outlet import Mail, NotSent

_UNFIT: Final = re.compile(r"[()<>@,:;\\\"\[\]]|(?<!\w)\.")
"""What in a name is more than a name: folded over two lines, the library loses the quotation marks around it."""

_LONGEST: Final = 200
"""Characters of a name in a heading."""


def compose(mail: Mail, *, seven_bit: bool = False) -> bytes:
    """Return the message of a letter with CRLF line ends; ``NotSent`` for an address that is none.

    ``seven_bit`` is for servers that take no other bytes in a body.
    """
    is_ascii = mail.address.isascii() and mail.sender.isascii()
    policy = SMTP if is_ascii else SMTPUTF8
    message = EmailMessage(policy=policy.clone(cte_type="7bit") if seven_bit else policy)
    try:
        message["From"] = _address("sessiontui", mail.sender)
        message["To"] = _address(visible(mail.name), mail.address)
    except (ValueError, IndexError) as error:
        raise NotSent(f"{mail.address!r} is not an address that mail can go to", lasting=True) from error
    message["Subject"] = visible(mail.subject)
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Sessiontui-Kind"] = mail.kind
    message.set_content(mail.body)
    for one in mail.attachments:
        message.add_attachment(
            one.content.encode(),
            maintype="text",
            subtype="calendar",
            filename=visible(one.name),
            params={"charset": "utf-8", "method": one.method.upper()},
        )
    return message.as_bytes()


def addressed(name: str, address: str) -> str:
    """Return a name with its address as it stands in a heading; ``NotSent`` for an address that is none."""
    try:
        return str(_address(name, address))
    except (ValueError, IndexError) as error:
        raise NotSent(f"{address!r} is not an address that mail can go to", lasting=True) from error


def _address(name: str, address: str) -> Address:
    name = " ".join(_UNFIT.sub(" ", name).split())[:_LONGEST]
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or any(mark in address for mark in "\r\n\0 ,;<>"):
        raise ValueError(address)
    return Address(display_name=name, username=local, domain=domain)
