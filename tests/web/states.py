"""Every page and every state that a visitor of a project may meet, as HTML: pages of the sites, forms with mistakes, mails, and the
pages behind the links in mails.

`one_of_each` gives the site's pages by market/locale/name, `form_states` (market/locale/name, HTML). The names are TEMPLATES and STATES;
SHOWN_BY says which template draws which of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forms_api.app import create_app
from forms_api.services import open_services
from forms_api.settings import Settings
from forms_api.store import deliveries, leads
from forms_api.store.engine import reading
from leadcore.model.markets import Market
from leadcore.model.project import Project
from leadcore.rendering.webforms import static_form
from leadsite.plan import Output, Plan

#: Templates of the static sites, in each locale of a market.
TEMPLATES = ("landing-guide", "landing-demo", "list", "series", "post", "complete", "thanks", "privacy", "imprint")
#: What a market has once, where it has it; `post-stands-in` is a text that stands in for its translation.
ONCE = ("chooser", "error", "post-stands-in")
#: What the forms API answers, and what it mails.
STATES = (
    "form-empty", "form-errors", "form-errors-demo", "nowhere", "problem",
    "mail-confirm", "link-confirm", "link-confirmed", "mail-guide-welcome", "mail-guide-first-step",
    "link-receipt", "link-privacy", "link-privacy-sent", "mail-privacy", "held", "held-errors", "held-unticked", "held-said", "correct", "correct-errors",
    "mail-address", "link-address", "link-unsubscribe", "link-unsubscribed", "link-erased",
)  # fmt: skip
#: Template of the project -> a page or state that it draws.
SHOWN_BY = {
    "landing.html": "landing-guide", "list.html": "list", "series.html": "series", "post.html": "post", "complete.html": "complete",
    "thanks.html": "thanks", "notice.html": "privacy", "imprint.html": "imprint", "chooser.html": "chooser", "error.html": "error",
    "form_page.html": "form-errors", "message.html": "link-confirm", "receipt.html": "link-receipt", "privacy.html": "privacy",
    "held.html": "held", "correct.html": "correct", "mail.html": "mail-confirm",
}  # fmt: skip
_LINK = re.compile(r"https?://\S+?(/(?:confirm|unsubscribe|privacy|receipt|address)/\S+)")


def page_name(output: Output) -> str:
    """market/locale/template of an output; pages of a landing page's name have a template of that name."""
    head, _, rest = output.key.partition(":")
    kind = {"landing": f"landing-{rest}", "legal": rest, "other": head}.get(output.kind, output.kind)
    return f"{output.market}/{output.locale}/{kind}{'-stands-in' if output.is_fallback else ''}"


def one_of_each(plan: Plan) -> dict[str, Output]:
    """The first page of each name: of posts the first part, of pages all."""
    found: dict[str, Output] = {}
    for output in plan.outputs:
        if output.path.endswith(("/", ".html")) or not output.path:
            found.setdefault(page_name(output), output)
    return {name: output for name, output in found.items() if not output.is_fallback or name.endswith(ONCE)}


def form_states(project: Project, folder: Path, places: frozenset[tuple[str, str]] | None = None) -> Iterator[tuple[str, str]]:
    """(market/locale/state, HTML) of the forms API and its mails, in these places or in all."""
    settings = Settings.from_env({
        "LEADSITE_DATABASE_URL": f"sqlite:///{folder / 'store.db'}", "LEADSITE_QUEUE_URL": f"sqlite:///{folder / 'queue.db'}",
        "LEADSITE_SUPPRESSION_FILE": str(folder / "suppressions.jsonl"), "LEADSITE_ANCHOR_FOLDER": str(folder / "anchors"),
        "LEADSITE_SECRET_KEY": "for pictures only, of more than thirty-two characters", "LEADSITE_RATE_PER_MINUTE": "0",
    }, project.root)  # fmt: skip
    kit = open_services(lambda: project, settings)
    client = create_app(kit=kit).test_client()
    try:
        for market in project.markets.values():
            for locale in market.locales:
                if places is None or (market.id, locale) in places:
                    for state, html in _Visitor(kit, client, project, market, locale).states():
                        yield f"{market.id}/{locale}/{state}", html
    finally:
        kit.writer.close()
        kit.waker.close()
        kit.engine.dispose()


