"""A folder of SQL where a database is asked for: loaded into a scratch database that is then read like any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from difftool.files import read_files
from difftool.load import EXTENSIONS, Loader
from difftool.now import Now, read_now
from difftool.pg.connection import session
from difftool.pipeline import Options
from difftool.scratch.choose import choose
from difftool.scratch.workspace import open_workspace
from difftool.settings import TargetSettings
from difftool.steps import extensions, steps


@contextmanager
def loaded(path: str, major: int, options: Options) -> Iterator[Now]:
    """The files at ``path`` as a database of that major version, for as long as the ``with`` lasts."""
    files = read_files(Path(path), path)
    plan = steps(files)
    with ExitStack() as stack:
        scratch = stack.enter_context(
            choose(
                options.scratch,
                major=major,
                extensions=extensions(plan),
                target=None,
                target_server=None,
                trusted=options.trust_schema,
            )
        )
        workspace = stack.enter_context(
            open_workspace(scratch, key=f"source {files.digest}", trusted=options.trust_schema)
        )
        database = workspace.create()
        with session(database.user) as user, session(database.admin) as admin:
            Loader(user, admin, workspace.ensure_role, trusted=options.trust_schema, allowed=EXTENSIONS).load(plan)
        now = read_now(TargetSettings(path, database.user), database.user)
        shown = replace(now.identity, name=path, url="", host=scratch.label, port="", database=files.describe())
        yield replace(now, identity=shown)
