"""Above the pages of the API stand the market's languages; choosing one changes the page, and nothing else."""

from __future__ import annotations

import pytest

from leadcore.model.locales import autonym

from ..pages_read import Page
from ..served import Api


def switch(page: Page) -> list[str]:
    return [href for href, _ in page.links if href.startswith("?locale=")]


@pytest.mark.parametrize("purpose", ["confirm", "unsubscribe", "privacy", "receipt"])
def test_a_page_behind_a_link_is_had_in_each_language_of_its_market(api: Api, purpose: str) -> None:
    lead = api.taken("kz", "ru", consent_news_email="yes")
    path = api.link(lead, "confirm" if purpose == "receipt" else purpose)
    if purpose == "receipt":
        confirmed = Page(api.client.post(path).get_data(as_text=True))
        path = next(href[href.index("/receipt/") :] for href, _ in confirmed.links if "/receipt/" in href)
    own = Page(api.client.get(path).get_data(as_text=True))
    assert own.lang == "ru" and switch(own) == ["?locale=kk"]
    other = Page(api.client.get(f"{path}?locale=kk").get_data(as_text=True))
    assert other.lang == "kk" and switch(other) == ["?locale=ru"] and autonym("ru") in other.html
    assert Page(api.client.get(f"{path}?locale=de").get_data(as_text=True)).lang == "ru", "not a language of the market"
    assert api.leads()[0].locale == "ru"


def test_acting_in_another_language_keeps_the_leads_own(api: Api) -> None:
    lead = api.taken("kz", "ru", consent_news_email="yes")
    path = api.link(lead, "confirm") + "?locale=kk"
    done = Page(api.client.post(path).get_data(as_text=True))
    assert done.lang == "kk"
    (after,) = api.leads()
    assert after.confirmed_at and after.locale == "ru"
    mails = [d for d in api.deliveries(after) if d.kind == "mail"]
    assert len(mails) > 1 and all('lang="ru"' in str(d.payload["html"]) for d in mails if d.payload)


def test_a_form_that_is_shown_again_offers_the_other_languages(api: Api) -> None:
    again = Page(api.post("kz", api.filled("kz", "kk", email="nobody")).get_data(as_text=True))
    assert again.lang == "kk" and switch(again) == ["?locale=ru"]
    assert Page(api.client.get("/kz/guide?locale=ru").get_data(as_text=True)).lang == "ru"


@pytest.mark.parametrize("path", ["/confirm/nothing", "/nowhere"])
def test_a_page_of_no_market_offers_none(api: Api, path: str) -> None:
    answer = api.client.get(path, headers={"Accept-Language": "kk"})
    assert answer.status_code == 404 and switch(Page(answer.get_data(as_text=True))) == []


def test_a_market_of_one_language_has_no_switch(api: Api) -> None:
    lead = api.taken("us", "en-US")
    assert 'class="languages"' not in api.client.get(api.link(lead, "confirm")).get_data(as_text=True)
