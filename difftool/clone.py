"""A database rebuilt on a scratch server from a dump that difftool itself made, by the scratch superuser.

The target's owner role stands there under another name, the ordinary role's: ``Names`` knows the way in and out.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from difftool import syntax
from difftool.catalog import Catalog, Entry, Key, compare, parse
from difftool.deparsed import faithful
from difftool.errors import ScratchError
from difftool.model import Unhandled
from difftool.pg.connection import rows, run, session
from difftool.pg.dump import Dumping, Table, begin_dump

if TYPE_CHECKING:
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.programs import Program
    from difftool.pg.types import Connection
    from difftool.scratch.workspace import Database, Workspace

OWNER = re.compile(r'(ALTER .+ OWNER TO )("(?:[^"]|"")+"|[^\s";]+)', re.DOTALL)
NAMES_ROLES = frozenset({"ACL", "DEFAULT ACL", "POLICY", "USER MAPPING"})
SESSION = (
    "SET search_path = ''",
    "SET check_function_bodies = off",
    "SET row_security = off",
    "SET xmloption = content",
    "SET client_min_messages = warning",
    "SET statement_timeout = 0",
)
CHUNK = 100
UNKNOWN = {
    "SUBSCRIPTION": (16, " WITH (", ", run_as_owner = true"),
    "SEQUENCE": (15, " AS IDENTITY (\n", "    LOGGED\n"),
}
"""By an entry's type, what pg_dump writes for every server: the first version that knows it, and what is before it."""

CREATE_TABLE = re.compile(r"CREATE (?:UNLOGGED )?TABLE (.+) \(\n")
INHERITED_NOT_NULL = re.compile(r'(?<=\n)    NOT NULL ("(?:[^"]|"")+"|[^\s",]+),?\n')

PUBLIC_ACL = """
SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
       string_agg(a.privilege_type, ',' ORDER BY a.privilege_type DESC), a.is_grantable,
       pg_get_userbyid(n.nspowner), n.nspowner = 10
FROM pg_namespace n LEFT JOIN aclexplode(n.nspacl) a ON a.grantee <> n.nspowner
WHERE n.nspname = 'public' GROUP BY 1, 3, 4, 5 ORDER BY 1, 3
"""


@dataclass(frozen=True, slots=True)
class Names:
    """The target's owner role and the scratch role that stands for it; nothing where they are one."""

    owner: str
    """The owner's name as it is."""
    quoted: str
    """The same as SQL writes it, quoted where need be."""
    role: str
    """The scratch role; it never needs quotes."""

    def to_scratch(self, sql: str) -> str:
        """One statement as it runs on the scratch server."""
        return sql if self.role == self.owner else syntax.rename_roles(sql, {self.owner: self.role})

    def from_scratch(self, text: str) -> str:
        """Text that came from the scratch server as the target would have written it."""
        return text if self.role == self.owner else text.replace(self.role, self.quoted)

    def entry_to_scratch(self, entry: Entry) -> tuple[str, ...]:
        """A dumped object's statements as they run on the scratch server, so that they dump as the same again."""
        statements = (self._dumped(entry.key, s) for s in entry.statements)
        return (*entry.settings, *map(faithful, statements), *(_undo(entry)))

    def _dumped(self, key: Key, sql: str) -> str:
        if self.quoted not in sql or self.role == self.owner:
            return sql
        if key.type in NAMES_ROLES:
            return self.to_scratch(sql)
        found = OWNER.fullmatch(sql)
        return found[1] + self.role if found and found[2] == self.quoted else sql


def _undo(entry: Entry) -> tuple[str, ...]:
    return tuple(f"RESET {s.split()[1]}" for s in entry.settings)


def read_catalog(
    info: Conninfo,
    major: int,
    program: Program,
    names: Names | None = None,
    dumping: Dumping | None = None,
    without: Iterable[Table] = (),
) -> Catalog:
    """A database's catalog by pg_dump, in the target's role names; 14's public schema is read from the catalog itself.

    pg_dump 18 does not write that 14's public schema is closed to PUBLIC, and takes its superuser owner for news.
    """
    dump = (dumping or begin_dump(info, program, without)).finish()
    catalog = parse(dump, names.from_scratch if names else str)
    return catalog if major > 14 else _with_public(catalog, info, names)


def _with_public(catalog: Catalog, info: Conninfo, names: Names | None) -> Catalog:
    with session(info, read_only=True) as connection:
        found = rows(connection, PUBLIC_ACL)
    if not found:
        return catalog
    own, acl = Key("SCHEMA", "", "public"), Key("ACL", "", "SCHEMA public")
    usual = found[0][4] or found[0][3] == "pg_database_owner"
    entries = [e for e in catalog.entries if e.key != acl and not (e.key == own and usual)]
    grants = tuple(
        f"GRANT {privileges} ON SCHEMA public TO {names.from_scratch(grantee) if names else grantee}"
        + (" WITH GRANT OPTION" if grantable else "")
        for grantee, privileges, grantable, *_ in found
        if privileges
    )
    granted = (Entry(acl, grants),) if grants else ()
    return Catalog((*entries, *granted), catalog.dump_major, catalog.text, catalog.warnings)


