"""Records: value objects that cost next to nothing until one is made.

``record`` says what ``dataclass(frozen=True, slots=True)`` says, and a record does what such a dataclass does; the
functions of ``dataclasses`` know it too. What differs is when the work is done. A dataclass writes and
compiles six methods while its module is imported, whether or not they are ever called, and loads ``inspect`` to do
so: of the time until the console's first page was seen, that was a quarter. A record writes each method when it is
first asked for.

What a console loads before its keys do anything is made of records, and a test fails if anything loads
``dataclasses`` before the first page. What is loaded later, or has a base, may be a dataclass: it does the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, NoReturn, TypeVar, cast, dataclass_transform, overload

if TYPE_CHECKING:
    from dataclasses import Field
    from types import FunctionType

    from _typeshed import DataclassInstance

_T = TypeVar("_T")


@overload
def field(*, default: _T, compare: bool = True) -> _T: ...


@overload
def field(*, default_factory: Callable[[], _T], compare: bool = True) -> _T: ...


def field(
    *, default: object = None, default_factory: Callable[[], object] | None = None, compare: bool = True
) -> object:
    """Say that a field's default is made anew for each record, or that records are equal whatever it holds."""
    return _Default(default, default_factory, compare=compare)


@overload
def record(cls: type[_T], /) -> type[_T]: ...


