"""Who may be where at once: people of an ordinary day do not hold places in two sessions at the same time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from sessiontui.demo.names import Face
from sessiontui.demo.scenes import Scene
from sessiontui.domain.vocabulary import Move, RequestState

_Windows: TypeAlias = list[tuple[float, float]]


def cast_apart(scenes: Sequence[Scene], faces: Sequence[Face]) -> list[Scene]:
    """Return the scenes with others in place of those who hold a place elsewhere at the same time.

    Earlier scenes keep their people. Where nobody of the faces is free, somebody stays double-booked.
    """
    booked: dict[Face, _Windows] = defaultdict(list)
    cast = []
    for scene in scenes:
        if not _takes_place(scene):
            cast.append(scene)
            continue
        others = _others(scene, faces, booked)
        made = _recast(scene, others)
        for who in _expected(made):
            booked[who].append((made.starts, made.ends))
        cast.append(made)
    return cast


def _takes_place(scene: Scene) -> bool:
    return scene.publish and all(step.move is not Move.CANCEL for step in scene.steps)


def _expected(scene: Scene) -> list[Face]:
    return [ask.who for ask in scene.asks if ask.state is RequestState.APPROVED]


def _others(scene: Scene, faces: Sequence[Face], booked: Mapping[Face, _Windows]) -> dict[Face, Face]:
    """Return who comes in whose place."""

    def is_free(face: Face) -> bool:
        return all(end <= scene.starts or start >= scene.ends for start, end in booked.get(face, ()))

    inside = set(scene.faces())
    free = iter([face for face in faces if face not in inside and is_free(face)])
    others: dict[Face, Face] = {}
    for who in _expected(scene):
        if not is_free(who) and (other := next(free, None)) is not None:
            others[who] = other
    return others


def _recast(scene: Scene, others: Mapping[Face, Face]) -> Scene:
    return replace(
        scene,
        asks=tuple(replace(ask, who=others.get(ask.who, ask.who)) for ask in scene.asks),
        visits=tuple(
            visit if visit.stranger else replace(visit, who=others.get(visit.who, visit.who))
            for visit in scene.visits
        ),
    )
