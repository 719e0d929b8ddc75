"""Where the keys are that seal secrets: a credential of the service manager, the keyring, or a private file.

One key stands on each line, in base64; the last one is the newest. The file lies beside the database, and is made
with the first secret.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.domain.records import field, record
from sessiontui.runtime.private_files import OTHERS, STRANGERS, read_private, write_private
from sessiontui.runtime.secrets import CREDENTIALS
from sessiontui.services.keys import KeySource

NAME: Final = "sessiontui.key"
"""The name of the credential, and of the file beside the database."""

KEY_BYTES: Final = 32
LARGEST: Final = 16_384
"""Bytes of all keys together: some three hundred."""

_HOLDS: Final = "keys, one on each line"
_SERVICE: Final = "sessiontui"


class _Ring(Protocol):
    """As much of the keyring's library as is needed."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept under a name."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep something under a name."""
        ...


class _Errors(Protocol):
    """The errors of the keyring's library."""

    KeyringError: type[Exception]


@record
class KeyFile:
    """Keys in a private file; ``shared`` lets the group of the database read it too."""

    path: Path
    database: Path
    shared: bool = False
    read_only: bool = False

    @property
    def words(self) -> str:
        """Where the keys are."""
        return str(self.path)

    def there(self) -> Sequence[bytes]:
        """Return the keys of the file, none where there is no file."""
        if not self.path.exists():
            return ()
        forbidden = STRANGERS if self.shared else OTHERS
        return _parsed(
            read_private(self.path, place=NAME, largest=LARGEST, forbidden=forbidden, holds=_HOLDS), self.words
        )

    def add(self, key: bytes) -> None:
        """Write a key behind the others; the file is replaced whole, by one process at a time."""
        if self.read_only:
            raise Unavailable("a key is made when secrets are first kept", hint="start without --read-only")
        with _locked(self.path):
            write_private(self.path, _lines((*self.there(), key)), like=self.database, shared=self.shared)


@record
class KeyCredential:
    """Keys that the service manager hands over; it alone can add one."""

    path: Path

    @property
    def words(self) -> str:
        """Where the keys are."""
        return f"${CREDENTIALS}/{NAME}"

    def there(self) -> Sequence[bytes]:
        """Return the keys of the credential."""
        return _parsed(
            read_private(self.path, place=self.words, largest=LARGEST, forbidden=0, holds=_HOLDS), self.words
        )

    def add(self, key: bytes) -> None:
        """Refuse: credentials are the service manager's."""
        del key
        raise Unavailable(
            "the key is a credential of the service manager, who alone can add one",
            hint="add a line to it (head -c 32 /dev/urandom | base64), restart, then run this again",
        )


@record
class KeyRing:
    """Keys in the keyring of the desktop or the system, one entry for each database."""

    database: Path
    read_only: bool = False
    service: str = field(default=_SERVICE)

    @property
    def words(self) -> str:
        """Where the keys are."""
        return "the keyring"

    def there(self) -> Sequence[bytes]:
        """Return the keys of the keyring."""
        keyring, errors = _keyring()
        try:
            text = keyring.get_password(self.service, str(self.database.absolute()))
        except errors.KeyringError as error:
            raise Unavailable(f"the keyring does not open: {error}", hint="unlock it") from None
        return _parsed(text or "", self.words)

    def add(self, key: bytes) -> None:
        """Keep a key behind the others."""
        if self.read_only:
            raise Unavailable("a key is made when secrets are first kept", hint="start without --read-only")
        keyring, errors = _keyring()
        try:
            keyring.set_password(self.service, str(self.database.absolute()), _lines((*self.there(), key)))
        except errors.KeyringError as error:
            raise Unavailable(f"the keyring takes no key: {error}", hint="unlock it") from None


def key_source(
    database: Path,
    *,
    shared: bool = False,
    keyring: bool = False,
    read_only: bool = False,
    environ: Mapping[str, str] | None = None,
) -> KeySource:
    """Return where the keys of a database are: the credential if there is one, else the keyring or the file."""
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one place
    credentials = environ.get(CREDENTIALS, "")
    if credentials and (given := Path(credentials) / NAME).is_file():
        return KeyCredential(given)
    if keyring:
        return KeyRing(database, read_only=read_only)
    return KeyFile(database.absolute().parent / NAME, database, shared=shared, read_only=read_only)


def _parsed(text: str, place: str) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for number, line in enumerate(text.split(), start=1):
        try:
            key = base64.b64decode(line.encode("ascii", "strict"), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise BadInput(
                f"line {number} is no key of {KEY_BYTES} bytes in base64", hint="restore the file", place=place
            )
        if key in found:
            found.remove(key)
        found.append(key)
    return tuple(found)


def _lines(keys: Sequence[bytes]) -> str:
    return "".join(f"{base64.b64encode(key).decode()}\n" for key in keys)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time add a key; the lock is the folder's own, so that nothing is left behind."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _keyring() -> tuple[_Ring, _Errors]:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise Unavailable(
            "the keyring is chosen, and its library is missing", hint="pip install 'sessiontui[keyring]'"
        ) from None
    return keyring, keyring.errors
