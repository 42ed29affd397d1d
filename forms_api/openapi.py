"""The API described as OpenAPI 3.1, from the project's own forms. Pure."""

from __future__ import annotations

from typing import Any

from leadcore.model.forms import Field, FormDefinition
from leadcore.model.project import Project

_ERRORS = {
    "type": "object",
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        }
    },
}
_REFUSALS = {
    "403": "sent from another origin",
    "409": "the notice has to be read again; it is in the answer",
    "413": "larger than the limit",
    "415": "neither a form nor JSON",
    "422": "fields to mend",
    "429": "too often; see Retry-After",
    "503": "not saved; see Retry-After",
}


def describe(project: Project) -> dict[str, Any]:
    """The OpenAPI document of the submission endpoints and the operators' addresses."""
    paths: dict[str, Any] = {}
    for market in project.markets.values():
        for form_id in market.forms:
            form = project.forms[form_id]
            schema = _schema(form, market.locales)
            content = {"application/json": {"schema": schema}, "application/x-www-form-urlencoded": {"schema": schema}}
            paths[f"/{market.id}/{form_id}"] = {
                "post": {
                    "operationId": f"submit_{market.id}_{form_id}",
                    "summary": f"Submit the form {form_id} of market {market.id}",
                    "requestBody": {"required": True, "content": content},
                    "responses": {
                        "201": _answer("stored", {"type": "object", "properties": _STORED}),
                        "303": {"description": "stored; the thank-you page follows (HTML)"},
                        **{status: _answer(text, _ERRORS) for status, text in _REFUSALS.items()},
                    },
                }
            }
    for name in ("healthz", "readyz", "metrics"):
        paths[f"/{name}"] = {"get": {"operationId": name, "responses": {"200": {"description": "fine"}}}}
    return {"openapi": "3.1.0", "info": {"title": "leadsite forms API", "version": "1"}, "paths": paths}


_STORED: dict[str, Any] = {
    "receipt": {"type": "string"},
    "opt_out_signal": {"type": "string", "enum": ["honoured"], "description": "the browser's opt-out signal was seen"},
    "email_domain_meant": {"type": "string", "description": "the mail provider whose domain the address misses by a letter"},
    "thanks": {"type": "string", "format": "uri", "description": "the thank-you page, where `by` was `script`"},
}


def _answer(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _schema(form: FormDefinition, locales: tuple[str, ...]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "locale": {"type": "string", "enum": list(locales)},
        "page": {"type": "string"},
        "notice": {"type": "string", "description": "digest of the notice that was shown"},
        "submission_id": {"type": "string", "description": "makes a repeat of this submission the same lead"},
        "by": {"type": "string", "enum": ["script"], "description": "asks for 201 in place of 303; errors stay HTML"},
    }
    for field in form.fields:
        properties[field.name] = _field(field)
    for purpose in form.purposes:
        for use in purpose.boxes:
            properties[purpose.box_name(use)] = {"type": "boolean", "default": False}
    required = ["locale", "notice", *(f.name for f in form.fields if f.required and f.type != "hidden")]
    return {"type": "object", "properties": properties, "required": required}


def _field(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if field.choices:
        schema["enum"] = [value for value, _ in field.choices]
    if field.type == "email":
        schema["format"] = "idn-email"
    return schema
