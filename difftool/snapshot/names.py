"""How snapshots are named: ``<database>-<cluster>/<time>/<part>``, sorted as they were taken, safe on every store."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from difftool.model import TargetIdentity

ID = re.compile(r"(\d{8}-\d{6})-[0-9a-f]{4}")
FOLDER = re.compile(r"(?P<database>(?:[a-z0-9_-]|\.[0-9A-F]{2})+)-(?P<cluster>[0-9a-zA-Z]*)")
TIME = "%Y%m%d-%H%M%S"
TICKS = 0x10000
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


def new_id(now: datetime) -> str:
    """The id of a snapshot taken now: UTC to the second, and its 1/65,536s, so that ids sort and are distinct."""
    now = now.astimezone(UTC)
    return f"{now.strftime(TIME)}-{now.microsecond * TICKS // 1_000_000:04x}"


def created(snapshot_id: str) -> str:
    """The ISO time (UTC, whole seconds) that an id tells."""
    return datetime.strptime(snapshot_id[:15], TIME).replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")


def is_id(text: str) -> bool:
    """True for what ``new_id`` gives."""
    found = ID.fullmatch(text)
    try:
        return bool(found and datetime.strptime(found[1], TIME).replace(tzinfo=UTC))
    except ValueError:
        return False


def folder(target: TargetIdentity) -> str:
    """The first part of a target's keys, without a slash; two databases never share one, whatever their names."""
    return f"{quoted(target.database)}-{target.system_identifier}"


def quoted(database: str) -> str:
    """A database's name in ``a-z 0-9 _ -``; every other byte of its UTF-8 is a dot and two hexadecimal digits.

    A capital letter is another byte too: some folders do not tell ``App`` from ``app``. (Percent signs are avoided:
    some S3 servers decode them twice.)
    """
    plain = (
        chr(byte) if chr(byte) in PLAIN else f".{byte:02X}" for byte in database.encode("utf-8", "surrogateescape")
    )
    return "".join(plain)


def owner_of(name: str) -> tuple[str, str] | None:
    """The database and the cluster that a folder's name tells, or None when difftool did not give that name."""
    found = FOLDER.fullmatch(name)
    if not found:
        return None
    data = re.sub(rb"\.([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), found["database"].encode("ascii"))
    return data.decode("utf-8", "surrogateescape"), found["cluster"]
