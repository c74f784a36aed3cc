"""``python -m difftool``."""

from difftool.cli import main

main()
