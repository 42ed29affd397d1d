"""All content files of a project to texts by key: most held whole, the parts of series as facts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from leadcore.model.pages import Text, TextKey
from leadcore.problems import ProblemList
from leadcore.reading.facts import Facts, Texts, facts_to_text, read_facts
from leadcore.reading.files import relative
from leadcore.reading.texts import read_content_file


def read_texts(root: Path, problems: ProblemList, known: Mapping[str, Facts] | None = None) -> Texts:
    """Every content file of the project by its key.

    The parts of series are kept as facts and read again when rendered, since there may be very many; those whose facts
    are `known` are not read now. Pages, series and mails are held whole.
    """
    content = root / "content"
    parts = [relative(root, p) for p in sorted(content.glob("blog/*/*.md")) if not p.name.startswith("series.")]
    whole = [*sorted(content.glob("pages/*.md")), *sorted(content.glob("blog/*/series.*.md")), *sorted(content.glob("mail/*/*.md"))]
    facts = {name: known[name] for name in parts if name in known} if known else {}
    facts |= read_facts(root, [name for name in parts if name not in facts], problems)
    found: dict[TextKey, list[Text]] = {}
    texts = [read_content_file(root, path, problems) for path in whole]
    texts += [facts_to_text(root, name, facts[name]) for name in parts if name in facts]
    for text in texts:
        if text is not None:
            found.setdefault(text.key, []).append(text)
    return Texts(by_key={key: tuple(group) for key, group in found.items()}, facts=facts)
