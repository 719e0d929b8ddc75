"""Words that clients sign (JWS, compact form): read strictly, verified with the key that was registered, used once.

A platform that has signed its people in already vouches for one of them: a JWT with ``iss`` the client's name,
``sub`` the person (outside id, address or number), ``aud`` ``sessiontui``, and ``exp`` a few minutes ahead. The
algorithm is what the registered key is for, never what the header asks for; ``none`` and critical headers are
refused.
Sources: RFC 7515, RFC 7519, RFC 7523, RFC 8725.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.errors import BadInput, Unauthenticated
from sessiontui.domain.instants import from_ms
from sessiontui.domain.text import safe_line

if TYPE_CHECKING:
    from joserfc.jwk import Key

AUDIENCE: Final = "sessiontui"

LONGEST_LIFE: Final = timedelta(minutes=10)
"""How far ahead an assertion may end: it is for signing in now."""

SKEW: Final = timedelta(seconds=30)
"""How far the clock of a client may be off."""

LARGEST: Final = 8_192
"""Characters of an assertion."""

_CURVES: Final = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
_OF_KEY: Final = {
    "oct": ("HS256", "HS384", "HS512"),
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
}
_PARTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What an assertion claims: by whom, of whom, and until when."""

    issuer: str
    subject: str
    expires_at: datetime


def verify(token: str, jwk: Mapping[str, object]) -> bytes:
    """Return the payload of a compact JWS that this key signed; ``Unauthenticated`` for any other."""
    header = _header(token)
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    try:
        # its algorithm is judged here: registered keys call theirs by more names than the standard has
        key = import_key({name: cast("str", value) for name, value in jwk.items() if name != "alg"})
        algorithms = _algorithms(jwk, key)
        if header.get("alg") not in algorithms or "crit" in header or "b64" in header:
            raise Unauthenticated("this is not signed the way its key is for", reason="unknown")
        if "kid" in jwk and header.get("kid", jwk["kid"]) != jwk["kid"]:
            raise Unauthenticated("this names another key", reason="unknown")
        found = jws.deserialize_compact(token, key, algorithms=list(algorithms))
    except (JoseError, ValueError, TypeError, KeyError, binascii.Error) as error:
        raise Unauthenticated("this signature does not hold", reason="unknown") from error
    return found.payload


def claims_of(assertion: str) -> Claims:
    """Read what an assertion claims, before anything of it is believed."""
    try:
        told = json.loads(_decoded(_split(assertion)[1]))
        issuer, subject, until = told["iss"], told["sub"], told["exp"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unauthenticated("this assertion cannot be read", reason="unknown") from error
    if not isinstance(issuer, str) or not isinstance(subject, str) or type(until) not in (int, float):
        raise Unauthenticated("this assertion cannot be read", reason="unknown")
    try:
        return Claims(issuer=issuer, subject=subject, expires_at=from_ms(int(until * 1000)))
    except (OverflowError, ValueError) as error:
        raise Unauthenticated("this assertion cannot be read", reason="unknown") from error


def require_good(assertion: str, jwk: str, *, at: datetime) -> None:
    """Raise ``Unauthenticated`` unless the key signed it, for us, and it holds now; ``exp`` is exclusive."""
    told = json.loads(verify(assertion, json.loads(jwk)))
    require_now(told, at=at)
    audience = told.get("aud")
    if audience != AUDIENCE and (not isinstance(audience, list) or AUDIENCE not in audience):
        raise Unauthenticated(f"this assertion is not for {AUDIENCE}", reason="unknown")
    if claims_of(assertion).expires_at > at + LONGEST_LIFE + SKEW:
        raise Unauthenticated("this assertion lives too long", reason="unknown", hint="let it end in 5 minutes")


def require_now(told: Mapping[str, object], *, at: datetime, skew: timedelta = SKEW) -> None:
    """Raise ``Unauthenticated`` unless claims hold at an instant, give or take the skew of a clock."""
    now, slack = at.timestamp(), skew.total_seconds()
    until, since = told.get("exp"), told.get("nbf", told.get("iat", now))
    if type(until) not in (int, float) or type(since) not in (int, float):
        raise Unauthenticated("this assertion does not say until when it holds", reason="unknown")
    if now >= cast("float", until) + slack:
        raise Unauthenticated("this assertion is over", reason="expired")
    if now < cast("float", since) - slack:
        raise Unauthenticated("this assertion does not hold yet", reason="unknown", hint="check the clock")


def public_key(text: str) -> str:
    """Return a public key (JWK) as it is kept; ``BadInput`` for a private or a shared one."""
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    try:
        told = json.loads(text)
        key = import_key(told)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadInput("this is no key in the form JWK", hint="give the public key as JSON") from error
    if key.key_type == "oct" or getattr(key, "is_private", False):
        raise BadInput("this key could sign", hint="give the public part alone; the other stays with the client")
    if not _algorithms(told, key):
        raise BadInput(f"keys of the kind {key.key_type} are not taken", hint="take RSA, EC or Ed25519")
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def name_key(name: str) -> str:
    """Return the form in which two names of clients are the same."""
    return safe_line(name).strip().casefold()


def _algorithms(jwk: Mapping[str, object], key: Key) -> tuple[str, ...]:
    """Return by which algorithms a key may have signed: the one it is for, else all of its kind."""
    kind = key.key_type
    if kind == "EC":
        known: tuple[str, ...] = (_CURVES.get(str(jwk.get("crv")), ""),)
    elif kind == "OKP":
        known = ("EdDSA", "Ed25519") if jwk.get("crv") == "Ed25519" else ()
    else:
        known = _OF_KEY.get(kind, ())
    wanted = None if kind == "EC" else jwk.get("alg")  # of an elliptic key the curve says it, whatever it is called
    if jwk.get("use", "sig") != "sig":
        return ()
    return tuple(one for one in known if one and (wanted is None or one == wanted))


def _header(token: str) -> dict[str, object]:
    try:
        found = json.loads(_decoded(_split(token)[0]), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Unauthenticated("this is not signed as it should be", reason="unknown") from error
    if not isinstance(found, dict):
        raise Unauthenticated("this is not signed as it should be", reason="unknown")
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        msg = "a header names something twice"
        raise ValueError(msg)
    return found


def _split(token: str) -> list[str]:
    parts = token.split(".")
    well_formed = len(parts) == _PARTS and parts[0] and parts[2]
    if not well_formed or len(token) > LARGEST or not token.isascii():
        raise Unauthenticated("this is not in the compact form of three parts", reason="unknown")
    return parts


def _decoded(part: str) -> bytes:
    """Return what base64url without padding stands for, refusing every other spelling of it."""
    raw = base64.b64decode(part.encode() + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(raw).rstrip(b"=") != part.encode():
        msg = "not the one spelling"
        raise ValueError(msg)
    return raw
