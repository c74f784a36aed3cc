"""The one table of settings: it drives reading, ``difftool config``, and the tests of .env.example and the docs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from difftool.settings import readers
from difftool.settings.readers import ALLOW, BOOLEAN, NAMES, PATH, PORT, SECRET, TEXT, Reader, choice, integer

PREFIX = "DIFFTOOL_"
OPTIONS = frozenset(
    "target schema engine column_order scope allow lock_timeout online atomic online_type_change rename scratch "
    "trust_schema".split()
)
"""Settings that the commands have an option for."""
TEST_PREFIX = "DIFFTOOL_TEST_"
"""Variables of the test suite: difftool itself lets them pass."""
HOOK_PREFIX = "DIFFTOOL_HOOK_"
"""Variables that tell a hook what it is run for: a difftool that the hook calls lets them pass."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its places, what it may be, its default, and a sentence for whoever sets it."""

    name: str
    variable: str
    key: str
    """Dotted place in the settings file; "" when it has none there."""
    reader: Reader
    default: Any
    sentence: str
    secret: bool = False
    option: str = ""
    """The command-line option for it, if there is one."""
    widens: str = ""
    """Why only an option or the process environment may set it: a file arrives with the pull request that it judges."""


def _own(name: str, key: str, reader: Reader, default: Any, sentence: str, *, widens: str = "") -> Setting:
    option = "--" + name.replace("_", "-") if name in OPTIONS else ""
    return Setting(name, PREFIX + name.upper(), key, reader, default, sentence, option=option, widens=widens)


def _theirs(
    variable: str, reader: Reader, default: Any, sentence: str, *, key: str = "", secret: bool = False
) -> Setting:
    return Setting(variable.lower(), variable, key, reader, default, sentence, secret=secret)


def _pool(field: str, variable: str, reader: Reader, default: int, sentence: str) -> Setting:
    return Setting(f"pool_{field}", variable, f"pool.{field}", reader, default, sentence)


SECONDS = integer(1, 86400)

SETTINGS: tuple[Setting, ...] = (
    _theirs("DATABASE_URL", SECRET, "", "The database as one URL; it wins over the five parts below.", secret=True),
    _theirs("DATABASE_HOST", TEXT, "", "Host of the database, or the folder of its socket."),
    _theirs("DATABASE_PORT", PORT, "", "Port of the database; libpq takes 5432."),
    _theirs("DATABASE_NAME", TEXT, "", "Name of the database."),
    _theirs("DATABASE_USER", TEXT, "", "Role that connects."),
    _theirs("DATABASE_PASSWORD", SECRET, "", "Its password; ~/.pgpass works too.", secret=True),
    _pool("size", "DATABASE_POOL_SIZE", integer(1, 1000), 20, "Connections that a pool keeps open."),
    _pool("max_overflow", "DATABASE_MAX_OVERFLOW", integer(0, 1000), 10, "Connections beyond those, closed after use."),
    _pool("timeout", "DATABASE_POOL_TIMEOUT", SECONDS, 30, "Seconds to wait for a free connection of a pool."),
    _pool(
        "recycle",
        "DATABASE_POOL_RECYCLE",
        integer(1, 2**31 - 1, also=-1, meaning="for never"),
        3600,
        "Seconds after which a pool replaces a connection.",
    ),
    _own("target", "target", TEXT, "", "The target when --target is not given: a configured name, or a URL."),
    _own("schema", "schema", PATH, "schema", "Folder or file of the desired schema."),
    _own(
        "engine", "engine", choice("native", "migra"), "native", "The engine that turns two databases into statements."
    ),
    _own(
        "schemas",
        "schemas",
        NAMES,
        (),
        "The only schemas that are managed; what lies in others is ignored, and all are managed when empty.",
    ),
    _own(
        "column_order",
        "column_order",
        choice("any", "strict"),
        "any",
        "Whether columns in another order are a difference: any order is well, or strict.",
    ),
    _own(
        "scope",
        "scope",
        readers.SCOPE,
        (),
        "What is compared beyond the schema: roles, database (its settings, comment and grants).",
    ),
    _own("owner", "owner", TEXT, "", "Role that owns the schema's objects; the role that connects when empty."),
    _own("allow", "", ALLOW, (), "Hazards that apply may run, besides those that the target itself allows."),
    _own("lock_timeout", "lock_timeout", readers.LOCK_TIMEOUT, "3s", "How long a statement may wait for a lock."),
    _own(
        "statement_timeout",
        "statement_timeout",
        readers.STATEMENT_TIMEOUT,
        "0",
        "How long a statement that blocks others may run; 0 is without limit.",
    ),
    _own("rename", "", NAMES, (), "What has another name than on the target: SCHEMA.TABLE.OLD=NEW."),
    _own("online", "online", BOOLEAN, True, "Write plans so that no statement blocks others for long."),
    _own("atomic", "atomic", BOOLEAN, False, "Plan one transaction, or refuse; its locks are held to its end."),
    _own(
        "small_table",
        "small_table",
        readers.SIZE,
        "10MB",
        "Size below which a table may be locked as it is read.",
    ),
    _own(
        "busy_table",
        "busy_table",
        integer(0, 1_000_000_000),
        100,
        "Rows written a second from which a small table counts as a large one; 0 for never.",
    ),
    _own(
        "online_type_change",
        "online_type_change",
        BOOLEAN,
        False,
        "Give columns of big tables another type by way of a second one.",
    ),
    _own("batch_rows", "batch_rows", integer(1, 1_000_000), 2000, "How many rows are filled between two commits."),
    _own("batch_pause", "batch_pause", integer(0, 60_000), 10, "Milliseconds from one batch of rows to the next."),
    _own("retries", "retries", integer(0, 1000), 10, "How often a transaction is run again after a lock timeout."),
    _own(
        "patience",
        "patience",
        readers.STATEMENT_TIMEOUT,
        "0",
        "How long what is built CONCURRENTLY may wait for older transactions; 0 is without limit.",
    ),
    _own(
        "max_lag",
        "max_lag",
        readers.MAX_LAG,
        "",
        "How far behind a standby or a slot may be before apply waits for it, as time or size; any when empty.",
    ),
    _own("window", "window", readers.WINDOWS, (), "Hours of the day in which an apply may run; always when empty."),
    _own("data", "data", NAMES, (), "Files of reference data that an apply brings in after the schema: patterns."),
    _own("before_apply", "before_apply", readers.HOOKS, (), "SQL files and commands to run before an apply."),
    _own("after_apply", "after_apply", readers.HOOKS, (), "SQL files and commands to run after an apply."),
    _own(
        "hook_timeout",
        "hook_timeout",
        readers.STATEMENT_TIMEOUT,
        "10min",
        "How long one hook may run before it is ended; 0 is without limit.",
    ),
    _own(
        "snapshot_store",
        "snapshots.store",
        readers.STORE,
        ".difftool/snapshots",
        "Where snapshots are kept: a folder or s3://BUCKET/PREFIX.",
    ),
    _own("s3_endpoint", "snapshots.endpoint", readers.ENDPOINT, "", "URL of an S3 that is not Amazon's."),
    _own("s3_region", "snapshots.region", TEXT, "", "Region of the bucket; AWS_REGION when empty."),
    _own(
        "scratch",
        "scratch",
        choice(*readers.SCRATCH, url=True),
        "auto",
        "Where scratch databases come from: auto, embedded, local, docker, or a server's URL.",
    ),
    _own(
        "scratch_image",
        "",
        TEXT,
        "",
        "Docker image of scratch servers; postgres:MAJOR when empty.",
        # a container reaches the network, the cloud's metadata service too, and its pg_dump would be the judge
        widens="it names a program to run",
    ),
    _own(
        "pg_bin",
        "",
        PATH,
        "",
        "Folder of PostgreSQL's programs, before the usual places.",
        widens="it names programs to run",
    ),
    _own(
        "cache_dir",
        "",
        PATH,
        "",
        "Folder of difftool's own clusters; the user's cache folder when empty.",
        # a prepared cluster there would bring its own postgresql.conf, which can name programs (archive_command)
        widens="a cluster found there is started as it is",
    ),
    _own(
        "extensions",
        "",
        NAMES,
        (),
        "Extensions that a schema may create in scratch databases, beyond the built-in list.",
        widens="it widens the sandbox in which schema files run",
    ),
    _own(
        "trust_schema",
        "",
        BOOLEAN,
        False,
        "Run the schema files and the plan as the scratch server's superuser.",
        widens="it opens the sandbox in which schema files run",
    ),
    _theirs("AWS_ACCESS_KEY_ID", TEXT, "", "Access key for snapshots in S3."),
    _theirs("AWS_SECRET_ACCESS_KEY", SECRET, "", "Its secret.", secret=True),
    _theirs("AWS_SESSION_TOKEN", SECRET, "", "Its session token, for temporary keys.", secret=True),
    _theirs("AWS_PROFILE", TEXT, "", "Profile of ~/.aws/config to use instead of a key."),
    _theirs("AWS_REGION", TEXT, "", "Region, when DIFFTOOL_S3_REGION is empty."),
    _theirs("AWS_DEFAULT_REGION", TEXT, "", "Region, when AWS_REGION is empty too."),
)

