"""The nouns: a cluster's roles and memberships, and what it keeps of one database; frozen, as a server showed them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace

from difftool.model import Deferred, Ignored, Proof, Statement, Unhandled
from difftool.parse import quoted

Settings = tuple[tuple[str, str], ...]
"""(name, value) as ``pg_db_role_setting`` keeps them, sorted."""
Print = tuple[str, str, str]
"""Kind, name, and the first digits of a SHA-256: what a plan keeps of one thing."""
ROLES, DATABASE = "roles", "database"
"""What ``scope`` may say."""
ROLE, MEMBERSHIP = "role", "membership"
OF_DATABASE = " of database"
ASPECTS = ("owner", "connection_limit", "comment", "settings", "privileges")
"""What a cluster keeps of a database; each is compared where the files speak of it."""


@dataclass(frozen=True, slots=True)
class Role:
    """One role, whole but for its password, which nobody may read."""

    name: str
    superuser: bool = False
    inherit: bool = True
    createrole: bool = False
    createdb: bool = False
    login: bool = False
    replication: bool = False
    bypassrls: bool = False
    connection_limit: int = -1
    valid_until: str = "infinity"
    comment: str = ""
    settings: Settings = ()
    """In every database."""
    here: Settings = ()
    """In the target's database only."""


@dataclass(frozen=True, slots=True)
class Membership:
    """One grant of a role to another; without a grantor where that is the bootstrap superuser, or says nothing."""

    role: str
    member: str
    grantor: str = ""
    admin: bool = False
    inherit: bool = True
    set: bool = True

    @property
    def options(self) -> tuple[bool, bool, bool]:
        """What the grant allows."""
        return self.admin, self.inherit, self.set

    @property
    def comes_with_creation(self) -> bool:
        """Whether PostgreSQL 16 and later give this by themselves, to whoever creates a role."""
        return not self.grantor and self.options == (True, False, False)

    def label(self, *, by: bool = False) -> str:
        """The two roles as SQL writes them, with the grantor where that is to be told."""
        given = f" granted by {quoted(self.grantor)}" if by else ""
        return f"{quoted(self.role)} to {quoted(self.member)}{given}"


@dataclass(frozen=True, slots=True)
class Privilege:
    """One privilege on the database; the grantee is empty for PUBLIC, the grantor where that is the owner."""

    grantee: str
    privilege: str
    grantable: bool = False
    grantor: str = ""


@dataclass(frozen=True, slots=True)
class Database:
    """What a cluster keeps of a database."""

    name: str
    owner: str
    connection_limit: int = -1
    comment: str = ""
    settings: Settings = ()
    privileges: tuple[Privilege, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Some of a cluster's roles, what they are members of, and one database."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    memberships: tuple[Membership, ...] = ()
    database: Database | None = None

    def named(self) -> set[str]:
        """Every role that any of it names."""
        found = {*self.roles, *(n for m in self.memberships for n in (m.role, m.member, m.grantor))}
        if self.database:
            found |= {self.database.owner}
            found |= {name for p in self.database.privileges for name in (p.grantee, p.grantor)}
        return found - {""}


@dataclass(frozen=True, slots=True)
class Compared:
    """What of a cluster is compared: these roles, these aspects of the database, these grants by their grantor."""

    roles: frozenset[str] = frozenset()
    aspects: frozenset[str] = frozenset()
    by_grantor: frozenset[str] = frozenset()
    """The memberships, by label, of which the files say who grants them."""
    made: frozenset[str] = frozenset()
    """Memberships that would come with a role's creation, and are wanted."""

    def label(self, grant: Membership) -> str:
        """What tells a membership from others: its roles, and the grantor where the files say one."""
        told = grant.label(by=True)
        return told if told in self.by_grantor else grant.label()

    def of(self, grants: Iterable[Membership]) -> dict[str, tuple[Membership, ...]]:
        """The grants under their labels, less those that come with a role's creation and are not asked for."""
        found: dict[str, tuple[Membership, ...]] = {}
        for grant in grants:
            label = self.label(grant)
            if not grant.comes_with_creation or label in self.made:
                found[label] = (*found.get(label, ()), grant)
        return found


def compared_by(prints: Iterable[Print], wanted: Iterable[Print]) -> Compared:
    """What a plan compared, from what it keeps of both sides."""
    wanted = tuple(wanted)
    every = (*prints, *wanted)
    made = _digest(MEMBERSHIP, {Membership("", "", "", True, False, False).options})
    aspects = (kind.removesuffix(OF_DATABASE) for kind, _, _ in every if kind.endswith(OF_DATABASE))
    return Compared(
        frozenset(name for kind, name, _ in every if kind == ROLE),
        frozenset(aspect.replace(" ", "_") for aspect in aspects),
        frozenset(name for kind, name, _ in every if kind == MEMBERSHIP and " granted by " in name),
        frozenset(name for kind, name, digest in wanted if kind == MEMBERSHIP and digest == made),
    )


def prints(cluster: Cluster, compared: Compared) -> tuple[Print, ...]:
    """What a plan keeps of one side, each thing by itself."""
    return tuple(sorted((kind, name, _digest(kind, value)) for (kind, name), value in things(cluster, compared)))


def things(cluster: Cluster, compared: Compared) -> Iterator[tuple[tuple[str, str], object]]:
    """(kind, name) and the value of everything that is compared."""
    for role in cluster.roles.values():
        yield (ROLE, role.name), tuple(getattr(role, f.name) for f in fields(role))
    for label, grants in compared.of(cluster.memberships).items():
        yield (MEMBERSHIP, label), {g.options for g in grants}
    if cluster.database:
        for aspect in ASPECTS:
            if aspect in compared.aspects:
                kind = aspect.replace("_", " ") + OF_DATABASE
                yield (kind, cluster.database.name), getattr(cluster.database, aspect)


def without(cluster: Cluster, roles: Collection[str]) -> Cluster:
    """The cluster less some roles and whatever names them."""
    database = cluster.database
    if database:
        kept = tuple(p for p in database.privileges if p.grantee not in roles)
        database = replace(database, privileges=kept)
    return Cluster(
        {name: role for name, role in cluster.roles.items() if name not in roles},
        tuple(m for m in cluster.memberships if not {m.role, m.member, m.grantor} & set(roles)),
        database,
    )


def _digest(kind: str, value: object) -> str:
    shown = sorted(map(repr, value)) if isinstance(value, set) else repr(value)
    return hashlib.sha256(f"{kind}\0{shown}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Around:
    """Statements before and after the schema's, what they leave, and what a plan keeps of both sides."""

    first: tuple[Statement, ...] = ()
    last: tuple[Statement, ...] = ()
    unhandled: tuple[Unhandled, ...] = ()
    notes: tuple[str, ...] = ()
    taken: frozenset[Ignored] = frozenset()
    """What would be named as ignored otherwise."""
    created: frozenset[str] = frozenset()
    """The roles that there will be."""
    now: tuple[Print, ...] = ()
    want: tuple[Print, ...] = ()
    deferred: tuple[Deferred, ...] = ()
    result: tuple[Print, ...] = ()
    """What the statements lead to, where something is put off."""
    proof: Proof | None = None


NOTHING = Around()
