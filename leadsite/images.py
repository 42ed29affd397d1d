"""The images that markets show, and how each file of them is made: AVIF and WebP in the widths used, drawings as they are."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from leadcore.model.markets import Market
from leadcore.model.pages import TextKey
from leadcore.model.project import Project
from leadcore.problems import ProblemList
from leadcore.reading.texts import name_of
from leadcore.rendering.figures import IMAGE
from leadcore.rendering.images import FOLDER, QUALITY, Image, ImageTrouble, find_image
from leadcore.rendering.links import links_in
from leadsite.pictures import Picture
from leadsite.social import social_pictures
from leadsite.text_checks import is_shown

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

    from leadsite.plan import Plan


def image_names(links: Iterable[str]) -> frozenset[str]:
    """The names of the images among links."""
    return frozenset(link.removeprefix(IMAGE).partition("?")[0] for link in links if link.startswith(IMAGE))


def texts_with_images(project: Project) -> tuple[TextKey, ...]:
    """The texts of which some file may show an image."""
    sign, ignored = IMAGE.encode(), ProblemList()
    named = (name_of(path, ignored) for path, facts in project.facts.items() if sign in facts)
    return tuple(dict.fromkeys(one[0] for one in named if one is not None))


def images_of(project: Project, market: Market, keys: Iterable[TextKey]) -> dict[str, Image]:
    """The images that a market's pages show, by name; `keys` are those of `texts_with_images`."""
    found: dict[str, Image] = {}
    for key in keys:
        if not is_shown(key, market):
            continue
        for locale in market.locales:
            document = project.document(key, market, locale)
            for block in document.blocks if document else ():
                for name in image_names(links_in(block)) - found.keys():
                    try:
                        found[name] = find_image(project.root, name)
                    except ImageTrouble:  # The checks have told it, and nothing is built.
                        continue
    return found


def market_pictures(plan: Plan, markets: Iterable[str]) -> dict[str, tuple[Picture, ...]]:
    """Every picture that these markets publish, each market's by their names."""
    project, keys, found = plan.project, texts_with_images(plan.project), {}
    for market in markets:
        images = images_of(project, project.markets[market], keys)
        pictures = {one.name: one for _, image in sorted(images.items()) for one in pictures_of_image(project.root, image)}
        pictures |= {one.name: one for one in social_pictures(plan, plan.only((market,)))} if project.site.social_images else {}
        found[market] = tuple(pictures.values())
    return found


def pictures_of_image(root: Path, image: Image) -> Iterator[Picture]:
    """Every file that is made of an image."""
    source = root / FOLDER / image.name
    if image.drawing:
        yield Picture(image.file(), source.read_bytes)
        return
    for width in image.widths:
        for kind in QUALITY:
            yield Picture(image.file(width, kind), partial(encode, source, width, kind), cost=width * (4 if kind == "avif" else 1))


def encode(source: Path, width: int, kind: str) -> bytes:
    """A picture in a width and a format: turned as its camera says, its colours in sRGB, nothing of its metadata left."""
    from PIL import Image as Pillow

    with Pillow.open(source) as opened:
        is_drawn = opened.format in ("PNG", "GIF")
        # A JPEG is decoded at an eighth, a quarter or a half of its size where that is enough.
        opened.draft(None, (2 * width, 2 * width))
        pixels = _as_looked_at(opened)
    is_scaled = pixels.width != width
    if is_scaled:
        pixels = pixels.resize((width, max(1, round(pixels.height * width / pixels.width))), Pillow.Resampling.LANCZOS)
    pixels.info.clear()
    if kind == "avif":
        return _written(pixels, "AVIF", quality=QUALITY[kind], speed=6, subsampling="4:4:4" if is_drawn else "4:2:0", max_threads=1)
    usual = _written(pixels, "WEBP", quality=QUALITY[kind], method=5, use_sharp_yuv=is_drawn)
    # Of what was drawn in few colours, and not scaled, the exact picture is often the smaller one.
    exact = _written(pixels, "WEBP", lossless=True, quality=60, method=4) if is_drawn and not is_scaled else usual
    return min(usual, exact, key=len)


def _written(pixels: Pixels, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    pixels.save(out, kind, **options)
    return out.getvalue()


def _as_looked_at(opened: Pixels) -> Pixels:
    """The pixels of a file as RGB or RGBA in sRGB, turned as its camera says."""
    from PIL import ImageCms, ImageOps

    pixels = ImageOps.exif_transpose(opened)
    profile = pixels.info.get("icc_profile")
    is_clear = pixels.mode in ("RGBA", "LA", "PA") or "transparency" in pixels.info
    opacity = pixels.convert("RGBA").getchannel("A") if is_clear else None
    if pixels.mode.startswith("I"):  # 16 bits of grey
        pixels = pixels.point(lambda value: value / 256).convert("L")
    if profile:
        plain = pixels if pixels.mode in ("RGB", "L", "CMYK") else pixels.convert("RGB")
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            pixels = ImageCms.profileToProfile(plain, source, ImageCms.createProfile("sRGB"), outputMode="RGB") or pixels
        except (ImageCms.PyCMSError, OSError):  # A profile that does not fit its picture is worth nothing.
            pass
    found = pixels.convert("RGB")
    if opacity is not None:
        found.putalpha(opacity)
    return found


def picture_named(plan: Plan, market: str, name: str) -> Picture | None:
    """The picture of a market that a file name is of; None where nothing of the project gives it."""
    if market not in plan.project.markets:
        return None
    return plan.once(("pictures", market), lambda: {one.name: one for one in market_pictures(plan, (market,))[market]}).get(name)
