"""An incremental build equals a cold one, byte for byte, whatever was edited; and our Freezer equals the stock one."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask_frozen import Freezer

from leadsite.app import create_site_app
from leadsite.build import current
from leadsite.checks import check_project
from leadsite.state import read_state, write_state

from .building import TODAY, build


def tree(out: Path) -> dict[str, bytes]:
    """Every file of a build."""
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def grow(root: Path) -> None:
    """Gives the small project the example's theme, and a longer series in all its languages."""
    for room in ("templates", "static"):
        shutil.copytree(Path(__file__).parents[2] / "site" / room, root / "site" / room, dirs_exist_ok=True)
    folder = next((root / "content" / "blog").iterdir())
    for source in sorted(folder.glob("01-*.md")):
        for number in range(3, 8):
            locale = source.name.split(".", 1)[1]
            text = source.read_text("utf-8")
            text = re.sub(r'^title: .*$', lambda m, n=number: m[0].rstrip('"') + f" {n}" + ('"' if m[0].endswith('"') else ""), text, flags=re.M)  # type: ignore[misc]
            (folder / f"{number:02}-more-{number}.{locale}").write_text(text + f"\n\nPart {number} {locale}.\n", "utf-8")


def posts(root: Path) -> list[Path]:
    return sorted(p for p in (root / "content" / "blog").glob("*/0*.md"))


def _replace(path: Path, pattern: str, words: Callable[[re.Match[str]], str]) -> None:
    text = path.read_text("utf-8")
    path.write_text(re.sub(pattern, words, text, count=1, flags=re.M), "utf-8")
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))


def edit_body(root: Path, dice: random.Random) -> None:
    path = dice.choice(posts(root))
    path.write_text(path.read_text("utf-8") + f"\n\nAdded {dice.random()}.\n", "utf-8")


def edit_title(root: Path, dice: random.Random) -> None:
    path = dice.choice([p for p in root.rglob("content/**/*.md") if re.search(r"^title:", p.read_text("utf-8"), re.M)])
    _replace(path, r"^title: .*$", lambda m: f'title: "Title {dice.randrange(10**6)}"')


def edit_description(root: Path, dice: random.Random) -> None:
    path = dice.choice([p for p in root.rglob("content/**/*.md") if re.search(r"^description:", p.read_text("utf-8"), re.M)])
    _replace(path, r"^description: .*$", lambda m: f'description: "Description {dice.randrange(10**6)}"')


def edit_date(root: Path, dice: random.Random) -> None:
    path = dice.choice([p for p in posts(root) if re.search(r"^date:", p.read_text("utf-8"), re.M)])
    _replace(path, r"^date: .*$", lambda m: f"date: 2026-0{dice.randrange(1, 9)}-1{dice.randrange(10)}")


def edit_slug(root: Path, dice: random.Random) -> None:
    path = dice.choice([p for p in posts(root) if p.read_text("utf-8").startswith("---\n")])
    text = re.sub(r"^slug: .*\n", "", path.read_text("utf-8"), flags=re.M)
    path.write_text(text.replace("---\n", f"---\nslug: s-{dice.randrange(10**6)}\n", 1), "utf-8")


def delete(root: Path, dice: random.Random) -> None:
    stems = sorted({p.name.split(".")[0] for p in posts(root) if "more" in p.name})
    if len(stems) > 1:
        stem = dice.choice(stems)
        for path in posts(root):
            if path.name.split(".")[0] == stem:
                path.unlink()


def rename(root: Path, dice: random.Random) -> None:
    stems = sorted({p.name.split(".")[0] for p in posts(root) if "more" in p.name})
    if stems:
        stem, new = dice.choice(stems), f"{dice.randrange(10, 99)}-more-{dice.randrange(10**5)}"
        for path in posts(root):
            if path.name.split(".")[0] == stem:
                path.rename(path.with_name(path.name.replace(stem, new)))


