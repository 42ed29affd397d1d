"""Builds for tests, each as a process of its own would make it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from leadcore.rendering.assets import assets
from leadcore.rendering.i18n import forget_catalogs
from leadcore.rendering.templating import forget_templates
from leadsite.build import build_site, current
from leadsite.freeze import BuildReport

TODAY = dt.date(2026, 9, 14)


def build(root: Path, out: Path, *, jobs: int = 1) -> BuildReport:
    """A build, nothing kept in memory from the last one."""
    forget_catalogs()
    forget_templates()
    assets.cache_clear()
    state, changes = current(root, out, (), TODAY)
    return build_site(root, out, today=TODAY, jobs=jobs, state=state, changes=changes)
