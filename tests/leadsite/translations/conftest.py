"""The small project with a folder for templates, for a test to change."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def small(small_project: Path) -> Path:
    (small_project / "site" / "templates").mkdir(parents=True, exist_ok=True)
    return small_project
