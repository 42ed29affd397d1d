"""Images of a built site: the files that are made of each, what is kept of them, and when they are made again."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from leadsite import images
from leadsite.app import create_site_app
from leadsite.checks import check_project
from leadsite.pictures import FOLDER as KEPT
from leadsite.pictures import Picture, make_pictures, picture_bytes

from .building import TODAY, build

POST = "content/blog/basics/01-start.en.md"
Edit = Callable[[Path, str, str], None]


def photo(width: int = 800, height: int = 600, **options: Any) -> bytes:
    """A JPEG that is red on its left half and blue on its right."""
    picture = Image.new("RGB", (width, height), (200, 30, 30))
    picture.paste((30, 30, 200), (width // 2, 0, width, height))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95, **options)
    return out.getvalue()


def show(root: Path, name: str, data: bytes, words: str = "A photo") -> None:
    """Puts an image into the project and into its first post."""
    (root / "content/images").mkdir(exist_ok=True)
    (root / "content/images" / name).write_bytes(data)
    path = root / POST
    path.write_text(path.read_text("utf-8") + f'\n\n![{words}]({name} "Said of it")\n', "utf-8")


def published(out: Path, market: str = "us") -> list[str]:
    return sorted(p.name for p in (out / market / "assets").iterdir() if p.suffix in (".avif", ".webp", ".jpg"))


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are encoded, by this process."""
    told: list[str] = []
    real = images.encode

    def encode(source: Path, width: int, kind: str) -> bytes:
        told.append(f"{source.name} {width} {kind}")
        return real(source, width, kind)

    monkeypatch.setattr(images, "encode", encode)
    return told


def test_an_image_becomes_avif_and_webp_in_the_widths_used(small_site: Path, tmp_path: Path) -> None:
    show(small_site, "shop.jpg", photo())
    build(small_site, tmp_path / "out")
    names = published(tmp_path / "out")
    assert [re.sub(r"\.[0-9a-f]{10}-", "-", name) for name in names] == [
        "shop-360.avif", "shop-360.webp", "shop-720.avif", "shop-720.webp", "shop-800.avif", "shop-800.webp"
    ]  # fmt: skip
    for name in names:
        with Image.open(tmp_path / "out/us/assets" / name) as opened:
            width = int(name.rpartition("-")[2].partition(".")[0])
            assert (opened.format, opened.size) == (name.rpartition(".")[2].upper(), (width, round(width * 0.75)))
    html = next((tmp_path / "out/us").glob("blog/basics/start/index.html")).read_text("utf-8")
    named = set(re.findall(r"/assets/(shop[^ \"]+)", html))
    assert named == set(names)
    assert 'width="800" height="600" alt="A photo" loading="lazy"' in html and "<figcaption>Said of it</figcaption>" in html


def test_a_feed_names_its_images_by_whole_addresses(small_site: Path, tmp_path: Path) -> None:
    show(small_site, "shop.jpg", photo())
    build(small_site, tmp_path / "out")
    feed = (tmp_path / "out/us/feed.xml").read_text("utf-8")
    assert feed.count("/assets/shop.") == 7 and feed.count(".example/assets/shop.") == 7


