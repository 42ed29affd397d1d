"""Names in the order of the language."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from babel import Locale

from leadcore.model.locales import as_written, known_territories
from leadcore.rendering.collation import sort_key

#: Locales whose names of countries stand exactly as ICU's collator puts them.
AS_ICU = [
    "ar", "az", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "fi", "fil", "fr-CA", "he", "hr", "hu", "is",
    "kk", "ko", "lv", "nb", "nl", "pl", "pt-BR", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk", "uz", "vi",
    "zh-Hans", "zh-Hant",
]  # fmt: skip


def names(tag: str) -> list[str]:
    known = Locale.parse(tag.replace("-", "_")).territories
    return [as_written(known.get(code, code), tag.split("-")[0]) for code in sorted(known_territories())]


@pytest.mark.parametrize(
    ("tag", "order"),
    [
        ("kk", ["Ауғанстан", "Әзербайжан", "Гайана", "Ғана", "Кения", "Қазақстан", "Уганда", "Ұлыбритания", "Фиджи", "Ыстамбұл", "Ірландия"]),
        ("sv", ["Angola", "Zambia", "Åland", "Österrike"]),
        ("de", ["Algerien", "Oman", "Österreich", "Zypern"]),
        ("es", ["Níger", "Ñandú", "Omán"]),
        ("uz", ["Turkiya", "Zambiya", "Oʻzbekiston", "Gʻana", "Shvetsiya", "Chad"]),
        ("tr", ["Cibuti", "Çad", "Irak", "İran", "Japonya"]),
        ("cs", ["Guyana", "Haiti", "Chile", "Island"]),
        ("vi", ["Áo", "Ấn Độ", "Bỉ", "Đan Mạch"]),
        ("ru", ["Ёлка", "Ель", "Йемен"]),
        ("zh-Hans", ["阿富汗", "澳大利亚", "德国", "美国", "日本", "中国"]),
        ("zh-TW", ["丹麥", "巴西", "日本", "加拿大", "法國"]),
        ("ja", ["アメリカ合衆国", "英領インド洋地域", "オーストラリア", "カナダ", "韓国", "中国", "ドイツ", "日本", "フランス", "南アフリカ"]),
        ("th", ["กัมพูชา", "เกาหลีใต้", "แคนาดา"]),
        ("gu", ["અંગોલા", "કેનેડા", "ભારત"]),
        ("xx", ["Côte", "Cote d", "Zed", "Ωmega"]),
    ],
)  # fmt: skip
def test_names_stand_as_the_language_sorts_them(tag: str, order: list[str]) -> None:
    backwards = order[::-1]
    assert sorted(backwards, key=sort_key(tag)) == order


def test_the_order_does_not_depend_on_how_the_letters_are_encoded() -> None:
    key = sort_key("sv")
    assert key("A\u030aland")[0] == key("Åland")[0]


@pytest.mark.parametrize("tag", AS_ICU)
def test_countries_stand_as_icu_sorts_them(tag: str) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node, which has ICU, is not installed (make test installs it where it may)")
    script = "const [t,n]=JSON.parse(require('fs').readFileSync(0));console.log(JSON.stringify(n.sort(new Intl.Collator(t).compare)))"
    done = subprocess.run([node, "-e", script], input=json.dumps([tag, names(tag)]), capture_output=True, text=True, check=True, timeout=60)
    assert sorted(names(tag), key=sort_key(tag)) == json.loads(done.stdout)
