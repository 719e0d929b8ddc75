"""Which text is an e-mail address that mail can be sent to without harm.

Accepted is the mailbox of RFC 5321: a dotted or quoted local part at a domain or an address literal. What only
RFC 5322 allows (comments, folded white space, obsolete quoting) is refused: no mail system in use writes it, and
line breaks or controls in an address would reach mail headers.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Final

_MAX_ADDRESS: Final = 254  # RFC 5321 4.5.3.1.3, without the angle brackets
_MAX_LOCAL: Final = 64
_ATOM: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+")
_QUOTED: Final = re.compile(r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e\u00a0-\U0010ffff]|\\[\x20-\x7e])*"')
_LABEL: Final = re.compile(r"[0-9A-Za-z\u0080-\U0010ffff](?:[0-9A-Za-z\-\u0080-\U0010ffff]{0,61}"
                           r"[0-9A-Za-z\u0080-\U0010ffff])?")  # fmt: skip


def is_address(text: str) -> bool:
    """Return whether text is one e-mail address.

    >>> is_address("ana@example.org"), is_address("ana@example.org\\r\\nBcc: eve@example.org")
    (True, False)
    """
    if not text or len(text) > _MAX_ADDRESS or len(text.encode("utf-8", "replace")) > _MAX_ADDRESS:
        return False
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in text):
        return False
    local, at, domain = text.rpartition("@")
    return bool(at) and _is_local(local) and _is_domain(domain)


def _is_local(text: str) -> bool:
    if not text or len(text) > _MAX_LOCAL:
        return False
    if text.startswith('"'):
        return _QUOTED.fullmatch(text) is not None
    return all(_ATOM.fullmatch(atom) and not any(c.isspace() for c in atom) for atom in text.split("."))


def _is_domain(text: str) -> bool:
    if text.startswith("[") and text.endswith("]"):
        return _is_literal(text[1:-1])
    return all(_LABEL.fullmatch(label) and not any(c.isspace() for c in label) for label in text.split("."))


def _is_literal(text: str) -> bool:
    version, _, number = text.partition(":")
    try:
        if version.casefold() == "ipv6":
            ipaddress.IPv6Address(number.split("%")[0])
        else:
            ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return "%" not in text
