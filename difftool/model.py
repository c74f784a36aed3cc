"""The nouns. Frozen, standard library only, no I/O: a stage returns new values, it never edits old ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

HazardKind = Literal[
    "data-loss", "fails-on-rows", "maybe-rename", "rewrites-table", "blocks-reads", "blocks-writes", "breaks-clients"
]
HAZARDS: tuple[HazardKind, ...] = get_args(HazardKind)
"""Every hazard, the worst first."""

LATER = {"later": True}
"""Of a field that not every difftool of the same format wrote: where it is missing, its default counts."""

Action = Literal["create", "alter", "drop", "set"]
"""What a statement does to its object; ``set`` is for a session setting, which has no object."""


LockMode = Literal[
    "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"
]
"""The table-level locks that a change of the schema takes, by PostgreSQL's names; weaker ones stop nobody's queries.

ROW EXCLUSIVE, which any UPDATE takes, is told of a batch alone."""
LOCK_MODES: tuple[LockMode, ...] = get_args(LockMode)
"""The weakest first."""

Work = Literal["", "read", "filled", "rewritten"]
"""What is done with every row of a table: nothing, or it is looked at, filled in batches, or written anew."""

LATER = {"later": True}
"""Of a field that not every difftool of the same format wrote: where it is missing, its default counts."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A danger that a statement carries: one kind, and a sentence for the person on call.

    ``objects`` are those that it speaks of, as SQL writes them: the column that is lost, the tables that are locked;
    none where that is not known. ``bytes`` is how large their tables are, None where nobody knows. ``renamed``, of
    maybe-rename, is what ``--rename`` takes if it is one.
    """

    kind: HazardKind
    detail: str
    objects: tuple[str, ...] = field(default=(), metadata=LATER)
    bytes: int | None = field(default=None, metadata=LATER)
    renamed: str = field(default="", metadata=LATER)


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that a statement takes on a relation in use, and keeps until its transaction ends.

    ``measured``: it was seen in pg_locks when the statement ran on a clone; else it is known for statements of this
    form. ``relation`` is the name before the plan, as SQL writes it; ``below`` counts the partitions or children that
    are locked as it is, and ``rows`` and ``bytes`` are of all of them, None where nobody knows. ``seconds`` is how long
    ``work`` takes, estimated from the size; ``writes`` is how many rows a second others wrote while the plan was made.
    """

    mode: LockMode
    relation: str
    measured: bool
    work: Work = ""
    below: int = 0
    rows: int | None = None
    bytes: int | None = None
    seconds: float | None = None
    writes: float | None = None

    @property
    def blocks(self) -> str:
        """What waits for it: "reads and writes", "writes" or "", for what at most other changes wait for."""
        return {"ACCESS EXCLUSIVE": "reads and writes", "SHARE UPDATE EXCLUSIVE": "", "ROW EXCLUSIVE": ""}.get(
            self.mode, "writes"
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement of a plan, without its semicolon.

    ``kind`` is PostgreSQL's own noun in lower case ("table", "materialized view", "constraint"), ``name`` the object's
    identity as SQL writes it ("public.users", "public.users.email" for a column, "idx on public.users" never: just the
    qualified name). ``transaction`` is False for what cannot run inside a transaction block; ``commit`` asks for a
    commit right after it (a new enum label that a later statement uses).
    """

    sql: str
    kind: str
    name: str
    action: Action
    transaction: bool = True
    commit: bool = False
    hazards: tuple[Hazard, ...] = ()
    locks: tuple[Lock, ...] = field(default=(), metadata=LATER)
    """The strongest first; only on relations that were there before the plan."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """A statement that is put off on purpose: the hazard that was to be, "" where it only goes along, and why."""

    statement: Statement
    hazard: str
    why: str


@dataclass(frozen=True, slots=True)
class DataStep:
    """A file of reference data, which is run after the plan in one transaction: its name and its statements."""

    file: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Unhandled:
    """A difference that the plan does not settle: named, never silent."""

    kind: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something that difftool leaves alone on purpose, and why: a statement of the files, or what a rule names."""

    kind: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class TargetIdentity:
    """Which database a plan was made for, without secrets.

    ``system_identifier`` is the cluster's own number (``pg_control_system()``): with the database's name it says
    whether two connections reach the same database, whatever host name or tunnel they went through.
    """

    name: str
    url: str
    host: str
    port: str
    database: str
    user: str
    owner: str
    server_version: int
    system_identifier: str


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """SHA-256 of the two normalised schemas, hexadecimal, and how they were taken (method and pg_dump's major).

    The object lists hold ``("table", "public.users", first 16 digits of the object's own SHA-256)`` for each side:
    with them a stale plan can say what changed, and a verification what is left.
    """

    target: str
    desired: str
    method: str
    target_objects: tuple[tuple[str, str, str], ...] = ()
    desired_objects: tuple[tuple[str, str, str], ...] = ()
    wanted: tuple[str, ...] = field(default=(), metadata=LATER)
    """What else the rules of ``ignore`` know of the desired schema: "role app", "column public.users.email"."""
    target_cluster: tuple[tuple[str, str, str], ...] = field(default=(), metadata=LATER)
    """As ``target_objects``, of the roles, memberships and aspects of the database that ``scope`` took in."""
    desired_cluster: tuple[tuple[str, str, str], ...] = field(default=(), metadata=LATER)
    result: str = field(default="", metadata=LATER)
    result_objects: tuple[tuple[str, str, str], ...] = field(default=(), metadata=LATER)
    """Of a plan that puts something off: what it leads to; "" where that is the desired schema."""
    result_cluster: tuple[tuple[str, str, str], ...] = field(default=(), metadata=LATER)
    """The same of roles and the database; empty where nothing of these is put off."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How the plan was proven: on which scratch server, by which PostgreSQL, in how many seconds."""

    scratch: str
    server_version: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything between a target and its desired schema: what to run, in order, and what will not be settled.

    ``proven`` is True when the statements were run on a clone and its dump equals the desired one, False when it does
    not, None when nobody asked.
    """

    target: TargetIdentity
    desired: str
    engine: str
    fingerprints: Fingerprints
    statements: tuple[Statement, ...] = ()
    unhandled: tuple[Unhandled, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    notes: tuple[str, ...] = ()
    proven: bool | None = None
    proof: Proof | None = None
    created: str = ""
    tool_version: str = ""
    deferred: tuple[Deferred, ...] = field(default=(), metadata=LATER)
    """What is put off; of a check, what an apply before has put off."""

    data: tuple[DataStep, ...] = field(default=(), metadata=LATER)
    """What is run after the statements; it makes no difference."""

    @property
    def differs(self) -> bool:
        """True when anything is left to do or to say: a statement now or later, or a difference that none settles."""
        return bool(self.statements or self.unhandled or self.deferred)

    @property
    def only_deferred(self) -> bool:
        """True when all that is left was put off on purpose."""
        return bool(self.deferred) and not self.statements and not self.unhandled

    def hazards(self) -> tuple[tuple[int, Statement, Hazard], ...]:
        """Each hazard with its statement and that statement's number (from 1), in the plan's order, data last."""
        every = (*self.statements, *(s for step in self.data for s in step.statements))
        return tuple((n, s, h) for n, s in enumerate(every, 1) for h in s.hazards)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one statement of an apply, in the plan's order; ``seconds`` is its own running time.

    "running" is only reported, while it lasts, again and again and from another thread, with how far it is in
    ``progress`` as far as that is known: what an apply returns is done, failed, not-run or in-doubt.
    """

    number: int
    statement: Statement
    state: Literal["running", "done", "failed", "not-run", "in-doubt"]
    seconds: float = 0.0
    error: str = ""
    progress: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did: its outcomes, the snapshot it took, and what verification still found."""

    plan: Plan
    outcomes: tuple[Outcome, ...] = ()
    snapshot: str = ""
    left: tuple[Unhandled, ...] = field(default=())
    data: tuple[str, ...] = ()
    """What was done after it, a sentence a file of data."""
