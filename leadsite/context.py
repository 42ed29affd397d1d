"""What each kind of page shows: the values its template gets, computed from the plan. No Flask here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from leadcore.model import addresses
from leadcore.model.locales import autonym, direction
from leadcore.model.markets import Market
from leadcore.model.pages import Document, TextKey
from leadcore.rendering.assets import icon_path
from leadcore.rendering.frame import (
    BLOG_TITLE,
    IMPRINT_TITLE,
    PRIVACY_TITLE,
    Frame,
    LanguageLink,
    Page,
    language_link,
    make_frame,
    words_for,
)
from leadcore.rendering.i18n import N_, Translator
from leadcore.rendering.links import body_html, link_rewriter
from leadcore.rendering.mail_providers import anchor_of, providers_of
from leadcore.rendering.sections import sections
from leadsite.fonts import font_links
from leadsite.plan import Output, Plan
from leadsite.related import contents_of, related_parts, related_series, tags_of
from leadsite.social import social_file
from leadsite.structured import json_ld

#: Words a minute by language: short words read faster than those that carry their endings, and than Indic scripts.
_WORDS_PER_MINUTE = {**dict.fromkeys(("gu", "mr", "bn", "hi", "ar", "he", "fa", "ur", "ru"), 180), "kk": 160}
#: Characters a minute where no space parts the words.
_CHARACTERS_PER_MINUTE = {"ja": 500, "zh": 400}

NOT_YET = N_("This page is not yet available in {language}. You are reading it in {other}.")
IN_LANGUAGE = N_("in {language}")
NOT_FOUND_TITLE = N_("This page is not here")
NOT_FOUND_TEXT = N_("The address may have changed or been mistyped.")
NOT_FOUND_LINK = N_("Go to the first page")
COMPLETE_TITLE = N_("{series}: the complete guide")
CHOOSER_DESCRIPTION = N_("Choose your language")
PRIVACY_DESCRIPTION = N_("What we do with what you tell us, and what you can ask of us.")


class Context:
    """The values of one output's template."""

    def __init__(self, plan: Plan, output: Output) -> None:
        self.plan, self.output, self.project = plan, output, plan.project
        self.market: Market = plan.market(output)
        self.locale = output.locale
        self.words: Translator = words_for(self.project, self.market, self.locale)
        self.rewrite = plan.once(
            ("rewrite", self.market.id, self.locale), lambda: link_rewriter(self.project, self.market, self.locale)
        )

    # -- shared by all kinds

    def document(self) -> Document:
        if self.output.text is None:
            raise LookupError(f"{self.output.file} has no text")
        found = self.project.document(self.output.text, self.market, self.locale)
        if found is None:
            raise LookupError(f"{self.output.file} lost its text")
        return found

    def local(self, path: str) -> str:
        return addresses.local(self.market, path)

    def frame(self) -> Frame:
        key = ("frame", self.market.id, self.locale)
        bare = self.plan.once(key, lambda: make_frame(self.project, self.market, self.locale))
        return replace(bare, languages=self._switcher())

    def _switcher(self) -> tuple[LanguageLink, ...]:
        """This page in the market's languages; a language that lacks it is left out, never sent elsewhere."""
        if self.output.kind in ("chooser", "error"):
            return ()
        found = self.plan.once_lately(("languages", self.output.key, self.market.id), self._all_languages)
        return tuple([link._replace(url="") if other is self.output else link for other, link, stays in found if stays or other is self.output])

    def _all_languages(self) -> list[tuple[Output, LanguageLink, bool]]:
        """The page in each language of the market, with its link, and whether it is written in that language."""
        by_locale: dict[str, list[Output]] = {}
        for one in self.plan.in_market(self.output):
            by_locale.setdefault(one.locale, []).append(one)
        ordered = [one for tag in self.market.locales for one in by_locale.get(tag, ())]
        return [(one, language_link(self.market, one.locale, self.local(one.path)), not one.is_fallback) for one in ordered]

    def foreign(self, content_locale: str) -> Markup:
        """Attributes for a passage that is not in the page's language, or nothing."""
        if content_locale.split("-")[0] == self.words.language:
            return Markup("")
        return Markup(' lang="{}" dir="{}"').format(content_locale, direction(content_locale))

    def language_note(self, content_locale: str) -> str:
        if content_locale.split("-")[0] == self.words.language:
            return ""
        return self.words.gettext(IN_LANGUAGE, language=self.words.language_name(content_locale))

    def page(self, title: str, description: str = "", *, og_type: str = "website", relations: tuple[tuple[str, str], ...] = (), published: dt.date | None = None, updated: dt.date | None = None, position: int = 0) -> Page:
        brand = self.words.gettext(self.project.site.name)
        output = self.output
        has_feed = (self.market.id, addresses.feed_path(self.market, self.locale)) in self.plan.by_path
        stands_in = ""
        if output.is_fallback:
            stands_in = self.words.gettext(
                NOT_YET,
                language=self.words.language_name(self.locale),
                other=self.words.language_name(output.content_locale),
            )
        canonical = "" if output.kind == "error" else self.plan.canonical(output)
        fonts, font_styles = font_links(self.plan, output)
        alternates = self.plan.alternates(output)
        drawn = social_file(self.plan, output)
        image = addresses.absolute(self.market, f"assets/{drawn}") if drawn else ""
        data = json_ld(self.plan, output, title=title, description=description, brand=brand, published=published, updated=updated, position=position, words=self.words, image=image)
        return Page(
            title=title if title.startswith(brand) else f"{title} · {brand}",
            heading=title,
            description=description,
            canonical=canonical,
            robots="" if output.indexed and not output.is_fallback else "noindex",
            alternates=alternates,
            relations=relations,
            feed=self.local(addresses.feed_path(self.market, self.locale)) if has_feed else "",
            icon=self.local(icon_path(self.project.root)),
            og_type=og_type,
            og_locale=self._og_locale(output),
            image=image,
            json_ld=data,
            stands_in=stands_in,
            fonts=fonts,
            font_styles=font_styles,
        )

    def _og_locale(self, output: Output) -> str:
        return self.plan.project.markets[output.market].hreflang(output.locale).replace("-", "_")

    # -- by kind

    def landing(self) -> dict[str, Any]:
        # WTForms is imported for pages that show a form, and for no others.
        from leadcore.rendering.webforms import static_form

        document = self.document()
        form = str(document.meta.get("form", ""))
        first = self._parts(self.market.series[0])[:1] if self.market.series else []
        return {
            "page": self.page(document.title, str(document.meta.get("description", ""))),
            "sections": sections(document.blocks, self.locale, self.rewrite),
            "form": static_form(self.project, self.market, self.locale, form, page=self.plan.url(self.output), today=self.plan.today) if form else None,
            "first_part": first[0] if first else None,
        }

    def series(self) -> dict[str, Any]:
        document = self.document()
        parts = self._parts(document.key.group)
        return {
            "page": self.page(document.title, str(document.meta.get("description", ""))),
            "body": self._body(document),
            "foreign": self.foreign(document.content_locale),
            "parts": parts,
            "minutes": sum(p["minutes"] for p in parts),
            "call": self._call(),
        }

    def post(self) -> dict[str, Any]:
        document = self.document()
        parts = self._parts(document.key.group)
        index = next(i for i, p in enumerate(parts) if p["current"])
        previous = parts[index - 1] if index else None
        following = parts[index + 1] if index + 1 < len(parts) else None
        series = self.project.document(self.project.series_key(document.key.group), self.market, self.locale)
        relations = [("prev", previous["url"])] if previous else []
        relations += [("next", following["url"])] if following else []
        published, updated = document.day("date"), document.day("updated")
        body = self._body(document)
        return {
            "page": self.page(
                document.title, str(document.meta.get("description", "")), og_type="article",
                relations=tuple(relations), published=published, updated=updated, position=document.key.number,
            ),
            "body": body,
            "contents": contents_of(body),
            "foreign": self.foreign(document.content_locale),
            "series": {"title": series.title, "url": self.local(addresses.series_path(self.market, self.locale, series.slug))} if series else None,
            "position": document.key.number,
            "total": len(self.project.parts[document.key.group]),
            "published": published,
            "author": self.words.gettext(str(document.meta.get("author", ""))) if document.meta.get("author") else "",
            "minutes": parts[index]["minutes"],
            "previous": previous,
            "next": following,
            "parts": parts,
            "related": [parts[place] for place in parts[index]["related"]],
            "related_series": self._related_series(document.key.group),
            "call": self._call(),
        }  # fmt: skip

    def complete(self) -> dict[str, Any]:
        series = self.document()
        chapters = []
        for key in self.project.parts.get(series.key.group, ()):
            post = self.project.document(key, self.market, self.locale)
            if post is None:
                continue
            body = Markup(re.sub(r"<(/?)h([2-5])\b", lambda m: f"<{m[1]}h{int(m[2]) + 1}", self._body(post)))
            body = Markup(re.sub(r' (id="|href="#)([^"]+)"', rf' \1p{key.number}-\2"', body))
            chapters.append({
                "number": key.number, "title": post.title, "body": body, "foreign": self.foreign(post.content_locale),
                "note": self.language_note(post.content_locale), "minutes": minutes_to_read(post),
            })  # fmt: skip
        return {
            "page": self.page(self.words.gettext(COMPLETE_TITLE, series=series.title), str(series.meta.get("description", ""))),
            "series": {"title": series.title, "url": self.local(addresses.series_path(self.market, self.locale, series.slug))},
            "chapters": chapters,
            "minutes": sum(c["minutes"] for c in chapters),
        }

    def blog(self) -> dict[str, Any]:
        rows = []
        for group in self.market.series:
            series = self.project.document(self.project.series_key(group), self.market, self.locale)
            if series:
                rows.append({
                    "title": series.title, "description": series.meta.get("description", ""),
                    "url": self.local(addresses.series_path(self.market, self.locale, series.slug)),
                    "count": self.plan.part_counts[self.market.id, self.locale, group],
                })  # fmt: skip
        title = self.words.gettext(BLOG_TITLE)
        return {"page": self.page(title, str(rows[0]["description"]) if rows else ""), "series": rows}

    def thanks(self) -> dict[str, Any]:
        form = self.project.forms[self.output.key.partition(":")[2]]
        first = self._parts(self.market.series[0])[:1] if self.market.series else []
        return {
            "page": self.page(self.words.gettext(form.thanks_title)),
            "text": self.words.gettext(form.thanks_text),
            "sender": Markup('<bdi dir="ltr">{}</bdi>').format(self.market.controller.email),
            "first_part": first[0] if first else None,
            "meant": [(anchor_of(one), Markup('<bdi dir="ltr">{}</bdi>').format(one)) for one in providers_of(self.market.country)],
            "again_url": f"{addresses.form_action(self.market, form.id)}?locale={self.locale}",
        }

    def legal(self) -> dict[str, Any]:
        if self.output.key == "legal:imprint":
            controller = self.market.controller
            about = f"{controller.name}, {controller.address}"
            return {"page": self.page(self.words.gettext(IMPRINT_TITLE), about), "controller": controller}
        from leadcore.rendering.webforms import static_notices

        notices = static_notices(self.project, self.market, self.locale, today=self.plan.today)
        description = self.words.gettext(PRIVACY_DESCRIPTION)
        return {"page": self.page(self.words.gettext(PRIVACY_TITLE), description), "notices": notices}

    def chooser(self) -> dict[str, Any]:
        choices = []
        for tag in self.market.locales:
            home = self.project.document(self.project.page_key(self.market.home), self.market, tag)
            choices.append({
                "tag": tag, "dir": direction(tag), "label": autonym(tag), "url": self.local(self.market.prefix(tag)),
                "title": home.title if home else "",
            })  # fmt: skip
        brand = self.words.gettext(self.project.site.name)
        return {"page": self.page(brand, self.words.gettext(CHOOSER_DESCRIPTION)), "choices": choices}

    def error(self) -> dict[str, Any]:
        messages = []
        for tag in self.market.locales:
            words = words_for(self.project, self.market, tag)
            messages.append({
                "tag": tag, "dir": direction(tag), "title": words.gettext(NOT_FOUND_TITLE),
                "text": words.gettext(NOT_FOUND_TEXT), "label": words.gettext(NOT_FOUND_LINK),
                "url": self.local(self.market.prefix(tag)),
            })  # fmt: skip
        return {"page": self.page(self.words.gettext(NOT_FOUND_TITLE)), "messages": messages}

    # -- pieces

    def _body(self, document: Document) -> Markup:
        return body_html(document, self.rewrite)

    def _parts(self, group: str) -> list[dict[str, Any]]:
        """The parts of a series that this market and locale have, in order, with notes on language."""
        parts = self.plan.once_lately(("parts", self.market.id, self.locale, group), lambda: self._all_parts(group))
        if self.output.kind != "post":
            return parts
        text = self.output.text
        return [{**p, "current": True} if text and p["number"] == text.number and p["key"] == text else p for p in parts]

    def _all_parts(self, group: str) -> list[dict[str, Any]]:
        series = self.project.document(self.project.series_key(group), self.market, self.locale)
        parts, tags = [], []
        for key in self.project.parts.get(group, ()):
            post = self.project.document(key, self.market, self.locale)
            if post is None or series is None:
                continue
            tags.append(tags_of(post))
            other = post.content_locale if post.is_fallback else ""
            parts.append({
                "number": key.number, "title": post.title, "description": str(post.meta.get("description", "")),
                "url": self.local(addresses.post_path(self.market, self.locale, series.slug, post.slug)),
                "key": key, "current": False,
                "lang": other, "dir": direction(other) if other else "", "note": self.language_note(post.content_locale),
                "minutes": minutes_to_read(post),
            })  # fmt: skip
        for part, places in zip(parts, related_parts(tags), strict=True):
            part["related"] = places
        return parts

    def _related_series(self, group: str) -> list[dict[str, str]]:
        """Title and address of the series that share a tag with this one."""

        def find() -> list[dict[str, str]]:
            return [
                {
                    "title": one.title, "attributes": self.foreign(one.content_locale),
                    "url": self.local(addresses.series_path(self.market, self.locale, one.slug)),
                }
                for one in related_series(self.project, self.market, self.locale, group)
            ]  # fmt: skip

        return self.plan.once_lately(("related series", self.market.id, self.locale, group), find)

    def _call(self) -> dict[str, str] | None:
        """The market's home page as the next step after reading."""
        return self.plan.once(("call", self.market.id, self.locale), self._make_call)

    def _make_call(self) -> dict[str, str] | None:
        document = self.project.document(self.project.page_key(self.market.home), self.market, self.locale)
        if document is None:
            return None
        form = self.project.forms.get(str(document.meta.get("form", "")))
        if form is None:
            return None
        path = addresses.landing_path(self.market, self.locale, self.market.home, document.slug)
        return {"label": self.words.gettext(form.submit), "url": self.local(path) + "#form"}