def show_image(root: Path, dice: random.Random) -> None:
    """A drawing that is new or changed, and half of the time one more text that shows it."""
    folder, name = root / "content" / "images", f"drawing-{dice.randrange(3)}.svg"
    folder.mkdir(exist_ok=True)
    is_new = not (folder / name).exists()
    (folder / name).write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {dice.randrange(1, 90)} 30"/>\n', "utf-8")
    if is_new or dice.randrange(2):
        path = dice.choice(posts(root))
        path.write_text(path.read_text("utf-8") + f'\n\n![Drawing {dice.random()}]({name})\n', "utf-8")


def edit_template(root: Path, dice: random.Random) -> None:
    path = dice.choice(sorted((root / "site" / "templates").glob("*.html")))
    path.write_text(path.read_text("utf-8") + f"{{# {dice.random()} #}}\n", "utf-8")


def edit_style(root: Path, dice: random.Random) -> None:
    path = root / "site" / "static" / "theme.css"
    path.write_text(path.read_text("utf-8") + f"\n.x{dice.randrange(10**6)}{{color:red}}\n", "utf-8")


def edit_catalogue(root: Path, dice: random.Random) -> None:
    path = dice.choice(sorted(root.glob("locales/*/LC_MESSAGES/messages.po")))
    blocks = path.read_text("utf-8").split("\n\n")
    index = dice.choice([i for i, b in enumerate(blocks[1:], 1) if re.search(r'^msgstr "[^"{%]+"$', b, re.M) and "{" not in b])
    blocks[index] = re.sub(r'^msgstr ".*"$', f'msgstr "كلمة {dice.randrange(10**6)}"', blocks[index], flags=re.M)
    path.write_text("\n\n".join(blocks), "utf-8")


def edit_market(root: Path, dice: random.Random) -> None:
    path = dice.choice(sorted((root / "content" / "markets").glob("*.toml")))
    _replace(path, r'^address = ".*"$', lambda m: f'address = "{dice.randrange(1000)} Long Road"')


def edit_form(root: Path, dice: random.Random) -> None:
    path = dice.choice(sorted((root / "content" / "forms").glob("*.toml")))
    _replace(path, r'^email = ".*"$', lambda m: f'email = "Email me news of kind {dice.randrange(10**6)}."')


def edit_series(root: Path, dice: random.Random) -> None:
    path = dice.choice(sorted(root.glob("content/blog/*/series.*.md")))
    text = re.sub(r"^(?:slug|tags): .*\n", "", path.read_text("utf-8"), flags=re.M)
    kind = dice.randrange(4)
    if kind == 0:
        text = text.replace("---\n", f"---\nslug: series-{dice.randrange(10**6)}\n", 1)
    elif kind == 1:
        text = re.sub(r"^description: .*$", f'description: "Of kind {dice.randrange(10**6)}"', text, flags=re.M)
    elif kind == 2:
        text = text.replace("---\n", "---\ntags: [shared]\n", 1)
    path.write_text(text + f"\nMore of it {dice.random()}.\n", "utf-8")


def edit_tag(root: Path, dice: random.Random) -> None:
    path = dice.choice([p for p in posts(root) if p.read_text("utf-8").startswith("---\n")])
    text = re.sub(r"^tags: .*\n", "", path.read_text("utf-8"), flags=re.M)
    path.write_text(text.replace("---\n", f"---\ntags: [one, tag-{dice.randrange(10**4)}]\n", 1), "utf-8")


def edit_page(root: Path, dice: random.Random) -> None:
    path = dice.choice(sorted(root.glob("content/pages/*.md")))
    lines = path.read_text("utf-8").split("\n")
    at = max(n for n, line in enumerate(lines) if line.strip() == ":::")
    lines.insert(at, f"\nOne more line {dice.random()}.")
    path.write_text("\n".join(lines), "utf-8")


