"""The wheel, installed on its own and used outside the repository: what somebody gets who installs leadsite."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.xdist_group("wheel")


def run(*words: str | Path, cwd: Path) -> str:
    environ = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV") and not k.startswith("LEADSITE_")}
    done = subprocess.run([str(w) for w in words], cwd=cwd, env=environ, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, f"{words}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    try:
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    except AssertionError as error:
        if "hatchling" in str(error) and "No matching distribution" in str(error):
            pytest.skip("the build backend cannot be fetched here")
        raise
    (found,) = folder.glob("leadsite-*.whl")
    return found


def test_the_wheel_holds_the_code_and_the_starter_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"leadcore", "forms_api", "leadsite"}
    starter = {name.removeprefix("leadsite/starter_project/") for name in names if name.startswith("leadsite/starter_project/")}
    for room in ("site", "content", "locales"):
        assert any(name.startswith(room + "/") for name in starter)
    assert any(name.startswith("leadcore/consent/regimes/") for name in names)
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name or name.endswith((".db", ".sqlite"))]
    assert not [name for name in starter if name.endswith(".py")]


def test_a_project_is_made_checked_and_built_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python, leadsite = home / "bin" / "python", home / "bin" / "leadsite"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    run(*pip, "-r", ROOT / "requirements.lock", cwd=tmp_path)
    run(*pip, "--no-deps", wheel, cwd=tmp_path)
    run(leadsite, "new", "mine", cwd=tmp_path)
    mine = tmp_path / "mine"
    assert run(leadsite, "check", cwd=mine) == "no problems\n"
    assert "written" in run(leadsite, "build", cwd=mine)
    assert (mine / "build" / "us" / "index.html").is_file()
    code = "import leadsite, leadcore, forms_api; print(leadsite.__file__, leadcore.__file__, forms_api.__file__)"
    assert str(ROOT) not in run(python, "-c", code, cwd=mine)
