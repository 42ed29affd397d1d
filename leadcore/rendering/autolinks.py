"""Addresses in plain text as links: what a notice says in words can be followed on the page.

The text itself stays as it is; only its HTML has links, each kept left to right.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

#: Letters of scripts that put no space after an address: an address that begins with a plain letter ends before them.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3000-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_URL = rf"https?://(?:[A-Za-z0-9][^\s<>\"\u2066-\u2069{_UNSPACED}]*|\w[^\s<>\"\u2066-\u2069]*)"
_EMAIL = r"[A-Za-z0-9][A-Za-z0-9._%+-]*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
#: An address with the isolate around it, which the element replaces, or alone. Compiled when a notice is first shown.
_ADDRESS = rf"[\u2066-\u2068](?P<apart>{_URL}|{_EMAIL})\u2069|(?P<bare>{_URL}|{_EMAIL})"
#: Ends of sentences and quotations, in the scripts that write them without a space before.
_TRAILING = ".,;:!?…'\"»«›‹“”‘’„،؛؟۔।॥。，；：！？、）」』】"


def linked(text: str) -> Markup:
    """The text as HTML, its web and e-mail addresses turned into links."""
    parts, end = [], 0
    for match in re.finditer(_ADDRESS, text):
        found = match["apart"] or match["bare"]
        address = _without_trailing(found)
        parts += [escape(text[end : match.start()]), _link(address), escape(found[len(address) :])]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def _without_trailing(address: str) -> str:
    """The address without the punctuation of the sentence around it; a bracket stays where it was opened within."""
    while address:
        last = address[-1]
        if last in _TRAILING or (last in ")]}" and address.count(last) > address.count({")": "(", "]": "[", "}": "{"}[last])):
            address = address[:-1]
        else:
            break
    return address


def _link(address: str) -> Markup:
    href = address if re.match(r"https?://", address) else f"mailto:{address}"
    return Markup('<a href="{}"><bdi dir="ltr">{}</bdi></a>').format(href, address)
