"""One timed run of a command, and what to make of several: medians, spreads, ratios round by round."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class Failed(Exception):
    """A build that ended with an error, or left out what it had to build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Seconds by the clock, seconds of CPU with all children, MiB of the largest process."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Spread:
    median: float
    least: float
    most: float


def timed(command: Sequence[str], folder: Path, log: Path) -> Sample:
    """Runs a command in a folder, what it says kept in `log`. Raises Failed."""
    with log.open("wb") as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed(log.read_text(encoding="utf-8", errors="replace")[-2000:])
    return Sample(wall=wall, cpu=used.ru_utime + used.ru_stime, memory=used.ru_maxrss / 1024)


def spread(values: Sequence[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


def ratios(values: Sequence[float], base: Sequence[float]) -> Spread:
    """How many times the base each value is, compared within its own round."""
    if len(values) != len(base) or not base:
        raise ValueError("ratios need the same rounds of both")
    return spread([value / other for value, other in zip(values, base, strict=True)])
