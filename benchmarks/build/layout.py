"""Writes the sites of a size: `python -m benchmarks.build.layout FOLDER POSTS TOOL…`.

A process of its own, so that the runner stays small: the peak memory that the kernel states for a child is at least that
of the process which started it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.build.corpus import Corpus
from benchmarks.build.reference import read_reference
from benchmarks.build.tools import TOOLS


def main(folder: str, posts: str, *names: str) -> None:
    reference = read_reference()
    for name in names:
        site = Path(folder) / name
        site.mkdir(parents=True)
        TOOLS[name].lay(site, Corpus(int(posts)), reference)


if __name__ == "__main__":
    main(*sys.argv[1:])
