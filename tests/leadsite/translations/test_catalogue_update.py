"""Update: translations are kept, changes are marked, what is gone moves away and comes back."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from leadcore.model.project import Project
from leadcore.problems import ProjectProblems
from leadcore.reading import read_project
from leadsite.translations.extract import write_templates
from leadsite.translations.pofiles import catalogue_tag, catalogue_text, new_catalogue, read_catalogue
from leadsite.translations.update import merge, shipped_catalogue, update_catalogues


def template(*messages: str | tuple[str, str]) -> Catalog:
    made = Catalog()
    for number, message in enumerate(messages, 1):
        made.add(message, locations=[("a.py", number)])
    return made


def stored(catalog: Catalog, root: Path, tag: str) -> Catalog:
    """The catalogue as it comes back from its file."""
    path = root / f"{tag}.po"
    path.write_text(catalogue_text(catalog), encoding="utf-8")
    return read_catalogue(root, path, tag)


def project_in(root: Path) -> Project:
    write_templates(root)
    project, problems = read_project(root)
    assert project is not None and not problems
    return project


def test_a_translation_is_kept_and_a_new_message_gets_an_empty_entry(tmp_path: Path) -> None:
    catalog = new_catalogue("gu", "messages")
    catalog.add("Enter your name", "તમારું નામ લખો", user_comments=["Checked by Mira."])
    assert merge(catalog, template("Enter your name", "Something else entirely")) == 1
    catalog = stored(catalog, tmp_path, "gu")
    kept, new = catalog.get("Enter your name"), catalog.get("Something else entirely")
    assert kept is not None and kept.string == "તમારું નામ લખો" and not kept.fuzzy
    assert kept.user_comments == ["Checked by Mira."] and kept.locations == [("a.py", 1)]
    assert new is not None and new.string == "" and not new.fuzzy


def test_a_changed_message_keeps_its_translation_marked_fuzzy_with_the_text_before(tmp_path: Path) -> None:
    catalog = new_catalogue("de", "messages")
    catalog.add("Choose the country you live in", "Wählen Sie Ihr Land")
    merge(catalog, template("Choose the country where you live"))
    catalog = stored(catalog, tmp_path, "de")
    changed = catalog.get("Choose the country where you live")
    assert changed is not None and changed.fuzzy and changed.string == "Wählen Sie Ihr Land"
    assert changed.user_comments == ["before the change: Choose the country you live in"]
    assert not catalog.obsolete
    changed.flags.discard("fuzzy")
    merge(catalog, template("Choose the country where you live"))
    assert catalog["Choose the country where you live"].user_comments == []


def test_a_new_message_never_borrows_from_one_that_is_still_there() -> None:
    catalog = new_catalogue("de", "messages")
    catalog.add("Enter your name", "Geben Sie Ihren Namen ein")
    merge(catalog, template("Enter your name", "Enter your names"))
    assert not catalog["Enter your names"].string and not catalog["Enter your names"].fuzzy


def test_a_message_that_is_gone_moves_away_and_comes_back(tmp_path: Path) -> None:
    catalog = new_catalogue("ar", "messages")
    catalog.add("Send", "أرسلوا")
    catalog.add(("{n} day", "{n} days"), ("لا يوم", "يوم", "يومان", "{n} أيام", "{n} يومًا", "{n} يوم"))
    merge(catalog, template("Quite another text"))
    catalog = stored(catalog, tmp_path, "ar")
    assert set(catalog.obsolete) == {"Send", "{n} day"} and catalog.get("Send") is None
    merge(catalog, template("Quite another text", "Send", ("{n} day", "{n} days")))
    catalog = stored(catalog, tmp_path, "ar")
    assert catalog["Send"].string == "أرسلوا" and not catalog.obsolete
    assert len(catalog["{n} day"].string or ()) == 6 and not catalog["{n} day"].fuzzy


def test_a_doubtful_translation_does_not_come_back_as_a_good_one(tmp_path: Path) -> None:
    catalog = new_catalogue("de", "messages")
    catalog.add("Send", "Vielleicht", flags=["fuzzy"])
    merge(catalog, template("Quite another text"))
    assert not stored(catalog, tmp_path, "de").obsolete


def test_updating_twice_writes_once(small: Path) -> None:
    project = project_in(small)
    first, second = update_catalogues(project), update_catalogues(project)
    assert {row.path for row in first} == {f"locales/ar/LC_MESSAGES/{d}.po" for d in ("messages", "wtforms")}
    assert all(row.changed for row in first)
    assert not any(row.changed or row.added for row in second)


def test_an_update_keeps_what_the_project_has_translated(small: Path) -> None:
    path = small / "locales" / "ar" / "LC_MESSAGES" / "messages.po"
    before = {m.id: m.string for m in read_catalogue(small, path, "ar") if m.id and m.string}
    update_catalogues(project_in(small))
    after = read_catalogue(small, path, "ar")
    everything = {m.id: m.string for m in [*after, *after.obsolete.values()]}
    assert before and all(everything.get(i) == s for i, s in before.items())


def test_the_source_language_gets_no_catalogue(small: Path) -> None:
    update_catalogues(project_in(small))
    assert not (small / "locales" / "en").exists()


def test_a_new_wtforms_catalogue_starts_with_what_wtforms_ships_but_not_with_its_fuzzy_texts(small: Path) -> None:
    update_catalogues(project_in(small))
    made = read_catalogue(small, small / "locales" / "ar" / "LC_MESSAGES" / "wtforms.po", "ar")
    shipped = shipped_catalogue("ar")
    assert shipped is not None
    assert made["This field is required."].string == shipped["This field is required."].string != ""
    for message in shipped:
        if message.id and message.fuzzy and (mine := made.get(message.id)) is not None:
            assert not any(mine.string or ()), f"{message.id} was taken although it is fuzzy"


@pytest.mark.parametrize(("tag", "language"), [("de", "de"), ("cs", "cs"), ("zh-Hant", "zh_TW"), ("zh", "zh"), ("uz", None), ("gu", None)])
def test_shipped_translations_are_found_in_the_tags_own_script(tag: str, language: str | None) -> None:
    found = shipped_catalogue(tag)
    if language is None:
        assert found is None
        return
    assert found is not None
    if tag.startswith("zh"):
        text = str(found["This field is required."].string)
        assert ("該" in text or "這" in text or "欄" in text) == (language == "zh_TW"), text


@pytest.mark.parametrize(
    ("locale", "tag"), [("gu-IN", "gu"), ("de", "de"), ("zh-Hant-TW", "zh-Hant"), ("uz-Latn", "uz-Latn"), ("es-419", "es")]
)
def test_a_catalogue_serves_a_language_in_all_its_regions(locale: str, tag: str) -> None:
    assert catalogue_tag(locale) == tag


def test_a_broken_catalogue_stops_the_update_before_anything_is_written(small: Path) -> None:
    path = small / "locales" / "ar" / "LC_MESSAGES" / "messages.po"
    broken = path.read_text(encoding="utf-8") + '\nmsgid "one"\nmsgstr "unterminated\n'
    project = project_in(small)
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(ProjectProblems) as caught:
        update_catalogues(project)
    assert [(p.code, p.place.line) for p in caught.value.problems] == [("P009", broken.count("\n"))]
    assert path.read_text(encoding="utf-8") == broken
    assert not path.with_name("wtforms.po").exists()


def test_without_a_message_list_the_update_says_how_to_make_one(small: Path) -> None:
    project = project_in(small)
    (small / "locales" / "messages.pot").unlink()
    with pytest.raises(ProjectProblems) as caught:
        update_catalogues(project)
    assert caught.value.problems[0].code == "P001" and "translations extract" in caught.value.problems[0].fix


def test_the_plural_forms_of_arabic_stand_in_the_order_of_cldr(tmp_path: Path) -> None:
    catalog = stored(new_catalogue("ar", "messages"), tmp_path, "ar")
    rule = gettext.c2py(catalog.plural_expr)
    names = ("zero", "one", "two", "few", "many", "other")
    assert catalog.num_plurals == 6
    assert all(names[rule(n)] == catalog.locale.plural_form(n) for n in range(1000))


def test_what_other_tools_write_in_the_header_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "de.po"
    header = '# Team notes.\nmsgid ""\nmsgstr ""\n"Language: de\\n"\n"Last-Translator: Mira <mira@example.com>\\n"\n"PO-Revision-Date: 2026-01-02 03:04+0000\\n"\n'
    path.write_text(header + '\n#| msgid "Old"\nmsgid "New"\nmsgstr "Neu"\n', encoding="utf-8")
    text = catalogue_text(read_catalogue(tmp_path, path, "de"))
    assert text.startswith("# Team notes.\n")
    assert "Last-Translator: Mira <mira@example.com>" in text and "PO-Revision-Date: 2026-01-02 03:04+0000" in text
    assert '| msgid' not in text
