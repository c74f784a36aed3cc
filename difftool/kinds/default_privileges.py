"""ALTER DEFAULT PRIVILEGES: https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html.

They are changed when everything else is in place: what the plan creates has the old ones.
"""

from __future__ import annotations

from difftool.grants import default
from difftool.kinds import Kind, Statements
from difftool.kinds.grant import Rights, Where, of_role, rights, written
from difftool.kinds.sql import quoted
from difftool.objects import Object, Sides

ON = {"r": "TABLES", "S": "SEQUENCES", "f": "FUNCTIONS", "T": "TYPES", "n": "SCHEMAS", "L": "LARGE OBJECTS"}


def create(o: Object, sides: Sides) -> Statements:
    """From what is built in, which for a schema is nothing."""
    return _between(_built_in(o, sides), rights(of_role(o)), o, sides)


def drop(o: Object, sides: Sides) -> Statements:
    """Back to what is built in; PostgreSQL forgets an entry that says no more."""
    return _between(rights(of_role(o)), _built_in(o, sides), o, sides)


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """What differs."""
    return _between(rights(of_role(now)), rights(of_role(want)), want, sides)


def _built_in(o: Object, sides: Sides) -> Rights:
    return {} if o.names[1] else rights(default(_letter(o), sides.major))


def _letter(o: Object) -> str:
    """As acldefault takes it: there, "S" is a server."""
    return "s" if o.names[2] == "S" else o.names[2]


def _between(now: Rights, want: Rights, o: Object, sides: Sides) -> Statements:
    role, schema, letter = o.names
    head = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quoted(role)} " + (f"IN SCHEMA {quoted(schema)} " if schema else "")
    return written(now, want, Where(ON[letter], _letter(o), role, sides.role, sides.major, head))


KIND = Kind(rank=1000, create=create, drop=drop, alter=alter, drop_last=True)
