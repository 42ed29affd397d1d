"""A build killed at any moment leaves each market's site whole, the last one or the next; the build after it is right."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from . import test_incremental as edits


def _build(root: Path, out: Path) -> None:
    subprocess.run([sys.executable, "-m", "leadsite", "build", "--project", str(root), "--out", str(out)], check=True, capture_output=True)


def _markets(out: Path) -> dict[str, dict[str, bytes]]:
    """Each market's files, and the manifest, as somebody sees them who serves the folder."""
    found: dict[str, dict[str, bytes]] = {}
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        name = path.relative_to(out).as_posix()
        if not name.startswith(".staging-"):
            found.setdefault(name.partition("/")[0], {})[name] = path.read_bytes()
    return found


def _kill_builds(root: Path, tmp_path: Path, grow: Callable[[Path], None], kills: int, seed: int) -> None:
    dice = random.Random(seed)
    grow(root)
    out, cold = tmp_path / "out", tmp_path / "cold"
    _build(root, out)
    kinds = [
        edits.edit_body, edits.edit_title, edits.edit_slug, edits.edit_template, edits.edit_market, edits.edit_catalogue,
        edits.edit_series, edits.edit_page, edits.add_part,
    ]  # fmt: skip
    longest, stopped = 1.0, 0
    for number in range(kills):
        before = _markets(out)
        edit = dice.choice(kinds)
        edit(root, dice)
        started = time.monotonic()
        command = [sys.executable, "-m", "leadsite", "build", "--project", str(root), "--out", str(out)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(dice.uniform(0.02, longest))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                stopped += 1
            else:
                longest = max(0.3, time.monotonic() - started)
        killed = _markets(out)
        _build(root, out)
        after = _markets(out)
        told = f"seed {seed}, kill {number} ({edit.__name__})"
        for market in before.keys() | after.keys():
            assert killed.get(market) in (before.get(market), after.get(market)), f"{told}: {market} is neither the last site nor the next"
        assert not list(out.glob(".staging-*")), told
        shutil.rmtree(cold, ignore_errors=True)
        _build(root, cold)
        assert after == _markets(cold), told
    assert stopped > kills // 4, "most builds ended before they were killed"


def test_a_build_killed_at_any_moment_leaves_whole_sites(small_project: Path, tmp_path: Path) -> None:
    _kill_builds(small_project, tmp_path, edits.grow, 6, 5)


@pytest.mark.slow
def test_a_build_killed_at_100_random_moments_leaves_whole_sites(copy_of_example: Path, tmp_path: Path) -> None:
    _kill_builds(copy_of_example, tmp_path, edits.enlarge, 100, 11)
