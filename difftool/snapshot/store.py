"""Where snapshots are kept: whole objects under new keys; only a journal is replaced, by its own run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from difftool.errors import SnapshotError, UsageError

if TYPE_CHECKING:
    from difftool.settings import SnapshotSettings

S3 = "s3://"
HALF = ".tmp"
"""How the name of a file ends that is still being written; no key ends so."""


class KeyTakenError(SnapshotError):
    """There is an object under that key already, and it was left as it is."""


class KeyMissingError(SnapshotError):
    """There is no object under that key."""


class StoreDownError(SnapshotError):
    """The store as a whole does not answer or does not let us in: asking for another key would not help."""


class Store(Protocol):
    """A place for objects named by keys like ``app-7/20261123-052105-3f2a/schema.sql``.

    Every method raises SnapshotError, in one line and with a hint, for whatever the place answers.
    """

    def describe(self) -> str:
        """The place as a person knows it, without secrets."""

    def put_new(self, key: str, data: bytes) -> None:
        """Keep ``data`` under a new key, all of it or nothing; raises KeyTakenError when the key exists."""

    def put(self, key: str, data: bytes) -> None:
        """Keep ``data`` under a key in the place of what is there: whoever reads finds all of one or of the other."""

    def get(self, key: str) -> bytes:
        """What is kept under a key; raises KeyMissingError when there is nothing."""

    def keys(self, prefix: str) -> tuple[str, ...]:
        """Every key that starts with ``prefix``, sorted; none when nothing was ever kept."""

    def delete(self, key: str) -> None:
        """Take one object away; a key that does not exist is no error."""


def open_store(settings: SnapshotSettings, root: Path, aws: Mapping[str, str]) -> Store:
    """The store that the settings name: ``s3://bucket/prefix``, or a folder, which is below ``root`` when relative.

    ``aws`` holds the AWS_* of ``.env``; the process environment wins over it. Nothing is contacted yet. Raises
    UsageError for what names no store.
    """
    place = settings.store.strip()
    if place.lower().startswith(S3):
        from difftool.snapshot.s3 import open_s3

        return open_s3(place, settings.endpoint, settings.region, aws)
    if not place or re.match(r"[a-z][a-z0-9+.-]+://", place, re.IGNORECASE):
        from difftool.pg.conninfo import mask_url

        raise UsageError(
            f'not a snapshot store: "{mask_url(place)}"',
            hint="write a folder or s3://BUCKET/PREFIX (difftool config shows it)",
        )
    from difftool.snapshot.folder import FolderStore

    return FolderStore(root / Path(place).expanduser(), place)


def check_key(key: str) -> str:
    """``key``, if it stays inside its store: plain segments between slashes; raises SnapshotError otherwise."""
    segments = key.split("/")
    odd = any(s in {"", ".", ".."} or re.search(r"[\x00-\x1f\x7f\\:]", s) for s in segments)
    if odd or key.endswith(HALF):
        raise SnapshotError(f"not a key of a snapshot store: {key!r}", hint="difftool snapshots lists what there is")
    return key
