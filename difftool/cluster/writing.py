"""The statements that make one cluster's roles, memberships and database another's.

What gives comes first, for the schema may need it; what takes away comes last, for the plan itself may live on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from difftool.cluster.state import (
    DATABASE,
    MEMBERSHIP,
    ROLE,
    Cluster,
    Compared,
    Database,
    Membership,
    Privilege,
    Role,
    Settings,
)
from difftool.model import Action, Statement
from difftool.parse import quoted
from difftool.pg.connection import literal

FLAGS = ("superuser", "inherit", "createrole", "createdb", "login", "replication", "bypassrls")
LISTS = frozenset(
    "search_path temp_tablespaces local_preload_libraries session_preload_libraries shared_preload_libraries "
    "unix_socket_directories".split()
)
"""Settings whose value is a list of quoted names (GUC_LIST_QUOTE in PostgreSQL's source)."""
LISTED = re.compile(r'"((?:[^"]|"")*)"|([^,\s"][^,"]*)')
GRANTORS = 16
"""The major version since which a membership has options, and is its grantor's."""


@dataclass(frozen=True, slots=True)
class Written:
    """What runs before the schema's statements, and what runs after them."""

    first: tuple[Statement, ...] = ()
    last: tuple[Statement, ...] = ()

    @property
    def all(self) -> tuple[Statement, ...]:
        """Both, in their order."""
        return (*self.first, *self.last)


Step = tuple[bool, Statement]
"""Whether it gives, and what."""


def write(
    here: Cluster, want: Cluster, compared: Compared, major: int, database: str, passwords: Mapping[str, str]
) -> Written:
    """What makes ``here`` into ``want``, as far as both are compared."""
    steps: list[Step] = []
    for name in sorted(want.roles):
        steps += _role(here.roles.get(name), want.roles[name], database, passwords.get(name))
    steps += _memberships(here, want, compared, major)
    last = list(_database(here.database, want.database, compared)) if here.database and want.database else []
    return Written(tuple(s for gives, s in steps if gives), (*(s for gives, s in steps if not gives), *last))


def _role(here: Role | None, want: Role, database: str, password: str | None) -> Iterator[Step]:
    name = quoted(want.name)

    def statement(sql: str, action: Action = "alter") -> Statement:
        return Statement(sql, ROLE, name, action)

    if here is None:
        here = Role(want.name)
        options = [*(o for _, o in _options(here, want)), *([f"PASSWORD {literal(password)}"] if password else [])]
        yield True, statement(" ".join([f"CREATE ROLE {name}", *options]), "create")
    else:
        for gives in (True, False):
            options = [o for g, o in _options(here, want) if g is gives]
            if options:
                yield gives, statement(" ".join([f"ALTER ROLE {name}", *options]))
    if here.comment != want.comment:
        yield True, statement(f"COMMENT ON ROLE {name} IS {_text(want.comment)}")
    for sql in _settings(f"ALTER ROLE {name}", here.settings, want.settings):
        yield True, statement(sql)
    for sql in _settings(f"ALTER ROLE {name} IN DATABASE {quoted(database)}", here.here, want.here):
        yield True, statement(sql)


def _options(here: Role, want: Role) -> Iterator[tuple[bool, str]]:
    """What ALTER ROLE must say, each with whether it gives something."""
    for flag in FLAGS:
        value = getattr(want, flag)
        if getattr(here, flag) != value:
            yield value, ("" if value else "NO") + flag.upper()
    if here.connection_limit != want.connection_limit:
        unlimited = want.connection_limit < 0
        gives = unlimited or 0 <= here.connection_limit < want.connection_limit
        yield gives, f"CONNECTION LIMIT {want.connection_limit}"
    if here.valid_until != want.valid_until:
        gives = want.valid_until == "infinity" or (
            here.valid_until != "infinity" and want.valid_until > here.valid_until
        )
        yield gives, f"VALID UNTIL {literal(want.valid_until)}"


def _settings(start: str, here: Settings, want: Settings) -> Iterator[str]:
    before, after = dict(here), dict(want)
    for name in sorted(before.keys() - after.keys()):
        yield f"{start} RESET {_setting(name)}"
    for name, value in want:
        if before.get(name) != value:
            yield f"{start} SET {_setting(name)} TO {_value(name, value)}"


def _setting(name: str) -> str:
    return ".".join(quoted(part) for part in name.split("."))


def _value(name: str, value: str) -> str:
    if name not in LISTS:
        return literal(value)
    return ", ".join(literal(part) for part in _parts(value))


def _parts(value: str) -> Iterator[str]:
    """The names of a list as PostgreSQL keeps it: quoted where need be, with commas between."""
    for quoted_name, plain in LISTED.findall(value):
        yield plain.strip() or quoted_name.replace('""', '"')


def _memberships(here: Cluster, want: Cluster, compared: Compared, major: int) -> Iterator[Step]:
    before, after = compared.of(here.memberships), compared.of(want.memberships)
    for label in sorted({*before, *after}):
        now, wanted = before.get(label, ()), after.get(label, ())
        if not wanted:
            yield from ((False, _revoke(g, major)) for g in now)
        elif {g.options for g in now} != {g.options for g in wanted}:
            by = {g.grantor: g for g in wanted}
            for grant in now:
                yield from _regrant(grant, by.get(grant.grantor, wanted[0]), major)
            usual = _usual(wanted[0].member, here, want)
            told = label in compared.by_grantor
            if not now or len(wanted) > 1:  # else whoever granted it will do
                grantors = {g.grantor for g in now}
                missing = (g for g in wanted if g.grantor not in grantors)
                yield from ((True, _grant(g, told, major, usual=usual)) for g in missing)


def _usual(member: str, here: Cluster, want: Cluster) -> bool | None:
    """The INHERIT that a membership gets when nothing is said; None where that changes in the same plan."""
    after = want.roles.get(member)
    return after.inherit if after and here.roles.get(member, after).inherit == after.inherit else None


def _grant(grant: Membership, by: bool, major: int, *, usual: bool | None) -> Statement:
    """A new membership; ``usual`` is the INHERIT that it has when nothing is said, None where nobody knows."""
    options = ["ADMIN TRUE"] if grant.admin and major >= GRANTORS else []
    if major >= GRANTORS:
        options += [f"INHERIT {_bool(grant.inherit)}"] if grant.inherit != usual else []
        options += [] if grant.set else ["SET FALSE"]
    elif grant.admin:
        options = ["ADMIN OPTION"]
    tail = f" WITH {', '.join(options)}" if options else ""
    return _membership(f"GRANT {_pair(grant, 'TO')}{tail}{_by(grant, major) if by else ''}", grant, "create")


def _regrant(grant: Membership, want: Membership, major: int) -> Iterator[Step]:
    """The same grant with other options; what it loses is taken last."""
    if major < GRANTORS:
        if want.admin and not grant.admin:
            yield True, _membership(f"GRANT {_pair(grant, 'TO')} WITH ADMIN OPTION", grant, "alter")
        elif grant.admin and not want.admin:
            yield False, _membership(f"REVOKE ADMIN OPTION FOR {_pair(grant, 'FROM')}", grant, "alter")
        return
    changes = [
        (now, f"{word} {_bool(now)}")
        for word, then, now in zip(("ADMIN", "INHERIT", "SET"), grant.options, want.options, strict=True)
        if then != now
    ]
    for gives in (True, False):
        options = [o for g, o in changes if g is gives]
        if options:
            sql = f"GRANT {_pair(grant, 'TO')} WITH {', '.join(options)}{_by(grant, major)}"
            yield gives, _membership(sql, grant, "alter")


def _revoke(grant: Membership, major: int) -> Statement:
    return _membership(f"REVOKE {_pair(grant, 'FROM')}{_by(grant, major)}", grant, "drop")


def _membership(sql: str, grant: Membership, action: Action) -> Statement:
    return Statement(sql, MEMBERSHIP, grant.label(), action)


def _pair(grant: Membership, between: str) -> str:
    return f"{quoted(grant.role)} {between} {quoted(grant.member)}"


def _by(grant: Membership, major: int) -> str:
    """Whose grant it is; a superuser's own are the bootstrap superuser's."""
    return f" GRANTED BY {quoted(grant.grantor)}" if grant.grantor and major >= GRANTORS else ""


def _bool(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _text(comment: str) -> str:
    return literal(comment) if comment else "NULL"


def _database(here: Database, want: Database, compared: Compared) -> Iterator[Statement]:
    name, aspects = quoted(want.name), compared.aspects
    texts: list[str] = []
    if "owner" in aspects and here.owner != want.owner:
        texts.append(f"ALTER DATABASE {name} OWNER TO {quoted(want.owner)}")
        here = replace(here, privileges=tuple(_handed_over(here, want.owner)))
    if "connection_limit" in aspects and here.connection_limit != want.connection_limit:
        texts.append(f"ALTER DATABASE {name} CONNECTION LIMIT {want.connection_limit}")
    if "comment" in aspects and here.comment != want.comment:
        texts.append(f"COMMENT ON DATABASE {name} IS {_text(want.comment)}")
    if "settings" in aspects:
        texts += _settings(f"ALTER DATABASE {name}", here.settings, want.settings)
    yield from (Statement(sql, DATABASE, name, "alter") for sql in texts)
    if "privileges" in aspects:
        yield from (Statement(sql, DATABASE, name, "alter") for sql in _privileges(name, here, want))


def _handed_over(database: Database, owner: str) -> Iterator[Privilege]:
    """The privileges after a change of owner: the new one has what the old one had."""
    for p in database.privileges:
        yield replace(p, grantee=owner) if p.grantee == database.owner else p


def _privileges(name: str, here: Database, want: Database) -> Iterator[str]:
    before = {(p.grantee, p.privilege): p.grantable for p in here.privileges}
    after = {(p.grantee, p.privilege): p.grantable for p in want.privileges}
    more = [(k, able) for k, able in after.items() if k not in before or (able and not before[k])]
    less = [(k, False) for k in before if k not in after]
    unable = [(k, True) for k, able in before.items() if able and k in after and not after[k]]
    for (who, able), what in _grouped(more):
        yield f"GRANT {what} ON DATABASE {name} TO {who}" + (" WITH GRANT OPTION" if able else "")
    for (who, only_option), what in _grouped([*less, *unable]):
        yield f"REVOKE {'GRANT OPTION FOR ' if only_option else ''}{what} ON DATABASE {name} FROM {who}"


def _grouped(found: Sequence[tuple[tuple[str, str], bool]]) -> Iterator[tuple[tuple[str, bool], str]]:
    """Privileges of one grantee together."""
    ordered = sorted((grantee, flag, privilege) for (grantee, privilege), flag in found)
    for (grantee, flag), group in groupby(ordered, key=lambda f: f[:2]):
        yield (quoted(grantee) if grantee else "PUBLIC", flag), ", ".join(p for *_, p in group)
