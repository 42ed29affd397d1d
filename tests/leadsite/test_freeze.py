"""A build: the same bytes each time, the manifest as promised, and the last good one left standing by any that fails."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leadcore.problems import ProjectProblems
from leadcore.reading import load_project
from leadcore.rendering.assets import assets
from leadcore.rendering.templating import forget_templates
from leadsite import freezer as freezer_module
from leadsite import output_folder
from leadsite.build import build_site
from leadsite.freeze import BuildReport, freeze
from leadsite.plan import make_plan

DAY = dt.date(2026, 9, 14)
KEYS = {"market", "locale", "url", "file", "source", "kind", "content_locale", "translations", "sha256"}
KINDS = {"chooser", "landing", "series", "post", "list", "legal", "thanks", "error", "feed", "sitemap", "other"}
Edit = Callable[[Path, str, str], None]


def build(root: Path, out: Path, *markets: str) -> BuildReport:
    forget_templates()
    assets.cache_clear()
    return freeze(make_plan(load_project(root), DAY), out, markets)


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_example_built_twice_gives_equal_bytes(example: Path, built: Any, tmp_path: Path) -> None:
    report = freeze(make_plan(load_project(example), DAY), tmp_path / "again")
    assert tree(tmp_path / "again") == tree(built.out)
    assert (report.written, report.unchanged, report.removed) == (len(tree(built.out)) - 1, 0, 0)
    second = freeze(make_plan(load_project(example), DAY), tmp_path / "again")
    assert (second.written, second.unchanged, second.removed) == (0, report.written, 0)
    assert tree(tmp_path / "again") == tree(built.out)


def test_the_manifest_names_every_file_once(built: Any) -> None:
    named = [entry["file"] for entry in built.manifest]
    written = [name for name in tree(built.out) if name != "manifest.json" and name.split("/")[1] != "assets"]
    assert named == sorted(named) and len(set(named)) == len(named)
    assert sorted(written) == named


def test_the_manifest_keeps_its_promise(built: Any) -> None:
    markets = built.plan.project.markets
    assert list(json.loads((built.out / "manifest.json").read_text("utf-8"))) == ["pages"]
    urls = {entry["url"] for entry in built.manifest}
    assert len(urls) == len(built.manifest)
    for entry in built.manifest:
        market = markets[entry["market"]]
        assert set(entry) == KEYS and entry["kind"] in KINDS
        assert entry["locale"] in market.locales and entry["file"].startswith(market.id + "/")
        assert entry["url"].startswith(market.base_url + "/") and entry["url"].isascii()
        assert built.file_of(entry["file"], entry["url"]) == entry["file"]
        assert entry["sha256"] == hashlib.sha256((built.out / entry["file"]).read_bytes()).hexdigest()
        assert (built.plan.project.root / entry["source"]).is_file()
        assert set(entry["translations"].values()) <= urls
        if entry["translations"] and entry["content_locale"] == entry["locale"]:
            assert entry["translations"][market.hreflang(entry["locale"])] == entry["url"]
    assert {entry["kind"] for entry in built.manifest} == KINDS


def test_assets_are_named_by_their_content(built: Any) -> None:
    for path in built.out.glob("*/assets/*"):
        if path.suffix in (".avif", ".webp", ".jpg"):  # Named by what they are made of, before they are.
            continue
        assert path.name.split(".")[-2] == hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def test_one_market_is_built_and_the_others_are_kept(small_site: Path, tmp_path: Path, edit: Edit) -> None:
    out = tmp_path / "build"
    build(small_site, out)
    before = tree(out)
    edit(small_site / "content/pages/home.en.md", "Two parts, ten minutes.", "Two short parts.")
    report = build(small_site, out, "us")
    after = tree(out)
    assert report.markets == ("us",) and report.written == 1
    assert {n for n in after if before[n] != after[n]} == {"us/index.html", "manifest.json"}
    pages = json.loads(after["manifest.json"])["pages"]
    assert {p["file"] for p in pages} == {p["file"] for p in json.loads(before["manifest.json"])["pages"]}
    build(small_site, out)
    build(small_site, tmp_path / "whole")
    assert tree(out) == tree(tmp_path / "whole")


def test_one_market_alone_makes_a_manifest_of_one(small_site: Path, tmp_path: Path) -> None:
    build(small_site, tmp_path / "build", "us")
    assert {n.split("/")[0] for n in tree(tmp_path / "build")} == {"us", "manifest.json"}


def test_a_page_that_is_gone_takes_its_file_along(small_site: Path, tmp_path: Path, edit: Edit) -> None:
    out = tmp_path / "build"
    build(small_site, out)
    for path in small_site.glob("content/blog/basics/02-next*"):
        path.unlink()
    for path in small_site.glob("content/**/*.md"):
        path.write_text(path.read_text("utf-8").replace("(post:basics/next)", "(series:basics)"), encoding="utf-8")
    report = build(small_site, out)
    assert report.removed == 3
    assert not list(out.rglob("next"))
    build(small_site, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


def test_a_market_that_is_gone_takes_its_folder_along(small_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "build"
    build(small_site, out)
    (small_site / "content/markets/ae.toml").unlink()
    build(small_site, out, "us")
    assert (out / "ae").is_dir()
    report = build(small_site, out)
    assert not (out / "ae").exists() and report.removed > 20
    assert set(json.loads((out / "manifest.json").read_text())["pages"][0]) == KEYS


@pytest.mark.parametrize("name", ["notes.txt", "us/notes.txt", "us/blog/mine.html", "ae/en/.secret"])
def test_files_of_somebody_else_are_refused_and_kept(name: str, small_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "build"
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text("mine", encoding="utf-8")
    with pytest.raises(ProjectProblems) as raised:
        build(small_site, out)
    assert [(p.code, p.place.path) for p in raised.value.problems] == [("P001", "build/")]
    assert tree(out) == {name: b"mine"}


def test_files_of_somebody_else_within_a_built_market_are_refused(small_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "build"
    build(small_site, out)
    (out / "us" / "mine.html").write_text("mine", encoding="utf-8")
    before = tree(out)
    with pytest.raises(ProjectProblems) as raised:
        build(small_site, out)
    assert raised.value.problems[0].detail == ("us/mine.html",)
    assert tree(out) == before
    build(small_site, out, "ae")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"pages": 1}', '{"pages": [{}]}', "\x00"])
def test_a_manifest_that_is_not_ours_is_refused(content: str, small_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "build"
    out.mkdir()
    (out / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(ProjectProblems):
        build(small_site, out)


def test_a_file_in_the_folders_place_is_refused(small_site: Path, tmp_path: Path) -> None:
    (tmp_path / "build").write_text("mine", encoding="utf-8")
    with pytest.raises(ProjectProblems):
        build(small_site, tmp_path / "build")


def test_an_empty_folder_and_one_with_gitkeep_are_taken(small_site: Path, tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / ".gitkeep").touch()
    build(small_site, tmp_path / "build")
    assert (tmp_path / "build" / ".gitkeep").is_file()


def test_a_broken_template_leaves_the_last_build_and_no_litter(small_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "build"
    build(small_site, out)
    before = tree(out)
    for broken in ("{% if %}", "{{ nobody }}", "{{ 1 // 0 }}"):
        (small_site / "site/templates/post.html").write_text(broken, encoding="utf-8")
        with pytest.raises(Exception, match=r"."):
            build(small_site, out)
        assert tree(out) == before
        assert not list(out.glob(".*"))


def test_a_full_disk_leaves_the_last_build_and_no_litter(small_site: Path, tmp_path: Path, edit: Edit) -> None:
    """The system refuses to write past a size, as it does when the disk is full."""
    out = tmp_path / "build"
    build(small_site, out)
    before = tree(out)
    page = small_site / "content/blog/basics/02-next.en.md"
    page.write_text(page.read_text("utf-8") + "\n" + "Many words. " * 40_000, encoding="utf-8")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    command = [sys.executable, "-m", "leadsite", "build", "--project", str(small_site), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit, check=False)
    assert done.returncode == 1 and "File too large" in done.stderr and "Traceback" not in done.stderr
    assert tree(out) == before
    assert not list(out.glob(".*"))


@pytest.mark.parametrize("step", range(3))
def test_a_switch_that_fails_half_way_is_undone(step: int, small_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: Edit) -> None:
    out = tmp_path / "build"
    build(small_site, out)
    before = tree(out)
    edit(small_site / "content/pages/home.en.md", "Two parts, ten minutes.", "Two short parts.")
    calls = []
    real, real_replace = output_folder._exchange, Path.replace

    def exchange(new: Path, place: Path) -> None:
        calls.append(place)
        if step < 2 and len(calls) == step + 1:
            raise OSError(28, "No space left on device")
        real(new, place)

    def replace_file(self: Path, target: Path) -> Path:
        if self.name == "manifest.json" and step == 2:
            raise OSError(28, "No space left on device")
        return real_replace(self, target)

    monkeypatch.setattr(output_folder, "_exchange", exchange)
    monkeypatch.setattr(Path, "replace", replace_file)
    with pytest.raises(OSError, match="No space"):
        build(small_site, out)
    assert tree(out) == before
    assert not list(out.glob(".*"))


@pytest.mark.parametrize("atomic", [True, False], ids=["exchange", "two renames"])
def test_folders_are_exchanged(atomic: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not atomic:
        monkeypatch.setattr(output_folder, "_renameat2", lambda one, other: False)
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    output_folder._exchange(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old" / "new").exists() and (tmp_path / "new" / "old").exists()
    assert len(list(tmp_path.iterdir())) == 2


def start_build(root: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "leadsite", "build", "--project", str(root), "--out", str(out)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_kill_during_the_build_leaves_the_last_one_whole(copy_of_example: Path, tmp_path: Path) -> None:
    """Killed as soon as it has begun to write; the next build clears up and says no word about it."""
    out = tmp_path / "build"
    for path in copy_of_example.glob("content/**/*"):
        if path.suffix in (".toml", ".md") and ("@" in path.name or path.parent.name == "markets") and path.name != "us.toml":
            path.unlink()
    build(copy_of_example, out)
    before = tree(out)
    for path in copy_of_example.glob("content/blog/*/*.en.md"):
        path.write_text(path.read_text("utf-8") + "\nOne more line.\n", encoding="utf-8")
    process = start_build(copy_of_example, out)
    end = time.monotonic() + 30
    while not list(out.glob(".staging-*/us/**/*.html")):
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = list(out.glob(".staging-*"))
    assert left, "it was killed too late"
    assert {n: b for n, b in tree(out).items() if not n.startswith(".staging-")} == before
    build(copy_of_example, out)
    assert not list(out.glob(".staging-*"))
    assert tree(out).keys() == before.keys() and tree(out) != before


def test_a_kill_between_switch_and_manifest_does_not_lock_the_folder(small_site: Path, tmp_path: Path) -> None:
    """New pages stand in the market's folder, but only the manifest in the staging folder names them."""
    out = tmp_path / "build"
    build(small_site, out)
    text = "---\ntitle: More\ndescription: More of it.\ndate: 2026-04-01\n---\nMore.\n"
    (small_site / "content/blog/basics/03-more.en.md").write_text(text, encoding="utf-8")
    staging = out / ".staging-dead"
    build(small_site, tmp_path / "next")
    shutil.rmtree(out / "us")
    shutil.copytree(tmp_path / "next" / "us", out / "us")
    staging.mkdir()
    shutil.copy(tmp_path / "next" / "manifest.json", staging / "manifest.json")
    build(small_site, out)
    assert tree(out) == tree(tmp_path / "next")


