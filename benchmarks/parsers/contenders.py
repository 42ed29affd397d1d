"""The parsers that are compared, each behind one function. Imports a package only when its contender is made.

Runs with the Python of the benchmark's own environment, where all packages are; the product's needs none but its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from importlib import import_module
from typing import Any
from urllib.parse import unquote

_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.S)
_LINK = re.compile(r'<a href="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
_NOT_IN_ID = re.compile(r"[^\w\- ]")

Render = Callable[[str], str]
Read = Callable[[str], Mapping[str, Any]]
Lines = Callable[[str], dict[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """A markdown parser: `make` with tables and strikethrough, `make_plain` CommonMark alone with raw HTML let through."""

    name: str
    package: str
    make: Callable[[], Render]
    make_plain: Callable[[], Render] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A front-matter reader; `make_lines` gives the line of each key, counted from 1, where the reader can tell."""

    name: str
    package: str
    make: Callable[[], Read]
    make_lines: Callable[[], Lines] | None = None
    toml: bool = False


def comrak_render(*, tables: bool, escape: bool = False, unsafe: bool = False) -> Render:
    """comrak without our module. `escape` shows raw HTML as text; `unsafe` lets it and code-running addresses through."""
    comrak: Any = import_module("comrak")
    extension, render = comrak.ExtensionOptions(), comrak.RenderOptions()
    extension.table = extension.strikethrough = tables
    render.escape, render.unsafe_ = escape, unsafe
    options = (extension, comrak.ParseOptions(), render)
    return lambda text: str(comrak.render_markdown(text, *options))


def product_render() -> Render:
    """The product's module as pages use it, content links and all."""
    module = import_module("leadcore.rendering.markdown")
    return lambda text: str(module.markdown_to_html(text))


def _product_comrak() -> Render:
    parser: Any = import_module("leadcore.rendering.markdown")._parser
    return lambda text: str(parser.parse(text)[0])


def _pyromark(*names: str) -> Render:
    pyromark: Any = import_module("pyromark")
    options = pyromark.Options(0)
    for name in names:
        options |= pyromark.Options[name]
    render: Render = pyromark.Markdown(options=options).html
    return render


def _pyromark_events() -> Render:
    """What changing pyromark's HTML in Python would begin with: it has no options for that. Gives no HTML."""
    pyromark: Any = import_module("pyromark")
    parser = pyromark.Markdown(options=pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH)

    def run_through(text: str) -> str:
        for _ in parser.events(text):
            pass
        return ""

    return run_through


def _pyromark_with_ids_and_links() -> Render:
    """pyromark's HTML gone over for ids of headings and for links, as our module would have to; raw HTML stays."""
    convert = _pyromark("ENABLE_TABLES", "ENABLE_STRIKETHROUGH")

    def with_id(match: re.Match[str]) -> str:
        words = _NOT_IN_ID.sub("", _TAG.sub("", match[2]).lower()).replace(" ", "-")
        return f'<h{match[1]} id="{words}">{match[2]}</h{match[1]}>'

    def render(text: str) -> str:
        links: list[str] = []

        def noted(match: re.Match[str]) -> str:
            links.append(unquote(unescape(match[1])))
            return match[0]

        return _LINK.sub(noted, _HEADING.sub(with_id, convert(text)))

    return render


def _cmarkgfm(*extensions: str) -> Render:
    cmark: Any = import_module("cmarkgfm.cmark")
    if extensions:
        return lambda text: str(cmark.markdown_to_html_with_extensions(text, extensions=list(extensions)))
    return lambda text: str(cmark.markdown_to_html(text, cmark.Options.CMARK_OPT_UNSAFE))


def _markdown_it(*rules: str) -> Render:
    made: Any = import_module("markdown_it").MarkdownIt("commonmark", {"html": not rules})
    render: Render = made.enable(list(rules)).render
    return render


def _mistune(*plugins: str) -> Render:
    made: Any = import_module("mistune").create_markdown(escape=bool(plugins), plugins=list(plugins))
    return lambda text: str(made(text))


def _python_markdown(*extensions: str) -> Render:
    made: Any = import_module("markdown").Markdown(extensions=list(extensions))
    return lambda text: str(made.reset().convert(text))