@overload
def record(*, kw_only: bool = False, frozen: bool = True) -> Callable[[type[_T]], type[_T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    cls: type[_T] | None = None, /, *, kw_only: bool = False, frozen: bool = True
) -> type[_T] | Callable[[type[_T]], type[_T]]:
    """Make a record of a class that names its fields, each with its type; with ``kw_only`` values go by their names.

    One that is not ``frozen`` can be changed, and has no hash. ``TypeError`` for a class with a base: a record takes
    no fields over.

    >>> @record
    ... class Place:
    ...     column: int
    ...     row: int = 0
    >>> Place(3), Place(3) == Place(3, 0), len({Place(3), Place(column=3)})
    (Place(column=3, row=0), True, 1)
    """
    if cls is None:
        return lambda named: _recorded(named, kw_only=kw_only, frozen=frozen)
    return _recorded(cls, kw_only=kw_only, frozen=frozen)


if TYPE_CHECKING:
    from dataclasses import replace as replace
else:

    def replace(changed: _T, /, **values: object) -> _T:
        """Return a record with other values in some of its fields, as the function of ``dataclasses`` does."""
        kept = {name: getattr(changed, name) for name in changed.__slots__ if name not in values}
        return type(changed)(**kept, **values)


def _recorded(cls: type[_T], *, kw_only: bool, frozen: bool) -> type[_T]:
    if cls.__bases__ != (object,):
        msg = f"{cls.__qualname__} has a base: a record takes no fields over"
        raise TypeError(msg)
    said = {name: value for name, value in cls.__dict__.items() if name not in {"__dict__", "__weakref__"}}
    kinds: Mapping[str, str] = said.get("__annotations__", {})
    names = tuple([name for name, kind in kinds.items() if not kind.startswith("ClassVar")])
    shape = _Shape(names, {name: _default_of(said.pop(name)) for name in names if name in said}, kw_only=kw_only)
    members: dict[str, object] = {
        "__slots__": names,
        "__match_args__": () if kw_only else names,
        "__init__": _Unwritten(_constructor, shape),
        "__repr__": _Unwritten(_teller, shape),
        "__eq__": _Unwritten(_comparer, shape),
        "__hash__": _Unwritten(_hasher, shape) if frozen else None,
        "__dataclass_fields__": _Unwritten(_fields, shape),
    }
    if frozen:
        members |= {"__setattr__": _refuse, "__delattr__": _refuse, "__setstate__": _set_state}
    return cast("type[_T]", type(cls.__name__, (), members | said))


class _Default:
    """What a field says beside its type: what it holds if nothing is given, and whether it counts for equality."""

    __slots__ = ("compare", "make", "value")

    def __init__(self, value: object, make: Callable[[], object] | None, *, compare: bool) -> None:
        self.value = value
        self.make = make
        self.compare = compare


class _Shape:
    """The names of the fields in their order, and the defaults of those that have one."""

    __slots__ = ("defaults", "kw_only", "names")

    def __init__(self, names: tuple[str, ...], defaults: Mapping[str, _Default], *, kw_only: bool) -> None:
        self.names = names
        self.defaults = defaults
        self.kw_only = kw_only

    def compared(self) -> Callable[[object], object]:
        """Return the function from a record to what tells it from another."""
        counting = [name for name in self.names if name not in self.defaults or self.defaults[name].compare]
        return attrgetter(*counting) if counting else bool


class _Unwritten:
    """A member of a class that puts what it stands for in its own place when it is first asked for."""

    __slots__ = ("_name", "_owner", "_shape", "_write")

    def __init__(self, write: Callable[[type, _Shape], object], shape: _Shape) -> None:
        self._write = write
        self._shape = shape

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner
        self._name = name

    def __get__(self, instance: object | None, owner: type) -> object:
        setattr(self._owner, self._name, self._write(self._owner, self._shape))
        return getattr(owner if instance is None else instance, self._name)


def _default_of(value: object) -> _Default:
    return value if isinstance(value, _Default) else _Default(value, None, compare=True)


def _constructor(owner: type, shape: _Shape) -> object:
    """Return ``__init__``, compiled: as quick as one written by hand, and with complaints in the same words."""
    known: dict[str, object] = {f"_put_{name}": getattr(owner, name).__set__ for name in shape.names}
    taken = ["self", *(["*"] if shape.kw_only and shape.names else [])]
    lines = ["pass"]
    for name in shape.names:
        default = shape.defaults.get(name)
        given = name
        if default is not None:
            known[f"_else_{name}"] = default.make or default.value
            if default.make is not None:
                given = f"_else_{name}() if {name} is _else_{name} else {name}"
        taken.append(name if default is None else f"{name}=_else_{name}")
        lines.append(f"_put_{name}(self, {given})")
    exec(f"def __init__({', '.join(taken)}):\n " + "\n ".join(lines), known)  # noqa: S102 - made of names alone
    made = cast("FunctionType", known["__init__"])
    made.__qualname__ = f"{owner.__qualname__}.__init__"
    return made


def _teller(_: type, shape: _Shape) -> object:
    def told(self: object) -> str:
        return f"{type(self).__qualname__}({', '.join([f'{name}={getattr(self, name)!r}' for name in shape.names])})"

    return told


def _comparer(_: type, shape: _Shape) -> object:
    compared = shape.compared()

    def equals(self: object, other: object) -> bool:
        return compared(self) == compared(other) if type(other) is type(self) else NotImplemented

    return equals


def _hasher(_: type, shape: _Shape) -> object:
    compared = shape.compared()
    return lambda self: hash(compared(self))


def _fields(owner: type, shape: _Shape) -> dict[str, Field[object]]:
    """Return what the functions of ``dataclasses`` ask for: the fields of a dataclass that is just so."""
    import dataclasses

    members: dict[str, object] = {"__annotations__": owner.__annotations__, "__module__": owner.__module__}
    for name, default in shape.defaults.items():
        if default.make is None:
            members[name] = dataclasses.field(default=default.value, compare=default.compare)
        else:
            members[name] = dataclasses.field(default_factory=default.make, compare=default.compare)
    like = dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=shape.kw_only)
    twin: type[DataclassInstance] = like(type(owner.__name__, (), members))
    return {found.name: found for found in dataclasses.fields(twin)}


def _refuse(self: object, name: str, value: object = None) -> NoReturn:
    from dataclasses import FrozenInstanceError

    del value
    msg = f"{name} of a {type(self).__qualname__} cannot be changed"
    raise FrozenInstanceError(msg)


def _set_state(self: object, state: tuple[None, Mapping[str, object]]) -> None:
    """Fill a copy: by the usual way it could not be set."""
    for name, value in state[1].items():
        object.__setattr__(self, name, value)
