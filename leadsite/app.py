"""The site application: a Flask app that answers every output of the plan. Frozen for production, live in the preview."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable

from flask import Flask, Response, abort

from leadcore.rendering.assets import assets
from leadsite.fonts import font_assets
from leadsite.images import picture_named
from leadsite.pictures import picture_bytes
from leadsite.plan import Plan
from leadsite.render import render_output

_TEXT_TYPES = {"feed.xml": "application/atom+xml", "sitemap.xml": "application/xml", "robots.txt": "text/plain"}
_PICTURE_TYPES = {"avif": "image/avif", "webp": "image/webp", "svg": "image/svg+xml", "jpg": "image/jpeg"}
#: A text and its headers, as Flask takes them from a view.
Answer = tuple[str, dict[str, str]]


def create_site_app(plan: Callable[[], Plan]) -> Flask:
    """The app at `/<market>/…`. `plan` is asked for at each request, so that a preview sees edits."""
    app = Flask("leadsite", static_folder=None, template_folder=None)

    @app.get("/<market>/", defaults={"path": ""})
    @app.get("/<market>/<path:path>")
    def page(market: str, path: str) -> Answer | Response:
        now = plan()
        if path.startswith("assets/"):
            name = path.removeprefix("assets/")
            data = assets(now.project.root).get(name)
            if data is None and market in now.project.markets:
                data = font_assets(now, now.project.markets[market]).get(name)
            if data is not None and market in now.project.markets:
                return Response(data, mimetype=mimetypes.guess_type(path)[0] or "application/octet-stream")
            picture = picture_named(now, market, path.removeprefix("assets/"))
            if picture is not None:
                return Response(picture_bytes(now.project.root, picture), mimetype=_PICTURE_TYPES[path.rpartition(".")[2]])
        output = now.by_path.get((market, path))
        if output is None:
            abort(404)
        mimetype = _TEXT_TYPES.get(path.rsplit("/", 1)[-1], "text/html")
        return render_output(now, output), {"Content-Type": f"{mimetype}; charset=utf-8"}

    @app.errorhandler(404)
    def missing(_error: Exception) -> tuple[str, int]:
        from flask import request

        now = plan()
        market = (request.view_args or {}).get("market", "")
        output = now.by_path.get((market, "404.html"))
        return (render_output(now, output), 404) if output else ("Not found\n", 404)

    return app