def minutes_to_read(document: Document) -> int:
    """Whole minutes, at least one, by words and the language's reading speed; by characters where no space parts the words."""
    language = document.content_locale.split("-")[0]
    if speed := _CHARACTERS_PER_MINUTE.get(language):
        return max(1, round(sum(b.length for b in document.blocks) / speed))
    return max(1, round(sum(b.words for b in document.blocks) / _WORDS_PER_MINUTE.get(language, 220)))


def first_part(plan: Plan, output: Output) -> TextKey | None:
    """The first part that the output's market has of its first series, in the output's language."""
    market = plan.market(output)
    keys = plan.project.parts.get(market.series[0], ()) if market.series else ()
    return plan.once(
        ("first part", market.id, output.locale),
        lambda: next((key for key in keys if plan.project.document(key, market, output.locale)), None),
    )


#: Kind of output -> template and method.
VIEWS: dict[str, tuple[str, Callable[[Context], dict[str, Any]]]] = {
    "landing": ("landing.html", Context.landing),
    "series": ("series.html", Context.series),
    "post": ("post.html", Context.post),
    "complete": ("complete.html", Context.complete),
    "list": ("list.html", Context.blog),
    "thanks": ("thanks.html", Context.thanks),
    "privacy": ("privacy.html", Context.legal),
    "imprint": ("imprint.html", Context.legal),
    "chooser": ("chooser.html", Context.chooser),
    "error": ("error.html", Context.error),
}


def view_of(output: Output) -> tuple[str, Callable[[Context], dict[str, Any]]]:
    """The template and the method for an output."""
    head, _, name = output.key.partition(":")
    return VIEWS[name if head == "legal" else head if head == "complete" else output.kind]


def has_view(output: Output) -> bool:
    """Whether an output is a page with a template; feeds, sitemaps and robots.txt are not."""
    return output.path.endswith(("/", ".html")) or not output.path
