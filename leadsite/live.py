"""A project that follows its files: read again when one of them changes, with the addresses of the preview."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
import time
from pathlib import Path

from leadcore.model.project import Project
from leadcore.problems import Problem, ProjectProblems, stopping
from leadcore.rendering.assets import assets
from leadcore.rendering.i18n import forget_catalogs
from leadcore.rendering.templating import forget_templates
from leadsite.checks import check_project
from leadsite.plan import Plan, make_plan

#: Files are looked at no more often than this.
CHECK_SECONDS = 0.4


class LiveProject:
    """`plan()` and `project()` give the files' present state. While the files are broken, `plan()` raises
    ProjectProblems and `project()` keeps the last state that stood, so that forms go on working. Problems that only
    close a form break nothing."""

    def __init__(self, root: Path, origin: str) -> None:
        self.root, self.origin = root.resolve(), origin
        self._lock = threading.Lock()
        self._stamp, self._looked_at = "", 0.0
        self._plan: Plan | None = None
        self._problems: tuple[Problem, ...] = ()

    def plan(self) -> Plan:
        """The plan now. Raises ProjectProblems."""
        self._refresh()
        if stopping(self._problems) or self._plan is None:
            raise ProjectProblems(self._problems)
        return self._plan

    def project(self) -> Project:
        """The last project that stood. Raises ProjectProblems where none ever did."""
        self._refresh()
        if self._plan is None:
            raise ProjectProblems(self._problems)
        return self._plan.project

    def problems(self) -> tuple[Problem, ...]:
        self._refresh()
        return self._problems

    def version(self) -> str:
        """Changes whenever a file does."""
        self._refresh()
        return self._stamp

    def _refresh(self) -> None:
        with self._lock:
            now = time.monotonic()
            if self._stamp and now - self._looked_at < CHECK_SECONDS:
                return
            self._looked_at = now
            stamp = self._files_stamp()
            if stamp == self._stamp:
                return
            self._stamp = stamp
            forget_catalogs()
            forget_templates()
            assets.cache_clear()
            today = dt.datetime.now(dt.UTC).date()
            _, plan, self._problems = check_project(self.root, today=today)
            if plan is not None and not stopping(self._problems):
                self._plan = make_plan(plan.project.with_addresses(self.origin), today)

    def _files_stamp(self) -> str:
        digest = hashlib.sha256()
        for room in ("site", "content", "locales"):
            for path in sorted((self.root / room).rglob("*")):
                try:
                    stat = path.stat()
                except OSError:
                    continue
                digest.update(f"{path}:{stat.st_mtime_ns}:{stat.st_size}\n".encode())
        return digest.hexdigest()
