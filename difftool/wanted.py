"""The schemas that a plan can lead to: files, or a dump that was taken of a database or kept in a snapshot."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from difftool import __version__
from difftool.catalog import Catalog, Entry, Key
from difftool.clone import Names, clone, extensions_of, read_catalog
from difftool.files import Files
from difftool.ignore import NO_RULES, Rules
from difftool.model import Ignored
from difftool.pg.connection import session
from difftool.seen import see
from difftool.unseen import Unseen, read_unseen

if TYPE_CHECKING:
    from difftool.annotations import Computed, Renamed
    from difftool.now import Now
    from difftool.pipeline import Options
    from difftool.scratch.workspace import Database, Workspace
    from difftool.steps import Step

KEEP = 40


@dataclass(frozen=True, slots=True)
class Built:
    """A wanted schema's catalog in the target's role names, what is left alone, and the roles it would create."""

    catalog: Catalog
    ignored: tuple[Ignored, ...] = ()
    roles: tuple[str, ...] = ()
    unseen: frozenset[Unseen] | None = frozenset()
    """What its dump does not show; None where nobody knows."""
    named: frozenset[str] = frozenset()
    """What the rules of ``ignore`` take for named by it, though it has no such thing."""


class Wanted(Protocol):
    """What a plan leads to."""

    @property
    def label(self) -> str:
        """What it is, for the reader."""

    @property
    def steps(self) -> tuple[Step, ...] | None:
        """The statements of its files; None where it is none of files."""

    def key(self, now: Now, options: Options) -> str:
        """What the loaded result depends on: equal keys load to equal databases."""

    def known(self, now: Now, options: Options) -> Built | None:
        """The catalog, when it is known without a scratch server."""

    def build(self, workspace: Workspace, names: Names, now: Now, options: Options) -> tuple[Database, Built]:
        """A scratch database that holds it, and its catalog."""

    def extensions(self, rules: Rules = NO_RULES) -> tuple[str, ...]:
        """The extensions that a scratch server must have."""

    def known_roles(self) -> frozenset[str]:
        """The roles, beyond the target's, that a scratch server may be given."""

    @property
    def renamed(self) -> tuple[Renamed, ...]:
        """What may be called otherwise on the target."""

    @property
    def computed(self) -> tuple[Computed, ...]:
        """How columns get values that they do not have yet."""


