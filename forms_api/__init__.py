"""Receives leads: validates, asks consent, stores before it answers, and delivers. Floor 2: knows leadcore, never leadsite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(*arguments: Any, **named: Any) -> Flask:
    """The WSGI application, as in `gunicorn "forms_api:create_app()"`; see `forms_api.app.create_app`."""
    from forms_api.app import create_app as make

    return make(*arguments, **named)
