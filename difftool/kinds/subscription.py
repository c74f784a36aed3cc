"""CREATE SUBSCRIPTION: https://www.postgresql.org/docs/current/sql-createsubscription.html.

No statement here connects to the publisher: where a plan is tried out, the slot to be found there is production's.
So a subscription is made disabled and makes no slot, as pg_dump writes it; new publications are not copied before
ALTER SUBSCRIPTION … REFRESH PUBLICATION; and one that is dropped leaves its slot behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from difftool.kinds import Kind, Refused, Statements
from difftool.kinds.sql import listed, literal, name_of
from difftool.objects import Object, Sides

DEFAULTS: Mapping[str, Any] = {
    "synchronous_commit": "off",
    "binary": False,
    "streaming": "",
    "two_phase": False,
    "disable_on_error": False,
    "password_required": True,
    "run_as_owner": False,
    "failover": False,
    "origin": "any",
}
"""What need not be said, and older servers don't know; streaming's default is another on 18."""
AT_THE_PUBLISHER = ("two_phase", "failover")
"""What the slot has as well."""


def phrase(o: Object) -> str:
    """``SUBSCRIPTION news``."""
    return f"SUBSCRIPTION {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """Disabled, its slot only named."""
    _readable(o)
    said = (f"{p} = {_value(o[p])}" for p, default in DEFAULTS.items() if (o[p] or False) != default)
    return (
        f"CREATE {phrase(o)} CONNECTION {literal(o['connection'])} PUBLICATION {listed(o['publications'])} "
        f"WITH ({', '.join(('connect = false', _slot(o), *said))})",
    )


def drop(o: Object, sides: Sides) -> Statements:
    """Let go of its slot, then dropped: the publisher keeps the slot, and WAL for it, until it is dropped there too."""
    return (*_detached(o), f"DROP {phrase(o)}")


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """All in place but for what the publisher's slot must have too; without a slot there is nothing to lose."""
    _readable(now, want)
    both = [p for p in AT_THE_PUBLISHER if now[p] != want[p]]
    if both and now["slot_name"]:
        raise Refused(
            f'{both[0]} of subscription "{now.names[0]}" is a property of its slot at the publisher too: '
            "disable the subscription and change both, by ALTER SUBSCRIPTION where it can, else by making them anew"
        )
    return None if both else tuple(_changes(now, want))


def _changes(now: Object, want: Object) -> Iterator[str]:
    if now["connection"] != want["connection"]:
        yield f"ALTER {phrase(want)} CONNECTION {literal(want['connection'])}"
    if now["publications"] != want["publications"]:
        yield f"ALTER {phrase(want)} SET PUBLICATION {listed(want['publications'])} WITH (refresh = false)"
    if now["slot_name"] and not want["slot_name"]:
        yield from _detached(now)
    said = [_slot(want)] if want["slot_name"] and now["slot_name"] != want["slot_name"] else []
    said += [f"{p} = {_value(want[p])}" for p in DEFAULTS if now[p] != want[p]]
    if said:
        yield f"ALTER {phrase(want)} SET ({', '.join(said)})"


def _detached(o: Object) -> Statements:
    """Without a slot it cannot run."""
    if not o["slot_name"]:
        return ()
    return (f"ALTER {phrase(o)} DISABLE", f"ALTER {phrase(o)} SET (slot_name = NONE)")


def _slot(o: Object) -> str:
    return f"slot_name = {literal(o['slot_name']) if o['slot_name'] else 'NONE'}"


def _value(value: str | bool | None) -> str:
    return literal(value) if isinstance(value, str) else str(bool(value)).lower()


def _readable(*sides: Object) -> None:
    if any(o["_hidden"] for o in sides):
        raise Refused(
            f'the connection string of subscription "{sides[0].names[0]}" is hidden from this role: '
            "connect as a superuser to compare it"
        )


def is_idle(o: Object) -> bool:
    """Whether it has no place in a publisher's stream that it could lose."""
    return not o["slot_name"] and not o["_hidden"]


KIND = Kind(rank=95, create=create, drop=drop, phrase=phrase, alter=alter, holds_rows=True, derived=is_idle)
