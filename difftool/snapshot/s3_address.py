"""How an S3 store is addressed: a bucket, a prefix, a server. Pure: what is wrong is said before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from difftool.errors import UsageError
from difftool.pg.conninfo import mask_url
from difftool.snapshot.store import S3

STORE = "correct the snapshot store (difftool config shows it)"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is: the bucket, the prefix of its keys ("" or ending in /), and the server's own address."""

    bucket: str
    prefix: str
    endpoint: str

    @property
    def place(self) -> str:
        """The store as one writes it."""
        return f"{S3}{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def server(self) -> str:
        """The server as a person knows it."""
        return self.endpoint or "Amazon S3"


def address_of(place: str, endpoint: str) -> Address:
    """The address behind ``s3://bucket/prefix`` and a server's URL ("" for Amazon); raises UsageError for odd ones."""
    bucket, _, prefix = place[len(S3) :].partition("/")
    if "@" in bucket:
        raise UsageError(
            f"a snapshot store holds no credentials: {mask_url(place)}", hint="they go into AWS_ACCESS_KEY_ID"
        )
    if not bucket:
        raise UsageError(f'no bucket in the snapshot store "{place}"', hint="write s3://BUCKET/PREFIX")
    prefix = prefix.strip("/")
    if prefix and {"", ".", ".."} & set(prefix.split("/")):
        raise UsageError(f'not a snapshot store: "{place}"', hint=STORE)
    return Address(bucket, prefix + "/" if prefix else "", _endpoint(endpoint))


def _endpoint(url: str) -> str:
    """``url`` when it is an http address without credentials, or empty."""
    try:
        parts = urlsplit(url)
        fit = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1) and not parts.username
    except ValueError:  # not a port, not an IPv6 address
        fit = False
    if url and not fit:
        raise UsageError(
            f'not the address of an S3 server: "{mask_url(url)}"',
            hint="write http://HOST:PORT or https://HOST in DIFFTOOL_S3_ENDPOINT, and credentials in AWS_ACCESS_KEY_ID",
        )
    return url
