"""Freezes the site application into a staging folder, and has it switched in whole.

So a build that fails leaves the last good one standing; `output_folder` holds how.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_frozen import Freezer

from leadcore.rendering.assets import assets
from leadsite.app import create_site_app
from leadsite.output_folder import (
    MANIFEST,
    STAGING,
    clear_staging,
    foreign,
    guard,
    markets_of,
    read_manifest,
    sole_writer,
    switch,
)
from leadsite.plan import Output, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did, in numbers of files."""

    written: int
    unchanged: int
    removed: int
    pages: int
    markets: tuple[str, ...]


def freeze(
    plan: Plan, out: Path, markets: tuple[str, ...] = (), *, progress: Callable[[int, int], None] = lambda done, total: None
) -> BuildReport:
    """Builds the markets (all when none is named) into `out/<market>/` and writes the manifest.

    A build of all markets takes away those that the project no longer has. Raises ProjectProblems when `out` holds
    something that is not a build of ours. An exception on the way leaves `out` as it was.
    """
    chosen = tuple(m for m in plan.project.markets if not markets or m in markets)
    if out.exists() and not out.is_dir():
        raise foreign(out, "the output is to go into a folder, and this is a file")
    out.mkdir(parents=True, exist_ok=True)
    with sole_writer(out):
        last = read_manifest(out)
        gone = () if markets else tuple(m for m in markets_of(last) if m not in plan.project.markets)
        guard(out, last, (*chosen, *gone))
        clear_staging(out)
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=out))
        try:
            _render(plan, staging, chosen, progress)
            before, after = _hashes(out, (*chosen, *gone)), _hashes(staging, chosen)
            kept = [p for p in last if p["market"] not in (*chosen, *gone)]
            _write_manifest(plan, staging, kept, chosen, after)
            switch(staging, out, chosen, gone)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    written = sum(before.get(name) != digest for name, digest in after.items())
    return BuildReport(
        written=written,
        unchanged=len(after) - written,
        removed=len(before.keys() - after.keys()),
        pages=len(plan.only(chosen)),
        markets=chosen,
    )


def _render(plan: Plan, staging: Path, markets: tuple[str, ...], progress: Callable[[int, int], None]) -> None:
    app = create_site_app(lambda: plan)
    app.config.update(
        FREEZER_DESTINATION=str(staging),
        FREEZER_REMOVE_EXTRA_FILES=False,
        FREEZER_IGNORE_MIMETYPE_WARNINGS=True,
        FREEZER_REDIRECT_POLICY="error",
        PROPAGATE_EXCEPTIONS=True,
    )
    freezer = Freezer(app, with_static_files=False, with_no_argument_rules=False, log_url_for=False)  # type: ignore[no-untyped-call]
    outputs = plan.only(markets)
    names = sorted(assets(plan.project.root))

    @freezer.register_generator  # type: ignore[untyped-decorator]
    def page() -> Iterator[dict[str, Any]]:
        for output in outputs:
            yield {"market": output.market, "path": output.path}
        for market in markets:
            for name in names:
                yield {"market": market, "path": f"assets/{name}"}

    total = len(outputs) + len(markets) * len(names)
    for done, _ in enumerate(freezer.freeze_yield(), 1):  # type: ignore[no-untyped-call]
        progress(done, total)


def _hashes(root: Path, markets: tuple[str, ...]) -> dict[str, str]:
    """Digest of every file of the markets under a folder, by its path relative to it."""
    found = {}
    for market in markets:
        for path in sorted((root / market).rglob("*")):
            if path.is_file():
                found[path.relative_to(root).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _write_manifest(
    plan: Plan, folder: Path, kept: list[dict[str, Any]], markets: tuple[str, ...], hashes: dict[str, str]
) -> None:
    """The manifest: the entries of these markets anew, and those that are kept from the last build."""
    pages = [_entry(plan, o, hashes[o.file]) for o in plan.only(markets)]
    pages = sorted([*pages, *kept], key=lambda p: p["file"])
    text = json.dumps({"pages": pages}, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _entry(plan: Plan, output: Output, digest: str) -> dict[str, Any]:
    translations = {
        plan.project.markets[o.market].hreflang(o.locale): plan.url(o)
        for o in plan.group(output)
        if o.kind == output.kind and not o.is_fallback and o.kind not in ("sitemap", "error", "other", "chooser")
    }
    return {
        "market": output.market,
        "locale": output.locale,
        "url": plan.url(output),
        "file": output.file,
        "source": output.source,
        "kind": output.kind,
        "content_locale": output.content_locale,
        "translations": dict(sorted(translations.items())),
        "sha256": digest,
    }
