"""A build after edits that move no address: only what the edited texts can touch is looked at.

Which outputs may depend on a text is told generously, by its key; their recipes then tell exactly which do. Any change of
another kind, and any problem, is left to the whole build.
"""

from __future__ import annotations

import datetime as dt
import os
import pickle
import shutil
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from leadcore.model.pages import Text, TextKey
from leadcore.model.project import Project
from leadcore.problems import ProblemList
from leadcore.reading.content import TextsByKey
from leadcore.reading.facts import facts_to_text, file_digest, read_facts, tidy_bodies
from leadcore.rendering.links import links_in
from leadsite.context import first_part
from leadsite.font_checks import check_drawn
from leadsite.fonts import font_keys
from leadsite.freeze import BuildReport
from leadsite.images import image_names
from leadsite.output_folder import MANIFEST, STAGING, sole_writer, staging_in, switch
from leadsite.plan import Output, Plan, plan_of_rows
from leadsite.recipes import Recipes
from leadsite.related import may_relate
from leadsite.render import render_output
from leadsite.sources import Stamp, differing, settled_stamp
from leadsite.state import Changes, Section, State, kept_at, write_state
from leadsite.text_checks import check_texts
from leadsite.writing import Step, Written

#: Outputs of one key that may differ in what they read, by market and language.
_ASKED_EACH = ("feed", "thanks:", "page:", "chooser")


def build_edits(root: Path, out: Path, state: State, changes: Changes, today: dt.date) -> BuildReport | None:
    """The build, where only texts were edited and no address moved; None where the whole build has to be made.

    Raises ProjectProblems where `out` holds what leadsite did not write.
    """
    if changes.added or changes.removed or not all(_is_text(path) for path in changes.changed):
        return None
    stamps = {path: settled_stamp(root / path) for path in changes.changed}
    problems = ProblemList()
    read = read_facts(root, changes.changed, problems, kept_at(root, out))
    if problems.found or read.keys() != set(changes.changed):
        return None
    edits = [_Edit(root, path, state.facts[path], facts) for path, facts in read.items()]
    anchored = set(state.rest["anchored"])
    if any(edit.moves or edit.name in anchored for edit in edits):
        return None
    moved, spent = tidy_bodies(root, kept_at(root, out), state.facts | read)
    newer = read | moved
    facts = state.facts | newer
    site, markets, forms = pickle.loads(state.rest["frame"])
    if site.social_images and any(edit.renames for edit in edits):
        return None  # Pictures are drawn anew.
    project = Project(root=root, site=site, markets=markets, forms=forms, texts=TextsByKey(root, facts), facts=facts)
    plan = plan_of_rows(project, state.rows, today)
    plan.newest.update({at: tuple(plan.by_path[place] for place in places) for at, places in state.rest["newest"].items()})
    check_texts(project, tuple(dict.fromkeys(edit.key for edit in edits)), state.asked, problems)
    # Web fonts hold the characters of all texts.
    if problems.found or font_keys(plan, state.markets) != state.rest["fonts"]:
        return None
    with sole_writer(out):
        size, mtime_ns = state.manifest[0]
        # Another build has been here, or was interrupted.
        if any(differing(str(out), (MANIFEST,), (size,), (mtime_ns,))) or any(out.glob(STAGING + "*")):
            return None
        with staging_in(out) as staging:
            done = _EditBuild(out, staging, state, plan).run(edits, stamps, changes, newer)
        if done is None:
            return None
        report, sections = done
        # Only when nothing is left to tidy: a build that finds nothing changed looks no further.
        write_state(root, out, sections)
        for name in spent:
            (root / name).unlink(missing_ok=True)
        return report


class _Edit:
    """A text as it was and as it is, by their facts."""

    def __init__(self, root: Path, path: str, before: bytes, after: bytes) -> None:
        was, now = facts_to_text(root, path, before), facts_to_text(root, path, after)
        self.path, self.key = path, now.key
        self.name = (now.key.kind, now.key.name, now.key.group, now.key.number)
        self.says_more = dict(was.meta) != dict(now.meta) or _extent(was) != _extent(now)
        self.moves = _shape(was) != _shape(now)
        self.renames = was.meta.get("title") != now.meta.get("title")

    def may_touch(self, output: Output, plan: Plan, in_feeds: Set[tuple[str, str, TextKey]]) -> bool:
        """Whether the output may read the text. `in_feeds` are market, locale and key of the posts that stand in feeds."""
        head, _, name = output.key.partition(":")
        if self.key.kind == "mail":
            return False
        if self.key.kind == "page":
            return output.key == f"page:{self.key.name}" or (self.says_more and output.kind == "chooser")
        group = self.key.group
        if head == "complete":
            return name == group
        if self.key.kind == "post":
            if output.kind == "feed":
                return (output.market, output.locale, self.key) in in_feeds
            if output.key == f"post:{group}/{self.key.name}":
                return True
        elif output.key == f"series:{group}":
            return True
        # Its title, description and length stand in the series, in the lists, on the pages that show the first part.
        if not self.says_more:
            return False
        if head in ("thanks", "page"):
            return plan.market(output).series[:1] == (group,) and self.key in (first_part(plan, output), plan.project.series_key(group))
        if name == group or name.startswith(group + "/"):
            return True
        if self.key.kind != "series":
            return False
        # Parts of other series name one that shares a tag with theirs.
        own = name.partition("/")[0]
        return head == "list" or (head == "post" and any(may_relate(m.series, own, group) for m in plan.project.markets.values()))


