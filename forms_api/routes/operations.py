"""Routes for operators: alive, ready, counts, and the machine-readable description of the API."""

from __future__ import annotations

import math

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from forms_api.answers import error
from forms_api.daily import last_run
from forms_api.openapi import describe
from forms_api.routes.submissions import services
from forms_api.store import deliveries
from forms_api.store.engine import anchor_of, reading, ready

operations = Blueprint("operations", __name__)


@operations.get("/healthz")
def healthz() -> Response:
    return jsonify(status="ok")


@operations.get("/readyz")
def readyz() -> Response | tuple[Response, int]:
    """200 when the store answers and its schema is the current one; says how the daily schedule last went."""
    try:
        if ready(services().engine):
            with reading(services().engine) as connection:
                ran = last_run(connection, services().settings)
            schedule = {"last_run": ran.finished_at.isoformat() if ran else None, "overdue": ran.left if ran else None}
            return jsonify(status="ready", schedule=schedule, **_warnings())
    except SQLAlchemyError:
        pass  # A table is missing: the schema is an older one.
    message = "the store does not answer or its schema is not current"
    return jsonify(status="not ready", errors=[error("", "not_ready", message)]), 503


def _warnings() -> dict[str, list[dict[str, str]]]:
    """What somebody should mend though leads are taken: the ledger's anchor file cannot be written."""
    anchor = anchor_of(services().engine)
    if anchor is None or not anchor.trouble:
        return {}
    return {"warnings": [error("", "anchor_not_written", f"the ledger's anchor file cannot be written: {anchor.trouble}")]}


@operations.get("/metrics")
def metrics() -> Response:
    """Counts of this process, and the state of the outbox as the store has it."""
    now = services().clock()
    counts, ages = current_app.extensions["leadsite.outbox_gauge"], current_app.extensions["leadsite.overdue_gauge"]
    counts.clear()
    ages.clear()
    try:
        with reading(services().engine) as connection:
            lanes = deliveries.report(connection, now)
            ran = last_run(connection, services().settings)
    except SQLAlchemyError:
        current_app.extensions["leadsite.store_gauge"].set(0)
    else:
        current_app.extensions["leadsite.store_gauge"].set(1)
        current_app.extensions["leadsite.schedule_gauge"].set(ran.finished_at.timestamp() if ran else 0)
        current_app.extensions["leadsite.schedule_left_gauge"].set(ran.left if ran else 0)
        for lane in lanes:
            counts.labels(lane.lane, "open").set(lane.open)
            counts.labels(lane.lane, "failed").set(lane.failed)
            overdue = (now - lane.oldest_due_at).total_seconds() if lane.oldest_due_at else 0
            ages.labels(lane.lane).set(math.ceil(overdue))
    return Response(generate_latest(current_app.extensions["leadsite.registry"]), content_type=CONTENT_TYPE_LATEST)


@operations.get("/openapi.json")
def openapi() -> Response:
    kit = services()
    return jsonify(describe(kit.project().only(kit.settings.markets)))
