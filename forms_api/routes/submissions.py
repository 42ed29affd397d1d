"""The submission endpoint: what is refused before it is read, what is asked again, and what is stored before it is answered."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import structlog
from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from forms_api import pages
from forms_api.answers import again_as_json, again_as_view, error
from forms_api.followup import allowed_uses, on_submission, waits_for_confirmation
from forms_api.intake import AskAgain, Submission, Taken, take, unsaved
from forms_api.minors import CHILD_TITLE
from forms_api.pages import form_page, message_page, problem_page
from forms_api.services import Services
from forms_api.store import leads, notices
from forms_api.store.engine import reading
from forms_api.store.ids import new_id, new_receipt
from forms_api.store.leads import Accepted, ReceiptTaken
from forms_api.store.types import storable_text
from forms_api.store.writer import Closed
from leadcore.consent.standing import with_awaited
from leadcore.model import addresses
from leadcore.model.forms import FormDefinition
from leadcore.model.leads import PublishedNotice
from leadcore.model.locales import known_territories
from leadcore.model.markets import Market
from leadcore.rendering.consent_view import consent_view
from leadcore.rendering.frame import words_for
from leadcore.rendering.mail_providers import anchor_of, meant_domain
from leadcore.rendering.minor_fields import asked_fields
from leadcore.rendering.published import ALONE, shown_notice
from leadcore.rendering.webforms import form_view, make_form

log = structlog.get_logger("leadsite.forms")
submissions = Blueprint("submissions", __name__)
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
#: No form of ours asks so much; more is somebody trying what breaks.
MOST_FIELDS = 200
#: Where the law asks for it, the thank-you page says that the browser's opt-out signal was honoured (11 CCR 7025(c)(6)).
SIGNAL_SHOWN = "gpc_status:honoured"
SIGNAL_ANCHOR = "opt-out-signal"
#: What the page's own script says in the field `by`: it takes errors as a page does, but can follow no redirect to
#: another origin, so it is told where the thank-you page is. The same answers are one lead, whatever id it gave them.
BY_SCRIPT = "script"


def services() -> Services:
    found: Services = current_app.extensions["leadsite"]
    return found


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", _JSON], default="text/html")
    return request.mimetype == _JSON or best == _JSON


def locale_of(market: Market) -> str:
    """The locale the page said, or the one the browser would like best, or the market's first."""
    posted = request.form.get("locale", "") if request.mimetype == _FORM else ""
    if request.mimetype == _JSON and isinstance(body := _json_body(), dict):
        posted = str(body.get("locale", ""))
    if posted in market.locales:
        return posted
    return request.accept_languages.best_match(market.locales) or market.locales[0]


def _json_body() -> object:
    """The body as JSON, or None where it is none or too deep to be one of ours."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def refuse(market: Market, status: int, code: str, title: str, text: str, **headers: str) -> Response:
    """An answer without a form: JSON errors, or a page in the visitor's language."""
    project = services().project()
    # A body that is too large cannot be asked for its locale.
    best = request.accept_languages.best_match(market.locales) or market.locales[0]
    locale = best if status == 413 else locale_of(market)
    if wants_json():
        message = words_for(project, market, locale).gettext(text)
        response = jsonify(errors=[error("", code, message)])
    else:
        response = make_response(problem_page(project, market, locale, title, text))
    response.status_code = status
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def nowhere(code: str = "not_found", message: str = "nothing is at this address") -> Response:
    """404: JSON errors, or a page in the language that the browser asks for."""
    if wants_json():
        return make_response(jsonify(errors=[error("", code, message)]), 404)
    return make_response(pages.nowhere_page(services().project(), request.accept_languages), 404)


@submissions.get("/<market_id>/<form_id>")
def show(market_id: str, form_id: str) -> Response:
    """The empty form, for who reloads the page of a refused one."""
    found = _place(market_id, form_id)
    if found is None:
        return nowhere()
    market, definition = found
    project, locale = services().project(), request.args.get("locale", "")
    locale = locale if locale in market.locales else locale_of(market)
    consent = consent_view(project, market, locale, definition, today=services().clock().date())
    asked = asked_fields(definition, age=bool(consent.requirements.age_question))
    form = make_form(project, market, locale, definition, asked=asked)
    view = form_view(project, market, locale, definition, form, consent, page="")
    return make_response(form_page(project, market, locale, definition, view))


