"""psycopg2's classes under the names that difftool knows them by; importing this imports psycopg2."""

from psycopg2 import Error
from psycopg2.errors import InsufficientPrivilege
from psycopg2.extensions import connection as Connection  # noqa: N812 (psycopg2's own lower-case class)

__all__ = ["Connection", "Error", "InsufficientPrivilege"]
