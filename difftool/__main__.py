"""The installed command, and ``python -m difftool``: imports take a moment, and Ctrl-C may come in it too."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        from difftool import cli
    except KeyboardInterrupt:
        sys.exit("error: interrupted; nothing was changed")
    cli.main()


if __name__ == "__main__":
    main()
