"""ALTER DOMAIN … ADD, VALIDATE and DROP CONSTRAINT: https://www.postgresql.org/docs/current/sql-alterdomain.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import qualified, quoted
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``CONSTRAINT email_check ON DOMAIN app.email``, as COMMENT ON takes it."""
    return f"CONSTRAINT {_name(o)} ON DOMAIN {qualified(*o.names[:2])}"


def _name(o: Object) -> str:
    return quoted(o.names[-1])


def create(o: Object, sides: Sides) -> Statements:
    """Added to the domain, which need not be new."""
    return _alter_domain(o, f"ADD CONSTRAINT {_name(o)} {o['definition']}{'' if o['valid'] else ' NOT VALID'}")


def drop(o: Object, sides: Sides) -> Statements:
    """From a domain that stays."""
    return _alter_domain(o, f"DROP CONSTRAINT {_name(o)}")


def _alter_domain(o: Object, action: str) -> Statements:
    """NOT NULL is the domain's own."""
    return () if o["type"] == "n" else (f"ALTER DOMAIN {qualified(*o.names[:2])} {action}",)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Only validated in place."""
    if now["type"] != want["type"] or now["definition"] != want["definition"] or not want["valid"]:
        return None
    return _alter_domain(want, f"VALIDATE CONSTRAINT {_name(want)}")


KIND = Kind(rank=26, create=create, phrase=phrase, drop=drop, alter=alter)
