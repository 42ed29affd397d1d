"""Freezes the site application into a staging folder, and has what changed switched in, each market in one step.

Only outputs whose recipe changed are rendered; the others stay. A build that fails leaves the last good one standing;
`output_folder` holds how.
"""

from __future__ import annotations

import contextlib
import os
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadcore.problems import Problem
from leadcore.rendering.assets import assets
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import read_catalogs
from leadcore.rendering.templating import environment
from leadsite.context import VIEWS, has_view, view_of
from leadsite.font_checks import check_drawn
from leadsite.fonts import font_assets, font_keys
from leadsite.images import market_pictures
from leadsite.link_checks import anchored_texts
from leadsite.manifest import write_manifest
from leadsite.output_folder import (
    MANIFEST,
    clear_staging,
    foreign,
    guard,
    markets_of,
    read_manifest,
    sole_writer,
    staging_in,
    switch,
)
from leadsite.pictures import make_pictures, picture_bytes, remove_pictures
from leadsite.plan import Output, Plan, places_of
from leadsite.recipes import Recipes, templates_of
from leadsite.social import languages_without
from leadsite.sources import code_digest
from leadsite.state import Finished, Kept, Made, State, read_state, sections_of, write_state
from leadsite.surroundings import Surroundings, surroundings_now
from leadsite.writing import Step, Written

#: The problems of a project that stop nothing, and how many notices it has published. Raises where something stops it.
Judge = Callable[[], tuple[tuple[Problem, ...], int]]


