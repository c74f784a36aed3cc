"""Small words of SQL that several kinds write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from difftool.objects import Object
from difftool.parse import MOST_BYTES, ending, qualified, quoted
from difftool.pg.connection import literal

REPLACED = "__replaced"

__all__ = [
    "alter_table",
    "changed_options",
    "foreign_options",
    "listed",
    "literal",
    "name_made_of",
    "name_of",
    "options",
    "own_options",
    "qualified",
    "quoted",
    "set_and_reset",
    "spare",
]


def name_of(o: Object) -> str:
    """Schema and name, quoted: for kinds whose address is just that."""
    return qualified(*o.names)


def name_made_of(table: str, *columns: str, label: str) -> str:
    """The name that PostgreSQL makes up for a constraint, when no other has it: ``bookings_room_during_excl``.

    The longer of both parts is shortened, as its makeObjectName does, until the whole has the bytes of a name.
    """
    parts = [table.encode(), "_".join(columns).encode()]
    room = MOST_BYTES - len(label) - (2 if columns else 1)
    while sum(map(len, parts)) > room:
        longer = 0 if len(parts[0]) > len(parts[1]) else 1
        parts[longer] = parts[longer][:-1]
    return "_".join([*(p.decode(errors="ignore") for p in parts if p), label])


def listed(names: Iterable[str]) -> str:
    """Identifiers in a list."""
    return ", ".join(quoted(n) for n in names)


def options(found: Mapping[str, str]) -> str:
    """Storage parameters, as WITH and SET take them: ``fillfactor = 70``; values as literals."""
    return ", ".join(f"{_parameter(k)} = {literal(v)}" for k, v in found.items())


def _parameter(name: str) -> str:
    """``toast.autovacuum_enabled`` is two words."""
    return qualified(*name.split(".", 1)) if name.startswith("toast.") else quoted(name)


def changed_options(phrase: str, now: Mapping[str, str], want: Mapping[str, str]) -> tuple[str, ...]:
    """From some storage parameters to others: ``ALTER … RESET (…)``, ``ALTER … SET (…)``."""
    return tuple(f"ALTER {phrase} {action}" for action in set_and_reset(now, want))


def set_and_reset(now: Mapping[str, str], want: Mapping[str, str]) -> tuple[str, ...]:
    """The same without what is altered: ``RESET (…)``, ``SET (…)``, so that they stand in the wanted order."""
    gone = ", ".join(_parameter(k) for k in now if k not in want)
    changed = {k: v for k, v in want.items() if now.get(k) != v}
    kept = [k for k in now if k in want and k not in changed]
    in_order = [*kept, *changed] == list(want)
    news = options(changed if in_order else want)  # what is set anew goes to the end
    return (
        *((f"RESET ({gone})",) if gone else ()),
        *((f"SET ({news})",) if news else ()),
    )


def foreign_options(found: Mapping[str, str]) -> str:
    """Options of a foreign object, as CREATE takes them: ``host 'db', port '5432'``."""
    return ", ".join(f"{quoted(k)} {literal(v)}" for k, v in found.items())


def own_options(now: Mapping[str, str], want: Mapping[str, str]) -> str:
    """From some options of a foreign object to others: ``ADD a '1', SET b '2', DROP c``."""
    return ", ".join(
        (
            *(f"DROP {quoted(k)}" for k in now if k not in want),
            *(f"SET {quoted(k)} {literal(v)}" for k, v in want.items() if k in now and now[k] != v),
            *(f"ADD {quoted(k)} {literal(v)}" for k, v in want.items() if k not in now),
        )
    )


def alter_table(o: Object, action: str, *, only: bool = False) -> str:
    """ALTER TABLE of the table, or the view, whose names an object's address begins with."""
    return f"ALTER TABLE {'ONLY ' if only else ''}{qualified(*o.names[:2])} {action}"


def spare(name: str) -> str:
    """A name for what is about to go while another has its own."""
    return ending(name, REPLACED)
