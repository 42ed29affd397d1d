"""The project's images: what is known of each, and the names of the files that are made of it.

A picture is looked into once, by Pillow, and what was found is kept under its digest; nothing else here needs Pillow.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from leadcore.kept import KEPT
from leadcore.problems import did_you_mean
from leadcore.rendering.figures import drawing_element, picture_elements

FOLDER = "content/images"
#: Widths in pixels in which an image is had: a small screen, a large one or a small dense one, a dense one.
WIDTHS = (360, 720, 1080)
#: How good the pictures are, by format, 100 being the best. A change gives all of them new names.
QUALITY = {"avif": 62, "webp": 80}
#: What may be looked into: bytes of a file, and pixels of a picture, of which each takes four bytes of memory.
MOST_BYTES, MOST_PIXELS = 30_000_000, 50_000_000
_NAME = re.compile(r"^[a-z0-9][a-z0-9-]*\.(?:jpe?g|png|webp|avif|svg)$")
_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
_SCRIPT = re.compile(r"^\s*(?:javascript|vbscript|data:text)", re.I)
_LENGTH = re.compile(r"^\s*([0-9.]+)\s*(?:px)?\s*$")


class Image(NamedTuple):
    """An image that can be published. Width and height in pixels, as it is looked at; `drawing` is one of lines (SVG)."""

    name: str
    digest: str
    width: int
    height: int
    drawing: bool

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths in which it is had, none wider than it is."""
        return (*(width for width in WIDTHS if width < self.width), *((self.width,) if self.width <= WIDTHS[-1] else ()))

    def file(self, width: int = 0, kind: str = "") -> str:
        """The name of the file of a width and format; of a drawing its own."""
        stem, _, suffix = self.name.rpartition(".")
        return f"{stem}.{self.digest}.{suffix}" if self.drawing else f"{stem}.{self.digest}-{width}.{kind}"

    def html(self, address: Callable[[str], str]) -> str:
        """Its elements up to the text that stands for it; `address` gives where a file is."""
        if self.drawing:
            return drawing_element(address(self.file()), self.width, self.height)
        height = round(self.height * self.widths[-1] / self.width)
        return picture_elements(self.widths, height, lambda width, kind: address(self.file(width, kind)))


class ImageTrouble(ValueError):
    """Why an image cannot be published, and what to do about it."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message, self.fix = message, fix


def find_image(root: Path, name: str) -> Image:
    """The image of a name. Raises ImageTrouble where there is none, or none that can be published."""
    if re.match(r"^(?:[a-z][a-z0-9+.-]*:|//)", name, re.I):
        raise ImageTrouble(f'the image "{name}" lies on another site', f"save it in {FOLDER}/ and write its name: pages fetch nothing from elsewhere")
    path = root / FOLDER / name
    if not _NAME.match(name):
        known = images_in(root)
        base = name.rpartition("/")[2]
        fix = f"write {base}" if base in known else f"write the name of a file in {FOLDER}/: lower case letters, digits and hyphens, then .jpg, .png, .webp, .avif or .svg"
        raise ImageTrouble(f'"{name}" is not the name of an image', fix)
    try:
        stat = os.stat(path)
    except OSError:
        known = images_in(root)
        fix = did_you_mean(name, known) if known else f"put the file into {FOLDER}/"
        raise ImageTrouble(f'there is no image "{name}" in {FOLDER}/', fix) from None
    found = _look(path, stat.st_size, stat.st_mtime_ns)
    if isinstance(found, ImageTrouble):
        raise found
    return found


def images_in(root: Path) -> tuple[str, ...]:
    """The names of the project's images."""
    try:
        return tuple(sorted(name for name in os.listdir(root / FOLDER) if _NAME.match(name)))
    except OSError:
        return ()


