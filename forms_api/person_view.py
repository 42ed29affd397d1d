"""What is held about a person as its page shows it, in the visitor's language. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from forms_api.person import Held, Person, texts_shown
from forms_api.privacy import agreed
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import Delivery, Lead
from leadcore.model.locales import direction
from leadcore.model.project import Project
from leadcore.rendering.i18n import N_, Translator
from leadcore.rendering.minor_fields import AGE, PARENT

RECEIVED_ON = N_("Received")
CONFIRMED_ON = N_("Confirmed")
RECEIPT = N_("Receipt number")
LANGUAGE = N_("Language we write in")
#: What each use is, where no box tells it in the words that were shown.
USES = {
    "email": N_("Mails from us"),
    "sms": N_("Text messages from us"),
    "voice": N_("Calls from us"),
    "chat": N_("Chat messages from us"),
    "profiling": N_("A profile of your interests"),
    "share": N_("Passing your data on to others"),
    "transfer": N_("Using your data abroad"),
}
EVENTS = {
    "given": N_("You agreed"),
    "refused": N_("You did not agree"),
    "confirmed": N_("You confirmed your address"),
    "withdrawn": N_("You withdrew your consent"),
    "objected": N_("You objected"),
    "expired": N_("Your consent ran out"),
    "reconfirmed": N_("You agreed again"),
    "parent_confirmed": N_("A parent agreed"),
    "corrected": N_("Your data was corrected"),
}
#: What became of what was sent to a list.
SENT = {
    "subscribe": N_("Sent to {list} on {date}"),
    "correct": N_("Correction sent to {list} on {date}"),
    "unsubscribe": N_("{list} told to stop on {date}"),
    "erase": N_("{list} told to erase on {date}"),
}
WAITING = N_("{list}: on its way")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One lead: `facts` are (label, value), `history` sentences, `sent` sentences as HTML, `texts` (lines, language, direction) of
    notices."""

    heading: str
    receipt: str
    facts: tuple[tuple[str, object], ...]
    history: tuple[str, ...]
    sent: tuple[Markup, ...]
    texts: tuple[tuple[tuple[str, ...], str, str], ...]
    correct_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """The page: every lead, and the uses that can be withdrawn as (use, what was agreed to)."""

    sections: tuple[Section, ...]
    uses: tuple[tuple[str, str], ...]


def person_view(project: Project, words: Translator, person: Person, url: str) -> PersonView:
    """The page of a person; `url` is its own address."""
    uses: dict[str, str] = {}
    for one in person.held:
        if not one.lead.withdrawn_at:
            for use, box in agreed(one.record).items():
                uses.setdefault(use, str(box.get("wording") or words.gettext(USES.get(use, use))))
    return PersonView(
        sections=tuple(_section(project, words, one, url) for one in reversed(person.held)), uses=tuple(uses.items())
    )


def _section(project: Project, words: Translator, one: Held, url: str) -> Section:
    lead, definition = one.lead, project.forms.get(one.lead.form)
    zone = project.markets[lead.market].time_zone if lead.market in project.markets else "UTC"
    facts = list(lead_facts(words, lead, definition))
    facts.append((words.gettext(LANGUAGE), words.language_name(lead.locale)))
    facts.append((words.gettext(RECEIVED_ON), words.datetime(lead.submitted_at, zone)))
    if lead.confirmed_at:
        facts.append((words.gettext(CONFIRMED_ON), words.datetime(lead.confirmed_at, zone)))
    facts.append((words.gettext(RECEIPT), Markup('<bdi dir="ltr">{}</bdi>').format(lead.receipt)))
    known = [e for e in one.record if e.event in EVENTS]
    return Section(
        heading=words.gettext(definition.request) if definition else lead.form,
        receipt=lead.receipt,
        facts=tuple(facts),
        history=tuple(f"{words.datetime(e.at, zone)}{words.colon}{words.gettext(EVENTS[e.event])}" for e in known),
        sent=tuple(_sent(words, d) for d in _of_lists(one.deliveries)),
        texts=tuple((tuple(text.split("\n")), tag, direction(tag)) for text, tag, _ in texts_shown(one.record)),
        correct_url=f"{url}/{lead.receipt}" if definition and lead.market in project.markets else "",
    )


def _of_lists(sent: Iterable[Delivery]) -> list[Delivery]:
    return [d for d in sent if d.kind == "list" and (d.delivered_at or d.open)]


def _sent(words: Translator, delivery: Delivery) -> Markup:
    # A list of our own needs no word beside its name.
    place = delivery.name if delivery.destination == "list" else f"{delivery.name} ({delivery.destination})"
    name = Markup("<bdi>{}</bdi>").format(place)
    if delivery.delivered_at is None:
        return words.markup(WAITING, list=name)
    return words.markup(SENT[delivery.action], list=name, date=words.date(delivery.delivered_at.date()))


def lead_facts(words: Translator, lead: Lead, definition: FormDefinition | None) -> Iterable[tuple[str, object]]:
    """(label, value) of what the person typed. A field that has left its form is shown under its name."""
    kinds = {f.name: f for f in (AGE, PARENT, *(definition.fields if definition else ()))}
    for name, value in lead.answers.items():
        if not value or (name in kinds and not kinds[name].label):
            continue
        shown, kind = str(value), kinds.get(name)
        if kind is None:
            yield name, Markup("<bdi>{}</bdi>").format(shown)
            continue
        if kind.type == "country":
            shown = words.territory(shown)
        elif kind.type == "choice":
            shown = words.gettext(_label(dict(kind.choices), shown))
        mark = '<bdi dir="ltr">{}</bdi>' if kind.type in ("email", "phone", "postcode") else "<bdi>{}</bdi>"
        yield words.gettext(kind.label), Markup(mark).format(shown)


def _label(choices: Mapping[str, str], value: str) -> str:
    return choices.get(value, value)
