"""The theme's style sheet: whole, cut to the rules that one page uses, and the fonts it names for a language.

Pages carry their styles within them, so that the first view is one request; a rule for another script or another kind
of page would cost it a share of its first 13 KiB. Knows of HTML and CSS what it needs to tell that a rule cannot apply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>")
_CLASS = re.compile(r'\sclass="([^"]*)"')
_TONGUE = re.compile(r'\slang="([^"]*)"')
_LANG = re.compile(r":lang\(([\w-]+)\)")
_GROUP = re.compile(r":(is|where)\(")
#: What narrows a selector without naming an element or a class: attributes, what something is not, and other states.
_NARROWS = re.compile(r"\[[^\]]*\]|:not\((?:[^()]|\([^()]*\))*\)|::?[\w-]+(?:\((?:[^()]|\([^()]*\))*\))?")
_NAMED = re.compile(r"\.([A-Za-z][\w-]*)")
_ELEMENT = re.compile(r"(?:^|[\s>+~])([a-z][a-z0-9]*)")

#: The names of values that are used, and a value with its name.
_CALLED = re.compile(r"var\((--[\w-]+)")
_VALUE = re.compile(r"(--[\w-]+):[^;{}]*;?(?=[^{}]*\})")

#: Elements, classes and languages of a page.
_Used = tuple[frozenset[str], frozenset[str], frozenset[str]]


@lru_cache(maxsize=8)
def css(root: Path) -> str:
    """The whole style sheet for inlining, without comments, blank lines and the spaces that mean nothing."""
    text = _COMMENT.sub("", (root / "site" / "static" / "theme.css").read_text(encoding="utf-8"))
    return re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", text)).replace(";}", "}").strip()


def css_for(root: Path, tag: str, html: str) -> str:
    """The rules that can apply to a page in a language, of which `html` is the whole body, as long as no script changes it."""
    tags, tongues = {"html", "body"}, {tag}
    classes: set[str] = set()
    for element, attributes in _TAG.findall(html):
        tags.add(element)
        if found := _CLASS.search(attributes):
            classes.update(found[1].split())
        if found := _TONGUE.search(attributes):
            tongues.add(found[1])
    return _css_for(root, (frozenset(tags), frozenset(classes), frozenset(tongues)))


@lru_cache(maxsize=256)
def _css_for(root: Path, used: _Used) -> str:
    kept = "".join(_kept(css(root), used))
    called = set(_CALLED.findall(kept))
    return _VALUE.sub(lambda match: match[0] if match[1] in called else "", kept)


def _kept(text: str, used: _Used) -> Iterator[str]:
    """The rules of a sheet, or of what stands in an at-rule, as far as a page uses them."""
    for head, body in _rules(text):
        if head.startswith("@media"):
            inner = "".join(_kept(body, used))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        elif selectors := [s for one in _split(head) if (s := _live(one, used))]:
            yield f"{','.join(selectors)}{{{body}}}"


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """What stands before and within each outermost pair of braces."""
    start, depth, opened = 0, 0, 0
    for place, sign in enumerate(text):
        if sign == "{":
            depth += 1
            opened = place if depth == 1 else opened
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield text[start:opened].strip(), text[opened + 1 : place]
                start = place + 1


def _split(selectors: str) -> list[str]:
    """A list of selectors, parted at the commas that stand in no brackets."""
    found, depth = [""], 0
    for sign in selectors:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return found


def _live(selector: str, used: _Used) -> str:
    """The selector with only those members of its groups that the page has; empty where it can apply to nothing there."""
    match = _GROUP.search(selector)
    while match:
        end = _closing(selector, match.end())
        members = [m for one in _split(selector[match.end() : end]) if (m := _live(one, used))]
        if not members:
            return ""
        alone = len(members) == 1 and match[1] == "is" and members[0][0] in ".:"
        group = members[0] if alone else f":{match[1]}({','.join(members)})"
        selector = selector[: match.start()] + group + selector[end + 1 :]
        match = _GROUP.search(selector, match.start() + len(group))
    tags, classes, tongues = used
    bare = selector
    while (match := _GROUP.search(bare)) is not None:  # What groups hold is known to apply.
        bare = bare[: match.start()] + bare[_closing(bare, match.end()) + 1 :]
    spoken = all(_is_spoken(name, tongues) for name in _LANG.findall(bare))
    plain = _NARROWS.sub("", bare)
    fits = set(_NAMED.findall(plain)) <= classes and set(_ELEMENT.findall(plain)) <= tags
    return selector if spoken and fits else ""


def _closing(text: str, start: int) -> int:
    """Where the bracket closes that was opened just before `start`."""
    depth = 1
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place
    raise ValueError(f"a bracket is not closed in {text}")


def _is_spoken(name: str, tags: Iterable[str]) -> bool:
    """Whether `:lang(name)` fits one of the tags, as RFC 4647 filters."""
    return any(f"{tag}-".lower().startswith(f"{name}-".lower()) for tag in tags)


def fonts_of(root: Path, tag: str) -> str:
    """The families that the theme names for text in a language (`--sans`), for mails, which carry styles of their own."""
    return named_fonts(root, tag, "--sans") or "sans-serif"


@lru_cache(maxsize=256)
def named_fonts(root: Path, tag: str, name: str) -> str:
    """What the theme gives a name such as `--head` in a language; empty where it gives it nothing."""
    found = ""
    for head, body in _rules(css(root)):
        named = _LANG.findall(head)
        value = re.search(rf"{name}:([^;]+)", body)
        if value and (not named or any(_is_spoken(one, (tag,)) for one in named)):
            found = value[1]
    return found


def families_of(stack: str) -> list[str]:
    """The families of a `font-family` as a style sheet writes it, without their quotes."""
    return [name.strip().strip("\"'") for name in stack.split(",")]


def forget_styles() -> None:
    """Makes the next page read the style sheet again."""
    for kept in (css, _css_for, named_fonts):
        kept.cache_clear()
