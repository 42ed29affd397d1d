"""The privacy page: behind the link in any mail it only offers to mail a fresh link to the address that we hold; that link
opens the data. GET shows, POST acts."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request
from sqlalchemy.engine import Connection

from forms_api.pages import TOO_MANY_TEXT, TOO_MANY_TITLE, Button, person_page
from forms_api.person import Person, person_to_csv, person_to_json, read_person
from forms_api.person_view import person_view
from forms_api.rights_letters import address_mail, address_mail_id, open_mail
from forms_api.routes.linked import Visit, left_to_right, settle, visit_to
from forms_api.routes.links import EXPIRED_TITLE, HELD_TITLE
from forms_api.routes.submissions import nowhere, refuse, services
from forms_api.store import deliveries, requests
from forms_api.store.engine import reading
from forms_api.store.ids import email_key
from forms_api.tokens import BadToken, TokenExpired, make_short_token, read_short_token, read_token
from leadcore.model.leads import Lead
from leadcore.rendering.errors import coded
from leadcore.rendering.field_types.email import normal_address
from leadcore.rendering.i18n import N_

privacy = Blueprint("privacy", __name__)

ASK_TEXT = N_("To keep your data from other eyes, we first send a link to the email address that you gave us. Only that link opens it.")
ASK_BUTTON = N_("Send me the link")
SENT_TITLE = N_("Look in your mail")
SENT_TEXT = N_("If we hold data of yours, a link is on its way to your address. It works for one hour. Nothing there? Look in the spam folder.")
EXPIRED_TEXT = N_("For your safety it worked for one hour only. We gladly send you a new one.")
ADDRESS_TITLE = N_("Confirm your new email address")
ADDRESS_ASK = N_("From now on we write to this address, and no longer to the old one.")
ADDRESS_BUTTON = N_("Yes, use this address")
ADDRESS_DONE = N_("Done. We use this address from now on")
ADDRESS_DONE_TEXT = N_("Every place that had the old one is being told.")
ADDRESS_SENT = N_("A link is on its way to the new address. Open it within one hour.")
WITHDRAWN = N_("Done. It has ended, and every place that knew of it is being told.")
NOTHING_TICKED = N_("Tick at least one box first.")
SAVED = N_("Saved. Every place that had the old words is being told.")
#: So many links are mailed to one person in an hour; beyond them the page says the same and nothing is sent.
LINKS_PER_HOUR = 3


def opened(token: str) -> tuple[Visit | None, bool]:
    """Whose page a token is for, and whether it opens the data. An expired link asks for a new one."""
    kit = services()
    try:
        lead_id, key = read_short_token(kit.settings.secret_key, "opened", kit.clock(), token)
        visit = visit_to(lead_id)
        # A link mailed to an address that has changed since opens nothing.
        return visit, visit is not None and _key(visit.lead) == key
    except TokenExpired as late:
        return visit_to(late.parts[0]), False
    except (BadToken, ValueError):
        pass
    try:
        return visit_to(read_token(kit.settings.secret_key, "privacy", token)), False
    except BadToken:
        return None, False


def _key(lead: Lead) -> str:
    return services().suppression.hash_of("email", lead.email)[:16]


@privacy.get("/privacy/<token>")
def show_privacy(token: str) -> Response:
    visit, is_open = opened(token)
    if visit is None:
        return nowhere()
    if visit.lead.erased_at:
        return visit.ended()
    return held_page(visit, token) if is_open else _ask(visit, token)


@privacy.post("/privacy/<token>")
def do_privacy(token: str) -> Response:
    visit, is_open = opened(token)
    if visit is None:
        return nowhere()
    if visit.lead.erased_at:
        return visit.ended()
    if not is_open:
        return _send(visit)
    kit, lead, action = services(), visit.lead, request.form.get("action", "")
    now = kit.clock()
    if action in ("export", "export-csv"):
        return _export(visit, action)
    if action == "withdraw":
        uses = frozenset(request.form.getlist("use"))
        if not uses:
            return held_page(visit, token, use_error=NOTHING_TICKED)
        settle(kit.writer.run(lambda c: kit.desk.withdraw(c, lead, now, uses)))
        return held_page(visit, token, said=WITHDRAWN)
    if action == "withdraw-all":
        settle(kit.writer.run(lambda c: kit.desk.withdraw(c, lead, now)))
        return held_page(visit, token, said=WITHDRAWN)
    if action == "erase":
        return visit.now_as(settle(kit.writer.run(lambda c: kit.desk.erase(c, lead, now))).lead).ended()
    if action == "address":
        return _ask_address(visit, token)
    return held_page(visit, token)


def _ask(visit: Visit, token: str) -> Response:
    """The page that every mail's link opens: no value of the person is on it, as mails are passed on."""
    words, late = visit.words, not _is_long_lived(token)
    return visit.page(
        title=words.gettext(EXPIRED_TITLE if late else HELD_TITLE),
        paragraphs=[words.gettext(EXPIRED_TEXT if late else ASK_TEXT)],
        buttons=[Button(label=words.gettext(ASK_BUTTON), hidden=(("action", "send"),))],
    )


def _is_long_lived(token: str) -> bool:
    try:
        read_token(services().settings.secret_key, "privacy", token)
    except BadToken:
        return False
    return True


