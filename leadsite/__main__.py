"""`python -m leadsite`, and the command `leadsite`, are the command line in a process of its own."""

from __future__ import annotations

import os
import sys
from typing import Any

from leadsite.cli import main


def run() -> None:
    """Runs the command line and ends the process.

    What a build holds is dropped with its process: to free it piece by piece takes a tenth of a small build.
    """
    obj: dict[str, Any] = {}
    try:
        main(prog_name="leadsite", obj=obj)
    except SystemExit as end:
        if obj.get("dropped") and isinstance(end.code, int):
            _drop(end.code)
        raise


def _drop(code: int) -> None:
    """Ends the process at once; it stays where somebody no longer listens, for the ordinary end to say so."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return
    os._exit(code)


if __name__ == "__main__":
    run()
