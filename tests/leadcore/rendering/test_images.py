"""What is known of an image, and why one cannot be published."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image as Pillow

from leadcore.rendering import images
from leadcore.rendering.images import FOLDER, ImageTrouble, find_image, images_in

SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}>{}</svg>'


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / FOLDER).mkdir(parents=True)
    return tmp_path


def put(root: Path, name: str, data: bytes | str) -> str:
    (root / FOLDER / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return name


def picture(width: int = 900, height: int = 600, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", (width, height), "teal").save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize(
    ("width", "widths"), [(200, (200,)), (360, (360,)), (500, (360, 500)), (1080, (360, 720, 1080)), (4000, (360, 720, 1080))]
)
def test_no_width_is_wider_than_the_source(room: Path, width: int, widths: tuple[int, ...]) -> None:
    assert find_image(room, put(room, "a.png", picture(width, 100))).widths == widths


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("JPEG", "a.jpg"), ("JPEG", "a.jpeg"), ("WEBP", "a.webp"), ("AVIF", "a.avif")])
def test_every_usual_format_is_taken(room: Path, kind: str, name: str) -> None:
    image = find_image(room, put(room, name, picture(kind=kind)))
    assert (image.width, image.height, image.drawing) == (900, 600, False)


def test_a_picture_is_as_wide_as_it_is_looked_at(room: Path) -> None:
    turned = Pillow.Exif()
    turned[0x0112] = 6
    image = find_image(room, put(room, "a.jpg", picture(900, 600, "JPEG", exif=turned)))
    assert (image.width, image.height) == (600, 900)


def test_a_file_is_named_by_what_it_is_made_of(room: Path) -> None:
    first = find_image(room, put(room, "a.png", picture()))
    again = find_image(room, put(room, "b.png", picture()))
    other = find_image(room, put(room, "c.png", picture(901)))
    assert first.digest == again.digest != other.digest
    assert first.file(720, "avif") == f"a.{first.digest}-720.avif"


@pytest.mark.parametrize(
    ("attributes", "size"),
    [('viewBox="0 0 40 30"', (40, 30)), ('width="400" height="300"', (400, 300)), ('width="400px" height="300px" viewBox="0 0 4 3"', (400, 300)), ('width="100%" viewBox="0,0,40,30"', (40, 30))],
)
def test_a_drawing_tells_its_size(room: Path, attributes: str, size: tuple[int, int]) -> None:
    image = find_image(room, put(room, "a.svg", SVG.format(attributes, "")))
    assert ((image.width, image.height), image.drawing) == (size, True)
    assert image.html(lambda file: f"/{file}") == f'<img src="/a.{image.digest}.svg" width="{size[0]}" height="{size[1]}"'


@pytest.mark.parametrize(
    ("inner", "what"),
    [
        ("<script>x</script>", "<script>"),
        ("<g onload='x'/>", "onload"),
        ("<a href='https://x.example'/>", "link"),
        ("<a xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href=' javascript:x'/>", "link"),
        ("<foreignObject/>", "foreignobject"),
        ("<rect fill=\"url('https://x.example/a')\"/>", "elsewhere"),
        ("<style>@import 'x.css'</style>", "elsewhere"),
        ("<image href='other.png'/>", "link"),
    ],
)
def test_a_drawing_that_does_more_than_show_is_refused(room: Path, inner: str, what: str) -> None:
    with pytest.raises(ImageTrouble, match=what):
        find_image(room, put(room, "a.svg", SVG.format('viewBox="0 0 4 3"', inner)))


def test_a_drawing_may_refer_to_itself(room: Path) -> None:
    inner = "<defs><g id='a'/></defs><use href='#a'/><rect fill='url(#a)'/><image href='data:image/png;base64,AAAA'/>"
    assert find_image(room, put(room, "a.svg", SVG.format('viewBox="0 0 4 3"', inner))).drawing


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.svg", "<svg", "cannot be read"),
        ("a.svg", "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='x'/>", "document type"),
        ("a.svg", "<html/>", "no SVG"),
        ("a.svg", "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 0 0'/>", "does not say its size"),
        ("a.png", "no picture", "cannot be read"),
        ("a.jpg", picture(kind="JPEG")[:2000], "cannot be read"),
        ("a.png", picture()[:-200], "cannot be read"),
        ("a.png", picture(12_000, 5_000), "12000 × 5000 pixels"),
    ],
)
def test_a_file_that_cannot_be_shown_is_told_with_what_to_do(room: Path, name: str, data: bytes | str, said: str) -> None:
    with pytest.raises(ImageTrouble) as found:
        find_image(room, put(room, name, data))
    assert said in found.value.message and found.value.fix


def test_a_picture_that_moves_is_refused(room: Path) -> None:
    out = io.BytesIO()
    frames = [Pillow.new("RGB", (90, 60), color) for color in ("teal", "orange")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(ImageTrouble, match="moves"):
        find_image(room, put(room, "a.webp", out.getvalue()))


def test_a_heavy_file_is_not_opened(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MOST_BYTES", 100)
    with pytest.raises(ImageTrouble, match="MB"):
        find_image(room, put(room, "a.png", picture()))


@pytest.mark.parametrize("name", ["../a.png", "A.png", "a.gif", "sub/a.png", "a", "", "a.png.exe"])
def test_a_name_that_is_none_reaches_no_file(room: Path, name: str) -> None:
    (room / "content" / "a.png").write_bytes(picture())
    with pytest.raises(ImageTrouble, match="not the name"):
        find_image(room, name)


def test_a_path_is_answered_with_the_name(room: Path) -> None:
    put(room, "a.png", picture())
    with pytest.raises(ImageTrouble) as found:
        find_image(room, "../images/a.png")
    assert found.value.fix == "write a.png"
    assert images_in(room) == ("a.png",)


def test_a_changed_file_is_looked_at_again(room: Path) -> None:
    first = find_image(room, put(room, "a.svg", SVG.format('viewBox="0 0 4 3"', "")))
    assert find_image(room, put(room, "a.svg", SVG.format('viewBox="0 0 40 30"', ""))).width == 40 != first.width
