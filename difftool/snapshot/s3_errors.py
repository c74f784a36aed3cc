"""What an S3 server or the way to it can say, in one line and with what to type next. Pure: knows no boto3.

Codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; a bare number where the answer has no code
(no S3 server, or a proxy before it), HTTP and a number for any other code; else the names of botocore's exceptions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from difftool.errors import SnapshotError, UsageError
from difftool.snapshot.s3_address import STORE
from difftool.snapshot.store import KeyMissingError, KeyTakenError, StoreDownError

CREDENTIALS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; aws sts get-caller-identity tries them"
RIGHTS = "allow s3:GetObject, s3:PutObject, s3:DeleteObject on its objects and s3:ListBucket on the bucket"


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing said, by its codes; the texts may use {bucket}, {place}, {endpoint}, {doing}, {region} and {reason}."""

    codes: str
    error: type[SnapshotError] | type[UsageError]
    message: str
    hint: str


SAYINGS = (
    Saying("NoSuchBucket", StoreDownError, 'there is no bucket "{bucket}" at {endpoint}',
           "create it (aws s3 mb s3://{bucket}), or " + STORE),
    Saying("NoSuchKey", KeyMissingError, "{place} has no such object: {doing}",
           "difftool snapshots lists what there is"),
    Saying("PreconditionFailed ConditionalRequestConflict 412", KeyTakenError,
           "{place} has that object already: {doing}", "try again: each snapshot gets a new id"),
    Saying("AccessDenied AllAccessDisabled AccountProblem 403 HTTP403", SnapshotError,
           "{place} denies access: {doing}: {reason}", RIGHTS),
    Saying("InvalidAccessKeyId SignatureDoesNotMatch InvalidToken ExpiredToken TokenRefreshRequired "
           "XAdminUserNotFound XAdminNoSuchUser", StoreDownError,
           "{endpoint} does not accept the AWS credentials: {reason}", CREDENTIALS),
    Saying("NoCredentialsError PartialCredentialsError", StoreDownError,
           "no AWS credentials for {place}: {reason}", CREDENTIALS),
    Saying("CredentialRetrievalError RefreshWithMFAUnsupportedError MetadataRetrievalError TokenRetrievalError "
           "SSOError UnauthorizedSSOTokenError InvalidConfigError ConfigParseError ConfigNotFound", StoreDownError,
           "the AWS credentials cannot be had: {reason}", "aws sts get-caller-identity tries them"),
    Saying("ProfileNotFound", UsageError,
           "no such AWS profile: {reason}", "aws configure list-profiles names them; see AWS_PROFILE"),
    Saying("PermanentRedirect TemporaryRedirect AuthorizationHeaderMalformed IllegalLocationConstraintException",
           StoreDownError, 'bucket "{bucket}" is in another region{region}: {reason}',
           "set AWS_REGION to the bucket's region"),
    Saying("301 302 303 307 308", StoreDownError, "{endpoint} sends us to another address: {reason}",
           "write that one into DIFFTOOL_S3_ENDPOINT; often it is https:// in place of http://"),
    Saying("InvalidRegionError", UsageError,
           "not an AWS region: {reason}", "set AWS_REGION, for example to eu-central-1"),
    Saying("RequestTimeTooSkewed", StoreDownError,
           "{endpoint} and this machine disagree about the time: {reason}", "set this machine's clock"),
    Saying("InvalidBucketName ParamValidationError UnsupportedS3ArnError", UsageError,
           '"{bucket}" is no bucket name', "3 to 63 small letters, digits, dots and hyphens; " + STORE),
    Saying("ProxyConnectionError", StoreDownError, "no way to {endpoint}: {reason}",
           "check HTTPS_PROXY and HTTP_PROXY, and put the server into NO_PROXY if it needs none"),
    Saying("EndpointConnectionError ConnectTimeoutError", StoreDownError, "nothing answers at {endpoint} for {place}",
           "is it running, and is DIFFTOOL_S3_ENDPOINT right? difftool doctor tries it"),
    Saying("SSLError", StoreDownError, "no trusted TLS connection to {endpoint}: {reason}",
           "a private authority's certificate goes into AWS_CA_BUNDLE; http:// speaks without TLS"),
    Saying("IncompleteReadError ResponseStreamingError FlexibleChecksumError", SnapshotError,
           "{endpoint} answered only in part: {doing}: {reason}", "try again; difftool doctor tries the store"),
    Saying("ReadTimeoutError ConnectionClosedError ConnectionError HTTPClientError",
           StoreDownError, "{endpoint} broke off: {doing}: {reason}", "try again; difftool doctor tries the store"),
    Saying("SlowDown ServiceUnavailable InternalError RequestTimeout 500 502 503 504 HTTP500 HTTP502 HTTP503 HTTP504",
           StoreDownError,
           "{endpoint} failed: {doing}: {reason}", "try again; if it stays so, ask who runs that store"),
    Saying("ResponseParserError 404 405", StoreDownError, "{endpoint} does not answer as S3 does: {reason}",
           "is DIFFTOOL_S3_ENDPOINT the server's S3 address, not its web page?"),
)  # fmt: skip
ANYTHING = Saying("", SnapshotError, "{place}: {doing} failed: {reason}", "difftool doctor tries the store")


def say(codes: tuple[str, ...], **about: str) -> SnapshotError | UsageError:
    """The error for the first of ``codes`` that is known, with ``about`` filled in; otherwise a plain one."""
    known = {code: saying for saying in SAYINGS for code in saying.codes.split()}
    saying = next((known[code] for code in codes if code in known), ANYTHING)
    words = {**about, "reason": one_line(about["reason"])}
    return saying.error(saying.message.format(**words), hint=saying.hint.format(**words))


def one_line(text: str) -> str:
    """``text`` without line breaks, starting small unless with an abbreviation, at most 300 characters long."""
    text = re.sub(r'(https?://[^\s"?]+)\?[^\s"]*', r"\1", text)  # a request's parameters tell a person nothing
    flat = re.sub(r"\s+", " ", text).strip().rstrip(".") or "no reason given"
    flat = flat[0].lower() + flat[1:] if not flat[1:2].isupper() else flat
    return flat if len(flat) <= 300 else flat[:299] + "…"
