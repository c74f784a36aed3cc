"""What was there before an apply, kept in a folder or in S3 (docs/snapshots.md).

``manifest`` writes, lists and reads snapshots; ``store`` opens the place where they are kept.
"""

from __future__ import annotations

from difftool.snapshot.manifest import Part, Snapshot
from difftool.snapshot.store import Store, open_store

__all__ = ["Part", "Snapshot", "Store", "open_store"]
