"""A form whose notice is not ready in a language takes nothing in it, says so in that language, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leadcore.reading import load_project
from leadcore.rendering.i18n import forget_catalogs, translator
from leadcore.rendering.webforms import CLOSED, CLOSED_CONTACT

from ..pages_read import Page
from ..served import Api, MakeApi


@pytest.fixture
def api_without(copy_of_example: Path, make_api: MakeApi) -> Callable[[str, str], Api]:
    """Makes an API of a copy of the example in which one translation is fuzzy."""

    def make(tag: str, message: str) -> Api:
        file = copy_of_example / "locales" / tag / "LC_MESSAGES" / "messages.po"
        text = file.read_text(encoding="utf-8")
        assert text.count(f'\nmsgid "{message}"\n') == 1
        file.write_text(text.replace(f'\nmsgid "{message}"\n', f'\n#, fuzzy\nmsgid "{message}"\n'), encoding="utf-8")
        forget_catalogs()
        return make_api(load_project(copy_of_example))

    return make


def test_a_closed_form_is_refused_in_its_language_with_everything_kept(example: Path, api: Api, api_without: Callable[[str, str], Api]) -> None:
    data = api.filled("in", "gu-IN", "demo", name="આશા", phone="98200 12345", message="Namaste", consent_news_email="yes", submission_id="s-1")
    closed = api_without("gu", "Who we are")
    answer = closed.post("in", data, "demo")
    page, words = Page(answer.get_data(as_text=True)), translator(example, "gu-IN", "IN")
    assert (answer.status_code, page.lang) == (422, "gu-IN")
    assert [target for target, _ in page.summary] == ["#f-closed"] and "f-closed" in page.ids
    said = page.texts["f-closed"]
    assert words.gettext(CLOSED) in said and words.gettext(CLOSED_CONTACT, email="hello@in.karvan.example") in said
    assert ("mailto:hello@in.karvan.example", "hello@in.karvan.example") in page.links
    assert closed.leads() == []
    kept = page.sent()
    assert kept.items() >= data.items()
    assert kept["notice"] == data["notice"] and kept["consent_news_email"] == "yes" and kept["message"] == "Namaste"
    assert not page.boxes() and "notice" not in [v for k, v in page.attributes if k == "section.class"]
    # Mended, the same page is taken as it is.
    forget_catalogs()
    assert api.post("in", kept, "demo").status_code == 303
    assert api.lead().name == "આશા"


def test_a_program_is_told_in_the_one_shape(api_without: Callable[[str, str], Api], api: Api) -> None:
    data = api.filled("in", "gu-IN")
    answer = api_without("gu", "Who we are").post_json("in", data)
    assert answer.status_code == 422
    (error,) = answer.get_json()["errors"]
    assert (error["field"], error["code"]) == ("", "form_closed") and "hello@in.karvan.example" in error["message"]


def test_the_same_form_is_open_in_other_languages(api_without: Callable[[str, str], Api]) -> None:
    closed = api_without("gu", "Who we are")
    assert closed.taken("in", "mr-IN").locale == "mr-IN"
    assert closed.taken("in", "en-IN").locale == "en-IN"


def test_what_only_visitors_from_elsewhere_are_told_closes_the_form_for_them(api_without: Callable[[str, str], Api]) -> None:
    closed = api_without("gu", "GDPR")
    answer = closed.post("in", closed.filled("in", "gu-IN", country="DE"))
    assert answer.status_code == 422 and "f-closed" in Page(answer.get_data(as_text=True)).ids
    assert closed.taken("in", "gu-IN", country="IN").residence == "IN"


def test_no_notice_of_a_closed_form_is_published(api_without: Callable[[str, str], Api]) -> None:
    from forms_api.store.engine import reading
    from forms_api.store.schema import notices

    closed = api_without("gu", "Who we are")
    with reading(closed.kit.engine) as connection:
        rows = connection.execute(notices.select()).mappings().all()
    assert {r["locale"] for r in rows if r["market"] == "in"} == {"en-IN", "mr-IN", "bn-IN"}
