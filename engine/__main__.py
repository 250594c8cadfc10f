"""``lexplain-cli``: the same jobs without a window."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the shell; wrong input ends with code 2 and one message."""
    from engine.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
