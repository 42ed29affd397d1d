"""Bodies are kept once and read back, or made again where they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcore.problems import ProblemList
from leadcore.reading import facts as facts_module
from leadcore.reading.bodies import Bodies, read_body, remove_segments, segments
from leadcore.reading.facts import facts_to_text, kept_body, read_facts, tidy_bodies
from leadcore.rendering.markdown import parse_markdown

KEEP = "var/build-0"
SOURCE = "---\ntitle: A\ndescription: B\ndate: 2026-01-02\n---\n\nText with [a link](page:demo) and **more**.\n"


def post(root: Path, number: int = 1, text: str = SOURCE) -> str:
    path = f"content/blog/basics/{number:02}-part-{number}.en.md"
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")
    return path


def test_a_body_is_read_back_as_it_was_made(tmp_path: Path) -> None:
    parsed = parse_markdown("## એક\n\n[a](page:demo#x) and [b](https://b.example)")
    with Bodies(tmp_path, KEEP) as bodies:
        first, second = bodies.keep(parsed), bodies.keep(parse_markdown("Other."))
    assert first is not None and second is not None
    back = read_body(tmp_path, first)
    assert back is not None and (back.html, back.content_links) == (parsed.html, ("page:demo#x",))
    assert read_body(tmp_path, second) == parse_markdown("Other.")


@pytest.mark.parametrize("harm", ["gone", "cut", "other"])
def test_a_body_that_was_harmed_is_not_given(tmp_path: Path, harm: str) -> None:
    with Bodies(tmp_path, KEEP) as bodies:
        kept = bodies.keep(parse_markdown("Some words."))
    assert kept is not None
    segment = tmp_path / kept[0]
    if harm == "gone":
        segment.unlink()
    else:
        segment.write_bytes(segment.read_bytes()[:-4] if harm == "cut" else b"<p>Other words</p>\n")
    assert read_body(tmp_path, kept) is None


def test_two_who_keep_at_once_have_segments_of_their_own(tmp_path: Path) -> None:
    with Bodies(tmp_path, KEEP) as one, Bodies(tmp_path, KEEP) as other:
        kept = one.keep(parse_markdown("One.")), other.keep(parse_markdown("Two."))
    assert kept[0] is not None and kept[1] is not None and kept[0][0] != kept[1][0]
    assert [read_body(tmp_path, k) for k in kept if k] == [parse_markdown("One."), parse_markdown("Two.")]


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, and no folder")
    with Bodies(tmp_path, KEEP) as bodies:
        assert bodies.keep(parse_markdown("Words.")) is None


def test_small_segments_are_brought_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_module, "_MANY_SEGMENTS", 3)
    facts: dict[str, bytes] = {}
    for number in range(1, 5):
        path = post(tmp_path, number, SOURCE + f"\nPart {number}.\n")
        facts |= read_facts(tmp_path, [path], ProblemList(), KEEP)
    assert len(segments(tmp_path, KEEP)) == 4
    before = {path: facts_to_text(tmp_path, path, one).blocks[0].parsed() for path, one in facts.items()}  # type: ignore[misc]
    moved, spent = tidy_bodies(tmp_path, KEEP, facts)
    assert len(spent) == 4 and len({kept_body(one)[0] for one in moved.values()}) == 1  # type: ignore[index]
    remove_segments(tmp_path, KEEP, {kept_body(one)[0] for one in moved.values()})  # type: ignore[index]
    assert len(segments(tmp_path, KEEP)) == 1
    assert {path: facts_to_text(tmp_path, path, one).blocks[0].parsed() for path, one in moved.items()} == before  # type: ignore[misc]
