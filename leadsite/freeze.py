"""Freezes the site application into a staging folder, and has it switched in whole.

Only outputs whose recipe changed are rendered; the others are linked from the last build. A build that fails leaves
the last good one standing; `output_folder` holds how.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadcore.rendering.assets import assets
from leadcore.rendering.templating import environment
from leadsite.app import create_site_app
from leadsite.context import has_view, view_of
from leadsite.freezer import Last, SiteFreezer, freeze_shared
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
from leadsite.recipes import Recipes
from leadsite.sources import Stamp, State, code_digest, current_sources, read_state, write_state


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did, in numbers of files. `rendered` names the outputs whose views were called."""

    written: int
    unchanged: int
    removed: int
    pages: int
    markets: tuple[str, ...]
    rendered: tuple[str, ...] = ()


def freeze(
    plan: Plan,
    out: Path,
    markets: tuple[str, ...] = (),
    *,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
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
            return _Build(plan, out, staging, markets, chosen, gone, last).run(jobs, progress)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


class _Build:
    """One build: what is fresh, what is rendered, what takes the last one's place."""

    def __init__(
        self, plan: Plan, out: Path, staging: Path, asked: tuple[str, ...], chosen: tuple[str, ...],
        gone: tuple[str, ...], last: list[dict[str, Any]],
    ) -> None:  # fmt: skip
        self.plan, self.out, self.staging = plan, out, staging
        self.asked, self.chosen, self.gone, self.last = asked, chosen, gone, last
        self.state = read_state(plan.project.root, out)
        before = self.state.sources if self.state else {}
        self.sources = current_sources(plan.project.root, before)
        self.code = code_digest()
        self.standing = self._standing()

    def run(self, jobs: int, progress: Callable[[int, int], None]) -> BuildReport:
        outputs = self.plan.only(self.chosen)
        recipes = Recipes(self.plan, {path: digest for path, (_, digest) in self.sources.items()}, self.code)
        wanted = {o.file: recipes.of(o) for o in outputs}
        kept = self._kept(wanted)
        stale = [o for o in outputs if o.file not in kept]
        done = [0]

        def step(count: int) -> None:
            done[0] += count
            progress(done[0], len(stale))

        self._compile(stale)
        written = freeze_shared(self._freezer, stale, jobs, step) if stale else []
        files = {w.file: (w.sha256, (w.size, w.mtime_ns)) for w in written} | kept
        files |= self._assets()
        before = {f: (s, t) for f, (_, s, t) in self.state.outputs.items()} if self.state else {}
        removed = [f for f in before if f.partition("/")[0] in (*self.chosen, *self.gone) and f not in files]
        touched = {f.partition("/")[0] for f in (*files, *removed) if before.get(f) != files.get(f)}
        self._link(kept, touched)
        self._finish(files, wanted, touched, outputs)
        changed = sum(before.get(f, ("",))[0] != one[0] for f, one in files.items())
        return BuildReport(
            written=changed, unchanged=len(files) - changed, removed=len(removed), pages=len(outputs),
            markets=self.chosen, rendered=tuple(o.file for o in stale),
        )  # fmt: skip

    def _compile(self, outputs: Sequence[Output]) -> None:
        """Compiles the templates that will be needed, once, so that the processes share them."""
        for name, output in {view_of(o)[0]: o for o in outputs if has_view(o)}.items():
            environment(self.plan.project.root, output.locale, self.plan.market(output).country).get_template(name)

    def _freezer(self, outputs: Sequence[Output]) -> SiteFreezer:
        app = create_site_app(lambda: self.plan)
        app.config["PROPAGATE_EXCEPTIONS"] = True
        return SiteFreezer(app, outputs, self.staging, Last(folder=self.out, digests=self.standing))

    def _standing(self) -> dict[str, str]:
        """The last build's files that are as they were written, with their digests."""
        found = {}
        for file, (_, digest, stamp) in self.state.outputs.items() if self.state else ():
            try:
                stat = os.stat(self.out / file)
            except OSError:
                continue
            if (stat.st_size, stat.st_mtime_ns) == stamp:
                found[file] = digest
        return found

    def _kept(self, wanted: Mapping[str, str]) -> dict[str, tuple[str, Stamp]]:
        """The last build's files that may stay: same recipe, and as they were written."""
        if self.state is None:
            return {}
        last = self.state.outputs
        return {f: (last[f][1], last[f][2]) for f, recipe in wanted.items() if f in self.standing and last[f][0] == recipe}

    def _assets(self) -> dict[str, tuple[str, Stamp]]:
        """The assets of each chosen market, written into staging."""
        found = {}
        for market in self.chosen:
            folder = self.staging / market / "assets"
            folder.mkdir(parents=True, exist_ok=True)
            for name, data in assets(self.plan.project.root).items():
                place, file = folder / name, f"{market}/assets/{name}"
                if self.standing.get(file) == hashlib.sha256(data).hexdigest():
                    os.link(self.out / file, place)
                else:
                    place.write_bytes(data)
                stat = place.stat()
                found[file] = (hashlib.sha256(data).hexdigest(), (stat.st_size, stat.st_mtime_ns))
        return found

    def _link(self, kept: Mapping[str, tuple[str, Stamp]], touched: set[str]) -> None:
        """Links what stays into the staging folder of each market that changes."""
        made: set[str] = set()
        for file in kept:
            if file.partition("/")[0] not in touched:
                continue
            target = os.path.join(self.staging, file)
            parent = os.path.dirname(target)
            if parent not in made:
                os.makedirs(parent, exist_ok=True)
                made.add(parent)
            os.link(os.path.join(self.out, file), target)

    def _finish(
        self, files: Mapping[str, tuple[str, Stamp]], wanted: Mapping[str, str], touched: set[str], outputs: Sequence[Output]
    ) -> None:
        others = [p for p in self.last if p["market"] not in (*self.chosen, *self.gone)]
        _write_manifest(self.plan, self.staging, others, outputs, files)
        kept_state = {
            f: one
            for f, one in (self.state.outputs.items() if self.state else ())
            if f.partition("/")[0] not in (*self.chosen, *self.gone)
        }
        ours = {f: (wanted.get(f, ""), sha, stamp) for f, (sha, stamp) in files.items()}
        state = State(
            sources=self.sources, outputs={**kept_state, **ours}, facts=self.plan.project.facts, code=self.code,
            day=self.plan.today.isoformat(), asked=self.asked,
        )  # fmt: skip
        exchanged = tuple(m for m in self.chosen if m in touched)
        switch(self.staging, self.out, exchanged, self.gone)
        write_state(self.plan.project.root, self.out, state)


def _write_manifest(
    plan: Plan, folder: Path, others: list[dict[str, Any]], outputs: Sequence[Output], files: Mapping[str, tuple[str, Stamp]]
) -> None:
    """The manifest of these outputs anew and, from the last one, of the other markets."""
    pages = [_entry(plan, o, files[o.file][0]) for o in outputs] + others
    pages.sort(key=lambda p: p["file"])
    lines = ",\n".join(json.dumps(page, ensure_ascii=False) for page in pages)
    (folder / MANIFEST).write_text(f'{{"pages": [\n{lines}\n]}}\n', encoding="utf-8")


def _entry(plan: Plan, output: Output, digest: str) -> dict[str, Any]:
    translations = plan.once(("translations", output.key, output.kind), lambda: _translations(plan, output))
    return {
        "market": output.market,
        "locale": output.locale,
        "url": plan.url(output),
        "file": output.file,
        "source": output.source,
        "kind": output.kind,
        "content_locale": output.content_locale,
        "translations": translations,
        "sha256": digest,
    }


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