def _shape(text: Text) -> tuple[Any, ...]:
    """What addresses, feeds and checks of other texts depend on: slug, form, date, which keys and which blocks there are.
    Which images it shows decides which are published."""
    meta, images = text.meta, sorted(image_names(link for block in text.blocks for link in links_in(block)))
    return (meta.get("slug"), meta.get("form"), meta.get("date"), sorted(meta), [block.name for block in text.blocks], images)


def _extent(text: Text) -> list[tuple[int, int]]:
    """How long a text is: minutes to read count words, or characters where no space parts the words."""
    return [(block.words, block.length) for block in text.blocks]


def _is_text(path: str) -> bool:
    return path.startswith(("content/pages/", "content/blog/", "content/mail/")) and path.endswith(".md")


class _EditBuild:
    """The few outputs that edits touch, and what takes their places."""

    def __init__(self, out: Path, staging: Path, state: State, plan: Plan) -> None:
        self.out, self.staging, self.state, self.plan = out, staging, state, plan

    def run(
        self, edits: Sequence[_Edit], stamps: Mapping[str, Stamp], changes: Changes, newer: Mapping[str, bytes]
    ) -> tuple[BuildReport, dict[str, Section]] | None:
        """Renders; gives the report and the state to be kept. `newer` are the facts that are not as they were kept."""
        state, plan = self.state, self.plan
        lost = frozenset(changes.damaged)
        touched = {number: output for number, output in enumerate(plan.outputs) if output.file in lost} if lost else {}
        if len(touched) < len(lost):
            return None  # An asset is lost.
        touched |= _touched(plan, edits, state.rest["newest"])
        sources = {edit.path: (stamps[edit.path], file_digest(newer[edit.path])) for edit in edits}
        recipes = Recipes(plan, state.digests | {path: digest for path, (_, digest) in sources.items()}, state.code)
        last = {output.file: state.made(number) for number, output in touched.items()}
        step = Step(recipes, self.staging, last, lost)
        written = {number: step(output, lambda o: render_output(plan, o)) for number, output in touched.items()}
        fresh = [one.file for one in written.values() if one.fresh]
        check_drawn(plan, self.staging, [touched[number] for number, one in written.items() if one.fresh])
        if fresh:
            self._patch_manifest(written)
            switch(self.staging, self.out, fresh, (), state.output_files, (), guarded=False)
        manifest = os.stat(self.out / MANIFEST)
        sections = state.with_edits(sources, changes.folders, written, newer, (manifest.st_size, manifest.st_mtime_ns))
        report = BuildReport(
            written=len(fresh), unchanged=len(state.output_files) - len(fresh), removed=0, pages=len(plan.outputs),
            markets=state.markets, rendered=tuple(one.file for one in written.values() if one.rendered),
        )  # fmt: skip
        return report, sections

    def _patch_manifest(self, written: Mapping[int, Written]) -> None:
        """The last manifest with the new digests, in staging."""
        shutil.copyfile(self.out / MANIFEST, self.staging / MANIFEST)
        handle = os.open(self.staging / MANIFEST, os.O_WRONLY)
        try:
            for number, one in written.items():
                if one.fresh:
                    os.pwrite(handle, one.sha256.hex().encode(), self.state.manifest[1][number])
        finally:
            os.close(handle)


def _touched(plan: Plan, edits: Sequence[_Edit], newest: Mapping[tuple[str, str], Sequence[tuple[str, str]]]) -> dict[int, Output]:
    """The outputs that may read an edited text, by their number in the plan."""
    in_feeds = {
        (market, locale, text)
        for (market, locale), places in newest.items()
        for place in places
        if (text := plan.by_path[place].text) is not None
    }
    found: dict[int, Output] = {}
    verdicts: dict[str, bool] = {}
    for number, output in enumerate(plan.outputs):
        key = output.key
        if key not in verdicts or key.startswith(_ASKED_EACH):
            verdicts[key] = any(edit.may_touch(output, plan, in_feeds) for edit in edits)
        if verdicts[key]:
            found[number] = output
    return found