@dataclass(frozen=True)
class WantedFiles:
    """A folder or file of SQL; loaded once for each content, server version and owner, and kept."""

    files: Files
    cache: Path
    trusted: bool = False
    allowed: frozenset[str] = frozenset()

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The files' statements; parsed when first needed, which a check that finds a known catalog never does."""
        from difftool.steps import steps

        return steps(self.files)

    @property
    def label(self) -> str:
        """ "schema (9 files)"."""
        return self.files.describe()

    def key(self, now: Now, options: Options) -> str:
        """Files, PostgreSQL's major, the owner, and whatever widens the sandbox."""
        parts = (self.files.digest, str(now.server.major), now.owner, str(self.trusted), *sorted(self.allowed))
        return "\0".join((__version__, options.scratch.choice, *parts))

    def _file(self, now: Now, options: Options) -> Path:
        text = "\0".join((self.key(now, options), str(now.program.path), str(now.program.path.stat().st_mtime_ns)))
        return self.cache / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"

    def known(self, now: Now, options: Options) -> Built | None:
        """What an earlier run kept of the same files."""
        file = self._file(now, options)
        with suppress(OSError, ValueError, KeyError, TypeError):
            found = json.loads(file.read_text("utf-8"))
            entries = (Entry(Key(*e["key"]), tuple(e["statements"]), tuple(e["settings"])) for e in found["entries"])
            ignored = tuple(Ignored(**i) for i in found["ignored"])
            file.touch()
            catalog = Catalog(tuple(entries), found["major"], "", tuple(found["warnings"]))
            unseen = frozenset((a, b, c, d) for a, b, c, d in found["unseen"])
            return Built(catalog, ignored, tuple(found["roles"]), unseen)
        return None

    def build(self, workspace: Workspace, names: Names, now: Now, options: Options) -> tuple[Database, Built]:
        """The database kept from an earlier run, or a fresh one into which every file was loaded."""
        from difftool.steps import created_roles, left_alone

        _ = self.renamed  # what nobody understands is an error now, not when a name has changed
        database = workspace.cached() or workspace.keep(self._load(workspace, names))
        catalog = read_catalog(database.admin, workspace.server.major, now.program, names)
        ignored = tuple(i for s in self.steps if (i := left_alone(s)))
        with session(database.admin, read_only=True) as connection:
            unseen = read_unseen(connection)
        built = Built(catalog, ignored, created_roles(self.steps), unseen)
        self._remember(built, now, options)
        return database, built

    def _load(self, workspace: Workspace, names: Names) -> Database:
        """A fresh scratch database into which every file was loaded."""
        from difftool.load import EXTENSIONS, Loader

        database = workspace.create()
        with ExitStack() as stack:
            user = stack.enter_context(session(database.user))
            admin = stack.enter_context(session(database.admin)) if workspace.server.superuser else None
            allowed = EXTENSIONS | self.allowed
            Loader(user, admin, workspace.ensure_role, names.to_scratch, self.trusted, allowed).load(self.steps)
        return database

    def _remember(self, built: Built, now: Now, options: Options) -> None:
        """Keep a catalog for ``known``; a cache that cannot be written is no failure."""
        file, body = (
            self._file(now, options),
            {
                "major": built.catalog.dump_major,
                "warnings": built.catalog.warnings,
                "entries": [asdict(e) for e in built.catalog.entries],
                "ignored": [asdict(i) for i in built.ignored],
                "roles": built.roles,
                "unseen": sorted(built.unseen or ()),
            },
        )
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            half = file.with_suffix(f".{secrets.token_hex(4)}")
            half.write_text(json.dumps(body), "utf-8")
            half.replace(file)
            for old in sorted(file.parent.glob("*.json"), key=os.path.getmtime)[:-KEEP]:
                old.unlink()

    def extensions(self, rules: Rules = NO_RULES) -> tuple[str, ...]:
        """The extensions that the files create."""
        from difftool.steps import extensions

        return extensions(self.steps)

    def known_roles(self) -> frozenset[str]:
        """The roles that the files create."""
        from difftool.steps import created_roles

        return frozenset(created_roles(self.steps))

    @cached_property
    def renamed(self) -> tuple[Renamed, ...]:
        """What the files say of former names."""
        from difftool.annotations import read_annotations

        return read_annotations(self.steps)

    @cached_property
    def computed(self) -> tuple[Computed, ...]:
        """What the files say of values."""
        from difftool.annotations import read_values

        return read_values(self.steps)


@dataclass(frozen=True)
class WantedDump:
    """A schema that a database has or had: its dump is restored as it is."""

    catalog: Catalog
    label: str
    cluster_roles: frozenset[str] = frozenset()
    """Roles that exist where the dump comes from."""
    unseen: frozenset[Unseen] | None = None
    """What the dump does not show of it, where that is known."""
    renamed: tuple[Renamed, ...] = ()
    """What may be called otherwise on the target."""
    computed: tuple[Computed, ...] = ()
    named: frozenset[str] = frozenset()
    """What a later desired schema named: to go back is to be rid of it, be it ignored where nobody names it."""

    @property
    def steps(self) -> None:
        """A dump says nothing of the cluster."""
        return

    def key(self, now: Now, options: Options) -> str:
        """Never shared with another run."""
        return secrets.token_hex(16)

    def known(self, now: Now, options: Options) -> Built | None:
        """The dump itself."""
        return Built(self.catalog, unseen=self.unseen, named=self.named)

    def build(self, workspace: Workspace, names: Names, now: Now, options: Options) -> tuple[Database, Built]:
        """The dump restored; what the restored copy has otherwise is not the target's difference."""
        ignored = see(now.rules, now.catalog, self.catalog, now.owner, now.cluster_roles).want.whole
        database, _, _ = clone(workspace, self.catalog, names, now.program, ignored)
        return database, Built(self.catalog, unseen=self.unseen, named=self.named)

    def extensions(self, rules: Rules = NO_RULES) -> tuple[str, ...]:
        """The extensions that the dump creates, less those that are ignored."""
        return tuple(e for e in extensions_of(self.catalog) if not rules.by_name(("extension", e)))

    def known_roles(self) -> frozenset[str]:
        """Every role that the dump may name."""
        return self.cluster_roles