@submissions.post("/<market_id>/<form_id>")
def submit(market_id: str, form_id: str) -> Response:
    """Stores a lead and only then says so. Answers as the contract's table has it."""
    found = _place(market_id, form_id)
    if found is None:
        return nowhere("unknown_form", "no such form in this market")
    market, definition = found
    if request.mimetype not in (_JSON, _FORM):
        return refuse(market, 415, "content_type", pages.UNREADABLE_TITLE, pages.UNREADABLE_TEXT)
    own = {addresses.origin(market.base_url), addresses.origin(market.forms_url), addresses.origin(request.host_url)}
    sent_from = request.headers.get("Origin") or ""
    if sent_from and sent_from != "null" and sent_from not in own:
        return refuse(market, 403, "foreign_origin", pages.FOREIGN_TITLE, pages.FOREIGN_TEXT)
    wait = services().wait_seconds(market.id, request.remote_addr or "")
    if wait:
        return refuse(market, 429, "too_many", pages.TOO_MANY_TITLE, pages.TOO_MANY_TEXT, Retry_After=str(wait))
    try:
        data = _posted()
    except BadRequest:
        return refuse(market, 422, "body_unreadable", pages.UNREADABLE_TITLE, pages.UNREADABLE_TEXT)
    return _handle(market, definition, data, origin_known=sent_from != "null")


def _country_hint(kit: Services) -> str:
    """The country that a proxy in front told by the header named in the settings; "" where none did, or no country."""
    header = kit.settings.country_header
    code = request.headers.get(header, "").strip().upper() if header else ""
    return code if code in known_territories() else ""


def _place(market_id: str, form_id: str) -> tuple[Market, FormDefinition] | None:
    market = services().market(market_id)
    if market is None or form_id not in market.forms:
        return None
    return market, services().project().forms[form_id]


def _posted() -> MultiDict[str, str]:
    """The submission as text by field; JSON's true is a ticked box. Raises BadRequest."""
    if request.mimetype == _FORM:
        # Werkzeug would keep bytes that are no UTF-8 as %XX; U+FFFD in their place lets the field ask again.
        text = request.get_data().decode("utf-8", "replace")
        try:
            pairs = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS)
        except ValueError:
            raise BadRequest() from None
    else:
        body = _json_body()
        if not isinstance(body, dict) or any(isinstance(value, (dict, list)) for value in body.values()):
            raise BadRequest()
        pairs = [(name, _json_to_text(value)) for name, value in body.items()]
    if len(pairs) > MOST_FIELDS:
        raise BadRequest()
    data: MultiDict[str, str] = MultiDict((storable_text(name), storable_text(value)) for name, value in pairs)
    header = request.headers.get("Submission-Id") or request.headers.get("Idempotency-Key")
    if header and not data.get("submission_id"):
        data["submission_id"] = header
    return data


def _json_to_text(value: object) -> str:
    if value is None or value is False:
        return ""
    return "yes" if value is True else str(value)


