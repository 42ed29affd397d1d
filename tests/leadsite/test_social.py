"""Social preview images: one per page and language, shaped right in every script, drawn anew only when its words change."""

from __future__ import annotations

import io
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat, features

from leadcore.model.project import Project
from leadcore.reading import load_project
from leadsite import social, social_drawing
from leadsite.pictures import FOLDER as KEPT
from leadsite.plan import make_plan
from leadsite.social import card_of, faces_for
from leadsite.social_card import HEIGHT, WIDTH, Card

from .building import TODAY, build

LOCALES = ["en-US", "de", "fr-CA", "pt-BR", "uz", "ru", "kk", "ar", "he", "gu-IN", "mr-IN", "bn-BD", "ja", "zh-Hans"]
Edit = Callable[[Path, str, str], None]


@pytest.fixture(autouse=True)
def _needs_fonts() -> None:
    import shutil

    if shutil.which("fc-match") is None:
        pytest.skip("fontconfig is not installed: fc-match finds the fonts to draw with")


@pytest.fixture
def social_site(small_site: Path) -> Path:
    """The small project with pictures."""
    path = small_site / "site/site.toml"
    path.write_text(path.read_text("utf-8") + "social_images = true\n", "utf-8")
    return small_site


def drawn(root: Path) -> set[str]:
    folder = root / KEPT
    return {name for name in os.listdir(folder) if name.startswith("social.")} if folder.is_dir() else set()


def meta(html: str, name: str) -> str:
    found = re.findall(rf'<meta (?:property|name)="{name}" content="([^"]*)">', html)
    assert len(found) <= 1
    return found[0] if found else ""


def card(tag: str, title: str, above: str = "") -> Card:
    return Card(tag, "Karvan", above, title, "Place", "site.example")


def picture(root: Path, one: Card) -> Image.Image:
    faces = faces_for(root, one.tag)
    if faces is None:
        pytest.skip(f"no font draws {one.tag} here (make test installs fonts-noto-core and fonts-noto-cjk where it may)")
    return Image.open(io.BytesIO(social_drawing.draw_card(root, "#0b5f56", one, faces)))


# -- what a page says


def test_every_landing_page_series_and_post_has_one_of_its_own(built: Any) -> None:
    seen: dict[str, str] = {}
    for page in built.pages:
        address = next((e.attrs["content"] for e in page.all("meta", property="og:image")), "")
        # A page that shows another language's text is not the one to be shared.
        assert bool(address) == (page.kind in ("landing", "series", "post") and not page.is_fallback), page.name
        if address:
            market = built.plan.project.markets[page.name.partition("/")[0]]
            assert address.startswith(f"{market.base_url}/assets/social.")
            seen[page.name] = address
            with Image.open(built.out / market.id / "assets" / address.rpartition("/")[2]) as opened:
                assert (opened.format, opened.size) == ("JPEG", (WIDTH, HEIGHT))
            assert (built.out / market.id / "assets" / address.rpartition("/")[2]).stat().st_size <= 100_000
            said = {e.attrs["property"]: e.attrs["content"] for e in page.all("meta") if e.attrs.get("property", "").startswith("og:image")}
            assert (said["og:image:width"], said["og:image:height"]) == (str(WIDTH), str(HEIGHT)) and said["og:image:alt"]
            assert page.one("meta", name="twitter:card").attrs["content"] == "summary_large_image"
    assert len(set(seen.values())) == len(seen) > 100


def test_a_project_that_does_not_choose_them_has_none(small_site: Path, tmp_path: Path) -> None:
    build(small_site, tmp_path / "out")
    assert not drawn(small_site)
    assert not meta((tmp_path / "out/us/index.html").read_text("utf-8"), "og:image")


