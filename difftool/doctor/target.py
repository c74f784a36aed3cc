"""What the target has to allow: to be reached, to be read whole by pg_dump, and to be changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from difftool import api, words
from difftool.doctor.examination import Finding
from difftool.errors import DumpError, Refused, TargetUnfit, UsageError
from difftool.guard import ADVISORY, HOLDER
from difftool.ignore import NO_RULES, Rules
from difftool.pg.connection import identifier, rows, session
from difftool.pg.dump import UNREADABLE, dump_schema, find_pg_dump
from difftool.pg.pooler import refuse_shared
from difftool.pg.programs import wheels
from difftool.pg.server import Server, read_server

if TYPE_CHECKING:
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.programs import Program
    from difftool.pg.types import Connection
    from difftool.settings import Settings, TargetSettings

OURS = "!~ '^(pg_|information_schema$)'"
INSTALLED = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"
MAY_BECOME = "SELECT pg_has_role(oid, %s) FROM pg_roles WHERE rolname = %s"
TABLES = f"SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text {OURS}"
MAY_CREATE_SCHEMAS = "SELECT has_database_privilege(%s, current_database(), 'CREATE')"
CLOSED = f"""
SELECT quote_ident(n.nspname) FROM pg_namespace n
WHERE n.nspname {OURS} AND NOT has_schema_privilege(%s, n.oid, 'CREATE') AND NOT EXISTS (
  SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
ORDER BY 1
"""
OF_OTHERS = f"""
SELECT quote_ident(r.rolname), r.rolsuper, count(*), min(pg_describe_object(o.class, o.object, 0))
FROM (
  SELECT 'pg_class'::regclass, oid, relowner, relnamespace FROM pg_class
  WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
  UNION ALL SELECT 'pg_proc'::regclass, oid, proowner, pronamespace FROM pg_proc
  UNION ALL SELECT 'pg_type'::regclass, oid, typowner, typnamespace FROM pg_type WHERE typtype IN ('e', 'd', 'r')
) AS o(class, object, owner, namespace)
JOIN pg_namespace n ON n.oid = o.namespace JOIN pg_roles r ON r.oid = o.owner
WHERE n.nspname {OURS} AND NOT pg_has_role(%s, o.owner, 'USAGE') AND NOT EXISTS (
  SELECT 1 FROM pg_depend d WHERE d.classid = o.class AND d.objid = o.object AND d.deptype = 'e')
GROUP BY 1, 2 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Reached:
    """A target that let us in."""

    info: Conninfo
    server: Server
    encrypted: bool
    extensions: tuple[str, ...]


def connection(settings: Settings, target: TargetSettings) -> Finding[Reached]:
    """Who is let in, where, over what, and how long it takes."""
    info = api.address(settings, target)
    started = time.monotonic()
    with session(info, read_only=True) as opened:
        took = time.monotonic() - started
        server = read_server(opened)
        trip = min(_round_trip(opened) for _ in range(3))
        extensions = tuple(name for (name,) in rows(opened, INSTALLED))
        reached = Reached(info, server, opened.info.ssl_in_use, extensions)
        return f"{_who(opened, server)}; {1000 * took:.0f} ms to connect, {1000 * trip:.2f} ms a query", reached


def _round_trip(opened: Connection) -> float:
    started = time.monotonic()
    rows(opened, "SELECT 1")
    return time.monotonic() - started


def _who(opened: Connection, server: Server) -> str:
    """ "app @ db.example.com:5432 as deploy (no CREATEDB), TLSv1.3"."""
    there = opened.info
    socket = there.host.startswith("/")
    where = there.host if socket else f"{there.host}:{there.port}"
    power = "superuser" if server.superuser else "CREATEDB" if server.createdb else "no CREATEDB"
    tls = there.ssl_attribute("protocol") if there.ssl_in_use else "local socket" if socket else "no TLS"
    return f"{server.database} @ {where} as {server.role} ({power}), {tls}"


def server_version(reached: Reached) -> Finding[int]:
    """The major version, if it is supported."""
    reached.server.check_supported()
    return words.version(reached.server.version), reached.server.major


def takes_changes(reached: Reached) -> Finding[bool]:
    """Whether an apply could write at all."""
    server = reached.server
    if server.standby:
        raise TargetUnfit("the target is a standby, which takes no changes", hint="for apply, connect to its primary")
    if server.read_only:
        what = f"ALTER ROLE {identifier(server.role)} or ALTER DATABASE {identifier(server.database)}"
        raise TargetUnfit(
            "the target is read-only: default_transaction_read_only is on",
            hint=f"for apply, {what} RESET default_transaction_read_only, or use another role",
        )
    refuse_shared(reached.info)
    return "no standby, and not read-only", True


def which_pg_dump(reached: Reached, major: int) -> Finding[Program]:
    """The pg_dump for this server, able to reach it as safely as this connection does."""
    program = find_pg_dump(major, reached.info)
    carried = program.path.parent in {i.bin for i in wheels()}
    if carried and reached.encrypted and not reached.info.local:
        raise DumpError(
            f"this connection uses TLS, and the only pg_dump as new as the server has none: {program.path}",
            hint=f"install the client programs of PostgreSQL {major} (Debian: postgresql-client-{major})",
        )
    return f"PostgreSQL {program.major}, {program.path}", program


def may_read(reached: Reached, program: Program, rules: Rules = NO_RULES) -> Finding[bool]:
    """Whether pg_dump can read the whole schema, less the tables that are ignored: by having it do so."""
    with session(reached.info, read_only=True) as opened:
        found = {(schema, name): shown for shown, schema, name in rows(opened, UNREADABLE)}
        without = [t for t in found if rules.always(("table", *t))]
        hidden = [shown for t, shown in found.items() if t not in without]
        tables = rows(opened, TABLES)[0][0]
    if hidden:
        role = reached.server.role
        raise DumpError(
            f"{role} may not SELECT from {words.some(hidden)}, as pg_dump must",
            hint=f"GRANT pg_read_all_data TO {identifier(role)}, or USAGE on the schemas and SELECT on the tables",
        )
    started = time.monotonic()
    dump = dump_schema(reached.info, program, without)
    if dump.warnings:
        raise DumpError(
            f"pg_dump leaves something out, so that no plan can be proven: {words.some(dump.warnings)}",
            hint="connect as a role that may dump it, or apply with --allow unproven",
        )
    return f"pg_dump read the schema of {words.many(tables, 'table')} in {time.monotonic() - started:.1f} s", True


def owner_role(reached: Reached, target: TargetSettings) -> Finding[str]:
    """The role that apply acts as, and whether it may."""
    me, owner = reached.server.role, target.owner or reached.server.role
    if me == owner:
        return f"{owner}, who connects", owner
    become = "SET" if reached.server.major >= 16 else "MEMBER"
    with session(reached.info, read_only=True) as opened:
        found = rows(opened, MAY_BECOME, (become, owner))
    if not found:
        raise UsageError(
            f'the owner role "{owner}" does not exist on the target',
            hint=f"CREATE ROLE {identifier(owner)}, or change the setting owner",
        )
    if not found[0][0]:
        grant = f"GRANT {identifier(owner)} TO {identifier(me)}"
        raise TargetUnfit(
            f'"{me}" may not SET ROLE to the owner "{owner}"', hint=f"{grant}, or change the setting owner"
        )
    return f"{owner}, as whom {me} may act", owner


def may_change(reached: Reached, owner: str) -> Finding[bool]:
    """Whether the owner role may create in every schema, and is a member of every owner, as ALTER and DROP ask."""
    with session(reached.info, read_only=True) as opened:
        closed = [name for (name,) in rows(opened, CLOSED, (owner,))]
        others = rows(opened, OF_OTHERS, (owner,))
        all_schemas = rows(opened, MAY_CREATE_SCHEMAS, (owner,))[0][0]
    found = [f"may not create in schema {words.some(closed)}"] if closed else []
    if others:
        found.append(f"does not own {words.some([_owned(*row) for row in others])}")
    if found:
        raise TargetUnfit(f"{owner} {' and '.join(found)}", hint=f"for apply, {_grants(owner, closed, others)}")
    return f"{owner} owns all there is" + (
        "" if all_schemas else ", but may create neither schemas nor extensions"
    ), True


def _owned(who: str, _: bool, number: int, first: str) -> str:
    """ "table a of bob", "table a and 4 more objects of bob"."""
    rest = f" and {words.many(number - 1, 'more object')}" if number > 1 else ""
    return f"{first}{rest} of {who}"


def _grants(owner: str, closed: Sequence[str], others: Sequence[tuple[Any, ...]]) -> str:
    """What somebody who may has to run for an owner role that lacks these."""
    role, run = identifier(owner), []
    if closed:
        run.append(f"GRANT USAGE, CREATE ON SCHEMA {', '.join(closed)} TO {role}")
    if others:
        members = [who for who, superuser, *_ in others if not superuser]
        run.append(f"ALTER … OWNER TO {role}" + (f" or GRANT {', '.join(members)} TO {role}" if members else ""))
    return "; ".join(run)


def apply_lock(reached: Reached) -> Finding[bool]:
    """Whether the lock that keeps a second apply away can be had; it is let go at once."""
    with session(reached.info, read_only=True) as opened:
        if rows(opened, "SELECT pg_try_advisory_lock(%s)", (ADVISORY,))[0][0]:
            return "free: no other apply is at work", True
        found = rows(opened, HOLDER, (ADVISORY,))
    if not found:
        raise Refused("another apply was at work on this database, and ended just now", hint="try again")
    pid, user, application, *_ = found[0]
    raise Refused(
        f"another apply is at work on this database: pid {pid}, user {user}, {application or 'no application name'}",
        hint=f"wait for it to end; if nobody is at it, SELECT pg_terminate_backend({pid})",
    )
