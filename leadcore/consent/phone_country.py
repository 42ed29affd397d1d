"""From a phone number to the country it belongs to, by the numbering plan ITU-T E.164.

Only the international form (`+CC` or `00CC`) tells a country. Shared codes are told apart where the plan allows:
`+1` by area code, `+7` by the next digit. What the digits cannot tell stays untold.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_CODES = """
1:US/CA 7:RU/KZ 20:EG 27:ZA 30:GR 31:NL 32:BE 33:FR 34:ES 36:HU 39:IT/VA 40:RO 41:CH 43:AT
44:GB/GG/IM/JE 45:DK 46:SE 47:NO/SJ 48:PL 49:DE 51:PE 52:MX 53:CU 54:AR 55:BR 56:CL 57:CO 58:VE 60:MY
61:AU/CC/CX 62:ID 63:PH 64:NZ 65:SG 66:TH 81:JP 82:KR 84:VN 86:CN 90:TR 91:IN 92:PK 93:AF 94:LK 95:MM
98:IR 211:SS 212:MA/EH 213:DZ 216:TN 218:LY 220:GM 221:SN 222:MR 223:ML 224:GN 225:CI 226:BF 227:NE
228:TG 229:BJ 230:MU 231:LR 232:SL 233:GH 234:NG 235:TD 236:CF 237:CM 238:CV 239:ST 240:GQ 241:GA 242:CG
243:CD 244:AO 245:GW 246:IO 247:AC 248:SC 249:SD 250:RW 251:ET 252:SO 253:DJ 254:KE 255:TZ 256:UG 257:BI
258:MZ 260:ZM 261:MG 262:RE/YT 263:ZW 264:NA 265:MW 266:LS 267:BW 268:SZ 269:KM 290:SH/TA 291:ER 297:AW
298:FO 299:GL 350:GI 351:PT 352:LU 353:IE 354:IS 355:AL 356:MT 357:CY 358:FI/AX 359:BG 370:LT 371:LV
372:EE 373:MD 374:AM 375:BY 376:AD 377:MC 378:SM 380:UA 381:RS 382:ME 383:XK 385:HR 386:SI 387:BA 389:MK
420:CZ 421:SK 423:LI 500:FK 501:BZ 502:GT 503:SV 504:HN 505:NI 506:CR 507:PA 508:PM 509:HT 590:GP/BL/MF
591:BO 592:GY 593:EC 594:GF 595:PY 596:MQ 597:SR 598:UY 599:CW/BQ 670:TL 672:NF 673:BN 674:NR 675:PG
676:TO 677:SB 678:VU 679:FJ 680:PW 681:WF 682:CK 683:NU 685:WS 686:KI 687:NC 688:TV 689:PF 690:TK 691:FM
692:MH 850:KP 852:HK 853:MO 855:KH 856:LA 880:BD 886:TW 960:MV 961:LB 962:JO 963:SY 964:IQ 965:KW 966:SA
967:YE 968:OM 970:PS 971:AE 972:IL 973:BH 974:QA 975:BT 976:MN 977:NP 992:TJ 993:TM 994:AZ 995:GE 996:KG
998:UZ
"""

_CANADA = """
204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 387 403 416 418 428 431 437 438 450 460 468 474 506
514 519 537 548 568 579 581 584 587 600 604 613 622 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867
873 879 902 905 942
"""

_ISLANDS = """
242:BS 246:BB 264:AI 268:AG 284:VG 345:KY 441:BM 473:GD 649:TC 658:JM 664:MS 721:SX 758:LC 767:DM 784:VC 809:DO
829:DO 849:DO 868:TT 869:KN 876:JM
"""
# Puerto Rico, Guam and the other territories (340 670 671 684 787 939) stay with the US: its federal law binds there.

_NOWHERE = frozenset({"500", "521", "522", "533", "544", "566", "577", "588", "700", "710"}) | frozenset(
    {"800", "833", "844", "855", "866", "877", "888", "900"}
)
# Personal, toll-free and premium area codes of +1 belong to no country.


@cache
def _regions_by_code() -> dict[str, tuple[str, ...]]:
    return {code: tuple(regions.split("/")) for code, _, regions in (row.partition(":") for row in _CODES.split())}


@cache
def _area_codes() -> dict[str, str]:
    areas = dict.fromkeys(_CANADA.split(), "CA")
    return areas | dict(row.split(":") for row in _ISLANDS.split())


def _digits(number: str) -> str:
    """The digits after the international prefix, in ASCII; empty where the number has none."""
    text = unicodedata.normalize("NFKC", number).strip().removeprefix("tel:").replace("(0)", "")
    text = re.sub(r"^[\s(\u200e\u200f\u202a-\u202e\u2066-\u2069]+", "", text)
    if text.startswith("+"):
        rest = text[1:]
    elif text.startswith("00"):
        rest = text[2:]
    else:
        return ""
    return "".join(str(unicodedata.digit(c)) for c in rest if c.isdigit())


def phone_country(number: str, residence: str = "") -> str:
    """The ISO 3166-1 country of a number, or "" where it tells none.

    Where a code is shared and the digits cannot say whose the number is, a residence that uses the code leaves
    the answer empty; otherwise the code's main country is given, so that no rule is missed.
    """
    digits = _digits(number)
    table = _regions_by_code()
    code = next((digits[:n] for n in (1, 2, 3) if digits[:n] in table), "")
    if not code:
        return ""
    regions = table[code]
    if code == "1":
        area = digits[1:4]
        if len(area) == 3 and area not in _NOWHERE:
            return _area_codes().get(area, "US")
        regions = ("US", "CA", *_area_codes().values())
    elif code == "7" and len(digits) > 1:
        return "KZ" if digits[1] in "67" else "RU"
    if len(set(regions)) > 1 and residence in regions:
        return ""
    return regions[0]