def _send(visit: Visit) -> Response:
    """Mails a fresh link to the address that we hold. The answer is the same whether one was sent or not."""
    kit, lead, market = services(), visit.lead, visit.market
    now = kit.clock()
    wait = kit.wait_seconds(market.id, request.remote_addr or "")
    if wait:
        return refuse(market, 429, "too_many", TOO_MANY_TITLE, TOO_MANY_TEXT, Retry_After=str(wait))
    fresh = make_short_token(kit.settings.secret_key, "opened", now, lead.id, _key(lead))
    mail = open_mail(kit.project(), market, lead, kit.settings.secret_key, f"{market.forms_url}/privacy/{fresh}", now)

    def send(connection: Connection) -> bool:
        group = kit.desk.leads_of(connection, lead)
        asked = sum(requests.asked_since(connection, one.id, "access", now) for one in group)
        # Two clicks at one instant are one.
        if asked >= LINKS_PER_HOUR or deliveries.by_id(connection, mail.id):
            return False
        deliveries.add(connection, [mail])
        kit.desk.answered(connection, lead, "access", now, [mail.id])
        return True

    if kit.writer.run(send):
        kit.waker.wake()
    return visit.closing(SENT_TITLE, SENT_TEXT)


def _person(visit: Visit) -> Person:
    kit = services()
    with reading(kit.engine) as connection:
        return read_person(connection, visit.market.controller.name, kit.desk.leads_of(connection, visit.lead))


def _url(visit: Visit, token: str) -> str:
    return f"{visit.market.forms_url}/privacy/{token}"


def held_page(visit: Visit, token: str, *, said: str = "", use_error: str = "", address: str = "", address_error: str = "") -> Response:
    words, project = visit.words, services().project()
    view = person_view(project, words, _person(visit), _url(visit, token))
    page = person_page(
        project, visit.market, visit.locale, words.gettext(HELD_TITLE), view,
        said=words.gettext(said), use_error=words.gettext(use_error), address=address, address_error=address_error,
    )  # fmt: skip
    return make_response(page, 422 if address_error or use_error else 200)


def _export(visit: Visit, action: str) -> Response:
    """Everything as a file. The request is recorded, and done with it."""
    kit, now = services(), services().clock()
    kit.writer.run(lambda c: kit.desk.answered(c, visit.lead, "export", now))
    person, kind = _person(visit), "csv" if action == "export-csv" else "json"
    text = person_to_csv(person) if kind == "csv" else person_to_json(person, now)
    response = Response(text, mimetype="text/csv" if kind == "csv" else "application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{visit.lead.receipt}.{kind}"'
    return response


def _ask_address(visit: Visit, token: str) -> Response:
    kit, lead, now = services(), visit.lead, services().clock()
    typed = request.form.get("email", "")[:300]
    new = normal_address(typed)
    if not new:
        return held_page(visit, token, address=typed, address_error=str(coded(visit.words, "email_format")))
    if email_key(new) != email_key(lead.email):
        mail_id = address_mail_id(lead, now)
        url = f"{visit.market.forms_url}/address/{make_short_token(kit.settings.secret_key, 'address', now, lead.id, _key(lead), mail_id)}"
        mail = address_mail(kit.project(), visit.market, lead, kit.settings.secret_key, url, new, mail_id, now)
        kit.writer.run(lambda c: deliveries.add(c, [mail]))
        kit.waker.wake()
    return held_page(visit, token, said=ADDRESS_SENT)


def _new_address(token: str) -> tuple[Visit, str] | None:
    """The lead and the address that a mailed link confirms; None where it opens nothing, or no longer."""
    kit = services()
    try:
        lead_id, key, mail_id = read_short_token(kit.settings.secret_key, "address", kit.clock(), token)
    except (BadToken, TokenExpired, ValueError):
        return None
    visit = visit_to(lead_id)
    with reading(kit.engine) as connection:
        mail = deliveries.by_id(connection, mail_id)
    if visit is None or mail is None or not mail.payload.get("to"):
        return None
    new = str(mail.payload["to"])
    # Once it was confirmed the same link says so again.
    return (visit, new) if _key(visit.lead) == key or email_key(visit.lead.email) == email_key(new) else None


@privacy.get("/address/<token>")
def show_address(token: str) -> Response:
    found = _new_address(token)
    if found is None:
        return nowhere()
    visit, new = found
    words = visit.words
    if email_key(visit.lead.email) == email_key(new):
        return visit.closing(ADDRESS_DONE, ADDRESS_DONE_TEXT)
    return visit.page(
        title=words.gettext(ADDRESS_TITLE), paragraphs=[words.gettext(ADDRESS_ASK), left_to_right(new)],
        buttons=[Button(label=words.gettext(ADDRESS_BUTTON))],
    )  # fmt: skip


@privacy.post("/address/<token>")
def do_address(token: str) -> Response:
    found = _new_address(token)
    if found is None:
        return nowhere()
    visit, new = found
    kit, now = services(), services().clock()
    settle(kit.writer.run(lambda c: kit.desk.change_address(c, visit.lead, new, now)))
    return visit.closing(ADDRESS_DONE, ADDRESS_DONE_TEXT)