def test_the_words_are_those_of_the_page(example: Path) -> None:
    plan = make_plan(load_project(example), TODAY)
    output = next(o for o in plan.outputs if o.market == "in" and o.locale == "mr-IN" and o.kind == "post" and not o.is_fallback)
    one = card_of(plan, output)
    assert one is not None and output.text is not None
    document = plan.project.document(output.text, plan.project.markets["in"], "mr-IN")
    assert document is not None and one.title == document.title
    assert one.above.endswith("भाग १") and one.brand == "कारवाँ" and one.place == "भारत" and one.host == "in.karvan.example"


# -- what is drawn anew


def test_an_edit_of_a_body_draws_nothing_and_one_of_a_title_exactly_one(social_site: Path, tmp_path: Path, edit: Edit) -> None:
    build(social_site, tmp_path / "out")
    first = drawn(social_site)
    stamps = {name: (social_site / KEPT / name).stat().st_mtime_ns for name in first}
    assert first
    edit(social_site / "content/blog/basics/01-start.en.md", "Begin with", "Start with")
    build(social_site, tmp_path / "out")
    assert drawn(social_site) == first
    # Market ae shows the English title too, so it is changed for one market.
    path = social_site / "content/blog/basics/01-start.en@us.md"
    path.write_text("---\ntitle: Another place to start\n---\n", "utf-8")
    build(social_site, tmp_path / "out")
    second = drawn(social_site)
    assert len(second - first) == 1 and len(first - second) == 1
    edit(path, "Another", "The third")
    report = build(social_site, tmp_path / "out")
    third = drawn(social_site)
    assert len(third - second) == 1 and len(second - third) == 1
    assert all((social_site / KEPT / name).stat().st_mtime_ns == stamps[name] for name in third & first)
    html = (tmp_path / "out/us/blog/basics/start/index.html").read_text("utf-8")
    assert meta(html, "og:image").rpartition("/")[2] in third - second
    assert "us/blog/basics/start/index.html" in report.rendered


def test_what_is_built_after_an_edit_equals_a_cold_build(social_site: Path, tmp_path: Path, edit: Edit) -> None:
    build(social_site, tmp_path / "out")
    for path, old, new in (
        ("content/blog/basics/01-start.en.md", "Where to start", "Where to begin"),
        ("content/blog/basics/series.en.md", "title: ", "title: New "),
        ("site/site.toml", 'name = "Small"', 'name = "Smaller"'),
        ("content/markets/us.toml", "base_url = \"https://", "base_url = \"https://new."),
    ):
        edit(social_site / path, old, new)
        build(social_site, tmp_path / "out")
        build(social_site, tmp_path / f"cold{len(new)}")
        both = [{p.relative_to(o).as_posix(): p.read_bytes() for p in o.rglob("*") if p.is_file()} for o in (tmp_path / "out", tmp_path / f"cold{len(new)}")]
        assert both[0] == both[1], path


def test_another_picture_of_the_theme_draws_all_anew(social_site: Path, tmp_path: Path) -> None:
    build(social_site, tmp_path / "out")
    first = drawn(social_site)
    Image.new("RGB", (WIDTH, HEIGHT), "#ffe8c0").save(social_site / "site/social.png")
    build(social_site, tmp_path / "out")
    assert len(drawn(social_site)) == len(first) and not first & drawn(social_site)
    named = {meta(page.read_text("utf-8"), "og:image").rpartition("/")[2] for page in (tmp_path / "out").rglob("index.html")} - {""}
    assert named == drawn(social_site)


