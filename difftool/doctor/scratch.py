"""Whether a scratch database can be had, by having one: chosen, made and entered as a plan does it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from difftool.doctor.examination import Finding
from difftool.errors import DifftoolError, ScratchError, TargetUnfit
from difftool.load import EXTENSIONS
from difftool.pg.connection import rows, session
from difftool.pg.server import read_server
from difftool.scratch.choose import choose
from difftool.scratch.provider import KNOWN, Scratch
from difftool.scratch.workspace import open_workspace

if TYPE_CHECKING:
    from difftool.doctor.target import Reached
    from difftool.settings import Settings
    from difftool.wanted import WantedFiles

UNTRUSTED = """
SELECT e.name FROM unnest(%s::text[]) e(name)
WHERE NOT EXISTS (SELECT 1 FROM pg_available_extension_versions v WHERE v.name = e.name AND v.trusted) ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A scratch server that did what is asked of one, and what stands in the way of the extensions there."""

    scratch: Scratch
    barred: tuple[str, ...] = ()
    """The schema's extensions that the ordinary role may not create."""
    lacking: DifftoolError | None = None
    """Why no server with all extensions could be had."""


def scratch(settings: Settings, reached: Reached, major: int, wanted: WantedFiles | None) -> Finding[Made]:
    """The scratch server that a plan would use, or where only extensions are missing, the one without them."""
    asked = wanted.extensions() if wanted else ()
    needed = {*reached.extensions, *asked} - {"plpgsql"}
    try:
        made = _make(settings, reached, major, needed, asked)
    except ScratchError as error:
        if not needed:
            raise
        made = replace(_make(settings, reached, major), lacking=error)
    role = "a superuser, as trust_schema says" if settings.trust_schema else "an ordinary role"
    done = f"{made.scratch.label}: a database was made, entered by {role}, and dropped"
    return "\n".join([done, *(f"not taken: {why}" for why in made.scratch.skipped)]), made


def _make(
    settings: Settings, reached: Reached, major: int, needed: Collection[str] = (), asked: Collection[str] = ()
) -> Made:
    """Go a plan's way: choose a server, make a role and a database, log in, drop them."""
    trusted = settings.trust_schema
    chosen = choose(
        settings.scratch,
        major=major,
        extensions=needed,
        target=reached.info,
        target_server=reached.server,
        trusted=trusted,
    )
    with chosen as server, open_workspace(server, key="doctor", trusted=trusted) as workspace:
        allowed = {*EXTENSIONS, *settings.scratch.extensions} if workspace.server.superuser else set()
        with session(workspace.create().user) as opened:
            if read_server(opened).superuser and not trusted:
                raise ScratchError(f"{workspace.role} is a superuser on {server.label}, as no schema file may be")
            untrusted = [name for (name,) in rows(opened, UNTRUSTED, (list(asked),))]
        return Made(server, () if trusted else tuple(name for name in untrusted if name not in allowed))


def extensions(made: Made, reached: Reached, wanted: WantedFiles | None) -> Finding[bool]:
    """Whether the scratch server has all, and the target what the schema would create there."""
    if made.lacking:
        raise made.lacking
    if made.barred:
        raise ScratchError(
            f"the schema creates {', '.join(made.barred)}, which only a superuser may",
            hint=f"if you trust it: DIFFTOOL_EXTENSIONS={','.join(made.barred)} in the environment, or --trust-schema",
        )
    asked = wanted.extensions() if wanted else ()
    with session(reached.info, read_only=True) as opened:
        absent = sorted(set(asked) - {name for (name,) in rows(opened, KNOWN)})
    if absent:
        raise TargetUnfit(
            f"the schema creates {', '.join(absent)}, which the target's server does not have",
            hint="install its package there, or take it out of the schema",
        )
    needed = sorted({*reached.extensions, *asked} - {"plpgsql"})
    return f"{', '.join(needed)}: the scratch server has them" if needed else "none is needed", True
