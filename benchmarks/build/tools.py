"""The tools side by side, in the order in which a round runs them."""

from __future__ import annotations

from benchmarks.build.eleventy_site import ELEVENTY
from benchmarks.build.frozen_site import FROZEN, FROZEN_MARKDOWN
from benchmarks.build.hugo_site import HUGO
from benchmarks.build.leadsite_site import LEADSITE
from benchmarks.build.pelican_site import PELICAN
from benchmarks.build.tool import Tool

#: By the names that the command line takes.
TOOLS: dict[str, Tool] = {
    "leadsite": LEADSITE,
    "hugo": HUGO,
    "eleventy": ELEVENTY,
    "pelican": PELICAN,
    "frozen": FROZEN,
    "frozen-markdown": FROZEN_MARKDOWN,
}
#: From so many posts on, only the tools that build them in minutes.
LARGE = 20_000
LARGE_TOOLS = ("leadsite", "hugo")


def chosen(names: tuple[str, ...], posts: int) -> tuple[str, ...]:
    """The tools to run at a size."""
    return tuple(n for n in names if posts < LARGE or n in LARGE_TOOLS)
