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
from leadsite.build import known_at
from leadsite.checks import check_project
from leadsite.plan import Plan, make_plan
from leadsite.sources import Stamp, is_same, stamps

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
        self._files: dict[str, Stamp] = {}
        self._facts: dict[str, bytes] = {}
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
            files = stamps(self.root)
            stamp = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
            if stamp == self._stamp:
                return
            known = self._known(files)
            self._stamp, self._files = stamp, files
            forget_catalogs()
            forget_templates()
            assets.cache_clear()
            today = dt.datetime.now(dt.UTC).date()
            project, plan, self._problems = check_project(self.root, today=today, known=known)
            self._facts = dict(project.facts) if project is not None and not stopping(self._problems) else known
            if plan is not None and not stopping(self._problems):
                self._plan = make_plan(plan.project.with_addresses(self.origin), today)

    def _known(self, files: dict[str, Stamp]) -> dict[str, bytes]:
        """The facts of the texts that are as they were at the last look, or else at the last build."""
        if not self._files:
            return known_at(self.root, self.root / "build")[0]
        return {path: one for path, one in self._facts.items() if path in files and is_same(files[path], self._files.get(path, (0, 0)))}
