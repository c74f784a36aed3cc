"""Views that depend on themselves, by way of a function that returns their rows or of one another.

They are taken apart as pg_dump does it: the view is its columns, and its query a rule called _RETURN that comes later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import replace

from difftool.objects import NOTHING, Key, Object, Objects

Links = Mapping[Key, Collection[Key]]


def without_circles(found: Objects) -> Objects:
    """The same objects, with a rule for the query of each view that is in a circle."""
    caught = _caught(found)
    views = sorted(k for k in caught if k[0] == "view")
    if not views:
        return found
    by_key, needs, follows = dict(found.by_key), dict(found.needs), dict(found.follows)
    rules = {key: ("rule", *key[1:], "_RETURN") for key in views}
    for key, rule in rules.items():
        by_key[key], by_key[rule] = _apart(found.by_key[key], rule)
        needs[rule], needs[key] = found.needs[key] | {key}, found.needs[key] - caught
        follows[key] = found.follows.get(key, NOTHING) - caught
    for other in _beyond(found, caught):
        needs[other] = found.needs[other] | set(rules.values())
    return replace(found, by_key=by_key, needs=needs, follows=follows)


def _apart(view: Object, rule: Key) -> tuple[Object, Object]:
    """A view without its query, and the query."""
    rest = {k: v for k, v in view.attributes.items() if k != "definition"}
    query = {"definition": view["definition"], "_view": view.attributes}
    return replace(view, attributes=rest), Object(rule, query, view.key)


def _beyond(found: Objects, caught: Set[Key]) -> set[Key]:
    """What needs something of a circle, which must be whole by then: a materialized view is filled from it."""
    others = {o for key in caught for o in found.needed_by.get(key, ())}
    return {o for o in others if o not in caught and found.by_key[o].parent not in caught}


def _caught(found: Objects) -> Set[Key]:
    """What is in a circle with a view, or between two circles."""
    inside = _reached(found.needs, [k for k in found.by_key if k[0] == "view"])
    if not any(n[0] == "view" for k in inside for n in found.needs.get(k, ())):
        return NOTHING
    left = _left({k: [n for n in found.needs.get(k, NOTHING) if n in inside] for k in inside})
    needed_by: dict[Key, list[Key]] = {k: [] for k in left}
    for key in left:
        for needed in found.needs.get(key, NOTHING):
            if needed in left:
                needed_by[needed].append(key)
    return _left(needed_by)


def _reached(links: Links, start: Iterable[Key]) -> set[Key]:
    seen = set(start)
    waiting = list(seen)
    while waiting:
        for other in links.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def _left(links: Links) -> set[Key]:
    """What remains when, again and again, whatever has no link to what remains is taken away."""
    count = {k: len(v) for k, v in links.items()}
    back: dict[Key, list[Key]] = {}
    for key, others in links.items():
        for other in others:
            back.setdefault(other, []).append(key)
    free = [k for k, n in count.items() if not n]
    while free:
        key = free.pop()
        del count[key]
        for other in back.get(key, ()):
            count[other] -= 1
            if not count[other]:
                free.append(other)
    return set(count)
