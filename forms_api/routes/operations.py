"""Routes for operators: alive, ready, counts, and the machine-readable description of the API."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from forms_api.openapi import describe
from forms_api.routes.submissions import services
from forms_api.store import deliveries
from forms_api.store.engine import reading, ready

operations = Blueprint("operations", __name__)


@operations.get("/healthz")
def healthz() -> Response:
    return jsonify(status="ok")


@operations.get("/readyz")
def readyz() -> Response | tuple[Response, int]:
    """200 when the store answers and its schema is the current one."""
    try:
        if ready(services().engine):
            return jsonify(status="ready")
    except SQLAlchemyError:
        pass
    return jsonify(status="not ready", reason="the store does not answer or its schema is not current"), 503


@operations.get("/metrics")
def metrics() -> Response:
    """Counts of this process, and the state of the outbox as the store has it."""
    gauge = current_app.extensions["leadsite.outbox_gauge"]
    with reading(services().engine) as connection:
        lanes = deliveries.report(connection, services().clock())
    gauge.clear()
    for lane in lanes:
        for name in ("waiting", "due", "delivered", "failed", "cancelled"):
            if hasattr(lane, name):
                gauge.labels(lane.lane, name).set(getattr(lane, name))
    return Response(generate_latest(current_app.extensions["leadsite.registry"]), content_type=CONTENT_TYPE_LATEST)


@operations.get("/openapi.json")
def openapi() -> Response:
    kit = services()
    return jsonify(describe(kit.project().only(kit.settings.markets)))
