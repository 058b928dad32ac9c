"""`limn`, and `python -m limn`."""

import sys


def main() -> None:
    from limn.commands.failures import run

    sys.exit(run())


if __name__ == "__main__":
    main()
