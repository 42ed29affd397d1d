"""Checks between files: unknown names, dead links, missing blocks and translations, colliding addresses.

Pure: a project and its plan go in, problems come out. The readers have already checked each file by itself.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from leadcore.model.locales import language_of
from leadcore.model.markets import Market
from leadcore.model.pages import Text, TextKey, resolve
from leadcore.model.project import Project
from leadcore.problems import Place, Problem, ProblemList, did_you_mean
from leadcore.reading import read_project
from leadcore.reading.catalogues import check_catalogues
from leadcore.reading.facts import Facts
from leadcore.reading.notices import read_register, read_reviews
from leadcore.reading.texts import NEEDED_KEYS
from leadsite.font_checks import check_fonts
from leadsite.market_checks import check_facts, check_stores, check_tags
from leadsite.notice_checks import check_notices, notice_messages
from leadsite.notices import forms_were_closed
from leadsite.plan import Plan, collisions, make_plan
from leadsite.sharing import shared
from leadsite.sources import stamps
from leadsite.template_checks import check_templates
from leadsite.text_checks import check_texts
from leadsite.translation_checks import check_mail, check_page

#: Fewer documents than this are checked by one process.
_FEWEST_TO_SHARE = 2000


def check_project(
    root: Path,
    markets: tuple[str, ...] = (),
    *,
    today: dt.date,
    known: Mapping[str, Facts] | None = None,
    sound: frozenset[str] = frozenset(),
) -> tuple[Project | None, Plan | None, tuple[Problem, ...]]:
    """The project and its plan as far as they stand, and every problem, of reading and between files.

    Texts whose facts are `known` from the last build are not read again. `sound` names files that have not changed
    since they were found without problems: catalogues and templates among them are not checked anew when all are.
    """
    project, problems = read_project(root, known=known)
    if project is None:
        return None, None, problems
    plan = make_plan(project, today)
    return project, plan, check_plan(plan, problems, markets, sound)


def check_plan(
    plan: Plan, problems: tuple[Problem, ...], markets: tuple[str, ...] = (), sound: frozenset[str] = frozenset(), *, alone: bool = True
) -> tuple[Problem, ...]:
    """Every problem of a project that was read with these `problems`, and has this plan. Where other work goes on at the same
    time, it is not `alone` and starts no processes."""
    project, root, today = plan.project, plan.project.root, plan.today
    found = ProblemList(list(problems))
    unknown = [m for m in markets if m not in project.markets and not _is_broken(f"content/markets/{m}.toml", found)]
    for name in unknown:
        found.add("P103", Place(path="content/markets/"), f'unknown market "{name}"', did_you_mean(name, project.markets))
    collisions(plan, found)
    if not _all_sound(root, "site", sound):
        check_templates(project, found)
    check_tags(project.markets.values(), found)
    _check_sources(project, found)
    chosen = tuple(project.only(markets).markets.values())
    for market in chosen:
        _check_names(project, market, found)
        check_facts(market, today, found)
        check_stores(market, today, found)
    _check_all_texts(project, chosen, found, alone)
    check_fonts(plan, chosen, found)
    if not unknown and not (_all_sound(root, "locales", sound) and _all_sound(root, "content/markets", sound)):
        check_catalogues(project, project.only(markets).markets.values(), found, apart=notice_messages(project.forms.values()))
    read_register(root, found)
    read_reviews(root, found)
    rooms = ("locales", "content/markets", "content/forms")
    readable = not any(problem.code == "P009" for problem in found.found)
    if readable and not unknown and (forms_were_closed(root) or not all(_all_sound(root, room, sound) for room in rooms)):
        check_notices(project, project.only(markets).markets.values(), today, found)
    return found.sorted()


def _all_sound(root: Path, folder: str, sound: frozenset[str]) -> bool:
    """Whether every file of a folder is sound, and there is one."""
    names = stamps(root, (folder,))
    return bool(names) and names.keys() <= sound and sum(name.startswith(folder + "/") for name in sound) == len(names)


def _check_sources(project: Project, found: ProblemList) -> None:
    """Keys each text needs, and names that its front matter or file name uses."""
    for key, texts in project.texts.items():
        for text in texts:
            if text.market and text.market not in project.markets and not _is_broken(f"content/markets/{text.market}.toml", found):
                fix = did_you_mean(text.market, project.markets)
                found.add("P103", text.place(), f'unknown market "{text.market}" in the file name', fix)
            form = text.meta.get("form")
            if form and form not in project.forms:
                _unknown_form(project, str(form), text.place("form"), found)
        if all(t.market for t in texts):
            fix = "write the text without @market too, or take the file away"
            found.add("P103", texts[0].place(), "this changes a text that does not exist", fix)
        language = language_of(project.site.source_locale)
        sources = [t for t in texts if language_of(t.locale) == language] or list(texts)
        if _is_unread(texts[0], found):
            continue
        for needed in NEEDED_KEYS[key.kind]:
            if not any(needed in t.meta for t in sources):
                found.add("P007", sources[0].place(), f'"{needed}" is missing', f"add {needed}: … to the front matter")


def _is_broken(path: str, found: ProblemList) -> bool:
    """Whether a file already has a problem of its own, so that what names it is not to blame."""
    return any(problem.place.path == path for problem in found.found)


def _is_unread(text: Text, found: ProblemList) -> bool:
    """Whether the text, in any of its languages, could not be read, so that it may hold what seems to lack."""
    folder, _, name = text.path.rpartition("/")
    stem = f"{folder}/{name.partition('.')[0]}."
    return any(problem.code in ("P002", "P004") and problem.place.path.startswith(stem) for problem in found.found)


def _unknown_form(project: Project, form: str, place: Place, found: ProblemList) -> None:
    if _is_broken(f"content/forms/{form}.toml", found):
        return
    known = did_you_mean(form, project.forms)
    fix = f"{known} Or" if known.endswith("?") else f"{known}, or"
    fix += f" add content/forms/{form}.toml"
    found.add("P104", place, f'unknown form "{form}"', fix, detail=(f"form: {form}",))


def _check_names(project: Project, market: Market, found: ProblemList) -> None:
    pages = {k.name for k in project.texts if k.kind == "page"}
    series = {k.group for k in project.texts if k.kind == "series"}
    for page in market.pages:
        if page not in pages:
            found.add("P103", market.place("pages"), f'unknown page "{page}"', did_you_mean(page, pages), market=market.id)
    for group in market.series:
        if group not in series:
            found.add("P103", market.place("series"), f'unknown series "{group}"', did_you_mean(group, series), market=market.id)
    for form in market.forms:
        if form not in project.forms:
            _unknown_form(project, form, market.place("forms"), found)
            continue
        definition = project.forms[form]
        if definition.sequence and definition.sequence not in project.sequences:
            fix = did_you_mean(definition.sequence, project.sequences)
            found.add("P103", definition.place, f'unknown sequence "{definition.sequence}"', fix)
        for purpose in definition.purposes:
            for use in purpose.boxes:
                if not any(r.form == form and r.use == use for r in market.routes):
                    fix = f'add [[routes]] form = "{form}", use = "{use}", list = "…"'
                    message = f'no list takes the leads that form "{form}" wins for {use}'
                    found.add("P111", market.place("forms"), message, fix, market=market.id)
    for index, route in enumerate(market.routes):
        if route.form not in market.forms:
            fix = did_you_mean(route.form, market.forms)
            found.add("P104", market.place(f"routes.{index}.form"), f'a route names form "{route.form}", which the market does not offer', fix, market=market.id)


def _check_all_texts(project: Project, markets: tuple[Market, ...], found: ProblemList, alone: bool) -> None:
    """What is wrong in the texts as markets and locales see them; by several processes where there are many."""
    before, keys, names = list(found.found), list(project.texts), tuple(market.id for market in markets)

    def by_itself(some: Sequence[TextKey]) -> list[Problem]:
        mine = ProblemList(list(before))
        check_texts(project, some, names, mine)
        return mine.found[len(before) :]

    for market in markets:
        for locale in market.locales:
            _check_translations(project, market, locale, found)
    if not markets:
        return
    seen = len(keys) * sum(len(market.locales) for market in markets)
    jobs = len(os.sched_getaffinity(0)) if alone and seen > _FEWEST_TO_SHARE else 1
    size = -(-len(keys) // jobs) or 1
    for problems in shared([partial(by_itself, keys[i : i + size]) for i in range(0, len(keys), size)], jobs):
        found.found += problems


def _check_translations(project: Project, market: Market, locale: str, found: ProblemList) -> None:
    """The landing pages of a market in a locale, and the mails that its forms send."""
    for name in market.pages:
        texts = project.texts.get(project.page_key(name), ())
        page = resolve(texts, locale=locale, market=market.id, source_locale=project.site.source_locale)
        if page is not None:
            check_page(project, market, locale, page, texts, found)
    for form in market.forms:
        definition = project.forms.get(form)
        if definition:
            for mail in project.sequences.get(definition.sequence, ()):
                check_mail(project, market, locale, project.texts[mail], found)
