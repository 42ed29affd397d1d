"""The forms API as a production process: gunicorn with threads, one store writer per process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from forms_api.settings import Settings
from leadcore.reading import load_project


def serve(project_root: Path, *, host: str, port: int, workers: int, threads: int) -> None:
    """Becomes gunicorn; does not return.

    Raises ProjectProblems or SettingsError first: a worker of gunicorn would only die of them again and again.
    """
    load_project(project_root)
    Settings.from_env(os.environ, project_root)
    os.environ["LEADSITE_PROJECT"] = str(project_root)
    command = [
        sys.executable, "-m", "gunicorn", "forms_api:create_app()",
        "--bind", f"{host}:{port}", "--workers", str(workers), "--threads", str(threads), "--worker-class", "gthread",
        "--graceful-timeout", "20", "--access-logfile", "-",
        # No addresses of visitors and no query strings: a log is not a place for personal data.
        "--access-logformat", "%(m)s %(s)s %(B)s %(D)sus",
    ]  # fmt: skip
    os.execv(command[0], command)
