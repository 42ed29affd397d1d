"""A build after edits that move no address: only what the edited texts can touch is looked at.

Which outputs may depend on a text is told generously, by its key; their recipes then tell exactly which do. Any change of
another kind, and any problem, is left to the whole build.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from leadcore.model.pages import Text
from leadcore.model.project import Project
from leadcore.problems import ProblemList
from leadcore.reading.content import texts_by_key
from leadcore.reading.facts import facts_to_text, file_digest, read_facts
from leadcore.reading.project import read_frame
from leadsite.checks import check_texts
from leadsite.freeze import BuildReport
from leadsite.output_folder import MANIFEST, STAGING, sole_writer, staging_in, switch
from leadsite.plan import Output, Plan, plan_of_rows
from leadsite.recipes import Recipes
from leadsite.render import render_output
from leadsite.sources import Stamp, settled_stamp
from leadsite.state import Changes, Finished, State, kept_at, write_state
from leadsite.writing import Step, Written


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
    facts = {path: read.get(path) or one for path, one in state.facts.items()}
    frame = read_frame(root, problems)
    if frame is None or problems.found:
        return None
    project = Project(root=root, site=frame.site, markets=frame.markets, forms=frame.forms, texts=texts_by_key(root, facts), facts=facts)
    plan = plan_of_rows(project, state.rows, today)
    check_texts(project, tuple(dict.fromkeys(edit.key for edit in edits)), state.asked, problems)
    if problems.found:
        return None
    with sole_writer(out):
        if not _is_ours(out, state) or any(out.glob(STAGING + "*")):
            return None
        with staging_in(out) as staging:
            return _EditBuild(root, out, staging, state, plan).run(edits, stamps, changes.damaged)


class _Edit:
    """A text as it was and as it is, by their facts."""

    def __init__(self, root: Path, path: str, before: bytes, after: bytes) -> None:
        was, now = facts_to_text(root, path, before), facts_to_text(root, path, after)
        self.path, self.key = path, now.key
        self.name = (now.key.kind, now.key.name, now.key.group, now.key.number)
        self.says_more = dict(was.meta) != dict(now.meta) or _words(was) != _words(now)
        self.moves = _shape(was) != _shape(now)

    def may_touch(self, output: Output) -> bool:
        """Whether the output may read the text."""
        head, _, name = output.key.partition(":")
        if self.key.kind == "mail":
            return False
        if self.key.kind == "page":
            return output.key == f"page:{self.key.name}" or (self.says_more and output.kind == "chooser")
        group = self.key.group
        if head == "complete":
            return name == group
        if self.key.kind == "post":
            if output.key == f"post:{group}/{self.key.name}" or output.kind == "feed":
                return True
        elif output.key == f"series:{group}":
            return True
        # Its title, description and length stand in the series, in the lists, on the pages that show the first part.
        return self.says_more and (name == group or name.startswith(group + "/") or head in ("list", "thanks", "page"))


def _shape(text: Text) -> tuple[Any, ...]:
    """What addresses and checks of other texts depend on: slug, form, which keys and which blocks there are."""
    meta = text.meta
    return (meta.get("slug"), meta.get("form"), sorted(meta), [block.name for block in text.blocks])


def _words(text: Text) -> int:
    return sum(block.words for block in text.blocks)


def _is_text(path: str) -> bool:
    return path.startswith(("content/pages/", "content/blog/", "content/mail/")) and path.endswith(".md")


def _is_ours(out: Path, state: State) -> bool:
    """Whether the manifest is the one that the last build wrote."""
    try:
        stat = os.stat(out / MANIFEST)
    except OSError:
        return False
    return (stat.st_size, stat.st_mtime_ns) == state.manifest[0]


class _EditBuild:
    """The few outputs that edits touch, and what takes their places."""

    def __init__(self, root: Path, out: Path, staging: Path, state: State, plan: Plan) -> None:
        self.root, self.out, self.staging, self.state, self.plan = root, out, staging, state, plan

    def run(self, edits: Sequence[_Edit], stamps: Mapping[str, Stamp], damaged: Sequence[str]) -> BuildReport | None:
        state, plan = self.state, self.plan
        sources = state.sources | {edit.path: (stamps[edit.path], file_digest(plan.project.facts[edit.path])) for edit in edits}
        lost = frozenset(damaged)
        touched = [
            (number, output)
            for number, output in enumerate(plan.outputs)
            if output.file in lost or any(edit.may_touch(output) for edit in edits)
        ]
        if not lost <= {output.file for _, output in touched}:
            return None  # An asset is lost.
        digests = {path: digest for path, (_, digest) in sources.items()}
        step = Step(Recipes(plan, digests, state.code), self.staging, state.outputs, lost)
        written = {number: step(output, lambda o: render_output(plan, o)) for number, output in touched}
        fresh = [one.file for one in written.values() if one.fresh]
        made = state.outputs | {one.file: one.made() for one in written.values()}
        if fresh:
            self._patch_manifest(written)
            switch(self.staging, self.out, fresh, (), made, (), guarded=False)
        manifest = os.stat(self.out / MANIFEST)
        write_state(self.root, self.out, Finished(
            code=state.code, day=state.day, asked=state.asked, sources=sources, folders=state.folders, outputs=made,
            facts=plan.project.facts, rows=state.rows, manifest_stamp=(manifest.st_size, manifest.st_mtime_ns),
            manifest_places=state.manifest[1], rest=state.rest,
        ))  # fmt: skip
        return BuildReport(
            written=len(fresh), unchanged=len(made) - len(fresh), removed=0, pages=len(plan.outputs), markets=state.markets,
            rendered=tuple(one.file for one in written.values() if one.rendered),
        )  # fmt: skip

    def _patch_manifest(self, written: Mapping[int, Written]) -> None:
        """The last manifest with the new digests, in staging."""
        shutil.copyfile(self.out / MANIFEST, self.staging / MANIFEST)
        with open(self.staging / MANIFEST, "r+b") as file:
            for number, one in written.items():
                file.seek(self.state.manifest[1][number])
                file.write(one.sha256.hex().encode())
