"""The door to boto3: snapshots in Amazon S3 and in servers that speak its protocol."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from difftool.errors import UsageError
from difftool.snapshot.s3_address import Address, address_of
from difftool.snapshot.s3_errors import CREDENTIALS, say
from difftool.snapshot.store import KeyTakenError, check_key

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

CONNECT_TIMEOUT = 4.0
READ_TIMEOUT = 20.0
ATTEMPTS = 3
"""Three attempts of 4 s and the waits between them: an endpoint that is down is an error within 15 s."""
CONNECTIONS = 16
NO_CONDITIONS = {"NotImplemented", "501"}
TAKEN = {"PreconditionFailed", "412"}
TYPES = {"json": "application/json", "sql": "application/sql"}
LOGIN = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
OTHER_LOGINS = (
    "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)  # fmt: skip


def open_s3(place: str, endpoint: str, region: str, aws: Mapping[str, str]) -> S3Store:
    """The store behind ``s3://bucket/prefix``; nothing is sent yet.

    ``endpoint`` and ``region`` win over AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION and AWS_DEFAULT_REGION, the
    environment over ``aws``. Raises UsageError for a place, an endpoint, a region or a profile that cannot be meant.
    """
    address = address_of(place, endpoint or _first(aws, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))
    region = region or _first(aws, "AWS_REGION", "AWS_DEFAULT_REGION")
    with _said(address, "open it"):
        return S3Store(_client(address, region, _login(aws)), address)


def _first(aws: Mapping[str, str], *names: str) -> str:
    """The first of these variables that is set in the environment, else in ``aws``; botocore knows not all of them."""
    return next((source[name] for source in (os.environ, aws) for name in names if source.get(name)), "")


def _login(aws: Mapping[str, str]) -> dict[str, str]:
    """The credentials that ``.env`` gives, as a Session takes them; none when the environment says how to log in.

    A key of one place is never paired with a secret of another.
    """
    if any(os.environ.get(name) for name in (*LOGIN, *OTHER_LOGINS)):
        return {}
    keys = {name.lower(): aws[name] for name in LOGIN if aws.get(name)}
    if len(keys.keys() & {"aws_access_key_id", "aws_secret_access_key"}) == 1:
        raise UsageError(f"in .env, {next(iter(keys)).upper()} stands alone", hint=CREDENTIALS)
    if keys:
        return keys
    return {"profile_name": aws["AWS_PROFILE"]} if aws.get("AWS_PROFILE") else {}


def _client(address: Address, region: str, login: Mapping[str, str]) -> Any:
    """boto3's client. A custom endpoint gets path style, no checksums it may not know, and some region."""
    import boto3
    import botocore.config

    new_config: Any = botocore.config.Config  # both are published without types
    new_session: Any = boto3.session.Session
    custom: dict[str, Any] = {
        "s3": {"addressing_style": "path"},
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    config = new_config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
        **(custom if address.endpoint else {}),
    )
    session = new_session(**login)
    return session.client(
        "s3",
        endpoint_url=address.endpoint or None,
        region_name=region or session.region_name or ("us-east-1" if address.endpoint else None),
        config=config,
    )


@dataclass(frozen=True, slots=True)
class S3Store:
    """A store in a bucket. Its client may be used from several threads."""

    client: Any
    address: Address

    def describe(self) -> str:
        """``s3://bucket/prefix``, and the server when it is not Amazon's."""
        return self.address.place + (f" at {self.address.server}" if self.address.endpoint else "")

    def put_new(self, key: str, data: bytes) -> None:
        """One PUT that the server refuses when the key exists (``If-None-Match: *``)."""
        with _said(self.address, f"write {key}"):
            try:
                self._put(key, data, IfNoneMatch="*")
            except self.client.exceptions.ClientError as error:
                if _codes(error)[0] in NO_CONDITIONS:
                    self._put_where_missing(key, data)
                elif not (_retried(error) and _codes(error)[0] in TAKEN and self.get(key) == data):
                    raise  # otherwise the answer to our own first attempt was lost, and the second met it

    def put(self, key: str, data: bytes) -> None:
        """One PUT; S3 shows every reader the old object or the new one, whole."""
        with _said(self.address, f"write {key}"):
            self._put(key, data)

    def _put_where_missing(self, key: str, data: bytes) -> None:
        """For servers that know no conditions: two writers at one time are not told apart here, but by reading back."""
        if key in self.keys(key):
            raise KeyTakenError(
                f"{self.address.place} has {key} already", hint="try again: each snapshot gets a new id"
            )
        self._put(key, data)

    def _put(self, key: str, data: bytes, **condition: str) -> None:
        self.client.put_object(
            Bucket=self.address.bucket,
            Key=self.address.prefix + check_key(key),
            Body=data,
            ContentType=TYPES.get(key.rpartition(".")[2], "application/octet-stream"),
            **condition,
        )

    def get(self, key: str) -> bytes:
        """One GET, whole or not at all: an answer that breaks off is an error."""
        with _said(self.address, f"read {key}"):
            answer = self.client.get_object(Bucket=self.address.bucket, Key=self.address.prefix + check_key(key))
            data: bytes = answer["Body"].read()
            return data

    def keys(self, prefix: str) -> tuple[str, ...]:
        """All pages of the bucket's list (1,000 keys each)."""
        full = self.address.prefix
        with _said(self.address, "list"):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.address.bucket, Prefix=full + prefix
            )
            return tuple(sorted(item["Key"][len(full) :] for page in pages for item in self._items(page)))

    def _items(self, page: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The objects of one page; a web page that parses as an empty list is not taken for one."""
        if "IsTruncated" not in page:
            raise say(("ResponseParserError",), reason="its list of objects is none", **_about(self.address, "list"))
        items: list[dict[str, Any]] = page.get("Contents", [])
        return items

    def delete(self, key: str) -> None:
        """One DELETE; S3 answers the same whether the key existed or not."""
        with _said(self.address, f"delete {key}"):
            self.client.delete_object(Bucket=self.address.bucket, Key=self.address.prefix + check_key(key))


@contextmanager
def _said(address: Address, doing: str) -> Iterator[None]:
    """Whatever boto3 raises inside, as one error of difftool's."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {})
        region = told.get("Region") or _headers(error).get("x-amz-bucket-region", "")
        reason = told.get("Message") or " ".join(_codes(error))
        raise say(_codes(error), reason=reason, **_about(address, doing, region)) from None
    except (BotoCoreError, ResponseParserError) as error:
        names = tuple(kind.__name__ for kind in type(error).__mro__)
        raise say(names, reason=str(error), **_about(address, doing)) from None
    except RecursionError:  # botocore asks a server that redirects everything for the bucket's region, for ever
        raise say(("301",), reason="whatever is asked", **_about(address, doing)) from None


def _about(address: Address, doing: str, region: str = "") -> dict[str, str]:
    """The words that every message may use."""
    region = f" ({region})" if region else ""
    return {
        "bucket": address.bucket,
        "place": address.place,
        "endpoint": address.server,
        "doing": doing,
        "region": region,
    }


def _codes(error: ClientError) -> tuple[str, str]:
    """S3's own code (a bare number where the answer has none), and HTTP with the status."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
    return str(error.response.get("Error", {}).get("Code") or status), f"HTTP{status}"


def _headers(error: ClientError) -> Mapping[str, str]:
    headers: Mapping[str, str] = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return headers


def _retried(error: ClientError) -> bool:
    return bool(error.response.get("ResponseMetadata", {}).get("RetryAttempts"))
