"""The frozen values that settings become. Secrets are left out of their ``repr``, so that no traceback shows one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from difftool.errors import UsageError
from difftool.ignore import NO_RULES, Rules
from difftool.pg.conninfo import Conninfo
from difftool.window import Window


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """One target, complete: what it does not say itself is filled in from the common settings.

    ``address`` is how to reach it, None for the embedded default target kept in ``.difftool/``. ``missing`` says why
    there is no address although there should be one; read ``conninfo``, which cannot be mistaken for the embedded one.
    """

    name: str
    address: Conninfo | None = field(repr=False)
    owner: str = ""
    protect: bool = False
    allow: tuple[str, ...] = ()
    """Hazards allowed on this target: its own and the common ones; also "unproven" and "all"."""
    window: tuple[Window, ...] = ()
    """When apply may run; always when empty."""
    schema: str = ""
    """Absolute path of its desired schema."""
    missing: str = ""
    origin: str = ""

    @property
    def conninfo(self) -> Conninfo | None:
        """How to reach it, None for the embedded target; raises UsageError when the variable for it is not set."""
        if self.missing:
            raise UsageError(
                f'target "{self.name}" cannot be reached: {self.missing}',
                hint="set the variable, or choose another target with --target",
            )
        return self.address

    @property
    def embedded(self) -> bool:
        """True for difftool's own default target, which it starts by itself."""
        return self.address is None and not self.missing


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """SQLAlchemy's QueuePool, where many connections are held; the times are seconds."""

    size: int = 20
    max_overflow: int = 10
    timeout: int = 30
    recycle: int = 3600


@dataclass(frozen=True, slots=True)
class SnapshotSettings:
    """Where snapshots are kept: an absolute folder or ``s3://bucket/prefix``; endpoint and region if not AWS's own."""

    store: str = ".difftool/snapshots"
    endpoint: str = field(default="", repr=False)
    region: str = ""


@dataclass(frozen=True, slots=True)
class ScratchSettings:
    """Where scratch databases come from; a URL and all but ``choice`` came from an option or the environment."""

    choice: str = field(default="auto", repr=False)
    """auto, embedded, local, docker, or a URL."""
    image: str = ""
    """Docker image; "" is ``postgres:<major>``."""
    pg_bin: str = ""
    """Absolute folder of PostgreSQL's programs; "" looks in the usual places."""
    extensions: tuple[str, ...] = ()
    """Extensions that may be created as superuser, beyond the built-in list."""
    cache: str = ""
    """Absolute folder of difftool's own clusters; "" is the user's cache folder."""


@dataclass(frozen=True, slots=True)
class Hook:
    """What is run around an apply: a file of SQL, which is one word that ends in ``.sql``, or a command."""

    words: tuple[str, ...]

    @property
    def is_sql(self) -> bool:
        """True for a file of SQL."""
        return len(self.words) == 1 and self.words[0].endswith(".sql")

    @property
    def program(self) -> str:
        """The file, or the command without its arguments: a password may be among them."""
        return self.words[0]


@dataclass(frozen=True, slots=True)
class Explained:
    """One line of ``difftool config``: a setting's value with its secrets masked, and where it came from."""

    name: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was configured. Paths in it are absolute."""

    root: Path
    """Folder of the settings file, else the folder where the search started; ``.env`` and ``.difftool/`` are here."""
    targets: tuple[TargetSettings, ...]
    """Every target there is, for ``check --all`` too; never empty."""
    default_target: str = ""
    """Name of the chosen one; "" when there are several and none was chosen: read ``target``, which says so."""
    schema: str = "schema"
    engine: str = "native"
    column_order: str = "any"
    """any, or strict: columns that stand in another order are a difference."""
    rules: Rules = NO_RULES
    """What is ignored: the rules of ``ignore``, and ``schemas``."""
    lock_timeout: str = "3s"
    statement_timeout: str = "0"
    patience: str = "0"
    max_lag: str = ""
    """A time or a size; "" waits for nobody."""
    retries: int = 10
    data: tuple[str, ...] = ()
    """Patterns of the files of reference data, absolute."""
    before_apply: tuple[Hook, ...] = ()
    after_apply: tuple[Hook, ...] = ()
    hook_timeout: str = "10min"
    rename: tuple[str, ...] = ()
    online: bool = True
    atomic: bool = False
    """All or nothing: plain statements in one transaction, whatever that blocks."""
    small_table: str = "10MB"
    busy_table: int = 100
    """Rows written a second; 0 for no limit."""
    online_type_change: bool = False
    batch_rows: int = 2000
    batch_pause: int = 10
    """Milliseconds."""
    scope: tuple[str, ...] = ()
    """What is compared beyond the schema: roles, database."""
    pool: PoolSettings = PoolSettings()
    snapshot: SnapshotSettings = SnapshotSettings()
    scratch: ScratchSettings = ScratchSettings()
    trust_schema: bool = False
    aws: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """AWS_* of ``.env``, to be handed to boto3, which reads the process environment's by itself."""
    notes: tuple[str, ...] = ()
    """What was found and is not used, a sentence each, for the user to see."""
    file: Path | None = None
    """The settings file, if there is one."""
    explained: tuple[Explained, ...] = field(default=(), repr=False)

    @property
    def target(self) -> TargetSettings:
        """The chosen target; raises UsageError when there are several and none was chosen."""
        for target in self.targets:
            if target.name == self.default_target:
                return target
        names = [t.name for t in self.targets]
        raise UsageError(
            f"several targets are configured and none is chosen: {', '.join(names)}",
            hint=f'say --target {names[0]}, or write target = "{names[0]}" in the settings file',
        )

    @property
    def origins(self) -> Mapping[str, str]:
        """Each setting's place: "flag --target", "environment DATABASE_URL", ".env", "difftool.toml" or "default"."""
        return {e.name: e.origin for e in self.explained}
