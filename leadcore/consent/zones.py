"""The time zone (IANA) in which a country's hours are counted when only the country is known.

Countries with several zones give their most populous one, or the sub-region's where that is known.
"""

from __future__ import annotations

from functools import cache

_COUNTRIES = """
AE:Asia/Dubai AR:America/Argentina/Buenos_Aires AT:Europe/Vienna AU:Australia/Sydney BD:Asia/Dhaka
BE:Europe/Brussels BG:Europe/Sofia BR:America/Sao_Paulo CA:America/Toronto CH:Europe/Zurich CL:America/Santiago
CN:Asia/Shanghai CO:America/Bogota CY:Asia/Nicosia CZ:Europe/Prague DE:Europe/Berlin DK:Europe/Copenhagen
EE:Europe/Tallinn EG:Africa/Cairo ES:Europe/Madrid EU:Europe/Brussels FI:Europe/Helsinki FR:Europe/Paris
GB:Europe/London GR:Europe/Athens HK:Asia/Hong_Kong HR:Europe/Zagreb HU:Europe/Budapest ID:Asia/Jakarta
IE:Europe/Dublin IL:Asia/Jerusalem IN:Asia/Kolkata IS:Atlantic/Reykjavik IT:Europe/Rome JP:Asia/Tokyo
KE:Africa/Nairobi KR:Asia/Seoul KZ:Asia/Almaty LI:Europe/Vaduz LK:Asia/Colombo LT:Europe/Vilnius
LU:Europe/Luxembourg LV:Europe/Riga MT:Europe/Malta MX:America/Mexico_City MY:Asia/Kuala_Lumpur NG:Africa/Lagos
NL:Europe/Amsterdam NO:Europe/Oslo NP:Asia/Kathmandu NZ:Pacific/Auckland PH:Asia/Manila PK:Asia/Karachi
PL:Europe/Warsaw PT:Europe/Lisbon RO:Europe/Bucharest RU:Europe/Moscow SA:Asia/Riyadh SE:Europe/Stockholm
SG:Asia/Singapore SI:Europe/Ljubljana SK:Europe/Bratislava TH:Asia/Bangkok TR:Europe/Istanbul TW:Asia/Taipei
US:America/New_York UZ:Asia/Tashkent VN:Asia/Ho_Chi_Minh ZA:Africa/Johannesburg
"""

_REGIONS = """
US-AL:America/Chicago US-AR:America/Chicago US-IA:America/Chicago US-IL:America/Chicago US-KS:America/Chicago
US-LA:America/Chicago US-MN:America/Chicago US-MO:America/Chicago US-MS:America/Chicago US-ND:America/Chicago
US-NE:America/Chicago US-OK:America/Chicago US-SD:America/Chicago US-TN:America/Chicago US-TX:America/Chicago
US-WI:America/Chicago US-CO:America/Denver US-ID:America/Denver US-MT:America/Denver US-NM:America/Denver
US-UT:America/Denver US-WY:America/Denver US-AZ:America/Phoenix US-CA:America/Los_Angeles
US-NV:America/Los_Angeles US-OR:America/Los_Angeles US-WA:America/Los_Angeles US-AK:America/Anchorage
US-HI:Pacific/Honolulu CA-AB:America/Edmonton CA-BC:America/Vancouver CA-MB:America/Winnipeg
CA-NB:America/Halifax CA-NL:America/St_Johns CA-NS:America/Halifax CA-PE:America/Halifax CA-SK:America/Regina
AU-WA:Australia/Perth AU-QLD:Australia/Brisbane AU-SA:Australia/Adelaide AU-NT:Australia/Darwin
"""


@cache
def _zones() -> dict[str, str]:
    return dict(row.split(":") for row in (_COUNTRIES + _REGIONS).split())


def zone_of(country: str, region: str = "") -> str:
    """The zone of a country or of its sub-region; `UTC` for a country without facts."""
    place = country.strip().upper()
    part = region.strip().upper().removeprefix(f"{place}-")
    return _zones().get(f"{place}-{part}") or _zones().get(place) or _zones().get(place.split("-")[0], "UTC")