#: A language to compile templates in: the code is the same for all.
_ANY = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did, in numbers of files. `rendered` names the outputs whose views were called, `closing` are the
    problems that closed a form, `notices` counts those that were published for the first time, `undrawn` are the
    locales whose pages have no preview picture since no font draws their script."""

    written: int
    unchanged: int
    removed: int
    pages: int
    markets: tuple[str, ...]
    rendered: tuple[str, ...] = ()
    closing: tuple[Problem, ...] = ()
    notices: int = 0
    undrawn: tuple[str, ...] = ()


def get_ready(root: Path) -> None:
    """Imports, reads and compiles ahead of time what rendering takes of a project beside its texts. Tells of no problem: who needs
    what could not be made ready will."""
    import leadsite.app
    import leadsite.freezer  # noqa: F401

    read_catalogs(root)
    for view, _ in VIEWS.values():
        for name in sorted(templates_of(root, view) or ()):
            with contextlib.suppress(Exception):
                environment(root, _ANY, "").get_template(name)


def freeze(
    plan: Plan,
    out: Path,
    markets: tuple[str, ...] = (),
    *,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
    before: Surroundings | None = None,
    judge: Judge = lambda: ((), 0),
) -> BuildReport:
    """Builds the markets (all when none is named) into `out/<market>/` and writes the manifest.

    A build of all markets takes away those that the project no longer has. `before` are the sources as they were when
    the project was read; now, where it is not given. `judge` is asked while the pages are rendered: nothing goes out where
    it raises. Raises ProjectProblems when `out` holds something that is not a build of ours. An exception on the way
    leaves `out` as it was.
    """
    chosen = tuple(m for m in plan.project.markets if not markets or m in markets)
    if out.exists() and not out.is_dir():
        raise foreign(out, "the output is to go into a folder, and this is a file")
    with sole_writer(out):
        last = read_manifest(out)
        gone = () if markets else tuple(m for m in markets_of(last) if m not in plan.project.markets)
        guard(out, {page["file"] for page in last}, (*chosen, *gone))
        clear_staging(out)
        state = read_state(plan.project.root, out)
        now = before or surroundings_now(plan.project, state)
        with staging_in(out) as staging:
            build = _Build(plan, out, staging, markets, chosen, gone, state, now)
            report = build.run(jobs, progress, last, judge)
        # Only when nothing is left to tidy: a build that finds nothing changed looks no further.
        build.keep()
        return report


class _Build:
    """One build: what is fresh, what is rendered, what takes the last one's place."""

    def __init__(
        self, plan: Plan, out: Path, staging: Path, asked: tuple[str, ...], chosen: tuple[str, ...],
        gone: tuple[str, ...], state: State | None, now: Surroundings,
    ) -> None:  # fmt: skip
        self.plan, self.out, self.staging = plan, out, staging
        self.asked, self.chosen, self.gone, self.now = asked, chosen, gone, now
        self.last: Mapping[str, Made] = state.outputs if state else {}
        self.damaged = frozenset(state.damaged(out) if state else ())
        self.code = code_digest()
        self._made: tuple[Sequence[Output], Mapping[str, Kept], Sequence[int], bool]

    def run(self, jobs: int, progress: Callable[[int, int], None], last_pages: list[dict[str, str]], judge: Judge) -> BuildReport:
        outputs = self.plan.only(self.chosen)
        recipes = Recipes(self.plan, {path: digest for path, (_, digest) in self.now.sources.items()}, self.code)
        step = Step(recipes, self.staging, self.last, self.damaged)
        done = [0]

        def tell(count: int) -> None:
            done[0] += count
            progress(done[0], len(outputs))

        judged: list[tuple[tuple[Problem, ...], int]] = []
        found = {one.file: one for one in self._render(outputs, step, jobs, tell, lambda: judged.append(judge()))}
        (closing, notices), files = judged[0], [output.file for output in outputs]
        pages = [found[file] for file in files]
        check_drawn(self.plan, self.staging, [output for output, page in zip(outputs, pages, strict=True) if page.fresh])
        written = dict(zip(files, pages, strict=True)) | self._assets(step) | self._pictures(step, jobs)
        others = {f: one for f, one in self.last.items() if f.partition("/")[0] not in (*self.chosen, *self.gone)}
        removed = [f for f in self.last if f not in written and f not in others]
        fresh = [one.file for one in written.values() if one.fresh]
        kept_pages = [p for p in last_pages if p["market"] not in (*self.chosen, *self.gone)]
        with (self.staging / MANIFEST).open("wb") as file:
            places = write_manifest(file, self.plan, outputs, files, [one.sha256 for one in pages], kept_pages)
        switch(self.staging, self.out, fresh, removed, [*written, *others], self.gone)
        self._made = (outputs, {**written, **others}, places, bool(closing))
        return BuildReport(
            written=len(fresh), unchanged=len(written) - len(fresh), removed=len(removed), pages=len(outputs), markets=self.chosen,
            rendered=tuple(one.file for one in written.values() if one.rendered), closing=closing, notices=notices,
            undrawn=languages_without(self.plan, self.chosen),
        )  # fmt: skip

    def _render(
        self, outputs: Sequence[Output], step: Step, jobs: int, tell: Callable[[int], None], meanwhile: Callable[[], None]
    ) -> list[Written]:
        """What becomes of every output. Flask is asked only where something has to be rendered."""
        from leadsite.app import create_site_app
        from leadsite.freezer import SiteFreezer, freeze_shared

        try:
            self._prepare(outputs)
        except Exception:
            # What is wrong with the project comes before what it leads to.
            meanwhile()
            raise
        app = create_site_app(lambda: self.plan)
        app.config["PROPAGATE_EXCEPTIONS"] = True
        return freeze_shared(lambda share: SiteFreezer(app, share, step), outputs, jobs, tell, meanwhile)

    def _prepare(self, outputs: Sequence[Output]) -> None:
        """Makes what pages share before the processes are forked: compiled templates, each locale's words, fonts."""
        for name, output in {view_of(o)[0]: o for o in outputs if has_view(o)}.items():
            environment(self.plan.project.root, output.locale, self.plan.market(output).country).get_template(name)
        for market, locale in {(o.market, o.locale): None for o in outputs}:
            words_for(self.plan.project, self.plan.project.markets[market], locale)
        self.plan.index()
        font_keys(self.plan, self.chosen)

    def _assets(self, step: Step) -> dict[str, Written]:
        """The assets of each chosen market."""
        found = {}
        for market in self.chosen:
            fonts = font_assets(self.plan, self.plan.project.markets[market])
            for name, data in {**assets(self.plan.project.root), **fonts}.items():
                file = f"{market}/assets/{name}"
                found[file] = step.write(file, b"", data)
        return found

    def _pictures(self, step: Step, jobs: int) -> dict[str, Written]:
        """The pictures of each chosen market, those made now that were not kept."""
        root, wanted = self.plan.project.root, market_pictures(self.plan, self.chosen)
        make_pictures(root, (one for pictures in wanted.values() for one in pictures), jobs)
        found = {}
        for market, pictures in wanted.items():
            for one in pictures:
                file = f"{market}/assets/{one.name}"
                found[file] = step.write_named(file, lambda one=one: picture_bytes(root, one))  # type: ignore[misc]
        if not self.asked:
            remove_pictures(root, {one.name for pictures in wanted.values() for one in pictures})
        return found

    def keep(self) -> None:
        """Leaves for the next build what this one made, once it has run."""
        outputs, made, places, closed = self._made
        stat = os.stat(self.out / MANIFEST)
        project = self.plan.project
        write_state(project.root, self.out, sections_of(Finished(
            code=self.code, day=self.plan.today.isoformat(), asked=self.asked, sources=self.now.sources, folders=self.now.folders,
            outputs=made, facts=self.plan.project.facts, rows=self.plan.rows(outputs), manifest_stamp=(stat.st_size, stat.st_mtime_ns),
            manifest_places=places, rest={
                "pages": len(outputs), "markets": self.chosen, "anchored": anchored_texts(project),
                # Their sources are read again when one of them changes; until then these are what was read.
                "frame": pickle.dumps((project.site, project.markets, project.forms)),
                "newest": places_of(self.plan.newest), "closed": closed, "fonts": font_keys(self.plan, self.chosen),
            },
        )))  # fmt: skip
