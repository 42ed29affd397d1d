"""Mail providers that people of each market use, and the one that a slip of the keys in an address most likely meant.

A guess is only ever shown as a question: a domain that looks like a slip may be somebody's own.
"""

from __future__ import annotations

_EVERYWHERE = ("gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com")
#: Providers by ISO 3166-1 country, besides those used everywhere.
_LOCAL: dict[str, tuple[str, ...]] = {
    "AE": ("eim.ae", "live.com"),
    "BD": ("yahoo.co.uk", "live.com"),
    "BR": ("uol.com.br", "bol.com.br", "terra.com.br", "yahoo.com.br", "hotmail.com.br"),
    "CA": ("videotron.ca", "sympatico.ca", "rogers.com", "yahoo.ca", "hotmail.ca", "shaw.ca", "bell.net"),
    "CN": ("qq.com", "163.com", "126.com", "foxmail.com", "sina.com", "aliyun.com"),
    "DE": ("gmx.de", "web.de", "t-online.de", "freenet.de", "googlemail.com", "posteo.de", "mailbox.org", "yahoo.de", "hotmail.de"),
    "IL": ("walla.co.il", "bezeqint.net", "netvision.net.il", "zahav.net.il"),
    "IN": ("rediffmail.com", "yahoo.co.in", "yahoo.in", "zohomail.in"),
    "JP": ("yahoo.co.jp", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "outlook.jp"),
    "KZ": ("mail.ru", "yandex.kz", "yandex.ru", "inbox.ru", "list.ru", "bk.ru"),
    "US": ("aol.com", "comcast.net", "verizon.net", "sbcglobal.net"),
    "UZ": ("mail.ru", "umail.uz", "inbox.uz", "yandex.ru", "inbox.ru"),
}
#: Further providers that exist, so that none of them is taken for a slip of another.
_OTHERS = frozenset(
    {"ymail.com", "rocketmail.com", "mail.com", "email.com", "gmx.com", "gmx.net", "gmx.at", "gmx.ch", "me.com", "mac.com", "aim.com",
     "live.de", "live.ca", "live.com.br", "live.cn", "live.jp", "msn.com", "proton.me", "protonmail.com", "zoho.com", "zoho.in", "hey.com",
     "fastmail.com", "ya.ru", "mail.kz", "mail.uz", "yeah.net", "sina.cn", "139.com", "189.cn", "ig.com.br", "outlook.de", "outlook.in",
     "hotmail.co.jp", "hotmail.co.uk", "hotmail.co.il", "yahoo.fr", "yahoo.es", "yahoo.it", "ymail.ne.jp", "i.softbank.jp", "au.com"}
)  # fmt: skip
_KNOWN = _OTHERS.union(_EVERYWHERE, *_LOCAL.values())
#: A shorter name is too near to others for a letter in it to be a slip: `qa.com` is no `qq.com`.
_SHORTEST = 5


def providers_of(country: str) -> tuple[str, ...]:
    """The domains that most addresses of a country end in."""
    return (*_EVERYWHERE, *_LOCAL.get(country, ()))


def anchor_of(domain: str) -> str:
    """The id of the question on the thank-you page whether the address ends in this domain; no value of the visitor's own."""
    return f"mean-{domain}"


def meant_domain(address: str, country: str) -> str:
    """The provider whose domain differs by one slip from the address's own; empty where none does, or where it exists itself."""
    domain = address.rpartition("@")[2].lower()
    if not domain or domain in _KNOWN:
        return ""
    return next((one for one in providers_of(country) if _is_slip(domain, one)), "")


def _is_slip(typed: str, meant: str) -> bool:
    """One letter too many, missing, other or swapped with its neighbour; in short names only after the first dot."""
    name, _, rest = meant.partition(".")
    if len(name) < _SHORTEST:
        typed_name, _, typed_rest = typed.partition(".")
        return typed_name == name and _one_apart(typed_rest, rest)
    return _one_apart(typed, meant)


def _one_apart(first: str, second: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours makes one text of the other."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    a, b = first[start:], second[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