def edit_mail(root: Path, dice: random.Random) -> None:
    mails = sorted(root.glob("content/mail/*/*.md"))
    if mails:
        path = dice.choice(mails)
        path.write_text(path.read_text("utf-8") + f"\nOne more line {dice.random()}.\n", "utf-8")


def add_part(root: Path, dice: random.Random) -> None:
    """A new part in every language that the series has."""
    folder = dice.choice(sorted(p.parent for p in root.glob("content/blog/*/series.*.md")))
    number, sources = dice.randrange(30, 99), sorted(folder.glob("01-*.md"))
    for path in sources:
        locale = path.name.split(".", 1)[1]
        (folder / f"{number}-new-{number}.{locale}").write_text(
            # Without the address that an edit before may have given to the first part.
            re.sub(r'^slug: .*\n|^(title: "?)', lambda m, n=number: f"{m[1]}{n} " if m[1] else "", path.read_text("utf-8"), flags=re.M)  # type: ignore[misc]
            + f"\nNew {number}.\n",
            "utf-8",
        )


def touch(root: Path, dice: random.Random) -> None:
    path = dice.choice(posts(root))
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 5_000_000))


EDITS = [
    edit_body, edit_title, edit_description, edit_date, edit_slug, delete, rename, edit_template, edit_style, edit_catalogue,
    edit_market, edit_form, edit_series, edit_tag, edit_page, edit_mail, add_part, touch,
    show_image,
]  # fmt: skip


def keep_markets(root: Path, *markets: str) -> None:
    """Takes the other markets away; the first is then the default one."""
    for path in (root / "content" / "markets").glob("*.toml"):
        if path.stem not in markets:
            path.unlink()
    _replace(root / "site" / "site.toml", r"^default_market = .*$", lambda m: f'default_market = "{markets[0]}"')
    for path in root.glob("content/**/*@*"):
        if path.stem.partition("@")[2] not in markets:
            path.unlink()


def enlarge(root: Path) -> None:
    """Makes of the example a project of 300 pages in five languages: three of its markets, and a second series."""
    keep_markets(root, "in", "bd", "ae")
    kept = {"en", "gu", "mr", "bn", "ar"}
    for path in [*root.glob("content/**/*.md"), *(p for p in root.glob("locales/*") if p.is_dir())]:
        locale = path.name if path.is_dir() else path.name.split(".")[1].partition("@")[0]
        if locale.split("-")[0] not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    first = root / "content" / "blog" / "client-acquisition"
    second = root / "content" / "blog" / "second"
    second.mkdir()
    for path in sorted(first.glob("series.*.md")):
        text = re.sub(r'^title: "?', lambda m: m[0] + "2 ", path.read_text("utf-8"), flags=re.M)
        (second / path.name).write_text(_without_links(text), "utf-8")
    for path in sorted(first.glob("01-*.md")):
        if "@" in path.name:
            continue
        locale = path.name.split(".", 1)[1]
        for number in range(1, 20):
            text = re.sub(r'^title: "?', lambda m, n=number: f"{m[0]}{n} ", path.read_text("utf-8"), flags=re.M)  # type: ignore[misc]
            (second / f"{number:02}-more-{number}.{locale}").write_text(_without_links(text) + f"\n\nPart {number}.\n", "utf-8")
    for path in (root / "content" / "markets").glob("*.toml"):
        _replace(path, r'^series = \["client-acquisition"\]', lambda m: 'series = ["client-acquisition", "second"]')


def _without_links(text: str) -> str:
    """Links between parts would die with the parts that are taken away."""
    return re.sub(r"\]\((?:post|series|complete):[^)]*\)", "](page:guide)", text)


