"""A page as a browser and a screen reader take it: what is said, what can be filled in, and where each link goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "br", "hr", "img", "path", "rect", "circle"}


@dataclass
class Control:
    """One input of a form; `sent` is false for an unticked box and an unchosen option."""

    name: str
    value: str
    kind: str
    id: str = ""
    sent: bool = True
    described_by: str = ""
    invalid: bool = False


@dataclass
class Page(HTMLParser):
    """What a page holds. `texts` maps an element's id to its text, `errors` is every error beside a field."""

    html: str
    lang: str = ""
    dir: str = ""
    title: str = ""
    style: str = ""
    action: str = ""
    controls: list[Control] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    summary: list[tuple[str, str]] = field(default_factory=list)
    focused: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    main: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self._select = ""
        self.feed(self.html)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        if tag == "option":
            self._end_option()
        given = {name: value or "" for name, value in found}
        assert len(given) == len(found), f"an attribute stands twice in <{tag}>"
        self.tags.append(tag)
        self.attributes += [(f"{tag}.{name}", value) for name, value in given.items()]
        if "id" in given:
            self.ids.append(given["id"])
        if "autofocus" in given:
            self.focused.append(given.get("class", "") or tag)
        if tag == "html":
            self.lang, self.dir = given.get("lang", ""), given.get("dir", "")
        if tag == "form":
            self.action = given.get("action", "")
        if tag == "input":
            kind = given.get("type", "text")
            sent = kind not in ("checkbox", "radio") or "checked" in given
            self._add(given, kind, given.get("value", ""), sent)
        if tag == "select":
            self._add(given, "select", "", True)
        if tag == "option" and "selected" in given:
            self.controls[-1].value = given["value"]
        if tag not in _VOID:
            self._open.append((tag, given, []))

    def _add(self, given: dict[str, str], kind: str, value: str, sent: bool) -> None:
        self.controls.append(
            Control(given["name"], value, kind, given.get("id", ""), sent, given.get("aria-describedby", ""), "aria-invalid" in given)
        )

    def handle_startendtag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        for _, _, text in self._open:
            text.append(data)

    def _end_option(self) -> None:
        """HTML lets an option end where the next one begins, or its select ends."""
        if self._open and self._open[-1][0] == "option":
            self.handle_endtag("option")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._end_option()
        opened, given, parts = self._open.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"
        text = "".join(parts)
        if "id" in given:
            self.texts[given["id"]] = text.strip()
        if tag == "title":
            self.title = text
        elif tag == "style":
            self.style = text
        elif tag == "main":
            self.main = text
        elif tag == "textarea":
            self._add(given, "textarea", text.removeprefix("\n"), True)
        elif tag == "a":
            self.links.append((given["href"], text.strip()))
            if any("summary" in one.get("class", "").split() for _, one, _ in self._open):
                self.summary.append((given["href"], text.strip()))
        if "error" in given.get("class", "").split():
            self.errors.append(text.strip())

    def sent(self) -> dict[str, str]:
        """What pressing the button sends."""
        return {one.name: one.value for one in self.controls if one.sent}

    def control(self, name: str) -> Control:
        return next(one for one in self.controls if one.name == name)

    def boxes(self) -> dict[str, bool]:
        return {one.name: one.sent for one in self.controls if one.kind == "checkbox"}
