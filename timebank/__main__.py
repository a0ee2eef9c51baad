"""Where the program is put together: the command line, and the window and printer it may call on."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line of this process."""
    from timebank.cli.main import run
    from timebank.cli.sample import make_sample
    from ui.front import Front

    sys.exit(run(sys.argv[1:], Front(make_sample)))


if __name__ == "__main__":
    main()