def test_a_photo_is_turned_and_loses_what_it_told_of_its_maker(small_site: Path, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # The camera was turned: what is on the left is to be seen above.
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    data = photo(exif=exif, icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert b"A camera" in data
    show(small_site, "shop.jpg", data)
    build(small_site, tmp_path / "out")
    folder = tmp_path / "out/us/assets"
    for name in published(tmp_path / "out"):
        with Image.open(folder / name) as opened:
            opened.load()
            assert opened.height > opened.width
            above, below = opened.convert("RGB").getpixel((opened.width // 2, 20)), opened.convert("RGB").getpixel((opened.width // 2, opened.height - 20))
            assert above[0] > 150 > above[2] and below[2] > 150 > below[0]  # type: ignore[index]
            assert not dict(opened.getexif()) and "icc_profile" not in opened.info and "xmp" not in opened.info
        assert b"A camera" not in (folder / name).read_bytes() and b"Exif" not in (folder / name).read_bytes()


def _exchanged_profile() -> bytes:
    """sRGB with its red and its blue exchanged: what is red by its numbers is to be seen blue."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    places = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(data[128:132], "big"), 12)}
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    data[red : red + 4], data[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(data)


@pytest.mark.parametrize("kind", ["avif", "webp"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_of_another_profile_are_turned_into_srgb(tmp_path: Path, kind: str, mode: str) -> None:
    color = (200, 30, 30) if mode == "RGB" else (200, 30, 30, 255)
    Image.new(mode, (400, 300), color).save(tmp_path / "a.png", icc_profile=_exchanged_profile())
    with Image.open(io.BytesIO(images.encode(tmp_path / "a.png", 360, kind))) as opened:
        found = opened.convert("RGB").getpixel((9, 9))
        assert "icc_profile" not in opened.info
    assert all(abs(a - b) < 12 for a, b in zip(found, (30, 30, 200), strict=True)), found  # type: ignore[arg-type]


def test_what_is_clear_stays_clear(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (400, 300), (10, 90, 80, 0))
    picture.paste((10, 90, 80, 255), (0, 0, 200, 300))
    picture.save(tmp_path / "a.png")
    for kind in ("avif", "webp"):
        with Image.open(io.BytesIO(images.encode(tmp_path / "a.png", 360, kind))) as opened:
            found = opened.convert("RGBA")
            assert found.getpixel((5, 5))[3] > 250 and found.getpixel((350, 5))[3] < 5  # type: ignore[index]


@pytest.mark.parametrize("mode", ["L", "P", "I;16", "CMYK", "LA", "1"])
def test_every_way_to_write_colours_is_read(tmp_path: Path, mode: str) -> None:
    name = "a.jpg" if mode == "CMYK" else "a.png"
    Image.new(mode, (400, 300)).save(tmp_path / name)
    with Image.open(io.BytesIO(images.encode(tmp_path / name, 360, "webp"))) as opened:
        assert opened.size == (360, 270)


def test_a_drawing_is_published_as_it_is(small_site: Path, tmp_path: Path) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><path d="M0 0h9v9z"/></svg>'
    show(small_site, "plan.svg", drawing)
    build(small_site, tmp_path / "out")
    (file,) = (tmp_path / "out/us/assets").glob("plan.*.svg")
    assert file.read_bytes() == drawing and file.name == f"plan.{hashlib.sha256(drawing).hexdigest()[:10]}.svg"


def test_each_market_publishes_what_its_own_pages_show(small_site: Path, tmp_path: Path, edit: Edit) -> None:
    show(small_site, "shop.jpg", photo())
    path = small_site / POST
    alone = path.with_name("01-start.en@us.md")
    alone.write_text(path.read_text("utf-8"), "utf-8")
    path.write_text(path.read_text("utf-8").partition("![A photo]")[0], "utf-8")
    build(small_site, tmp_path / "out")
    assert published(tmp_path / "out", "us") and not published(tmp_path / "out", "ae")


def test_an_image_is_encoded_once_and_never_again(small_site: Path, tmp_path: Path, encoded: list[str], edit: Edit) -> None:
    show(small_site, "shop.jpg", photo())
    build(small_site, tmp_path / "out")
    assert len(encoded) == 6
    encoded.clear()
    build(small_site, tmp_path / "out")
    edit(small_site / POST, "Begin with", "Start with")
    build(small_site, tmp_path / "out")
    edit(small_site / POST, "![A photo]", "![A photo of it]")
    build(small_site, tmp_path / "out")
    (small_site / "site/static/theme.css").write_text("body{margin:1px}", "utf-8")
    build(small_site, tmp_path / "out")
    build(small_site, tmp_path / "other")
    assert encoded == []
    assert len(published(tmp_path / "out")) == len(published(tmp_path / "other")) == 6


def test_a_changed_image_takes_the_place_of_the_old_one(small_site: Path, tmp_path: Path, encoded: list[str]) -> None:
    show(small_site, "shop.jpg", photo())
    build(small_site, tmp_path / "out")
    before = set(published(tmp_path / "out"))
    encoded.clear()
    (small_site / "content/images/shop.jpg").write_bytes(photo(810, 600))
    report = build(small_site, tmp_path / "out")
    after = set(published(tmp_path / "out"))
    assert len(encoded) == 6 and len(after) == 6 and not before & after
    assert {f.rpartition("/")[2] for f in os.listdir(small_site / KEPT)} == after
    # The post, its complete guide, where there is one, and the feed: in each of the market's languages that shows it.
    assert any(f.endswith("start/index.html") for f in report.rendered) and any("feed" in f for f in report.rendered)


def test_an_image_that_no_page_shows_any_more_goes(small_site: Path, tmp_path: Path) -> None:
    text = (small_site / POST).read_text("utf-8")
    show(small_site, "shop.jpg", photo())
    build(small_site, tmp_path / "out")
    (small_site / POST).write_text(text, "utf-8")
    build(small_site, tmp_path / "out")
    assert published(tmp_path / "out") == [] and os.listdir(small_site / KEPT) == []


def test_an_edit_that_shows_another_image_publishes_it(small_site: Path, tmp_path: Path, edit: Edit) -> None:
    show(small_site, "shop.jpg", photo())
    build(small_site, tmp_path / "out")
    (small_site / "content/images/house.jpg").write_bytes(photo(500))
    build(small_site, tmp_path / "out")
    edit(small_site / POST, "Begin with", "![A house](house.jpg)\n\nBegin with")
    build(small_site, tmp_path / "out")
    assert sum(name.startswith("house.") for name in published(tmp_path / "out")) == 4
    edit(small_site / POST, "![A house](house.jpg)", "")
    build(small_site, tmp_path / "out")
    assert not any(name.startswith("house.") for name in published(tmp_path / "out"))


def test_a_lost_file_is_put_back_from_what_is_kept(small_site: Path, tmp_path: Path, encoded: list[str]) -> None:
    show(small_site, "shop.jpg", photo())
    build(small_site, tmp_path / "out")
    encoded.clear()
    name = published(tmp_path / "out")[0]
    (tmp_path / "out/us/assets" / name).unlink()
    build(small_site, tmp_path / "out")
    assert name in published(tmp_path / "out") and encoded == []


_BUILD = """
import sys, datetime as dt
from pathlib import Path
from leadsite.build import build_site, current
root, out = Path(sys.argv[1]), Path(sys.argv[2])
state, changes = current(root, out, (), dt.date(2026, 9, 14))
report = build_site(root, out, today=dt.date(2026, 9, 14), state=state, changes=changes)
print(report.written, *sorted(m for m in sys.modules if m == "PIL" or m == "fontTools"))
"""


def test_pillow_is_imported_only_where_a_picture_is_to_be_made(small_site: Path, tmp_path: Path, edit: Edit) -> None:
    show(small_site, "shop.jpg", photo())

    def run() -> str:
        return subprocess.run(
            [sys.executable, "-c", _BUILD, small_site, tmp_path / "out"], check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        ).stdout  # fmt: skip

    assert "PIL" in run()
    edit(small_site / POST, "Begin with", "Start with")
    assert run().split()[1:] == []
    (small_site / "site/static/theme.css").write_text("body{margin:1px}", "utf-8")
    written, *imported = run().split()
    assert int(written) > 10 and imported == []


def test_pictures_are_made_by_several_processes(tmp_path: Path) -> None:
    makers = tuple(Picture(f"{n}.avif", lambda: str(os.getpid()).encode()) for n in range(6))
    assert make_pictures(tmp_path, makers, 2) == 6
    assert len({picture_bytes(tmp_path, one) for one in makers}) == 2
    assert make_pictures(tmp_path, makers, 2) == 0


def test_a_picture_that_cannot_be_kept_is_made_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("no folder")
    assert picture_bytes(tmp_path, Picture("a.avif", lambda: b"made")) == b"made"


def test_a_preview_makes_a_picture_when_it_is_asked_for(small_site: Path, tmp_path: Path) -> None:
    show(small_site, "shop.jpg", photo())
    _, plan, problems = check_project(small_site, today=TODAY)
    assert plan is not None and problems == ()
    client = create_site_app(lambda: plan).test_client()
    page = client.get("/us/blog/basics/start/").text
    address = re.search(r'src="(?:https://[^/]*)?/(assets/shop[^"]+)"', page)
    assert address is not None
    answer = client.get(f"/us/{address[1]}")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert Image.open(io.BytesIO(answer.data)).size == (720, 540)
    assert client.get("/us/assets/shop.0000000000-720.webp").status_code == 404


def test_a_mail_with_an_image_is_refused(copy_of_example: Path, tmp_path: Path) -> None:
    mail = copy_of_example / "content/mail/guide/01-welcome.en.md"
    mail.write_text(mail.read_text("utf-8") + "\n\n![Ten clients](ten-clients.png)\n", "utf-8")
    said = [str(p) for p in check_project(copy_of_example, today=TODAY)[2]]
    assert said and all("P120 mails show no images" in one and "01-welcome.en.md" in one for one in said)
