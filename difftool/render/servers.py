"""The table of the servers that difftool itself runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from difftool.render.layout import put, table
from difftool.render.tables import plain
from difftool.secrets import mask

if TYPE_CHECKING:
    from rich.console import Console

    from difftool.scratch.home import ClusterState


def show_servers(servers: Sequence[ClusterState], console: Console) -> None:
    """Print the servers that difftool runs, and the folders that they are kept in."""
    if not servers:
        put(console, plain("no servers"))
        return
    rows = [
        [
            plain(s.what, "bold"),
            plain(s.name),
            plain(f"PostgreSQL {s.major}"),
            plain(f"process {s.pid}" if s.pid else "stopped", "green" if s.pid else "dim"),
            plain(f"{mask(s.url)}\n{s.data}"),
        ]
        for s in servers
    ]
    table(console, ["server", "name", "version", "state", "address and data"], rows)
