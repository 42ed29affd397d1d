"""Files to model: `load_project(root)` gives the project or every problem. See `project`, which is imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadcore.reading.project import load_project, read_project

__all__ = ["load_project", "read_project"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    from leadcore.reading import project

    return getattr(project, name)