class _Visitor:
    """Somebody in a locale who goes wherever the forms API leads."""

    def __init__(self, kit: Any, client: Any, project: Project, market: Market, locale: str) -> None:
        self.kit, self.client, self.project, self.market, self.locale = kit, client, project, market, locale
        self.email = f"ada.{market.id}.{locale.lower()}@example.com"
        self.asks = {"Accept-Language": locale}

    def states(self) -> Iterator[tuple[str, str]]:
        form = self.market.forms[0]
        yield "form-empty", self._get(f"/{self.market.id}/{form}?locale={self.locale}")
        for name in self.market.forms:
            state = "form-errors" if name == form else f"form-errors-{name}"
            yield state, self._post(f"/{self.market.id}/{name}", {**self._hidden(name), "email": "ada@example", "name": ""}, 422)
        yield "nowhere", self._get("/confirm/nothing", 404)
        yield "problem", self._post(f"/{self.market.id}/{form}", self._hidden(form), 403, Origin="https://elsewhere.example")
        self._post(f"/{self.market.id}/{form}", self._filled(form), 303)
        yield from self._mails("confirm")
        yield "link-confirm", self._get(self._link("confirm"))
        confirmed = self._post(self._link("confirm"), {})
        yield "link-confirmed", confirmed
        yield from self._mails("guide/welcome", "guide/first-step")
        yield "link-receipt", self._get(next(path for path in _LINK.findall(confirmed.replace('"', " ")) if path.startswith("/receipt/")))
        yield from self._rights()
        yield "link-unsubscribe", self._get(self._link("unsubscribe"))
        yield "link-unsubscribed", self._post(self._link("unsubscribe"), {})
        yield "link-erased", self._post(self.opened, {"action": "erase"})

    def _rights(self) -> Iterator[tuple[str, str]]:
        """What a person does with the data we hold."""
        asked = self._link("privacy")
        yield "link-privacy", self._get(asked)
        yield "link-privacy-sent", self._post(asked, {"action": "send"})
        yield from self._mails("privacy")
        self.opened = self._link("privacy", "privacy")
        held = self._get(self.opened)
        yield "held", held
        yield "held-errors", self._post(self.opened, {"action": "address", "email": "ada@example"}, 422)
        yield "held-unticked", self._post(self.opened, {"action": "withdraw"}, 422)
        yield "held-said", self._post(self.opened, {"action": "address", "email": f"new.{self.email}"})
        correct = re.search(r'href="\S+?(/privacy/[^"/]+/[^"/]+)"', held)
        assert correct, "no link to correct the data"
        yield "correct", self._get(correct[1])
        yield "correct-errors", self._post(correct[1], {"name": "", "email": "ada@example"}, 422)
        yield from self._mails("address")
        yield "link-address", self._get(self._link("address", "address"))

    def _hidden(self, form: str) -> dict[str, str]:
        view = static_form(self.project, self.market, self.locale, form, page=f"{self.market.base_url}/", today=self.kit.clock().date())
        return dict(view.hidden)

    def _filled(self, form: str) -> dict[str, str]:
        view = static_form(self.project, self.market, self.locale, form, page=f"{self.market.base_url}/", today=self.kit.clock().date())
        names = {one.field.name for one in view.fields}
        usual = {"name": "Ada", "email": self.email, "country": self.market.country, "topic": "leads", "age": "30"}
        boxes = {box.name: "yes" for box in view.boxes}
        return {**dict(view.hidden), **boxes, **{k: v for k, v in usual.items() if k in names}}

    def _get(self, path: str, status: int = 200) -> str:
        return self._read(self.client.get(path, headers=self.asks), status)

    def _post(self, path: str, data: dict[str, str], status: int = 200, **headers: str) -> str:
        return self._read(self.client.post(path, data=data, headers={**self.asks, **headers}), status)

    def _read(self, answer: Any, status: int) -> str:
        assert answer.status_code == status, f"{self.market.id}/{self.locale}: {answer.status_code} for {answer.request.path}"
        return str(answer.get_data(as_text=True))

    def _sent(self) -> list[Any]:
        with reading(self.kit.engine) as connection:
            mine = [one for one in leads.find(connection) if one.email == self.email]
            return [d for one in mine for d in deliveries.of_lead(connection, one.id) if d.kind == "mail"]

    def _mails(self, *names: str) -> Iterator[tuple[str, str]]:
        for mail in self._sent():
            if mail.name in names:
                yield f"mail-{mail.name.replace('/', '-')}", str(mail.payload["html"])

    def _link(self, purpose: str, mail: str = "") -> str:
        """The path of a link in the latest mail that has one; of the mail named, the link that is in no other."""
        links = [(one.name, path) for one in self._sent() for path in _LINK.findall(str(one.payload["text"])) if path.startswith(f"/{purpose}/")]
        others = {path for name, path in links if name != mail} if mail == purpose else set()
        return next(str(path) for name, path in reversed(links) if path not in others and (not mail or name == mail))