@lru_cache(maxsize=4096)
def _look(path: Path, size: int, _mtime_ns: int) -> Image | ImageTrouble:
    if size > MOST_BYTES:
        return ImageTrouble(f"the image has {size / 1e6:.0f} MB", f"scale it down to {2 * WIDTHS[-1]} pixels of width: no page shows more")
    try:
        data = path.read_bytes()
    except OSError as error:
        return ImageTrouble(f"the image cannot be read: {error.strerror}", "make it readable")
    is_drawing = path.suffix == ".svg"
    # A drawing is published as it is, and named as other assets are.
    digest = hashlib.sha256(data).hexdigest()[:10] if is_drawing else hashlib.blake2b(repr((WIDTHS, QUALITY)).encode() + data, digest_size=5).hexdigest()
    look = _drawing_size if is_drawing else _picture_size
    width, height, message, fix = KEPT.once("image", f"{path.suffix} {digest}", lambda: look(data))
    return ImageTrouble(message, fix) if message else Image(path.name, digest, width, height, is_drawing)


def _picture_size(data: bytes) -> tuple[int, int, str, str]:
    """Width and height of a picture after it was turned as its camera says, or what is wrong with it and what to do."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    try:
        with Pillow.open(io.BytesIO(data), formats=_FORMATS) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                return 0, 0, f"the image has {width} × {height} pixels", f"scale it down to {2 * WIDTHS[-1]} pixels of width: no page shows more"
            if getattr(picture, "n_frames", 1) > 1:
                return 0, 0, "the image moves", "save one still of it: what moves keeps readers from reading"
            picture.load()
            return *ImageOps.exif_transpose(picture).size, "", ""
    except Exception as error:  # Pillow's decoders raise whatever a broken file brings about.
        return 0, 0, f"the image cannot be read: {_first_line(error)}", "save it again as PNG, JPEG, WebP or AVIF"


def _first_line(error: Exception) -> str:
    """What an exception says, without the names that a process gives its buffers."""
    return (re.sub(r"<_io\.[^>]*>", "the file", str(error)).splitlines() or [type(error).__name__])[0]


def _drawing_size(data: bytes) -> tuple[int, int, str, str]:
    """Width and height of a drawing, or what is wrong with it and what to do."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return 0, 0, "the drawing declares a document type", "take the line <!DOCTYPE …> away: it is not needed, and may hold anything"
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        return 0, 0, f"the drawing cannot be read: {error}", "save it again as SVG"
    if root.tag.rpartition("}")[2] != "svg":
        return 0, 0, "the file is no SVG drawing", "save it again as SVG"
    for element in root.iter():
        what = _harm(element)
        if what:
            return 0, 0, f"the drawing holds {what}", "save it as plain SVG, without scripts, pages and files of elsewhere"
    box = (root.get("viewBox") or "").replace(",", " ").split()
    sizes = [_LENGTH.match(root.get(name) or "") for name in ("width", "height")]
    found = [float(size[1]) for size in sizes if size]
    if len(found) < 2 and len(box) == 4:
        found = [float(box[2]), float(box[3])] if all(_LENGTH.match(side) for side in box[2:]) else []
    if len(found) < 2 or min(found) <= 0:
        return 0, 0, "the drawing does not say its size", 'write width="…" and height="…", or viewBox="0 0 … …", into its <svg>'
    return max(1, round(found[0])), max(1, round(found[1])), "", ""


def _harm(element: ElementTree.Element) -> str:
    """What an element of a drawing could do that a picture must not; nothing for most."""
    name = element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
    if name in ("script", "foreignobject", "iframe", "object", "embed", "handler"):
        return f"<{name}>"
    for attribute, value in element.attrib.items():
        plain = attribute.rpartition("}")[2].lower()
        if plain.startswith("on"):
            return f"the script {plain}"
        if plain in ("href", "src") and (_SCRIPT.match(value) or not value.strip().startswith(("#", "data:image/"))):
            return f'a link to "{value[:60]}"'
        if re.search(r"url\(\s*['\"]?(?!#|['\"]?data:image/)", value, re.I):
            return "a file of elsewhere"
    if name == "style" and re.search(r"@import|url\(\s*['\"]?(?!#|data:image/)", element.text or "", re.I):
        return "a file of elsewhere"
    return ""
