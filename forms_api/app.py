"""The forms application: a factory, its limits, its headers, and what it says when something breaks."""

from __future__ import annotations

import base64
import hashlib
import os
import traceback
from collections.abc import Callable
from pathlib import Path

import structlog
from flask import Flask, Response, jsonify, make_response, request
from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from forms_api import pages
from forms_api.answers import error
from forms_api.routes import corrections, links, operations, privacy, receipts, reconfirmation, submissions
from forms_api.routes.submissions import nowhere, refuse, services, wants_json
from forms_api.services import Services, open_services
from forms_api.settings import Settings
from leadcore.model import addresses
from leadcore.model.project import Project
from leadcore.reading import load_project
from leadcore.rendering.stylesheet import css

log = structlog.get_logger("leadsite.forms")


def create_app(
    project_root: str | Path | None = None,
    *,
    project: Callable[[], Project] | None = None,
    settings: Settings | None = None,
    kit: Services | None = None,
) -> Flask:
    """The WSGI application of a project: the folder given, or LEADSITE_PROJECT, or the current one.

    Raises ProjectProblems or SettingsError where the project or the environment cannot be used.
    """
    if kit is None:
        root = Path(project_root or os.environ.get("LEADSITE_PROJECT") or ".").resolve()
        settings = settings or Settings.from_env(os.environ, root)
        if project is None:
            loaded = load_project(root)
            project = lambda: loaded  # noqa: E731
        kit = open_services(project, settings)
    app = Flask("forms_api", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = kit.settings.max_body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = kit.settings.max_body_bytes
    app.config["MAX_FORM_PARTS"] = 200
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    registry = CollectorRegistry()
    app.extensions["leadsite"] = kit
    app.extensions["leadsite.registry"] = registry
    app.extensions["leadsite.metrics"] = Counter(
        "leadsite_leads", "Leads stored by this process", ["market", "form", "outcome"], registry=registry
    )
    app.extensions["leadsite.outbox_gauge"] = Gauge(
        "leadsite_deliveries", "Deliveries in the store by lane: still open, or failed for good", ["lane", "status"], registry=registry
    )
    app.extensions["leadsite.overdue_gauge"] = Gauge(
        "leadsite_overdue_seconds", "Age of the oldest delivery of a lane that is due and not made", ["lane"], registry=registry
    )
    app.extensions["leadsite.schedule_gauge"] = Gauge(
        "leadsite_schedule_last_run_seconds", "When the daily schedule last came to its end (Unix time); 0 when never", registry=registry
    )
    app.extensions["leadsite.schedule_left_gauge"] = Gauge(
        "leadsite_schedule_overdue", "Actions that were due at the last run of the schedule and not done", registry=registry
    )
    app.extensions["leadsite.store_gauge"] = Gauge("leadsite_store_up", "1 when the store answers", registry=registry)
    for blueprint in (operations, links, privacy, corrections, receipts, reconfirmation, submissions):
        app.register_blueprint(blueprint)
    app.after_request(_guard)
    app.register_error_handler(413, _too_large)
    app.register_error_handler(404, lambda _error: nowhere())
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _trouble)
    if kit.settings.trusted_proxies:
        hops = kit.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _guard(response: Response) -> Response:
    """Security headers on every answer; leave to read a market's answers for scripts on its own site, and for no others."""
    project = services().project()
    bases = sorted({addresses.origin(m.base_url) for m in project.markets.values()})
    digest = base64.b64encode(hashlib.sha256(css(project.root).encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' {' '.join(bases)}; "
        f"form-action 'self' {' '.join(bases)}; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("X-Robots-Tag", "noindex")
    response.headers.setdefault("Cache-Control", "no-store")
    market = services().market((request.view_args or {}).get("market_id", ""))
    if market is not None:
        response.vary.add("Origin")
        if request.headers.get("Origin") == addresses.origin(market.base_url):
            response.headers["Access-Control-Allow-Origin"] = addresses.origin(market.base_url)
            response.headers["Access-Control-Allow-Headers"] = "Content-Type, Submission-Id, Idempotency-Key"
    return response


def _too_large(_error: Exception) -> Response | tuple[Response, int]:
    market = services().market((request.view_args or {}).get("market_id", ""))
    if market is None:
        return jsonify(errors=[error("", "too_large", "the body is larger than the limit")]), 413
    return refuse(market, 413, "too_large", pages.TOO_LARGE_TITLE, pages.TOO_LARGE_TEXT)


def _http_error(problem: HTTPException) -> Response:
    status = problem.code or 500
    if status < 400:
        return problem.get_response()  # type: ignore[return-value]
    headers = [(name, value) for name, value in problem.get_headers() if name in ("Allow", "Retry-After")]
    if wants_json():
        code = problem.name.lower().replace(" ", "_")
        return make_response(jsonify(errors=[error("", code, problem.name)]), status, headers)
    page = pages.nowhere_page if status == 405 else pages.trouble_page
    return make_response(page(services().project(), request.accept_languages), status, headers)


def _trouble(problem: Exception) -> Response:
    """500, or 503 where the store does not answer, without a traceback for the visitor.

    The log says where it happened; neither the error's words nor its variables, as both may be a lead's values.
    """
    away = isinstance(problem, (SQLAlchemyError, OSError))
    frames = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(problem.__traceback__)[-8:]]
    log.error("store does not answer" if away else "unexpected", error=type(problem).__name__, route=request.endpoint, frames=frames)
    status, headers = (503, {"Retry-After": "30"}) if away else (500, {})
    if wants_json():
        code = "unavailable" if away else "internal"
        return make_response(jsonify(errors=[error("", code, "something went wrong; nothing sent before is lost")]), status, headers)
    return make_response(pages.trouble_page(services().project(), request.accept_languages), status, headers)
