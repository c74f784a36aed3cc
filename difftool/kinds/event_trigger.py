"""CREATE EVENT TRIGGER: https://www.postgresql.org/docs/current/sql-createeventtrigger.html.

It would fire on the plan's own statements: it is the first to go and the last to come.
"""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import literal, quoted
from difftool.kinds.trigger import STATES
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``EVENT TRIGGER no_drops``."""
    return f"EVENT TRIGGER {quoted(o.names[0])}"


def create(o: Object, sides: Sides) -> Statements:
    """With its state."""
    tags = f" WHEN TAG IN ({', '.join(literal(t) for t in o['tags'])})" if o["tags"] else ""
    made = f"CREATE {phrase(o)} ON {quoted(o['event'])}{tags} EXECUTE FUNCTION {o['function']}()"
    return (made, *(() if o["state"] == "O" else (_state(o),)))


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Its state is all that can be altered."""
    same = all(now[a] == want[a] for a in ("event", "tags", "function"))
    return (_state(want),) if same else None


def _state(o: Object) -> str:
    return f"ALTER {phrase(o)} {STATES[o['state']]}"


KIND = Kind(rank=99, create=create, phrase=phrase, alter=alter)
