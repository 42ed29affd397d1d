"""The manifest of a build: every page with its address, its kind, its counterparts and the SHA-256 of its file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from leadsite.plan import Output, Plan

_HEAD, _FOOT = '{"pages": [\n', "\n]}\n"


def manifest_text(
    plan: Plan, outputs: Sequence[Output], digests: Mapping[str, bytes], others: Sequence[Mapping[str, Any]]
) -> tuple[bytes, list[int]]:
    """The manifest, one page a line in order of their files, and where each output's SHA-256 stands in it, in bytes.

    `others` are pages of markets that this build did not make, as the last manifest has them.
    """
    lines: list[tuple[str, bytes, int]] = []
    for number, output in enumerate(outputs):
        digest = digests[output.file].hex()
        lines.append((output.file, f'{_before_digest(plan, output)}"{digest}"}}'.encode(), number))
    lines += [(page["file"], json.dumps(page, ensure_ascii=False).encode(), -1) for page in others]
    lines.sort(key=lambda line: line[0])
    places = [0] * len(outputs)
    at = len(_HEAD)
    for _, line, number in lines:
        if number >= 0:
            places[number] = at + len(line) - 2 - 64
        at += len(line) + 2
    return _HEAD.encode() + b",\n".join(line for _, line, _ in lines) + _FOOT.encode(), places


def _before_digest(plan: Plan, output: Output) -> str:
    """The page's line up to the digest."""
    say = json.dumps
    translations = plan.once(("translations", output.key, output.kind), lambda: say(_translations(plan, output), ensure_ascii=False))
    rows = (
        ("market", output.market), ("locale", output.locale), ("url", plan.url(output)), ("file", output.file),
        ("source", output.source), ("kind", output.kind), ("content_locale", output.content_locale),
    )  # fmt: skip
    said = ", ".join(f'"{name}": {say(value, ensure_ascii=False)}' for name, value in rows)
    return f'{{{said}, "translations": {translations}, "sha256": '


def _translations(plan: Plan, output: Output) -> dict[str, str]:
    """The addresses of the page in the languages it is written in, by hreflang."""
    if output.kind in ("sitemap", "error", "other", "chooser"):
        return {}
    found = {
        plan.project.markets[o.market].hreflang(o.locale): plan.url(o)
        for o in plan.group(output)
        if o.kind == output.kind and not o.is_fallback
    }
    return dict(sorted(found.items()))