COMMAND = "it names a program to run"
"""Why a command among the hooks is refused where a file of SQL is not."""
SCRATCH_URL = "it names the server that schema files run on"
"""Why a URL for scratch is refused where one of the words is not."""


@dataclass(frozen=True, slots=True)
class TargetKey:
    """One key of ``[targets.NAME]``."""

    name: str
    reader: Reader
    sentence: str
    secret: bool = False


TARGET_KEYS: tuple[TargetKey, ...] = (
    TargetKey("url", SECRET, 'The database as one URL, or "env:NAME": the variable that holds the URL.', secret=True),
    TargetKey("host", TEXT, "Host, or the folder of its socket. What is left out, libpq decides."),
    TargetKey("port", PORT, "Port."),
    TargetKey("database", TEXT, "Name of the database."),
    TargetKey("user", TEXT, "Role that connects."),
    TargetKey("password", SECRET, "Its password; better in ~/.pgpass, or in a variable named by url.", secret=True),
    TargetKey("owner", TEXT, "Role that owns the schema's objects."),
    TargetKey("protect", BOOLEAN, "Apply asks for the database's name to be typed."),
    TargetKey("allow", ALLOW, "Hazards that apply may run on this target."),
    TargetKey("window", readers.WINDOWS, "Hours of the day in which an apply to it may run."),
    TargetKey("schema", PATH, "Its own folder or file of the desired schema."),
)


@dataclass(frozen=True, slots=True)
class IgnoreKey:
    """One key of ``[[ignore]]``."""

    name: str
    sentence: str


IGNORE_KEYS: tuple[IgnoreKey, ...] = (
    IgnoreKey("kind", 'A kind, a list of kinds, or "*" for all but column.'),
    IgnoreKey("name", 'A pattern for the dotted name ("audit.*", "public.events_*"); any name when left out.'),
    IgnoreKey("when", "A circumstance: partition, extra or absent-role."),
)

BY_NAME = {s.name: s for s in SETTINGS}
BY_VARIABLE = {s.variable: s for s in SETTINGS}
BY_KEY = {s.key: s for s in SETTINGS if s.key}
BY_TARGET_KEY = {k.name: k for k in TARGET_KEYS}
