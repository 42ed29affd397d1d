"""Images as texts name them: one that is not there or cannot be published (P120), one that says nothing (P121)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from leadcore.model.pages import Document
from leadcore.problems import Place, ProblemList
from leadcore.rendering.figures import CAPTION_IN_LINE, IMAGE, NO_TEXT
from leadcore.rendering.images import FOLDER, ImageTrouble, find_image

_SAY = "write between the brackets what the picture tells: ![…](%s)"
_SAY_NOTHING = 'where it tells nothing that the words do not tell, write ![""](%s)'


def check_image(root: Path, document: Document, target: str, place: Callable[[], Place], found: ProblemList) -> bool:
    """Whether the image of a document's link can be shown as it is written; adds P120 or P121 where it cannot."""
    name, _, amiss = target.removeprefix(IMAGE).partition("?")
    before = len(found.found)
    if document.key.kind == "mail":
        found.add("P120", place(), "mails show no images", "take it away, or link to the page that shows it: mail programs block pictures and tell who opened them")
        return False
    try:
        find_image(root, name)
    except ImageTrouble as trouble:
        is_there = (root / FOLDER / name).is_file() and "/" not in name
        found.add("P120", Place(path=f"{FOLDER}/{name}") if is_there else place(), trouble.message, trouble.fix)
    if amiss == NO_TEXT:
        found.add("P121", place(), f'the image "{name}" has no text for those who do not see it', _SAY % name, detail=(_SAY_NOTHING % name,))
    elif amiss == CAPTION_IN_LINE:
        found.add("P120", place(), f'the image "{name}" has a caption and stands within a paragraph, where none can be shown', "give it a paragraph of its own, or take the caption away")
    return len(found.found) == before