def test_without_a_font_the_build_says_so_and_names_no_picture(social_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = social._faces
    monkeypatch.setattr(social, "_faces", lambda root, tag: None if tag.startswith("ar") else real(root, tag))
    report = build(social_site, tmp_path / "out")
    assert report.undrawn == ("ar-AE",)
    pages = {p.relative_to(tmp_path / "out").as_posix(): p.read_text("utf-8") for p in (tmp_path / "out").rglob("index.html")}
    assert not any(meta(html, "og:image") for name, html in pages.items() if name.startswith("ae/ar/"))
    assert any(meta(html, "og:image") for name, html in pages.items() if name.startswith("ae/en/"))


# -- how it is drawn


def titles(project: Project) -> dict[str, str]:
    plan = make_plan(project, TODAY)
    found: dict[str, str] = {}
    for output in plan.outputs:
        one = card_of(plan, output)
        if one is not None:
            found.setdefault(one.tag, one.title)
    return found


@pytest.mark.parametrize("tag", LOCALES)
def test_no_character_is_without_a_glyph(example: Path, tag: str) -> None:
    title = titles(load_project(example))[tag]
    faces = faces_for(example, tag)
    assert faces is not None
    for run, face, _ in social_drawing._runs(f"{title} Karvan 123", tag[:2] in ("ar", "he"), faces.title):
        missing = [c for c in run if ord(c) not in social_drawing._drawn(*face) and unicodedata.category(c) != "Cf"]
        assert missing == []


#: Words that are wrong where each character is drawn by itself, with what shaping does in them.
SHAPED = {"bn-BD": "ক্ষেত্র কৌশল", "mr-IN": "क्षेत्र कीर्ती", "gu-IN": "ક્ષેત્ર કીર્તિ", "ar": "العربية لا", "he": "שָׁלוֹם"}


@pytest.mark.parametrize("tag", SHAPED)
def test_words_are_shaped_as_their_script_wants(example: Path, tag: str) -> None:
    """The title is the one that HarfBuzz shapes, and not the one of a glyph for each character."""
    one = card(tag, SHAPED[tag])
    faces = faces_for(example, tag)
    assert faces is not None and features.check("raqm")
    size = social_drawing._fit(one.title, one, faces.title, (*social_drawing._SIZES, *social_drawing._SMALL_SIZES), social_drawing._MOST_LINES, 300).size
    path, index = faces.title[0]
    way = "rtl" if one.is_rtl else "ltr"
    shaped = ImageFont.truetype(path, size, index=index, layout_engine=ImageFont.Layout.RAQM)
    basic = ImageFont.truetype(path, size, index=index, layout_engine=ImageFont.Layout.BASIC)
    found = _title(picture(example, one))
    assert _alike(found, _written(shaped, one.title, direction=way, language=tag))
    assert not _alike(found, _written(basic, one.title))


@pytest.mark.parametrize("tag", SHAPED)
def test_a_title_is_as_wide_as_harfbuzz_says(example: Path, tag: str) -> None:
    uharfbuzz = pytest.importorskip("uharfbuzz")
    one = card(tag, SHAPED[tag])
    faces = faces_for(example, tag)
    assert faces is not None
    path, index = faces.title[0]
    font = uharfbuzz.Font(uharfbuzz.Face(Path(path).read_bytes(), index))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(one.title)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    advance = sum(p.x_advance for p in buffer.glyph_positions) * 100 / font.face.upem
    assert abs(social_drawing._length(one.title, one, faces.title, 100) - advance) <= len(buffer.glyph_positions)
    assert 0 not in [info.codepoint for info in buffer.glyph_infos]


def _title(drawn_card: Image.Image) -> Image.Image:
    """The ink of the title alone, cut to its edges: 255 where it is full."""
    band = drawn_card.convert("L").crop((0, social_drawing._TOP, WIDTH, 400))
    ground = band.getpixel((2, 2))
    ink = ImageChops.difference(band, Image.new("L", band.size, ground))
    high = ink.getextrema()[1]
    return _cut(ink.point(lambda value: min(255, value * 255 // high)))  # type: ignore[operator]


def _written(font: ImageFont.FreeTypeFont, words: str, **more: Any) -> Image.Image:
    paper = Image.new("L", (WIDTH, 400), 0)
    ImageDraw.Draw(paper).text((50, 200), words, fill=255, font=font, anchor="ls", **more)
    return _cut(paper)


def _cut(ink: Image.Image) -> Image.Image:
    return ink.crop(ink.point(lambda value: 255 if value > 100 else 0).getbbox())


def _alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pieces of ink are the same but for what JPEG makes of their edges."""
    if max(abs(one.width - other.width), abs(one.height - other.height)) > 2:
        return False
    least = (min(one.width, other.width), min(one.height, other.height))
    off = ImageStat.Stat(ImageChops.difference(one.crop((0, 0, *least)), other.crop((0, 0, *least)))).mean[0]
    return off < 20


def test_an_arabic_title_stands_at_the_right_and_an_english_one_at_the_left(small_site: Path) -> None:
    (small_site / "site" / "social.png").unlink(missing_ok=True)
    for tag, title, side in (("ar", "عنوان", "right"), ("en", "Title", "left"), ("he", "כותרת 12", "right")):
        # The band in which the title stands, beside the brand above and the place below.
        band = picture(small_site, card(tag, title)).convert("L").crop((0, 200, WIDTH, 420))
        ground = band.getpixel((WIDTH // 2 + 1, 2))
        box = ImageChops.difference(band, Image.new("L", band.size, ground)).point(lambda v: 255 if v > 40 else 0).getbbox()
        assert box is not None
        left, right = box[0], WIDTH - box[2]
        assert (right < 100 < left) if side == "right" else (left < 100 < right)


LONG = {
    "en": "How a very small company with a very long name wrote a guide about finding clients " * 3,
    "de": "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle",
    "ja": "顧客獲得の仕組みをはじめから終わりまで一つずつ丁寧に説明する長い長い題名です" * 3,
    "zh-Hans": "从第一个问题到最后一个问题一步一步讲清楚怎样获得客户" * 4,
    "bn": "ব্যবসায়ের জন্য গ্রাহক খুঁজে পাওয়ার সম্পূর্ণ নির্দেশিকা " * 4,
    "ar": "دليل كامل للعثور على العملاء وكسب ثقتهم والاحتفاظ بهم سنوات طويلة " * 4,
}


@pytest.mark.parametrize("tag", LONG)
def test_a_long_title_is_set_smaller_and_never_clipped(small_site: Path, tag: str) -> None:
    one = card(tag, LONG[tag].strip(), above="A series · Part 3")
    faces = faces_for(small_site, tag)
    assert faces is not None
    room = social_drawing._BOTTOM - social_drawing._TOP - 60
    found = social_drawing._fit(one.title, one, faces.title, (*social_drawing._SIZES, *social_drawing._SMALL_SIZES), social_drawing._MOST_LINES, room)
    joiner = "" if tag in ("ja", "zh-Hans") else " "
    assert joiner.join(found.lines).replace(" ", "") == one.title.replace(" ", "")
    assert found.step * len(found.lines) <= room
    for line in found.lines:
        assert social_drawing._length(line, one, faces.title, found.size) <= WIDTH - 2 * social_drawing._MARGIN + 2
    # Nothing but the ground stands in the margins.
    gray = picture(small_site, one).convert("L")
    for edge in ((0, 0, 60, HEIGHT), (WIDTH - 60, 0, WIDTH, HEIGHT)):
        low, high = gray.crop(edge).getextrema()
        assert int(high) - int(low) < 30  # type: ignore[arg-type]


def test_words_stand_out_from_a_light_picture_too(small_site: Path) -> None:
    Image.new("RGB", (WIDTH, HEIGHT), "#fdf3dc").save(small_site / "site/social.png")
    gray = picture(small_site, card("en", "Title")).convert("L")
    assert gray.getextrema()[0] < 70 and gray.getpixel((10, 10)) > 200  # type: ignore[operator]


def test_a_theme_picture_is_mirrored_for_scripts_from_the_right(small_site: Path) -> None:
    ground = Image.new("RGB", (WIDTH, HEIGHT), "#0b5f56")
    ground.paste((240, 160, 40), (0, 0, 40, 40))
    ground.save(small_site / "site/social.png")
    assert picture(small_site, card("en", "Title")).getpixel((10, 10))[0] > 200  # type: ignore[index]
    rtl = picture(small_site, card("ar", "عنوان"))
    assert rtl.getpixel((WIDTH - 10, 10))[0] > 200 > rtl.getpixel((10, 10))[0]  # type: ignore[index]