def _handle(market: Market, definition: FormDefinition, data: MultiDict[str, str], *, origin_known: bool) -> Response:
    kit = services()
    project, now, locale = kit.project(), kit.clock(), locale_of(market)
    page = data.get("page", "")[:300]
    submission = Submission(
        data=data, locale=locale, page=page, signal=request.headers.get("Sec-GPC") == "1", origin_known=origin_known,
        ip_country=_country_hint(kit),
    )  # fmt: skip
    try:
        outcome = take(
            project, market, definition, submission, now=now, lead_id=new_id(now), event_id=new_id(now),
            receipt=new_receipt(), published=lambda digest: kit.published(market, definition, digest),
        )  # fmt: skip
        if isinstance(outcome, AskAgain):
            if outcome.code in ("notice", "fields") and not kit.knows(outcome.consent.digest):
                kit.publish([shown_notice(project, market, locale, definition, outcome.consent, now, level=ALONE)])
            return _ask_again(market, definition, submission, outcome)
        by_script = data.get("by") == BY_SCRIPT
        accepted = _store(kit, market, definition, outcome, by_content=by_script)
    except (SQLAlchemyError, OSError, Closed) as trouble:
        log.error("lead not stored", market=market.id, form=definition.id, error=type(trouble).__name__)
        return _not_saved(market, definition, submission, 503, "not_saved")
    if not accepted.identical:
        # Another submission has this id already: to say "stored" of this one would be a lie.
        del data["submission_id"]
        return _not_saved(market, definition, submission, 422, "submission_id_reused", "submission_id")
    if accepted.created:
        kit.waker.wake()
        count = current_app.extensions["leadsite.metrics"]
        count.labels(market.id, definition.id, "quarantined" if accepted.lead.quarantined else "accepted").inc()
        log.info("lead stored", lead=accepted.lead.id, market=market.id, form=definition.id, quarantine=accepted.lead.quarantine_reason)
    honoured = SIGNAL_SHOWN in outcome.decision["show"]
    meant = meant_domain(accepted.lead.email, market.country)
    if wants_json():
        told = {"opt_out_signal": "honoured"} if honoured else {}
        told |= {"email_domain_meant": meant} if meant else {}
        response = jsonify(receipt=accepted.lead.receipt, **told)
        response.status_code = 201
        return response
    # One place of the page can be pointed to; what the law wants shown goes first.
    anchor = SIGNAL_ANCHOR if honoured else anchor_of(meant) if meant else ""
    target = addresses.absolute(market, addresses.thanks_path(market, locale, definition.id))
    target = f"{target}#{anchor}" if anchor else target
    if by_script:
        return make_response(jsonify(receipt=accepted.lead.receipt, thanks=target), 201)
    # werkzeug's Response has no type parameters that Flask's stubs agree with.
    answer: Response = redirect(target, code=303)  # type: ignore[assignment]
    return answer


def _store(kit: Services, market: Market, definition: FormDefinition, taken: Taken, *, by_content: bool) -> Accepted:
    """Lead, consent event, deliveries and the notice shown, in one transaction."""
    project = kit.project()
    shown: list[PublishedNotice] = []
    if taken.consent and not kit.knows(taken.consent.digest):
        shown = [shown_notice(project, market, taken.event.locale, definition, taken.consent, taken.event.at)]
    with reading(kit.engine) as connection:
        confirm_first = kit.desk.must_confirm(connection, taken.lead, allowed_uses(taken.decision, confirmed=True))
    event = with_awaited(taken.event, confirm=confirm_first or waits_for_confirmation(market, taken.decision))
    for _ in range(5):
        lead = replace(taken.lead, receipt=new_receipt(os.urandom))
        pending = on_submission(
            project, market, definition, lead, taken.decision, taken.boxes, kit.settings.secret_key, lead.submitted_at,
            confirm_first=confirm_first,
        )  # fmt: skip

        def job(connection: Any, lead: Any = lead, pending: Any = pending) -> Accepted:
            notices.publish(connection, shown)
            return leads.accept(connection, lead, event, pending, by_content=by_content)

        try:
            return kit.writer.run(job)
        except ReceiptTaken:
            continue
    raise OSError("no free receipt in five tries")


def _ask_again(market: Market, definition: FormDefinition, submission: Submission, again: AskAgain) -> Response:
    if wants_json():
        body, status = again_as_json(again)
        return make_response(jsonify(body), status)
    if again.code == "child":
        project, ((_, text),) = services().project(), again.form_errors
        return make_response(message_page(project, market, submission.locale, title=_said(market, submission, CHILD_TITLE), paragraphs=[text], focus=True), 422)
    return _form_again(market, definition, submission, again, 422)


def _said(market: Market, submission: Submission, message: str) -> str:
    return words_for(services().project(), market, submission.locale).gettext(message)


def _not_saved(
    market: Market, definition: FormDefinition, submission: Submission, status: int, code: str, field: str = ""
) -> Response:
    """The store would not take it: the form with everything kept, to be sent again."""
    project, now = services().project(), services().clock()
    message = words_for(project, market, submission.locale).gettext(pages.NOT_SAVED)
    if wants_json():
        response = make_response(jsonify(errors=[error(field, code, message)]), status)
    else:
        again = unsaved(project, market, definition, submission, now, message)
        response = _form_again(market, definition, submission, again, status)
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


def _form_again(market: Market, definition: FormDefinition, submission: Submission, again: AskAgain, status: int) -> Response:
    project, locale = services().project(), submission.locale
    view = again_as_view(project, market, locale, definition, again, submission.data, page=submission.page)
    return make_response(form_page(project, market, locale, definition, view), status)
