"""The installed command, and ``python -m difftool``: imports take a moment, and Ctrl-C may come in it too."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line."""
    gc.set_threshold(
        100_000, 50, 50
    )  # what is imported stays: looking through it again and again costs a tenth of a start
    try:
        from difftool import cli
    except KeyboardInterrupt:
        sys.exit("error: interrupted; nothing was changed")
    cli.main()


if __name__ == "__main__":
    main()