PRODUCT_PARSER = "comrak as our module sets it up"
PLAIN_COMRAK = "comrak, tables and strikethrough only"
PARSERS = (
    Parser(name=PRODUCT_PARSER, package="comrak", make=_product_comrak, make_plain=lambda: comrak_render(tables=False, unsafe=True)),
    Parser(name="our module whole (`markdown_to_html`)", package="comrak", make=product_render),
    Parser(name=PLAIN_COMRAK, package="comrak", make=lambda: comrak_render(tables=True)),
    Parser(name="pyromark", package="pyromark", make=lambda: _pyromark("ENABLE_TABLES", "ENABLE_STRIKETHROUGH"), make_plain=_pyromark),
    Parser(name="pyromark, ids and links added by regex", package="pyromark", make=_pyromark_with_ids_and_links),
    Parser(name="pyromark, events alone, no HTML", package="pyromark", make=_pyromark_events),
    Parser(name="cmarkgfm", package="cmarkgfm", make=lambda: _cmarkgfm("table", "strikethrough"), make_plain=_cmarkgfm),
    Parser(name="markdown-it-py", package="markdown-it-py", make=lambda: _markdown_it("table", "strikethrough"), make_plain=_markdown_it),
    Parser(name="mistune", package="mistune", make=lambda: _mistune("table", "strikethrough"), make_plain=_mistune),
    Parser(
        name="Python-Markdown",
        package="markdown",
        make=lambda: _python_markdown("tables", "fenced_code", "sane_lists"),
        make_plain=lambda: _python_markdown("fenced_code", "sane_lists"),
    ),
)  # fmt: skip


def _simple() -> Callable[[str], tuple[dict[str, Any], dict[str, int]]]:
    read: Any = import_module("leadcore.reading.frontmatter")._read_simple

    def both(source: str) -> tuple[dict[str, Any], dict[str, int]]:
        found: tuple[dict[str, Any], dict[str, int]] | None = read(source)
        if found is None:
            raise LookupError("left to PyYAML")
        return found

    return both


def _composed() -> Callable[[str], tuple[dict[str, Any], dict[str, int]]]:
    read: Any = import_module("leadcore.reading.frontmatter")._read_yaml
    problem_list: Any = import_module("leadcore.problems").ProblemList
    import_module("yaml")

    def both(source: str) -> tuple[dict[str, Any], dict[str, int]]:
        problems = problem_list()
        found: tuple[dict[str, Any], dict[str, int]] = read(source, "post.md", problems)
        if problems.found:
            raise ValueError("the front matter has a problem")
        return found

    return both


def _first(make: Callable[[], Callable[[str], tuple[dict[str, Any], dict[str, int]]]]) -> Read:
    both = make()
    return lambda source: both(source)[0]


def _second(make: Callable[[], Callable[[str], tuple[dict[str, Any], dict[str, int]]]]) -> Lines:
    """The lines less the one above the front matter, which the product counts too."""
    both = make()
    return lambda source: {key: line - 1 for key, line in both(source)[1].items()}


def _pyyaml(loader: str) -> Read:
    yaml: Any = import_module("yaml")
    chosen = getattr(yaml, loader)

    def read(source: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = yaml.load(source, Loader=chosen)
        return found

    return read


def _ruamel(kind: str) -> Read:
    read: Read = import_module("ruamel.yaml").YAML(typ=kind, pure=True).load
    return read


def _ruamel_lines() -> Lines:
    read: Any = _ruamel("rt")

    def lines(source: str) -> dict[str, int]:
        found = read(source)
        return {key: found.lc.key(key)[0] + 1 for key in found}

    return lines


def _function(module: str, name: str) -> Read:
    read: Read = getattr(import_module(module), name)
    return read


SIMPLE_READER = "our simple lines (`_read_simple`)"
READERS = (
    Reader(name=SIMPLE_READER, package="", make=lambda: _first(_simple), make_lines=lambda: _second(_simple)),
    Reader(name="ours on PyYAML's C nodes (`_read_yaml`)", package="pyyaml", make=lambda: _first(_composed), make_lines=lambda: _second(_composed)),
    Reader(name="PyYAML, C safe loader", package="pyyaml", make=lambda: _pyyaml("CSafeLoader")),
    Reader(name="PyYAML, pure safe loader", package="pyyaml", make=lambda: _pyyaml("SafeLoader")),
    Reader(name="ryaml", package="ryaml", make=lambda: _function("ryaml", "loads")),
    Reader(name="ruamel.yaml, safe", package="ruamel.yaml", make=lambda: _ruamel("safe")),
    Reader(name="ruamel.yaml, round trip", package="ruamel.yaml", make=lambda: _ruamel("rt"), make_lines=_ruamel_lines),
    Reader(name="tomllib (TOML)", package="", make=lambda: _function("tomllib", "loads"), toml=True),
)  # fmt: skip
