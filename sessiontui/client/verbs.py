"""How a route becomes a method of both clients, with one signature for all three."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Generic, ParamSpec, Protocol, TypeVar, overload

from sessiontui.client.calls import Call

P = ParamSpec("P")
T = TypeVar("T")


class Plain(Protocol):
    """A client that answers when it has the answer."""

    def call(self, call: Call[T]) -> T:
        """Make a call."""
        ...


class Awaited(Protocol):
    """A client whose answers are awaited."""

    def call(self, call: Call[T]) -> Awaitable[T]:
        """Make a call."""
        ...


class Verb(Generic[P, T]):
    """A method of ``Client`` that makes the call of a route."""

    def __init__(self, route: Callable[P, Call[T]]) -> None:
        self.route = route
        self.__doc__ = route.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> Callable[P, Call[T]]: ...
    @overload
    def __get__(self, client: Plain, owner: type) -> Callable[P, T]: ...
    def __get__(self, client: Plain | None, owner: type) -> Callable[P, Call[T]] | Callable[P, T]:
        if client is None:
            return self.route

        @functools.wraps(self.route)
        def method(*args: P.args, **kwargs: P.kwargs) -> T:
            return client.call(self.route(*args, **kwargs))

        return method


class AwaitedVerb(Generic[P, T]):
    """A method of ``AsyncClient`` that makes the call of a route."""

    def __init__(self, route: Callable[P, Call[T]]) -> None:
        self.route = route
        self.__doc__ = route.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> Callable[P, Call[T]]: ...
    @overload
    def __get__(self, client: Awaited, owner: type) -> Callable[P, Awaitable[T]]: ...
    def __get__(self, client: Awaited | None, owner: type) -> Callable[P, Call[T]] | Callable[P, Awaitable[T]]:
        if client is None:
            return self.route

        @functools.wraps(self.route)
        def method(*args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
            return client.call(self.route(*args, **kwargs))

        return method