def restore(
    workspace: Workspace, catalog: Catalog, names: Names, dispensable: Container[Key] = ()
) -> tuple[Database, tuple[Entry, ...]]:
    """A scratch database holding what the catalog describes, less what is ``dispensable`` and could not be made.

    Raises ScratchError naming what else could not be made.
    """
    database = workspace.create()
    lost: list[Entry] = []
    with session(database.admin) as connection:
        for sql in SESSION:
            run(connection, sql)
        if workspace.server.major == 14:
            _revoke_public(connection)
        spaces = {r[0] for r in rows(connection, "SELECT spcname FROM pg_tablespace")}
        known = (known_to(workspace.server.major, e) for e in catalog.entries)
        entries = [_without_missing_tablespace(e, spaces) for e in known]
        for start in range(0, len(entries), CHUNK):
            lost += _restore_chunk(connection, entries[start : start + CHUNK], names, dispensable)
    return database, tuple(lost)


def _revoke_public(connection: Connection) -> None:
    """Start from nothing: on 14 the grants on public are in the catalog as a whole."""
    run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")


def known_to(major: int, entry: Entry) -> Entry:
    """The entry without what a server of that version has no word for, and pg_dump writes all the same."""
    if entry.key.type == "TABLE" and major < 18:
        return Entry(entry.key, tuple(s for sql in entry.statements for s in _not_null_apart(sql)), entry.settings)
    since, start, words = UNKNOWN.get(entry.key.type, (0, "", ""))
    if major >= since:
        return entry
    parts = (s.rpartition(start) for s in entry.statements)
    return Entry(entry.key, tuple(f"{a}{b}{c.replace(words, '')}" for a, b, c in parts), entry.settings)


def _not_null_apart(sql: str) -> Iterator[str]:
    """CREATE TABLE, and then the NOT NULL of columns that it merely inherits: what 18 has as constraints inside."""
    head = CREATE_TABLE.match(sql)
    columns = [c for c in INHERITED_NOT_NULL.findall(sql) if head]
    whole = INHERITED_NOT_NULL.sub("", sql) if columns else sql
    yield whole.replace(",\n)", "\n)", 1) if columns else whole
    yield from (f"ALTER TABLE ONLY {head[1]} ALTER COLUMN {c} SET NOT NULL" for c in columns if head)


def _without_missing_tablespace(entry: Entry, spaces: set[str]) -> Entry:
    """The entry in the default tablespace where the scratch server lacks its own: the clone differs, and says so."""
    kept = tuple(
        s for s in entry.settings if "default_tablespace" not in s or s.rsplit(" = ", 1)[-1].strip('"') in spaces
    )
    return entry if kept == entry.settings else Entry(entry.key, entry.statements, kept)


def _restore_chunk(
    connection: Connection, entries: list[Entry], names: Names, dispensable: Container[Key]
) -> Iterator[Entry]:
    """Many objects in one round trip; when that fails, one by one, to know the one at fault."""
    from difftool.pg.types import Error

    def text(some: list[Entry]) -> str:
        return ";\n".join(s for e in some for s in names.entry_to_scratch(e))

    try:
        run(connection, text(entries))
    except Error:
        for entry in entries:
            try:
                run(connection, text([entry]))
            except Error as error:
                if entry.key in dispensable:
                    yield entry
                    continue
                raise ScratchError(
                    f"the target cannot be cloned: {entry.key.kind} {entry.key.full_name}: {str(error).strip()}",
                    hint="use a scratch server that has what the target has: its extensions, languages and libraries",
                ) from None


def clone(
    workspace: Workspace, catalog: Catalog, names: Names, program: Program, dispensable: Container[Key] = ()
) -> tuple[Database, Catalog, tuple[str, ...]]:
    """The target's schema on the scratch server, what the dump of that says, and what ``dispensable`` it lacks."""
    for role in sorted(named_roles(catalog)):
        if role != names.owner:
            workspace.ensure_role(role)
    database, lost = restore(workspace, catalog, names, dispensable)
    copy = read_catalog(database.admin, workspace.server.major, program, names)
    return database, copy, tuple(f"{e.key.kind} {e.key.full_name}" for e in lost)


def extensions_of(catalog: Catalog) -> tuple[str, ...]:
    """The extensions that a dump creates."""
    return tuple(k.name for k in catalog.by_key if k.type == "EXTENSION")


def flaws(copy: Catalog, catalog: Catalog) -> tuple[Unhandled, ...]:
    """Where a clone did not come out equal (kind ``clone``)."""
    wrong = compare(copy, catalog)
    return tuple(Unhandled("clone", f"{u.kind} {u.name}", f"the clone differs: {u.detail}") for u in wrong)


def named_roles(catalog: Catalog) -> set[str]:
    """Every role that a dump names."""
    return {role for sql in _role_statements(catalog) for role in syntax.roles(syntax.parse_one(sql))}


def _role_statements(catalog: Catalog) -> Iterator[str]:
    """The statements of a dump that name roles, one for each distinct owner."""
    owners: set[str] = set()
    for entry in catalog.entries:
        for sql in entry.statements:
            if entry.key.type in NAMES_ROLES:
                yield sql
            elif (found := OWNER.fullmatch(sql)) and found[2] not in owners:
                owners.add(found[2])
                yield f"ALTER TABLE t OWNER TO {found[2]}"