def _sequence(root: Path, tmp_path: Path, seed: int, length: int, make: Callable[[Path], None] = grow) -> None:
    dice = random.Random(seed)
    make(root)
    out = tmp_path / "out"
    build(root, out)
    for number in range(length):
        edit = dice.choice(EDITS)
        edit(root, dice)
        build(root, out)
        cold = tmp_path / "cold"
        shutil.rmtree(cold, ignore_errors=True)
        build(root, cold)
        warm, fresh = tree(out), tree(cold)
        differ = sorted(n for n in warm.keys() | fresh.keys() if warm.get(n) != fresh.get(n))
        assert differ == [], f"seed {seed}, edit {number} ({edit.__name__})"


@pytest.mark.parametrize("seed", range(6))
def test_an_incremental_build_equals_a_cold_one_after_random_edits(small_project: Path, tmp_path: Path, seed: int) -> None:
    _sequence(small_project, tmp_path, seed, 6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1500))
def test_an_incremental_build_of_300_pages_equals_a_cold_one_after_random_edits(
    copy_of_example: Path, tmp_path: Path, seed: int
) -> None:
    _sequence(copy_of_example, tmp_path, seed, random.Random(seed).randrange(1, 4), enlarge)


def test_a_build_of_300_pages_in_five_languages_is_what_the_long_proof_is_about(copy_of_example: Path, tmp_path: Path) -> None:
    enlarge(copy_of_example)
    report = build(copy_of_example, tmp_path / "out")
    assert report.pages >= 300
    assert {p.parent.parent.name for p in copy_of_example.glob("locales/*/LC_MESSAGES/messages.po")} == {"ar", "bn", "gu", "mr"}


@pytest.mark.parametrize("edit", EDITS, ids=lambda e: e.__name__)
def test_every_kind_of_edit_is_seen(small_project: Path, tmp_path: Path, edit: Callable[[Path, random.Random], None]) -> None:
    grow(small_project)
    build(small_project, tmp_path / "out")
    edit(small_project, random.Random(7))
    build(small_project, tmp_path / "out")
    build(small_project, tmp_path / "cold")
    assert tree(tmp_path / "out") == tree(tmp_path / "cold")


def test_a_body_edit_renders_its_page_and_what_carries_the_body(small_project: Path, tmp_path: Path) -> None:
    grow(small_project)
    build(small_project, tmp_path / "out")
    path = next(p for p in posts(small_project) if "more-4" in p.name and ".en" in p.name)
    path.write_text(path.read_text("utf-8") + "\n\nOne more sentence.\n", "utf-8")
    rendered = build(small_project, tmp_path / "out").rendered
    assert any("more-4/index.html" in r for r in rendered)
    assert all("more-4" in r or "feed.xml" in r or "/complete/" in r for r in rendered), rendered


def test_a_longer_text_without_spaces_is_told_to_its_series(copy_of_example: Path, tmp_path: Path) -> None:
    """Japanese is read by characters: the minutes change though no space was added."""
    keep_markets(copy_of_example, "jp")
    build(copy_of_example, tmp_path / "out")
    path = next((copy_of_example / "content" / "blog").glob("*/01-*.ja.md"))
    path.write_text(path.read_text("utf-8").rstrip() + "顧客を理解することから始まります。" * 200 + "\n", "utf-8")
    rendered = build(copy_of_example, tmp_path / "out").rendered
    build(copy_of_example, tmp_path / "cold")
    assert tree(tmp_path / "out") == tree(tmp_path / "cold")
    assert "jp/blog/client-acquisition/index.html" in rendered


def test_nothing_is_rendered_when_nothing_changed(small_project: Path, tmp_path: Path) -> None:
    grow(small_project)
    build(small_project, tmp_path / "out")
    report = build(small_project, tmp_path / "out")
    assert (report.rendered, report.written, report.removed) == ((), 0, 0)
    _, changes = current(small_project, tmp_path / "out", (), TODAY)
    assert changes is not None and not changes


