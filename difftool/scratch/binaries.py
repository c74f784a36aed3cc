"""Which of the PostgreSQL programs on this machine can run a server of a wanted major, with which extensions."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from difftool.errors import ScratchError
from difftool.pg.programs import Installation, major_of, on_path, packaged, share_beside, wheels
from difftool.scratch.folders import Account, barrier, cache_folder, own_folder
from difftool.scratch.lock import locked

SERVER = ("initdb", "postgres")
NOT_NEEDED = ("include", "pgxs", "pkgconfig", "doc", "*.a")
"""What a copied wheel does without."""


def embedded() -> tuple[Installation, ...]:
    """The servers that wheels carry; of one major the one with more extensions comes first."""
    return tuple(i for i in wheels() if i.has(*SERVER))


def local(pg_bin: str = "") -> tuple[Installation, ...]:
    """The servers installed here: ``pg_bin`` (DIFFTOOL_PG_BIN), those on PATH, those of packages."""
    folders = [Path(pg_bin).expanduser()] if pg_bin else []
    folders += [program.parent for program in on_path("postgres")]
    found = [Installation(f, major) for f in folders if (major := major_of(f)) is not None]
    return tuple(i for i in dict.fromkeys((*found, *packaged())) if i.has(*SERVER))


def cluster_name(installation: Installation) -> str:
    """The name of the folder of this installation's cluster: another installation may have other extensions."""
    if installation.wheel:
        return f"{installation.wheel}-{installation.major}"
    return f"local-{installation.major}-{hashlib.sha256(os.fsencode(installation.bin.resolve())).hexdigest()[:8]}"


def lacks(installation: Installation, wanted: Iterable[str]) -> list[str] | None:
    """The wanted extensions that this installation does not carry; None when only its running server can tell."""
    names = sorted(set(wanted))
    if not names:
        return []
    share = share_folder(installation)
    return [n for n in names if not (share / "extension" / f"{n}.control").is_file()] if share else None


def share_folder(installation: Installation) -> Path | None:
    """Where the installation keeps postgres.bki and its extensions; None when that is nowhere known."""
    beside = share_beside(installation.bin) or share_beside(installation.bin.resolve())
    major = installation.major
    places = [Path(f"/usr/share/postgresql/{major}"), Path(f"/usr/share/postgresql{major}")]
    return beside or _configured(installation) or next((p for p in places if (p / "postgres.bki").is_file()), None)


def _configured(installation: Installation) -> Path | None:
    """The share folder that ``pg_config`` beside the server says."""
    try:
        command = [str(installation.bin / "pg_config"), "--sharedir"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return Path(said) if (Path(said) / "postgres.bki").is_file() else None


def runnable(installation: Installation, account: Account) -> Installation:
    """The installation as ``account`` can run it: a wheel out of its reach (a venv below /root) is copied once.

    Raises ScratchError for others: what a distribution closed is not opened here.
    """
    obstacle = barrier(installation.bin / "postgres", account) or _unreadable(installation, account)
    if obstacle is None:
        return installation
    if not installation.wheel:
        raise ScratchError(
            f"user {account.name}, who runs servers for root, cannot get at {installation.bin} because of {obstacle}",
            hint=f"chmod o+rx {obstacle}, or use binaries elsewhere: DIFFTOOL_PG_BIN",
        )
    return Installation(_copied(installation), installation.major, installation.wheel)


def _unreadable(installation: Installation, account: Account) -> Path | None:
    share = share_beside(installation.bin)
    return barrier(share / "postgres.bki", account) if share else None


def _copied(installation: Installation) -> Path:
    """The ``bin`` folder of a copy of the wheel's server in the cache folder, one a version of the wheel."""
    package, folder = installation.bin.parents[1], installation.bin.parent.name
    home = own_folder(cache_folder() / "binaries" / _wheel_version(package))
    copy = home / package.name / folder
    with locked(home / "lock"):
        if not copy.exists():
            for part, place in ((package.parent / f"{package.name}.libs", home), (package / ".dylibs", copy.parent)):
                if part.is_dir():
                    _copy(part, place / part.name)
            _copy(package / folder, half := home / f"{folder}.half")
            copy.parent.mkdir(mode=0o755, exist_ok=True)
            half.rename(copy)
    return copy / "bin"


def _wheel_version(package: Path) -> str:
    """The wheel's name and version, as its dist-info folder says them."""
    found = sorted(package.parent.glob(f"{package.name}-*.dist-info"))
    return found[-1].name.removesuffix(".dist-info") if found else package.name


def _copy(source: Path, target: Path) -> None:
    """Copy a tree so that everybody can read it, and run what could be run."""
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*NOT_NEEDED))
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
