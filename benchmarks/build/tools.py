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
#: The most posts that a tool is asked to build: beyond, a round takes too long to wait for.
MOST_POSTS = {"eleventy": 20_000, "pelican": 20_000, "frozen": 20_000, "frozen-markdown": 5_000}


def chosen(names: tuple[str, ...], posts: int) -> tuple[str, ...]:
    """The tools to run at a size."""
    return tuple(name for name in names if posts <= MOST_POSTS.get(name, posts))
