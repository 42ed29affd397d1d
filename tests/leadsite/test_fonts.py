"""Web fonts in a build: they hold what the pages need, follow every edit, cost nothing where none are chosen, and are proved."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from leadcore.problems import ProjectProblems
from leadcore.reading import load_project
from leadcore.rendering import webfonts
from leadcore.rendering.font_files import installed_font
from leadsite import fonts as site_fonts
from leadsite.app import create_site_app
from leadsite.build import build_site
from leadsite.checks import check_project
from leadsite.cli import main
from leadsite.font_checks import MOST_BYTES
from leadsite.freeze import freeze
from leadsite.plan import make_plan

from .building import TODAY, build

LATIN = "".join(map(chr, range(32, 127)))
CHOICE = '\n[fonts]\nen = "Plain"\n'
FONT = re.compile(r"assets/plain\.[0-9a-f]{10}\.woff2")


def tree(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def pages(out: Path, market: str = "us") -> dict[str, str]:
    return {p.relative_to(out).as_posix(): p.read_text("utf-8") for p in sorted((out / market).rglob("*.html"))}


def write(path: Path, text: str) -> None:
    """As an editor would, a moment after the last look."""
    path.write_text(text, encoding="utf-8")
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))


def append(path: Path, text: str) -> None:
    write(path, path.read_text("utf-8") + text)


@pytest.fixture
def site(small_site: Path, make_font: Callable[..., Path]) -> Path:
    """The small project with a font in its room that has Latin letters, é and Ω. No market has chosen it yet."""
    shutil.copy(Path(__file__).parents[2] / "site" / "static" / "theme.css", small_site / "site" / "static" / "theme.css")
    make_font(small_site / "site" / "fonts" / "plain.ttf", "Plain", LATIN + "éΩ")
    return small_site


@pytest.fixture
def chosen(site: Path) -> Path:
    """The same, chosen by market `us` for English."""
    append(site / "content" / "markets" / "us.toml", CHOICE)
    return site


def test_nothing_changes_where_no_font_is_chosen(site: Path, tmp_path: Path) -> None:
    build(site, tmp_path / "with")
    shutil.rmtree(site / "site" / "fonts")
    build(site, tmp_path / "without")
    assert tree(tmp_path / "with") == tree(tmp_path / "without")
    assert not (site / "var" / "fonts").exists()
    assert not any("font-face" in text or "preload" in text for text in pages(tmp_path / "with").values())


def test_each_page_of_the_market_loads_its_font_and_no_other_market_does(site: Path, tmp_path: Path) -> None:
    build(site, tmp_path / "before")
    append(site / "content" / "markets" / "us.toml", CHOICE)
    build(site, tmp_path / "after")
    before, after = tree(tmp_path / "before"), tree(tmp_path / "after")
    assert {name for name in after if before.get(name) != after[name]} >= set(pages(tmp_path / "after"))-{"us/404.html"}
    assert all(before[name] == data for name, data in after.items() if name.startswith("ae/"))
    (font,) = (tmp_path / "after" / "us" / "assets").glob("*.woff2")
    for name, text in pages(tmp_path / "after").items():
        if name != "us/404.html":  # Speaks all languages of its market.
            assert f'<link rel="preload" href="/assets/{font.name}" as="font" type="font/woff2" crossorigin>' in text
            assert text.count(f"url(/assets/{font.name})") == 1
            assert "font-display:swap" in text
    assert "font-face" not in pages(tmp_path / "after")["us/404.html"]


def test_a_new_character_gives_a_new_subset_and_its_going_the_old_one(chosen: Path, tmp_path: Path) -> None:
    out, post = tmp_path / "out", chosen / "content" / "blog" / "basics" / "02-next.en.md"
    before = post.read_text("utf-8")
    build(chosen, out)
    first = tree(out)
    (old,) = [name for name in first if name.endswith(".woff2")]
    append(post, "\nThe last letter is Ω.\n")
    report = build(chosen, out)
    (new,) = [name for name in tree(out) if name.endswith(".woff2")]
    assert new != old and report.removed == 1
    assert all(FONT.findall(text) == [new.removeprefix("us/")] * 2 for name, text in pages(out).items() if name != "us/404.html")
    build(chosen, tmp_path / "cold")
    assert tree(out) == tree(tmp_path / "cold")
    write(post, before)
    build(chosen, out)
    assert tree(out) == first


def test_an_edit_without_new_characters_renders_its_own_pages_and_keeps_the_subset(chosen: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(chosen, out)
    kept = sorted((chosen / "var" / "fonts").glob("*.fonts"))
    append(chosen / "content" / "blog" / "basics" / "02-next.en.md", "\nMore of the same.\n")
    report = build(chosen, out)
    ours = {name for name in report.rendered if name.startswith("us/")}
    assert ours == {"us/blog/basics/next/index.html", "us/blog/basics/complete/index.html", "us/feed.xml"}
    assert report.removed == 0
    assert sorted((chosen / "var" / "fonts").glob("*.fonts")) == kept
    build(chosen, tmp_path / "cold")
    assert tree(out) == tree(tmp_path / "cold")


@pytest.mark.parametrize(
    ("change", "rendered"),
    [
        (lambda root, make: make(root / "site" / "fonts" / "plain.ttf", "Plain", LATIN + "éΩ", copyright="Another."), True),
        (lambda root, make: make(root / "site" / "fonts" / "plain-bold.ttf", "Plain", LATIN, weight=700), True),
        (lambda root, make: make(root / "site" / "fonts" / "other.ttf", "Other", LATIN), False),
        (lambda root, make: append(root / "content" / "forms" / "ask.toml", "# Ω\n"), True),
    ],
    ids=["another file", "a bold file", "another family", "a character of a form"],
)
def test_what_the_fonts_are_made_of_makes_them_anew(
    chosen: Path, tmp_path: Path, make_font: Callable[..., Path], change: Callable[..., object], rendered: bool
) -> None:
    out = tmp_path / "out"
    build(chosen, out)
    before = tree(out)
    change(chosen, make_font)
    build(chosen, out)
    build(chosen, tmp_path / "cold")
    assert tree(out) == tree(tmp_path / "cold")
    fonts = [{n for n in t if n.endswith(".woff2")} for t in (before, tree(out))]
    assert (fonts[0] != fonts[1]) is rendered


def test_a_lost_font_is_put_back(chosen: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(chosen, out)
    before = tree(out)
    next((out / "us" / "assets").glob("*.woff2")).unlink()
    build(chosen, out)
    assert tree(out) == before


def test_builds_without_new_characters_do_without_the_libraries(chosen: Path, tmp_path: Path) -> None:
    """In processes of their own: what is imported stays."""
    out, code = tmp_path / "out", (
        "import sys, datetime as dt\nfrom pathlib import Path\nfrom leadsite.build import build_site, current\n"
        "root, out, today = Path(sys.argv[1]), Path(sys.argv[2]), dt.date(2026, 9, 14)\n"
        "state, changes = current(root, out, (), today)\n"
        "if changes is None or changes:\n    build_site(root, out, today=today, state=state, changes=changes)\n"
        "print([name for name in ('fontTools', 'uharfbuzz', 'brotli') if name in sys.modules])"
    )  # fmt: skip

    def run() -> list[str]:
        command = [sys.executable, "-c", code, str(chosen), str(out)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        found: list[str] = json.loads(done.stdout.replace("'", '"'))
        return found

    assert run() == ["fontTools", "uharfbuzz", "brotli"]
    assert run() == []
    append(chosen / "content" / "blog" / "basics" / "02-next.en.md", "\nMore of the same start.\n")
    assert run() in ([], ["fontTools", "uharfbuzz", "brotli"]), "new words are proved"
    post = chosen / "content" / "blog" / "basics" / "02-next.en.md"
    write(post, post.read_text("utf-8").replace("More of the same start.", "More of the start."))
    assert run() == []


def test_a_page_with_a_word_that_the_subset_breaks_is_not_published(chosen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it would be if a page had characters from where nobody looked."""
    out = tmp_path / "out"
    build(chosen, out)
    before = tree(out)
    append(chosen / "content" / "blog" / "basics" / "01-start.en.md", "\nA café.\n")
    monkeypatch.setattr(site_fonts.Characters, "of", lambda *_: (LATIN, LATIN))
    with pytest.raises(ProjectProblems) as found:
        build(chosen, out)
    (problem,) = found.value.problems
    text = (chosen / "content" / "blog" / "basics" / "01-start.en.md").read_text("utf-8")
    assert problem.code == "P131" and '"café."' in problem.message and 'also = "é"' in problem.fix
    assert (problem.place.path, problem.place.line) == ("content/blog/basics/01-start.en.md", text.split("\n").index("A café.") + 1)
    assert tree(out) == before, "the last build stands"
    toml = chosen / "content" / "markets" / "us.toml"
    write(toml, toml.read_text("utf-8").replace('en = "Plain"', 'en = { text = "Plain", also = "é" }'))
    build(chosen, out)


