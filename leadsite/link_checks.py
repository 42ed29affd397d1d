"""Dead links: content links that lead nowhere in a market and locale, and places that no page has (P105)."""

from __future__ import annotations

from collections.abc import Callable

from leadcore.model.markets import Market
from leadcore.model.pages import Document, TextKey
from leadcore.model.project import Project
from leadcore.problems import Place, ProblemList, did_you_mean
from leadcore.rendering.figures import IMAGE
from leadcore.rendering.links import (
    body_html,
    content_path,
    is_outside,
    line_of_link,
    links_in,
    split_content_link,
    text_of_link,
)
from leadcore.rendering.markdown import anchors
from leadcore.rendering.sections import sections
from leadsite.image_checks import check_image

_UNREAD = frozenset({"P001", "P002", "P008", "P101"})


def anchored_texts(project: Project) -> list[tuple[str, str, str, int]]:
    """The texts to whose places, such as headings, a link of some text leads, as plain values."""
    found: set[TextKey] = set()
    for texts in ([t for t in some if b"#" in project.facts.get(t.path, b"#")] for some in project.texts.values()):
        for target in (t for text in texts for block in text.blocks for t in links_in(block) if "#" in t and not is_outside(t)):
            try:
                scheme, name, fragment = split_content_link(target)
            except ValueError:
                continue
            key = text_of_link(project, scheme, name) if fragment else None
            if key is not None:
                found |= {key, *(project.parts.get(key.group, ()) if scheme == "complete" else ())}
    return [(key.kind, key.name, key.group, key.number) for key in sorted(found, key=repr)]


class LinkChecker:
    """Checks the links of documents as one market and locale show them."""

    def __init__(self, project: Project, market: Market, locale: str, found: ProblemList) -> None:
        self.project, self.market, self.locale, self.found = project, market, locale, found
        self._anchors: dict[tuple[TextKey, bool], frozenset[str]] = {}
        self._sound: set[str] = set()

    def check(self, document: Document) -> None:
        """Adds P105 for every dead link of the document, P120 and P121 for what is wrong with its images."""
        for block in document.blocks:
            for index, target in enumerate(links_in(block)):
                if target not in self._sound or document.key.kind == "mail":
                    self._check(document, target, lambda b=block, i=index: Place(path=b.place.path, line=line_of_link(b, i)))  # type: ignore[misc]

    def _check(self, document: Document, target: str, place: Callable[[], Place]) -> None:
        if target.startswith(IMAGE):
            if check_image(self.project.root, document, target, place, self.found):
                self._sound.add(target)
            return
        try:
            path = content_path(self.project, self.market, self.locale, target)
        except ValueError:
            self._check_other(document, target, place)
            return
        if path is None:
            if not self._told_already(target):
                fix = "translate the page it leads to, or link to one that this market has in this language"
                self._add(place(), f'the link "{target}" leads nowhere in {self.market.id}/{self.locale}', fix)
            return
        scheme, name, fragment = split_content_link(target)
        key = text_of_link(self.project, scheme, name)
        if fragment and key is not None:
            known = self.anchors(key, complete=scheme == "complete")
            if fragment not in known:
                message = f'the page that "{target}" leads to has no place "{fragment}" in {self.market.id}/{self.locale}'
                self._add(place(), message, _suggestion(fragment, known))
                return
        self._sound.add(target)

    def _check_other(self, document: Document, target: str, place: Callable[[], Place]) -> None:
        if not is_outside(target):
            fix = "write page:…, series:…, post:…, complete:…, legal:…, #place, or a full https:// address"
            self.found.add("P105", place(), f'the link "{target}" leads nowhere', fix)
        elif target.startswith("#"):
            known = self.anchors(document.key)
            if target[1:] not in known:
                kind = "block" if document.key.kind == "page" else "heading"
                self.found.add("P105", place(), f'no {kind} "{target[1:]}" in this page', _suggestion(target[1:], known))

    def anchors(self, key: TextKey, *, complete: bool = False) -> frozenset[str]:
        """The places of a page as rendered: blocks and form fields of a landing page, headings of all."""
        if (key, complete) not in self._anchors:
            self._anchors[key, complete] = frozenset(self._complete(key) if complete else self._rendered(key))
        return self._anchors[key, complete]

    def _rendered(self, key: TextKey) -> set[str]:
        document = self.project.document(key, self.market, self.locale)
        if document is None:
            return set()
        if key.kind != "page":
            return set(anchors(body_html(document, lambda target: None)))
        form = self.project.forms.get(str(document.meta.get("form", "")))
        # A needed block that lacks is a problem of its own (P107), and no dead link.
        needed = {"hero", "form"} if form else {"hero"}
        places = {b.name for b in document.blocks} | needed | {f"f-{f.name}" for f in (form.fields if form else ())}
        for section in sections(document.blocks, self.locale, lambda target: None):
            places |= anchors(section.html) | anchors(section.small_print)
            for _, answer in section.questions:
                places |= anchors(answer)
        return places

    def _complete(self, series: TextKey) -> set[str]:
        places = set()
        for key in self.project.parts.get(series.group, ()):
            if self.project.document(key, self.market, self.locale):
                places |= {f"part-{key.number}", *(f"p{key.number}-{name}" for name in self.anchors(key))}
        return places

    def _told_already(self, target: str) -> bool:
        """Whether the link is dead only because of another mistake that has been named: a listed name, an unread file."""
        scheme, name, _ = split_content_link(target)
        if scheme == "legal":
            return False
        name, _, slug = name.partition("/")
        if scheme == "page":
            listed, known = self.market.pages, {k.name for k in self.project.texts if k.kind == "page"}
            stems = [f"content/pages/{name}."]
        else:
            listed, known = self.market.series, {k.group for k in self.project.texts if k.kind == "series"}
            stems = [f"content/blog/{name}/series.", *([f"-{slug}."] if slug else [])]
        unknown = set(listed) - known
        if name in unknown or (unknown and name in known and name not in listed):
            return True
        return any(
            p.code in _UNREAD and (any(stem in p.place.path for stem in stems) or (p.code == "P008" and stems[0].rpartition("/")[0] in p.place.path))
            for p in self.found.found
        )

    def _add(self, place: Place, message: str, fix: str) -> None:
        self.found.add("P105", place, message, fix, market=self.market.id, locale=self.locale)


def _suggestion(place: str, known: frozenset[str]) -> str:
    return did_you_mean(place, [name for name in known if not name.startswith("f-")])
