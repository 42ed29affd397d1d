"""Templates that cannot be read (P010), and the place in a template where a page failed to render."""

from __future__ import annotations

import traceback
from pathlib import Path

from jinja2 import Environment, TemplateError, TemplateNotFound, TemplateSyntaxError

from leadcore.model.project import Project
from leadcore.problems import Place, ProblemList
from leadcore.reading.files import read_text

_FOLDER = "site/templates"


def check_templates(project: Project, found: ProblemList) -> None:
    """Adds P010 for each template whose Jinja cannot be read, P001 and P002 for files that are no text.

    A project without templates may be checked; one with templates needs the style sheet they write into each page.
    """
    if (project.root / _FOLDER / "base.html").is_file() and not (project.root / "site/static/theme.css").is_file():
        found.add("P001", Place(path="site/static/"), "there is no style sheet theme.css", "add site/static/theme.css; it may be empty")
    env = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for path in sorted((project.root / _FOLDER).rglob("*")):
        if not path.is_file() or path.suffix not in (".html", ".txt", ".xml"):
            continue
        source = read_text(project.root, path, found)
        if source is None:
            continue
        try:
            env.parse(source)
        except TemplateSyntaxError as error:
            place = Place(path=path.relative_to(project.root).as_posix(), line=error.lineno)
            found.add("P010", place, f"the template cannot be read: {error.message}", "mend the Jinja tag on this line")


def failed_at(error: Exception) -> str:
    """`site/templates/post.html:12`, the innermost place in a template on the way to the error; empty without one."""
    if isinstance(error, TemplateSyntaxError):
        return f"{_FOLDER}/{error.name}:{error.lineno}"
    marker = f"/{_FOLDER}/"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if marker in Path(f.filename).as_posix()]
    if not frames:
        return ""
    name = Path(frames[-1].filename).as_posix().rpartition(marker)[2]
    return f"{_FOLDER}/{name}:{frames[-1].lineno}"


def reason(error: Exception) -> str:
    """An error in one line, with the template it happened in."""
    text = str(error).strip().split("\n")[0]
    if isinstance(error, TemplateNotFound):
        text = f"there is no template {_FOLDER}/{error.name}"
    elif not isinstance(error, TemplateError):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    place = failed_at(error)
    return f"{place}: {text}" if place else text
