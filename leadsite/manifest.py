"""The manifest of a build: every page with its address, its kind, its counterparts and the SHA-256 of its file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, BinaryIO

from leadsite.plan import Output, Plan

_HEAD, _FOOT = b'{"pages": [\n', b"\n]}\n"


def write_manifest(
    file: BinaryIO, plan: Plan, outputs: Sequence[Output], files: Sequence[str], digests: Sequence[bytes], others: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Writes the manifest of outputs, their files and SHA-256, one page a line in order of the files; gives where each output's
    SHA-256 stands in it, in bytes.

    `others` are pages of markets that this build did not make, as the last manifest has them.
    """
    order = [(name, number) for number, name in enumerate(files)]
    order += [(str(page["file"]), -number) for number, page in enumerate(others, 1)]
    places = [0] * len(outputs)
    said: dict[tuple[str, str], str] = {}
    at = file.write(_HEAD)
    separator = b""
    for name, number in sorted(order):
        if number < 0:
            line = json.dumps(others[-number - 1], ensure_ascii=False).encode()
        else:
            output = outputs[number]
            group = output.key, output.kind
            if group not in said:
                said[group] = json.dumps(_translations(plan, output), ensure_ascii=False)
            line = f'{_before_digest(plan, output, name, said[group])}"{digests[number].hex()}"}}'.encode()
            places[number] = at + len(separator) + len(line) - 2 - 64
        at += file.write(separator + line)
        separator = b",\n"
    file.write(_FOOT)
    return places


def _before_digest(plan: Plan, output: Output, file: str, translations: str) -> str:
    """The page's line up to the digest."""
    say = encode_basestring
    return (
        f'{{"market": {say(output.market)}, "locale": {say(output.locale)}, "url": {say(plan.url(output))}, "file": {say(file)}, '
        f'"source": {say(output.source)}, "kind": {say(output.kind)}, "content_locale": {say(output.content_locale)}, '
        f'"translations": {translations}, "sha256": '
    )


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
