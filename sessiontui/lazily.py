"""Packages that load their parts when these are first asked for, so that whoever needs one waits for no other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazily(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """Return what a package calls ``__getattr__``; ``places`` tells in which of its modules each name is found.

    No name may be that of a module of the package, which takes its place as soon as it is loaded: ``ValueError``.

    >>> lazily("sessiontui", {"lines": "lines"})
    Traceback (most recent call last):
        ...
    ValueError: sessiontui.lines is a module
    """
    for name in places:
        if name in places.values():
            msg = f"{package}.{name} is a module"
            raise ValueError(msg)

    def found(name: str) -> object:
        if name not in places:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        value: object = getattr(import_module(f"{package}.{places[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return found
