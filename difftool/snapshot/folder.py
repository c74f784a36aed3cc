"""Snapshots in a folder: private, and under its final name a file is always whole."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from difftool.errors import SnapshotError
from difftool.snapshot.store import HALF, KeyMissingError, KeyTakenError, check_key

IGNORE = ".gitignore"
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
"""What ``link`` says on a file system that has no hard links (FAT, some network shares)."""

NO_FLUSH = {errno.EACCES, errno.EPERM, errno.EINVAL, errno.ENOTSUP}
"""What Windows and some network shares say to flushing a folder."""


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A store in a folder, which is made when first written to; ``name`` is the folder as the user wrote it."""

    folder: Path
    name: str

    def describe(self) -> str:
        """The folder as the user wrote it."""
        return self.name

    def put_new(self, key: str, data: bytes) -> None:
        """Write, flush to the disk, then give the file its name in one step that fails when the name is taken."""
        with self._explained("write"):
            final = self._path(key)
            self._make_folders(final.parent)
            half = final.with_name(f"{secrets.token_hex(8)}{HALF}")
            try:
                _write(half, data)
                _claim(half, final)
                _flush_folder(final.parent)
            except FileExistsError:
                raise KeyTakenError(
                    f"{self.name} has {key} already", hint="try again: each snapshot gets a new id"
                ) from None
            finally:
                with contextlib.suppress(OSError):
                    half.unlink()

    def put(self, key: str, data: bytes) -> None:
        """Write and flush to the disk under another name, then take the place of what is there in one step."""
        with self._explained("write"):
            final = self._path(key)
            self._make_folders(final.parent)
            half = final.with_name(f"{secrets.token_hex(8)}{HALF}")
            try:
                _write(half, data)
                half.replace(final)
                _flush_folder(final.parent)
            finally:
                with contextlib.suppress(OSError):
                    half.unlink()

    def get(self, key: str) -> bytes:
        """The file's bytes; a symbolic link is refused."""
        with self._explained("read"):
            path = self._path(key)
            try:
                with os.fdopen(os.open(path, os.O_RDONLY | NO_FOLLOW), "rb") as file:
                    return file.read()
            except FileNotFoundError:
                raise KeyMissingError(
                    f"{self.name} has no {key}", hint="difftool snapshots lists what there is"
                ) from None

    def keys(self, prefix: str) -> tuple[str, ...]:
        """Every whole file's key below the folder that starts with ``prefix``, sorted."""
        with self._explained("list"):
            found = [path.relative_to(self.folder).as_posix() for path in self._files(prefix.rpartition("/")[0])]
        return tuple(sorted(key for key in found if key.startswith(prefix)))

    def _files(self, below: str) -> Iterator[Path]:
        start = self._path(below) if below else self.folder
        if not start.exists():
            return
        for folder, _, names in os.walk(start, onerror=_raise):
            yield from (Path(folder, name) for name in names if name != IGNORE and not name.endswith(HALF))

    def delete(self, key: str) -> None:
        """Remove the file, and the folder it leaves empty."""
        with self._explained("delete from"):
            path = self._path(key)
            path.unlink(missing_ok=True)
            if path.parent != self.folder:
                with contextlib.suppress(OSError):  # not empty
                    path.parent.rmdir()

    def _path(self, key: str) -> Path:
        """Where a key is kept; raises SnapshotError for a way out of the folder, by name or by symbolic link."""
        path = self.folder
        for segment in check_key(key).split("/"):
            path /= segment
            if path.is_symlink():
                raise SnapshotError(
                    f"{path} is a symbolic link, which no snapshot is kept behind", hint="remove the link"
                )
        return path

    def _make_folders(self, folder: Path) -> None:
        """Make ``folder`` and what is missing above it, each readable by its owner only, and on the disk."""
        if folder.is_dir():
            return
        self._make_folders(folder.parent)
        with contextlib.suppress(FileExistsError):  # made by another difftool meanwhile
            folder.mkdir(mode=0o700)
            if folder == self.folder:  # schemas and plans are nothing to commit by accident
                _write(folder / IGNORE, b"*\n")
        _flush_folder(folder.parent)

    @contextmanager
    def _explained(self, doing: str) -> Iterator[None]:
        """An OSError as one SnapshotError."""
        try:
            yield
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SnapshotError(
                f"cannot {doing} the snapshot store {self.name}: {reason}"
                + (f" ({error.filename})" if error.filename else ""),
                hint="check the folder's owner, its permissions and the space on its disk",
            ) from None


def _write(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _claim(half: Path, final: Path) -> None:
    """Name the finished file; a hard link, since unlike a rename it fails when the name is taken."""
    try:
        os.link(half, final)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if final.exists():
            raise FileExistsError from None
        half.rename(final)


def _flush_folder(folder: Path) -> None:
    """Bring a folder's new names to the disk, where the system lets a folder be opened and flushed."""
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in NO_FLUSH:
            raise


def _raise(error: OSError) -> None:
    raise error
