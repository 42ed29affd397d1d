"""Jinja environments over the project's own `site/templates/`, one per locale, for both applications."""

from __future__ import annotations

import marshal
from collections.abc import MutableMapping
from functools import lru_cache, partial
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.bccache import Bucket
from markupsafe import Markup

from leadcore.kept import KEPT
from leadcore.model.locales import autonym
from leadcore.rendering.autolinks import linked
from leadcore.rendering.clauses import clauses
from leadcore.rendering.compiling import Compiler, with_our_helpers
from leadcore.rendering.i18n import Translator, translator
from leadcore.rendering.stylesheet import css, css_for, fonts_of, forget_styles


class _SharedCode(BytecodeCache):
    """Compiled templates, shared by the environments of all locales: each is compiled once, before workers are forked."""

    def __init__(self) -> None:
        self.code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.code.get((bucket.key, bucket.checksum))
        if bucket.code is None and (kept := KEPT.get("template", f"{bucket.key} {bucket.checksum}")):
            bucket.code = self.code[bucket.key, bucket.checksum] = marshal.loads(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            code = self.code[bucket.key, bucket.checksum] = bucket.code
            KEPT.once("template", f"{bucket.key} {bucket.checksum}", lambda: marshal.dumps(code))

    def clear(self) -> None:
        self.code.clear()


_CODE = _SharedCode()


class _Environment(Environment):
    """Jinja's environment, its templates compiled by `leadcore.rendering.compiling`."""

    code_generator_class = Compiler

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template as one plain dictionary: Jinja's chain of two costs a page more than its text."""
        return {**self.globals, **(d or {})}

    def _generate(self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False) -> str:
        return with_our_helpers(super()._generate(source, name, filename, defer_init))


@lru_cache(maxsize=256)
def environment(root: Path, tag: str, country: str) -> Environment:
    """An environment whose `_`, `ngettext`, `date`, `number` speak the locale, with the filters `linked` and `clauses`. Undefined names are errors."""
    words: Translator = translator(root, tag, country)
    env = _Environment(
        loader=FileSystemLoader(root / "site" / "templates"),
        autoescape=True,
        auto_reload=False,
        # All of them, in a plain dictionary: a project has few.
        cache_size=-1,
        bytecode_cache=_CODE,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.filters["linked"] = linked
    env.filters["clauses"] = partial(clauses, tag)
    env.globals.update(
        _=words.markup,
        gettext=words.markup,
        ngettext=words.ngettext,
        date=words.date,
        number=words.number,
        words=words,
        autonym=autonym,
        lang=tag,
        dir=words.direction,
        css=Markup(css(root)),
        css_for=lambda html: Markup(css_for(root, tag, html)),
        fonts=Markup(fonts_of(root, tag)),
    )
    return env


def forget_templates() -> None:
    """Makes the next page read templates and styles again."""
    environment.cache_clear()
    _CODE.clear()
    forget_styles()


def render(root: Path, tag: str, country: str, template: str, **values: Any) -> str:
    """A template rendered in a locale."""
    return environment(root, tag, country).get_template(template).render(**values)
