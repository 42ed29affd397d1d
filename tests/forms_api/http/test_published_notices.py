"""The store holds every notice that anybody was shown, with the part of the page that showed it."""

from __future__ import annotations

from forms_api.store import notices
from forms_api.store.engine import reading, writing
from forms_api.store.schema import notices as table
from leadcore.model.leads import PublishedNotice

from ..pages_read import Page
from ..served import Api


def kept(api: Api, digest: str) -> PublishedNotice | None:
    with reading(api.kit.engine) as connection:
        return notices.by_digest(connection, digest)


def test_a_lead_is_never_stored_without_the_notice_it_was_shown(any_api: Api) -> None:
    with writing(any_api.kit.engine) as connection:
        connection.execute(table.delete())
    any_api.kit.stored.clear()
    data = any_api.filled("in", "gu-IN")
    assert kept(any_api, data["notice"]) is None
    assert any_api.post("in", data).status_code == 303
    notice = kept(any_api, data["notice"])
    assert notice is not None and notice.text == any_api.events(any_api.lead())[0].notice_text
    assert notice.html.startswith('<section class="notice"') and 'name="consent_news_email"' in notice.html
    assert notice.regimes == ("IN",) and notice.channels == ("email",)


def test_a_notice_shown_on_demand_is_kept_as_that_page_showed_it(any_api: Api) -> None:
    data = any_api.filled("us", "en-US", country="DE")
    answer = any_api.post("us", data)
    page = answer.get_data(as_text=True)
    again = Page(page).sent()
    assert answer.status_code == 422 and again["notice"] != data["notice"]
    notice = kept(any_api, again["notice"])
    assert notice is not None and notice.html in page and "DE" in notice.regimes and notice.version == 0


def test_what_was_unknown_of_a_notice_is_added_and_nothing_else(any_api: Api) -> None:
    digest = any_api.filled("in", "gu-IN")["notice"]
    first = kept(any_api, digest)
    # A repository in which the example was built has a register, and so a version.
    assert first is not None
    other = PublishedNotice(
        digest=digest, text="another", html="another", market="x", locale="y", form="z", published_at=first.published_at, version=7
    )
    any_api.kit.publish([other])
    after = kept(any_api, digest)
    assert after is not None and (after.version, after.text, after.html, after.market) == (first.version or 7, first.text, first.html, "in")
