"""Answers of the submission endpoint, for programs and for people: one JSON shape, and pages in the visitor's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from forms_api.intake import AskAgain, is_ticked
from leadcore.model.forms import FormDefinition
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.minor_fields import AGE, PARENT
from leadcore.rendering.webforms import FormView, form_view


def error(field: str, code: str, message: str) -> dict[str, str]:
    """One error as JSON has it."""
    return {"field": field, "code": code, "message": message}


def again_as_json(again: AskAgain) -> tuple[dict[str, object], int]:
    """The errors of a submission with their status: 422, or 409 with the notice to show where it has to be read again.

    A closed form says only that: what was typed may be right, and cannot be taken.
    """
    if again.code == "closed":
        return {"errors": [error("", "form_closed", message) for _, message in again.form_errors]}, 422
    errors = [error(f.name, getattr(e, "code", "unknown"), str(e)) for f in again.form for e in f.errors[:1]]
    errors += [error(name, "consent_required", message) for name, message in again.box_errors.items()]
    if again.code in ("fields", "parent"):
        return {"errors": errors}, 422
    if again.code == "child":
        return {"errors": [error(name, "parent_needed", message) for name, message in again.form_errors]}, 422
    code = again.refused_by or "refused" if again.code == "refused" else "notice_unknown"
    errors += [error("notice", code, message) for _, message in again.form_errors]
    if again.code == "refused":
        return {"errors": errors}, 422
    consent = again.consent
    boxes = [{"name": b.name, "text": b.text, "required": b.needed} for b in consent.boxes]
    return {"errors": errors, "notice": {"digest": consent.digest, "text": consent.text, "boxes": boxes}}, 409


def again_as_view(
    project: Project,
    market: Market,
    locale: str,
    definition: FormDefinition,
    again: AskAgain,
    data: Mapping[str, str],
    *,
    page: str,
) -> FormView:
    """The form as the visitor left it, with what to mend."""
    ticked = frozenset(b.name for b in again.consent.boxes if is_ticked(data, b.name))
    extra = (("submission_id", data["submission_id"]),) if data.get("submission_id") else ()
    if again.code == "closed":
        return _closed_view(project, market, locale, definition, again, data, page=page, hidden=(*extra, *((name, "yes") for name in sorted(ticked))))
    return form_view(
        project, market, locale, definition, again.form, again.consent,
        page=page, ticked=ticked, box_errors=again.box_errors, form_errors=again.form_errors,
        extra_hidden=extra, notice_open=bool(again.form_errors) and again.code != "unsaved",
        kept=frozenset({AGE.name}) if PARENT.name in again.form else frozenset(),
    )  # fmt: skip


def _closed_view(
    project: Project,
    market: Market,
    locale: str,
    definition: FormDefinition,
    again: AskAgain,
    data: Mapping[str, str],
    *,
    page: str,
    hidden: tuple[tuple[str, str], ...],
) -> FormView:
    """The form with everything kept, ticks and the notice that was read among it, and without the notice that is not ready."""
    view = form_view(project, market, locale, definition, again.form, again.consent, page=page, extra_hidden=hidden)
    kept = tuple((name, data.get("notice", "") if name == "notice" else value) for name, value in view.hidden)
    errors = (*((name, message) for name, message in again.form_errors), *view.errors)
    closed = view.closed or tuple(message for _, message in again.form_errors)
    return replace(view, hidden=kept, notices=(), boxes=(), sender="", errors=errors, closed=closed)