def test_an_edit_is_proved_too(chosen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    build(chosen, out)
    before = tree(out)
    append(chosen / "content" / "blog" / "basics" / "02-next.en.md", "\nSo unlikely a word.\n")
    monkeypatch.setattr(webfonts, "wrongly_drawn", lambda fonts, words: sorted(words["W"] & {"unlikely"}))
    with pytest.raises(ProjectProblems, match=r"1 problem"):
        build(chosen, out)
    assert tree(out) == before, "the last build stands"


def test_a_font_file_that_cannot_be_read_is_named(chosen: Path) -> None:
    (chosen / "site" / "fonts" / "broken.woff2").write_bytes(b"no font")
    problems = check_project(chosen, today=TODAY)[2]
    assert [(p.code, p.place.path) for p in problems] == [("P130", "site/fonts/broken.woff2")]


def test_a_missing_library_is_named_with_its_remedy(chosen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == "fontTools"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fontTools", None)
    problems = check_project(chosen, today=TODAY)[2]
    assert [p.code for p in problems] == ["P130"] and "pip install" in problems[0].fix


def test_a_family_nearby_is_proposed(chosen: Path) -> None:
    toml = chosen / "content" / "markets" / "us.toml"
    write(toml, toml.read_text("utf-8").replace('"Plain"', '"Plane"'))
    (problem,) = check_project(chosen, today=TODAY)[2]
    assert problem.code == "P130" and problem.fix.startswith('did you mean "Plain"?')


def test_a_market_that_is_not_asked_for_needs_no_fonts(chosen: Path, tmp_path: Path) -> None:
    shutil.rmtree(chosen / "site" / "fonts")
    build_site(chosen, tmp_path / "out", ("ae",), today=TODAY)
    assert (tmp_path / "out" / "ae" / "index.html").is_file()


def test_the_preview_serves_the_fonts(chosen: Path) -> None:
    plan = make_plan(load_project(chosen), TODAY)
    client = create_site_app(lambda: plan).test_client()
    page = client.get("/us/").get_data(as_text=True)
    (name, *_) = FONT.findall(page)
    answer = client.get(f"/us/{name}")
    assert answer.status_code == 200 and answer.data[:4] == b"wOF2" and answer.mimetype == "font/woff2"
    assert client.get(f"/ae/{name}").status_code == 404


def test_fonts_need_no_place_to_be_kept(chosen: Path, tmp_path: Path) -> None:
    """A project on a medium that cannot be written: as a file in the way of the folder shows."""
    (chosen / "var").mkdir()
    (chosen / "var" / "fonts").write_text("", encoding="utf-8")
    project = load_project(chosen)
    freeze(make_plan(project, TODAY), tmp_path / "out")
    assert len(list((tmp_path / "out" / "us" / "assets").glob("*.woff2"))) == 1


#: What part 4 of the budgets allows a script, in bytes: its regular weight.
BUDGETS = {"Latn": 14_000, "Cyrl": 21_000, "Hebr": 18_000, "Gujr": 48_000, "Beng": 56_000, "Arab": 60_000, "Deva": 62_000}
FAMILIES = {
    "in": {"gu": "Noto Sans Gujarati", "mr": "Noto Sans Devanagari", "bn": "Noto Sans Bengali", "en": "Noto Sans"},
    "ae": {"ar": "Noto Sans Arabic"}, "il": {"he": "Noto Sans Hebrew"}, "kz": {"Cyrl": "Noto Sans"}, "uz": {"uz": "Noto Sans"},
    "de": {"de": "Noto Sans"}, "br": {"pt": "Noto Sans"},
}  # fmt: skip


@pytest.mark.slow
def test_fonts_of_every_script_keep_their_budget_and_draw_every_word(copy_of_example: Path, tmp_path: Path) -> None:
    """The example with web fonts for the text of all its alphabets: each page proved, each font within its budget."""
    root = copy_of_example
    for market, families in FAMILIES.items():
        path = root / "content" / "markets" / f"{market}.toml"
        text = re.sub(r"^\[fonts\]\n(?:[^\[\n].*\n)*", "", path.read_text("utf-8"), flags=re.M)
        lines = "".join(f'{key} = "{family}"\n' for key, family in families.items())
        path.write_text(text.replace("[lists.", f"[fonts]\n{lines}\n[lists.", 1), encoding="utf-8")
        for family in families.values():
            for weight in (400, 700):
                found = installed_font((family,), "en" if family == "Noto Sans" else next(k for k, f in families.items() if f == family), weight)
                if found is None or found.family != family:
                    pytest.skip(f"the font {family} is not installed (make test installs fonts-noto-core where it may)")
                shutil.copy(found.path, root / "site" / "fonts")
    site = root / "site" / "site.toml"
    site.write_text(re.sub(r"^social_images.*$", "", site.read_text("utf-8"), flags=re.M), encoding="utf-8")
    build_site(root, tmp_path / "out", tuple(FAMILIES), today=TODAY)
    plan = make_plan(load_project(root), TODAY)
    from leadcore.model.locales import script_of

    heavy = {}
    for market in FAMILIES:
        for locale in plan.project.markets[market].locales:
            fonts = site_fonts.page_fonts(plan, plan.project.markets[market], locale)
            if fonts is None:
                continue
            regular, total = len(fonts.faces[0].data), fonts.weight
            if regular > BUDGETS[script_of(locale)] or total > MOST_BYTES:
                heavy[f"{market}/{locale}"] = (regular, total)
    assert heavy == {}


def test_the_fonts_of_the_example_are_light(built: Any) -> None:
    """Gujarati headings: within the budget of the script, and its landing pages within that of their HTML."""
    fonts = list((built.out / "in" / "assets").glob("*.woff2"))
    assert len(fonts) == 1 and fonts[0].stat().st_size <= BUDGETS["Gujr"]
    landing = [page for page in built.pages if page.entry["market"] == "in" and page.entry["locale"] == "gu-IN" and page.kind == "landing"]
    assert landing
    for page in landing:
        assert page.source.count("<link rel=\"preload\"") == 1
        assert len(gzip.compress(page.source.encode(), 9)) <= 13 * 1024
    assert sum(path.stat().st_size for path in (Path(__file__).parents[2] / "site" / "fonts").glob("*.woff2")) < 400_000


def test_a_licence_lies_beside_the_fonts_of_the_example(example: Path) -> None:
    text = (example / "site" / "fonts" / "OFL.txt").read_text("utf-8")
    for path in (example / "site" / "fonts").glob("*.woff2"):
        assert path.name in text


def run(*words: str) -> Any:
    return CliRunner().invoke(main, list(words))


def test_the_command_line_tells_what_fonts_weigh(chosen: Path) -> None:
    done = run("fonts", "list", "--json", "--project", str(chosen))
    (row,) = json.loads(done.stdout)
    assert (row["market"], row["locale"], row["role"], row["family"], row["weights"]) == ("us", "en-US", "text", "Plain", "400")
    assert 0 < row["bytes"] < row["most_bytes"] and row["characters"] >= len(LATIN)
    assert "us     en-US      text      Plain" in run("fonts", "list", "--project", str(chosen)).stdout


def test_the_command_line_says_where_no_fonts_are_chosen(site: Path) -> None:
    done = run("fonts", "list", "--project", str(site))
    assert (done.exit_code, done.stdout) == (0, "no market chose web fonts; see docs/fonts.md\n")


def test_the_command_line_names_what_is_wrong(chosen: Path) -> None:
    shutil.rmtree(chosen / "site" / "fonts")
    done = run("fonts", "list", "--project", str(chosen))
    assert done.exit_code == 1 and "P130" in done.stderr


def test_an_installed_family_is_brought_into_the_project(site: Path, tmp_path: Path) -> None:
    found = installed_font(("Noto Sans Hebrew",), "he")
    if found is None or found.family != "Noto Sans Hebrew":
        pytest.skip("Noto Sans Hebrew is not installed (make test installs fonts-noto-core where it may)")
    toml = site / "content" / "markets" / "us.toml"
    append(toml, '\n[fonts.en]\nheadings = "Noto Sans Hebrew"\n')
    (problem,) = check_project(site, today=TODAY)[2]
    assert problem.code == "P130" and problem.fix == 'leadsite fonts add "Noto Sans Hebrew" copies the installed family into site/fonts/'
    done = run("fonts", "add", "Noto Sans Hebrew", "--project", str(site))
    assert done.exit_code == 0 and "SIL Open Font License" in done.stdout
    assert {p.name for p in (site / "site" / "fonts").glob("Noto*")} == {"NotoSansHebrew-Regular.woff2", "NotoSansHebrew-Bold.woff2"}
    assert {p.code for p in check_project(site, today=TODAY)[2]} == {"P131"}, "it has no Latin letters"


def test_a_family_that_is_not_installed_is_not_brought(site: Path) -> None:
    done = run("fonts", "add", "No Such Family", "--project", str(site))
    assert done.exit_code == 1 and "is not installed here" in done.stderr