def test_the_first_build_killed_does_not_lock_the_folder(small_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "build"
    (out / ".staging-dead" / "us").mkdir(parents=True)
    (out / ".staging-dead" / "us" / "index.html").touch()
    build(small_site, out)
    assert not list(out.glob(".*"))


def test_two_builds_at_once_take_turns(small_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "build"
    running, most = 0, 0
    real = freezer_module.freeze_shared

    def render(*arguments: Any) -> Any:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.05)
        try:
            return real(*arguments)
        finally:
            running -= 1

    monkeypatch.setattr(freezer_module, "freeze_shared", render)
    plan = make_plan(load_project(small_site), DAY)
    threads = [threading.Thread(target=freeze, args=(plan, out)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    build(small_site, tmp_path / "alone")
    assert tree(out) == tree(tmp_path / "alone")


def test_a_folder_that_may_not_be_written_is_said_in_one_line(small_site: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the system administrator may write everywhere")
    (tmp_path / "build").mkdir(mode=0o500)
    command = [sys.executable, "-m", "leadsite", "build", "--project", str(small_site), "--out", str(tmp_path / "build")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr


def test_progress_counts_to_the_end(small_site: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    plan = make_plan(load_project(small_site), DAY)
    freeze(plan, tmp_path / "build", progress=lambda done, total: seen.append((done, total)))
    total = len(plan.outputs)
    assert seen == [(n, total) for n in range(1, total + 1)]


def test_a_site_below_a_path_links_below_it(small_site: Path, tmp_path: Path) -> None:
    project = load_project(small_site)
    us = replace(project.markets["us"], base_url="https://small.example/us")
    freeze(make_plan(replace(project, markets={"us": us}), DAY), tmp_path / "build")
    text = (tmp_path / "build/us/index.html").read_text("utf-8")
    assert 'href="/us/blog/basics/start/"' in text and 'href="https://small.example/us/"' in text


def test_problems_are_told_where_pages_were_already_being_rendered(copy_of_example: Path, tmp_path: Path) -> None:
    """Pages are rendered while the project is checked: what is wrong with it is said, not what a page made of it, and nothing goes out."""
    out = tmp_path / "build"
    build(copy_of_example, out)
    before = tree(out)
    page = copy_of_example / "content/pages/guide.en.md"
    page.write_text(page.read_text("utf-8").replace("form: guide", "form: gone"), encoding="utf-8")
    with pytest.raises(ProjectProblems) as told:
        build_site(copy_of_example, out, today=DAY, jobs=2)
    assert "P104" in {problem.code for problem in told.value.problems}
    assert tree(out) == before
    with pytest.raises(ProjectProblems):
        build_site(copy_of_example, tmp_path / "new", today=DAY, jobs=2)
    assert not (tmp_path / "new").exists()


def test_a_broken_template_is_told_as_a_problem(copy_of_example: Path, tmp_path: Path) -> None:
    page = copy_of_example / "site/templates/post.html"
    page.write_text(page.read_text("utf-8").replace("{% endblock %}", "{% endbloc %}"), encoding="utf-8")
    with pytest.raises(ProjectProblems) as told:
        build_site(copy_of_example, tmp_path / "out", today=DAY, jobs=2)
    assert {problem.place.path for problem in told.value.problems} == {"site/templates/post.html"}
