"""Addresses in the plain text of a notice become links; everything else stays as it is, escaped."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from leadcore.rendering.autolinks import linked

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"


def a(address: str, href: str = "") -> str:
    return f'<a href="{href or address}"><bdi dir="ltr">{address}</bdi></a>'


MAIL = a("privacy@example.com", "mailto:privacy@example.com")
PAGE = a("https://example.com/privacy/")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Write to privacy@example.com.", f"Write to {MAIL}."),
        ("privacy@example.com পর্যন্ত", f"{MAIL} পর্যন্ত"),
        ("privacy@example.com-এর মতো", f"{MAIL}-এর মতো"),
        ("Officer, privacy@example.com।", f"Officer, {MAIL}।"),
        ("Here: https://example.com/privacy/", f"Here: {PAGE}"),
        ("Here: https://example.com/privacy/.", f"Here: {PAGE}."),
        ("(https://example.com/privacy/)", f"({PAGE})"),
        ("https://example.com/privacy/، و", f"{PAGE}، و"),
        ("見る：https://example.com/privacy/。", f"見る：{PAGE}。"),
        ("詳しくはhttps://example.com/privacy/をご覧ください", f"詳しくは{PAGE}をご覧ください"),
        ("见https://example.com/privacy/（英文）", f"见{PAGE}（英文）"),
        ("https://example.com/privacy/에서", f"{PAGE}에서"),
        ("見る：https://例え.jp/案内。", f"見る：{a('https://例え.jp/案内')}。"),
        ("privacy@example.comまで", f"{MAIL}まで"),
        ("“https://example.com/privacy/”?", f"“{PAGE}”?"),
        ("https://example.com/a_(b)", a("https://example.com/a_(b)")),
        ("https://example.com/?a=1&b=2", '<a href="https://example.com/?a=1&amp;b=2"><bdi dir="ltr">https://example.com/?a=1&amp;b=2</bdi></a>'),
        (f"هنا: {LRI}https://example.com/privacy/{PDI} ولا", f"هنا: {PAGE} ولا"),
        (f"إلى {LRI}privacy@example.com{PDI}.", f"إلى {MAIL}."),
        (f"{FSI}Officer, privacy@example.com{PDI}", f"{FSI}Officer, {MAIL}{PDI}"),
        (f"{FSI}privacy@example.com{PDI}", MAIL),
        ("privacy@example.com or https://example.com/privacy/", f"{MAIL} or {PAGE}"),
        ("a@b, c @ d.example, http://, javascript:x", "a@b, c @ d.example, http://, javascript:x"),
        ("<b>&</b>", "&lt;b&gt;&amp;&lt;/b&gt;"),
        ('https://example.com/"onclick="x', a("https://example.com/") + "&#34;onclick=&#34;x"),
        ("", ""),
    ],
)
def test_addresses_are_linked_and_the_rest_is_escaped(text: str, html: str) -> None:
    found = linked(text)
    assert isinstance(found, Markup)
    assert found == html
