"""The Nu HTML checker over every page of the built example, every answer of the forms API and every mail: no error, no warning."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .conftest import NODE
from .hosting import Gallery

VNU = NODE / "vnu-jar" / "build" / "dist" / "vnu.jar"
INSTALL = "make test installs it where it may"

pytestmark = [
    pytest.mark.xdist_group("web-valid_html"),
    pytest.mark.skipif(shutil.which("java") is None, reason=f"Java is not installed ({INSTALL})"),
    pytest.mark.skipif(not VNU.is_file(), reason=f"the Nu HTML checker is not installed ({INSTALL})"),
]


def judged(*places: Path) -> dict[str, Any]:
    """What the checker says of the HTML files at these places: each sentence with the first place it is said of."""
    command = ["java", "-Xss2m", "-jar", str(VNU), "--skip-non-html", "--format", "json", *map(str, places)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    return {
        m["message"]: f"{Path(m['url']).as_posix()}:{m.get('lastLine')}"
        for m in json.loads(done.stderr)["messages"]
        if m["type"] != "info" or m.get("subType") == "warning"
    }


def test_every_page_state_and_mail_is_valid_html(gallery: Gallery, tmp_path: Path) -> None:
    for name, html in gallery.states.items():
        file = tmp_path / f"{name}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html, encoding="utf-8")
    assert len(list(gallery.out.rglob("*.html"))) > 200 < len(gallery.states)
    assert judged(gallery.out, tmp_path) == {}


def test_the_checker_would_find_a_mistake_and_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<!doctype html><html lang="en"><title>x</title><p id="a"></p><p id="a"></p>', encoding="utf-8")
    (tmp_path / "b.html").write_text('<!doctype html><html lang="en"><title>x</title><section><p>x</p></section>', encoding="utf-8")
    assert len({said.split()[0] for said in judged(tmp_path)}) >= 2
