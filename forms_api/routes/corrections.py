"""Correcting a lead, from the opened privacy page. GET shows the form, POST saves it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request

from forms_api.corrections import CorrectView, changes_of, correct_view, correction_form
from forms_api.pages import correct_page
from forms_api.routes.linked import Visit, settle, visit_to
from forms_api.routes.privacy import SAVED, held_page, opened
from forms_api.routes.submissions import nowhere, services
from forms_api.store.engine import reading
from leadcore.rendering.i18n import N_

corrections = Blueprint("corrections", __name__)

TITLE = N_("Correct your data")


@corrections.get("/privacy/<token>/<receipt>")
def show_correct(token: str, receipt: str) -> Response:
    visit = _visit(token, receipt)
    if visit is None:
        return nowhere()
    project, lead = services().project(), visit.lead
    definition = project.forms[lead.form]
    form = correction_form(project, visit.market, lead, definition)
    return _page(visit, correct_view(project, visit.market, lead, definition, form, _back(visit, token)))


@corrections.post("/privacy/<token>/<receipt>")
def do_correct(token: str, receipt: str) -> Response:
    visit = _visit(token, receipt)
    if visit is None:
        return nowhere()
    kit, lead = services(), visit.lead
    project, now = kit.project(), kit.clock()
    definition = project.forms[lead.form]
    form = correction_form(project, visit.market, lead, definition, request.form)
    form.validate()  # type: ignore[no-untyped-call]
    view = correct_view(project, visit.market, lead, definition, form, _back(visit, token))
    if view.errors:
        return _page(visit, view, 422)
    changes = changes_of(lead, visit.market, definition, form, request.form.get("locale", ""))
    done = settle(kit.writer.run(lambda c: kit.desk.correct(c, lead, changes, now)))
    return held_page(visit.now_as(done.lead), token, said=SAVED)


def _visit(token: str, receipt: str) -> Visit | None:
    """The visit to that lead of the person with this receipt whose form still stands; None where there is none."""
    first, is_open = opened(token)
    if first is None or not is_open:
        return None
    kit = services()
    with reading(kit.engine) as connection:
        mine = kit.desk.leads_of(connection, first.lead)
    found = next((one for one in mine if one.receipt == receipt and not one.erased_at), None)
    visit = visit_to(found.id) if found else None
    return visit if visit and visit.lead.form in kit.project().forms else None


def _back(visit: Visit, token: str) -> str:
    return f"{visit.market.forms_url}/privacy/{token}"


def _page(visit: Visit, view: CorrectView, status: int = 200) -> Response:
    title = visit.words.gettext(TITLE)
    return make_response(correct_page(services().project(), visit.market, visit.lead.locale, title, view), status)
