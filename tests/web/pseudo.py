"""Pseudo-locales: a project whose German is English grown long, and whose Hebrew is English that runs from right to left.

    python -m tests.web.pseudo DIR [--project DIR]

Writes such a copy of a project. `leadsite preview --project DIR` shows it: what is not in brackets is not translatable, what
is cut off will not hold a longer language, what stands on the wrong side is not mirrored.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

#: Which languages of a project give way to the pseudo-locales.
LONG, MIRRORED = "de", "he"
_ACCENTS = str.maketrans("AEIOUYaeiouycnsz", "ÅÉÎÕÛÝåéîöûýçñšž")
#: What is no text: links' targets, placeholders, addresses, marks of blocks, table rules.
_KEPT = re.compile(r"\]\([^)]*\)|\{[^{}]*\}|%\([^)]+\)[sd]|%[sd]|https?://\S+|\S+@\S+\.\w+|^:::.*$|^[|:\- ]+$|^\[\^?[\w-]+\]:.*$|`[^`]*`", re.M)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_KEYS = ("title", "description", "subject", "preheader")


def _by_parts(text: str, change: Callable[[str], str]) -> str:
    """The text with `change` made to what is text in it."""
    parts, at = [], 0
    for kept in _KEPT.finditer(text):
        parts += [change(text[at : kept.start()]), kept[0]]
        at = kept.end()
    return "".join([*parts, change(text[at:])])


def long(text: str) -> str:
    """Two fifths longer, as English grows in translation, and short texts twice as long; with accents, in brackets."""
    letters = sum(len(word) for word in _WORD.findall(_KEPT.sub("", text)))
    times = 2.0 if letters <= 20 else 1.4
    due = 0.0

    def grow(match: re.Match[str]) -> str:
        nonlocal due
        word = match[0]
        due += len(word) * (times - 1)
        more = int(due)
        due -= more
        vowels = [i for i, letter in enumerate(word) if letter.lower() in "aeiouy"] or [len(word) - 1]
        for n in range(more):
            at = vowels[n % len(vowels)]
            word = word[: at + 1] + word[at].lower() + word[at + 1 :]
            vowels = [i + (i > at) for i in vowels]
        return word.translate(_ACCENTS)

    grown = _by_parts(text, lambda part: _WORD.sub(grow, part))
    return f"⟦{grown}⟧" if letters else text


def mirrored(text: str) -> str:
    """The same letters, each word running from right to left by the marks of Unicode."""
    return _by_parts(text, lambda part: _WORD.sub(lambda word: f"\u202e{word[0]}\u202c", part))


def catalogue(template: Path, tag: str, change: Callable[[str], str]) -> Catalog:
    """All messages of a template in a pseudo-locale."""
    with template.open("rb") as file:
        wanted = read_po(file)
    made = Catalog(locale=tag)
    for message in wanted:
        if message.id:
            both = message.id if isinstance(message.id, tuple) else (message.id,)
            forms = [both[0], *[both[-1]] * (made.num_plurals - 1)] if len(both) > 1 else [both[0]]
            strings = tuple(change(form) for form in forms)
            made.add(message.id, strings if len(both) > 1 else strings[0], context=message.context, flags=message.flags)
    return made


def content(source: str, change: Callable[[str], str]) -> str:
    """A text of `content/` in a pseudo-locale: what is translated of its front matter, and every line of its body."""
    _, head, body = source.split("---\n", 2)
    meta = {key: value for key, value in yaml.safe_load(head).items() if key in _KEYS}
    lines = "".join(f"{key}: {json.dumps(change(str(value)), ensure_ascii=False)}\n" for key, value in meta.items())
    return f"---\n{lines}---\n{''.join(_line(line, change) for line in body.splitlines(keepends=True))}"


def _line(line: str, change: Callable[[str], str]) -> str:
    """A line of markdown: its marks stay at its ends, and each cell of a table is a text."""
    if not line.strip() or line.startswith(":::"):
        return line
    if line.startswith("|"):
        cells = line.rstrip("\n").split("|")
        return "|".join(f" {change(cell.strip())} " if cell.strip() and not re.fullmatch(r"[:\- ]+", cell) else cell for cell in cells) + "\n"
    mark = re.match(r"\s*(?:#+|[-*]|\d+\.|>)\s+|\s*", line)
    assert mark
    text = line[mark.end() :].rstrip("\n")
    if picture := re.fullmatch(r'!\[(.*)\]\((\S+)(?: "(.*)")?\)', text):
        title = f' "{change(picture[3])}"' if picture[3] else ""
        made = f"![{change(picture[1])}]({picture[2]}{title})"
    elif link := re.fullmatch(r"\[([^]]*)\](\([^)]*\))", text):  # Alone in its paragraph it is a button: nothing may stand around it.
        made = f"[{change(link[1])}]{link[2]}"
    else:
        made = re.sub(r"^⟦\*\*", "**⟦", change(text))  # The bold lead of a list's item stays at its front.
    return f"{mark[0]}{made}\n"


def make_pseudo(project: Path, root: Path) -> Path:
    """A copy of a project at `root`, with its pseudo-locales."""
    for room in ("site", "content", "locales"):
        shutil.copytree(project / room, root / room)
    for tag, change in ((LONG, long), (MIRRORED, mirrored)):
        for file in (root / "content").rglob(f"*.{tag}.md"):
            file.unlink()
        for file in sorted((root / "content").rglob("*.en.md")):
            made = file.with_name(file.name.removesuffix(".en.md") + f".{tag}.md")
            made.write_text(content(file.read_text(encoding="utf-8"), change), encoding="utf-8")
        for template in ("messages", "wtforms"):
            with (root / "locales" / tag / "LC_MESSAGES" / f"{template}.po").open("wb") as out:
                write_po(out, catalogue(root / "locales" / f"{template}.pot", tag, change), width=0)
    return root


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--project", type=Path, default=Path())
    chosen = parser.parse_args()
    print(f"leadsite preview --project {make_pseudo(chosen.project.resolve(), chosen.dir)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
