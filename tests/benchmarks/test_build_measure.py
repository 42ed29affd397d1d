"""What the build benchmark makes of its samples and pages, and that it measures what it says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.build.corpus import Corpus
from benchmarks.build.measure import Failed, Spread, ratios, spread, timed
from benchmarks.build.pages import compare, deviation, holds, sample_paths
from benchmarks.build.tools import TOOLS, chosen


def test_a_spread_is_median_least_and_most() -> None:
    assert spread([3.0, 1.0, 2.0]) == Spread(2.0, 1.0, 3.0)
    assert spread([4.0, 1.0]) == Spread(2.5, 1.0, 4.0)


def test_ratios_are_taken_within_a_round() -> None:
    # The machine was half as fast in the second round; the ratio does not move.
    assert ratios([2.0, 4.0, 6.0], [1.0, 2.0, 3.0]) == Spread(2.0, 2.0, 2.0)
    assert ratios([1.0, 9.0], [1.0, 3.0]) == Spread(2.0, 1.0, 3.0)


@pytest.mark.parametrize(("values", "base"), [([1.0], [1.0, 2.0]), ([], [])])
def test_ratios_need_the_same_rounds(values: list[float], base: list[float]) -> None:
    with pytest.raises(ValueError, match="same rounds"):
        ratios(values, base)


def test_a_run_counts_its_children(tmp_path: Path) -> None:
    work = "x = bytearray(60 << 20); sum(range(3_000_000))"
    command = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}], check=True)"]
    sample = timed(command, tmp_path, tmp_path / "log")
    assert sample.memory > 60
    assert sample.cpu > 0 and sample.wall > 0


def test_a_run_that_fails_says_what_the_tool_said(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="no such page"):
        timed([sys.executable, "-c", "raise SystemExit('no such page')"], tmp_path, tmp_path / "log")


def _site(folder: Path, files: dict[str, int]) -> Path:
    for name, size in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    return folder


def test_sites_agree_with_the_same_files_and_nearly_the_same_sizes(tmp_path: Path) -> None:
    folders = {"one": _site(tmp_path / "a", {"en/x": 1000, "y": 10}), "other": _site(tmp_path / "b", {"en/x": 1049, "y": 90})}
    found = compare(folders, iter(["en/x"]))
    assert found.faults == ()
    assert (found.files, found.total["one"], found.samples["en/x"]["other"]) == ({"one": 2, "other": 2}, 1010, 1049)


def test_sites_differ_by_a_file_or_by_more_than_a_twentieth(tmp_path: Path) -> None:
    folders = {"one": _site(tmp_path / "a", {"x": 1000, "y": 1}), "other": _site(tmp_path / "b", {"x": 940, "z": 1})}
    faults = compare(folders, iter(["x"])).faults
    assert faults == (
        "other lacks 1 files of one, such as y",
        "other has besides 1 files of one, such as z",
        "x: other has 940 bytes, one 1000 (-6.0%)",
    )
    assert deviation(1, 0) == float("inf")


def test_samples_are_pages_of_the_corpus() -> None:
    paths = list(sample_paths(Corpus(100)))
    assert "bn/blog/series-0001/post-00009/index.html" in paths
    assert len(paths) == len(set(paths))


def test_a_page_shows_words_written_as_entities_too(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("<p>a &amp; b</p>", encoding="utf-8")
    assert holds(page, "a & b") and not holds(page, "c") and not holds(tmp_path / "none", "a")


def test_the_largest_size_is_for_the_fastest_alone() -> None:
    assert chosen(tuple(TOOLS), 1_000) == tuple(TOOLS)
    assert set(TOOLS) - set(chosen(tuple(TOOLS), 10_000)) == {"frozen-markdown"}
    assert chosen(tuple(TOOLS), 30_000) == ("leadsite", "hugo")