@pytest.mark.parametrize("harm", ["touched", "lost"])
def test_an_output_that_was_touched_or_lost_is_made_again(small_project: Path, tmp_path: Path, harm: str) -> None:
    out = tmp_path / "out"
    grow(small_project)
    build(small_project, out)
    whole = tree(out)
    page = sorted(out.rglob("index.html"))[-1]
    if harm == "touched":
        page.write_text("spoiled")
    else:
        page.unlink()
    _, changes = current(small_project, out, (), TODAY)
    assert changes is not None and changes.damaged == (page.relative_to(out).as_posix(),)
    build(small_project, out)
    assert tree(out) == whole


@pytest.mark.parametrize("edited", [0, 1, 2])
def test_several_processes_find_the_changes_that_one_finds(
    small_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: int
) -> None:
    out = tmp_path / "out"
    grow(small_project)
    for path in small_project.rglob("*"):
        os.utime(path, (1e9, 1e9))  # What was written a moment ago is looked at again.
    build(small_project, out)
    page = sorted(out.rglob("index.html"))[-1]
    page.unlink()
    for path in posts(small_project)[:edited]:
        path.write_text(path.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
    (_, alone), ahead = current(small_project, out, (), TODAY), []
    monkeypatch.setattr("leadsite.state.FEWEST_TO_SHARE", 0)
    state = read_state(small_project, out)
    assert state is not None
    together = state.changes(small_project, out, ahead=lambda: ahead.append(True))
    assert together == alone and together.damaged == (page.relative_to(out).as_posix(),)
    assert (len(together.changed), len(ahead)) == (edited, min(edited, 1))


def test_what_was_built_is_remembered_only_when_nothing_is_left_to_tidy(
    small_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build killed after it was remembered would leave its staging folder to one that finds nothing changed."""
    out, left = tmp_path / "out", []
    for module in ("leadsite.freeze", "leadsite.edits"):
        monkeypatch.setattr(f"{module}.write_state", lambda *given, m=module: (left.append((m, list(out.glob(".staging-*")))), write_state(*given)))
    grow(small_project)
    build(small_project, out)
    edit_body(small_project, random.Random(1))
    build(small_project, out)
    assert left == [("leadsite.freeze", []), ("leadsite.edits", [])]


def test_files_that_did_not_change_keep_their_place_on_the_disk(small_project: Path, tmp_path: Path) -> None:
    grow(small_project)
    build(small_project, tmp_path / "out")
    before = {p: p.stat().st_ino for p in (tmp_path / "out").rglob("*.html")}
    edit_body(small_project, random.Random(1))
    rendered = build(small_project, tmp_path / "out").rendered
    after = {p: p.stat().st_ino for p in (tmp_path / "out").rglob("*.html")}
    moved = {p.relative_to(tmp_path / "out").as_posix() for p in before if before[p] != after.get(p)}
    assert moved <= set(rendered)


def test_several_processes_write_the_bytes_of_one(example: Path, tmp_path: Path) -> None:
    build(example, tmp_path / "one", jobs=1)
    build(example, tmp_path / "many", jobs=3)
    assert tree(tmp_path / "one") == tree(tmp_path / "many")


def test_our_freezer_writes_the_bytes_of_the_stock_one(example: Path, tmp_path: Path) -> None:
    build(example, tmp_path / "ours")
    _, plan, problems = check_project(example, today=TODAY)
    assert plan is not None and not problems
    app = create_site_app(lambda: plan)
    app.config.update(
        FREEZER_DESTINATION=str(tmp_path / "stock"), FREEZER_IGNORE_MIMETYPE_WARNINGS=True, PROPAGATE_EXCEPTIONS=True
    )
    stock = Freezer(app, with_static_files=False, with_no_argument_rules=False, log_url_for=False)

    @stock.register_generator
    def page():  # type: ignore[no-untyped-def]
        for output in plan.outputs:
            yield {"market": output.market, "path": output.path}

    stock.freeze()
    ours = {n: b for n, b in tree(tmp_path / "ours").items() if "/assets/" not in n and n != "manifest.json"}
    assert ours == tree(tmp_path / "stock")
