"""Files to model, every problem collected: `load_project(root)`. May read files, and nothing else."""

from leadcore.reading.project import load_project, read_project

__all__ = ["load_project", "read_project"]
