"""Form definitions as WTForms classes, and as views that a template turns into a plain HTML form.

Classes are built once per definition, market and locale, and used by the page and the API alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import wtforms

from leadcore.model import addresses
from leadcore.model.forms import Field, FormDefinition
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.assets import script_path
from leadcore.rendering.consent_view import Box, ConsentView, NoticeView, Said, consent_view
from leadcore.rendering.field_types import FieldContext, build_field
from leadcore.rendering.field_types.region import REGIONS, shown_fields
from leadcore.rendering.frame import words_for
from leadcore.rendering.i18n import N_, Translator
from leadcore.rendering.minor_fields import AGE, PARENT, asked_fields, build_asked

#: So many fields are in sight at most; what may stay as it is or empty beyond them is folded away below.
MOST_SHOWN = 4

#: What a form says while a translation of its notice is older than its source.
CLOSED = N_("This form is closed for the moment: we are bringing its privacy notice up to date in this language.")
CLOSED_CONTACT = N_("Until then, write to us and we will help you: {email}")


def closed_words(words: Translator, market: Market, consent: ConsentView) -> tuple[str, ...]:
    """Why the form is closed and how to reach us, in the words of the locale; empty where it is open."""
    if not consent.stale:
        return ()
    return (words.gettext(CLOSED), words.gettext(CLOSED_CONTACT, email=market.controller.email))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field to show: the WTForms field, its type, why it is asked."""

    field: wtforms.Field
    type: str
    why: str
    required: bool

    @property
    def hint(self) -> str:
        """A question beside a value that was taken, empty where there is none."""
        return str(getattr(self.field, "hint", ""))

    @property
    def preset(self) -> str:
        """The answer that was chosen in advance, as its list words it, empty where there is none."""
        choices: Sequence[Any] = getattr(self.field, "choices", None) or ()
        return next((str(one.label) for one in choices if one.value and one.value == self.field.default), "")

    @property
    def touched(self) -> bool:
        """Whether it differs from how an empty form has it, or asks for something."""
        return bool(self.field.errors or self.hint or (self.field.data or "") != (self.field.default or ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxView:
    name: str
    text: str
    ticked: bool = False
    error: str = ""
    also: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """A form as a template shows it. `errors` are (field name, message) pairs in the order of the page.

    Of `fields` those that can do without an answer come last: `shown` and `folded` are their two parts.
    `closed` says why the form takes nothing now and how to reach us; empty where it is open. `script` is the address
    of the script that may send it; empty where there is none, and on pages of the API, which run none.
    """

    action: str
    hidden: tuple[tuple[str, str], ...]
    fields: tuple[FieldView, ...]
    notices: tuple[NoticeView, ...]
    notice_open: bool
    boxes: tuple[BoxView, ...]
    boxes_optional: bool
    submit: str
    sender: str = ""
    sender_also: tuple[Said, ...] = ()
    errors: tuple[tuple[str, str], ...] = field(default=())
    closed: tuple[str, ...] = ()
    script: str = ""
    folded: tuple[FieldView, ...] = ()

    @property
    def shown(self) -> tuple[FieldView, ...]:
        """The fields in sight."""
        return self.fields[: len(self.fields) - len(self.folded)]

    @property
    def unfolded(self) -> bool:
        """Whether the fields below are opened from the start."""
        return any(one.touched for one in self.folded)


def fold(fields: Sequence[FieldView]) -> tuple[tuple[FieldView, ...], tuple[FieldView, ...]]:
    """The fields in sight and those folded away: an answer chosen in advance, and what is optional beyond the fourth."""
    asked = [one for one in fields if not one.preset]
    optional = [one for one in asked if not one.required]
    room = max(0, MOST_SHOWN - (len(asked) - len(optional)))
    away = {one.field.name for one in optional[room:]} | {one.field.name for one in fields if one.preset}
    return tuple(one for one in fields if one.field.name not in away), tuple(one for one in fields if one.field.name in away)


@lru_cache(maxsize=1024)
def form_class(definition_key: FormKey) -> type[wtforms.Form]:
    """The WTForms class of a definition in a market and locale. Takes a key whose equality is identity of its inputs."""
    words, market, definition = definition_key.words, definition_key.market, definition_key.definition
    context = FieldContext(
        words=words, country=market.country, phone_region=market.phone_region, residence=definition_key.country,
        regions=REGIONS.get(definition_key.country, ()), near=definition_key.near,
    )

    class Meta:
        locales = False

        def get_translations(self, _form: wtforms.Form) -> Translator:
            return words

    fields = {f.name: build_field(f, context) for f in shown_fields(definition, definition_key.country)}
    fields |= {f.name: build_asked(f, context) for f in definition_key.asked}
    return type("LeadForm", (wtforms.Form,), {"Meta": Meta, **fields})


class FormKey:
    """What decides a form's class; hashed by identity of words, market and definition, which all live as long as the project."""

    __slots__ = ("asked", "country", "definition", "market", "near", "words")

    def __init__(
        self, words: Translator, market: Market, definition: FormDefinition, country: str, asked: tuple[Field, ...] = (),
        near: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.words, self.market, self.definition, self.country, self.asked = words, market, definition, country, asked
        self.near = near

    def _key(self) -> tuple[Any, ...]:
        return (id(self.words), id(self.market), id(self.definition), self.country, tuple(f.name for f in self.asked), self.near)

    def __hash__(self) -> int:
        return hash(self._key())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FormKey) and self._key() == other._key()


def make_form(
    project: Project,
    market: Market,
    locale: str,
    definition: FormDefinition,
    *,
    country: str = "",
    asked: tuple[Field, ...] = (),
    data: Any = None,
    near: frozenset[str] = frozenset(),
) -> wtforms.Form:
    """A form instance; `data` is the submission as a multi-dict, `country` the declared residence, `asked` what the law
    adds, `near` the countries listed by name where not all are."""
    words = words_for(project, market, locale)
    return form_class(FormKey(words, market, definition, country or market.country, asked, near))(data)


def form_view(
    project: Project,
    market: Market,
    locale: str,
    definition: FormDefinition,
    form: wtforms.Form,
    consent: ConsentView,
    *,
    page: str,
    ticked: frozenset[str] = frozenset(),
    box_errors: Mapping[str, str] | None = None,
    form_errors: tuple[tuple[str, str], ...] = (),
    extra_hidden: tuple[tuple[str, str], ...] = (),
    notice_open: bool = False,
    kept: frozenset[str] = frozenset(),
) -> FormView:
    """The form to show, empty or with what was sent and what was wrong with it. `kept` fields are sent on unseen."""
    words = words_for(project, market, locale)
    box_errors = box_errors or {}
    kinds = {f.name: f for f in (AGE, PARENT, *definition.fields)}
    views: list[FieldView] = []
    hidden: list[tuple[str, str]] = []
    for one in form:
        kind = kinds[one.name]
        if kind.type == "hidden":
            hidden.append((one.name, kind.value))
            continue
        if one.name in kept:
            hidden.append((one.name, str(one.data or "")))
            continue
        why = words.gettext(kind.why) if kind.why else ""
        views.append(FieldView(field=one, type=kind.type, why=why, required=kind.required))
    shown, folded = fold(views)
    errors = [*form_errors, *((view.field.name, str(e)) for view in (*shown, *folded) for e in view.field.errors[:1])]
    boxes = tuple(
        BoxView(name=b.name, text=b.text, ticked=b.name in ticked, error=box_errors.get(b.name, ""), also=b.also) for b in consent.boxes
    )
    errors += [(b.name, b.error) for b in boxes if b.error]
    return FormView(
        action=addresses.form_action(market, definition.id),
        hidden=(("locale", locale), ("page", page), ("notice", consent.digest), *hidden, *extra_hidden),
        fields=(*shown, *folded),
        folded=folded,
        notices=consent.notices,
        notice_open=notice_open,
        boxes=boxes,
        boxes_optional=not any(b.needed for b in consent.boxes),
        submit=words.gettext(definition.submit),
        sender=consent.sender,
        sender_also=consent.sender_also,
        errors=tuple(errors),
        closed=closed_words(words, market, consent),
    )


def static_form(project: Project, market: Market, locale: str, form_id: str, *, page: str, today: dt.date) -> FormView:
    """The empty form of a static page."""
    definition = project.forms[form_id]
    consent = consent_view(project, market, locale, definition, today=today)
    asked = asked_fields(definition, age=bool(consent.requirements.age_question))
    form = make_form(project, market, locale, definition, asked=asked, near=project.countries)
    view = form_view(project, market, locale, definition, form, consent, page=page)
    script = script_path(project.root)
    return replace(view, script=addresses.local(market, script)) if script and not view.closed else view


@dataclass(frozen=True, slots=True, kw_only=True)
class FormNotice:
    """A form's notice for the privacy page: what the form gives, the notice in every language owed, boxes and who they name."""

    title: str
    notices: tuple[NoticeView, ...]
    boxes: tuple[Box, ...]
    sender: str = ""
    sender_also: tuple[Said, ...] = ()


def static_notices(project: Project, market: Market, locale: str, *, today: dt.date) -> tuple[FormNotice, ...]:
    """The notices of all forms of a market, for its privacy page. A second language that is not ready is left out."""
    words = words_for(project, market, locale)
    found = []
    for form_id in market.forms:
        definition = project.forms[form_id]
        consent = consent_view(project, market, locale, definition, today=today)
        unready = {tag for tag, _ in consent.stale} - {locale}
        found.append(
            FormNotice(
                title=words.gettext(definition.submit),
                notices=tuple(n for n in consent.notices if n.lang not in unready),
                boxes=tuple(replace(b, also=tuple(s for s in b.also if s.lang not in unready)) for b in consent.boxes),
                sender=consent.sender,
                sender_also=tuple(s for s in consent.sender_also if s.lang not in unready),
            )
        )
    return tuple(found)
