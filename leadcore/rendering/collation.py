"""The order of names as a language sorts them: letters after its alphabet, Han by sound or strokes, kana by the fifty sounds.

Pure and small, for lists of a few hundred names. The orders are those of CLDR, checked against ICU where a test finds
one; Japanese names begin with their reading, which CLDR's order of characters does not know.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from leadcore.model.locales import fallback_chain

_LATIN = "a b c d e f g h i j k l m n o p q r s t u v w x y z"
_CYRILLIC = "а б в г д е ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я"


def _after(letters: str, **more: str) -> str:
    """An alphabet with letters put in after others."""
    return " ".join(f"{letter} {more[letter]}" if letter in more else letter for letter in letters.split())


#: Letters in order, parted by spaces, where the order is not that of the plain letters. What an alphabet does not name
#: sorts as the letter it is made from: é as e.
_ALPHABETS = {
    "ar": "ء آ ا ب ت ة ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ى ي",
    "az": "a b c ç d e ə f g ğ h x ı i j k q l m n o ö p r s ş t u ü v y z w",
    "bg": _CYRILLIC,
    "ca": _LATIN,
    "cs": _after(_LATIN, c="č", h="ch", r="ř", s="š", z="ž"),
    "da": _LATIN + " æ ø å",
    "es": _after(_LATIN, n="ñ"),
    "et": "a b c d e f g h i j k l m n o p q r s š z ž t u v w õ ä ö ü x y",
    "fa": "آ ا ء ب پ ت ث ج چ ح خ د ذ ر ز ژ س ش ص ض ط ظ ع غ ف ق ک گ ل م ن و ه ی",
    "fi": _LATIN + " å ä ö",
    "fil": _after(_LATIN, n="ñ ng"),
    "hr": "a b c č ć d dž đ e f g h i j k l lj m n nj o p q r s š t u v w x y z ž",
    "hu": "a b c cs d dz dzs e f g gy h i j k l ly m n ny o ö p q r s sz t ty u ü v w x y z zs",
    "is": "a á b c d đ ð e é f g h i í j k l m n o ó p q r s t u ú v w x y ý z þ æ ö å",
    "kk": "а ә б в г ғ д е ё ж з и й к қ л м н ң о ө п р с т у ұ ү ф х һ ц ч ш щ ъ ы і ь э ю я",
    "lt": "a b c č d e f g h i y j k l m n o p q r s š t u v w x z ž",
    "lv": "a ā b c č d e ē f g ģ h i ī y j k ķ l ļ m n ņ o ō p q r s š t u ū v w x z ž",
    "nb": _LATIN + " æ ø å",
    "nn": _LATIN + " æ ø å",
    "no": _LATIN + " æ ø å",
    "pl": _after(_LATIN, a="ą", c="ć", e="ę", l="ł", n="ń", o="ó", s="ś", z="ź ż"),
    "ro": _after(_LATIN, a="ă â", i="î", s="ș", t="ț"),
    "ru": _CYRILLIC,
    "sk": _after(_LATIN, a="ä", c="č", h="ch", o="ô", s="š", z="ž"),
    "sl": _after(_LATIN, c="č ć", d="đ", s="š", z="ž"),
    "sr": "а б в г д ђ е ж з и ј к л љ м н њ о п р с т ћ у ф х ц ч џ ш",
    "sv": _LATIN + " å ä ö",
    "tr": "a b c ç d e f g ğ h ı i j k l m n o ö p q r s ş t u ü v w x y z",
    "uk": "а б в г ґ д е є ж з и і ї й к л м н о п р с т у ф х ц ч ш щ ь ю я",
    "uz": _LATIN + " oʻ gʻ sh ch",
    "vi": "a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z",
    # The characters of the names of countries, after their Mandarin sound and after their strokes.
    "zh": " ".join(
        "阿埃爱安昂奥澳巴白百拜班保堡北贝本比别宾冰波玻伯博不布埔部朝赤茨达大代丹旦诞岛道得德地登迪帝蒂典甸丁东都度敦顿多俄厄恩尔耳伐法梵非菲斐芬夫佛福富干冈刚港哥格各根"
        "共古瓜关圭国果哈海韩汗合和荷赫黑洪基及吉极几济加柬疆角捷金津京喀卡开凯科克肯库拉腊来莱兰朗劳老勒黎里力立利联列林陵领留隆卢鲁路律伦罗洛马买麦曼毛美门蒙孟米秘密缅"
        "摩莫墨慕拿那纳南瑙内嫩尼宁纽努挪诺帕蓬皮坡泊葡浦普其奇乔求酋区群日瑞撒萨塞桑色森沙山绍舌圣时士属斯苏所索他塔台泰坦汤唐陶萄特提廷突图土托脱陀瓦外湾宛汪旺危威韦维"
        "委文汶挝沃乌西希鲜香小新行匈叙牙亚延扬洋也伊以意印英屿约越赞泽乍寨长政支直治智中洲兹"
    ),
    "zh-Hant": " ".join(
        "丁三千土士大子小山干不中丹內公厄及夫巴支文日比牙他以加北卡古台史外尼布旦本札瓜瓦甘白皮立伊伐共冰列匈印各合吉吐圭地多安尖托汗百米耳自色行衣西伯克別利宏希廷杜汶沃"
        "沙甸角貝赤辛那里亞京來其典和坡坦垂奈委孟宛尚岡岸帛拉旺明東林果治泊法波直肯芬金門阿陀非俄保南哈奎威帝度律拜政查柬洋洛洲玻科突約美英茅迦香倫剛哥哲唐埃埔夏島席庫息"
        "拿挪時朗根格泰海烏特班琉留秘納紐索茲馬勒區國基密捷敘曼梵紹脫荷莫部都陵陶麥勞喀喬堡富幾彭敦斐斯普智棉森港然登菲萄萊象買越開隆塔塞奧愛新極獅瑞瑟萬群義聖葉葛葡蒂道"
        "達頓圖嫩寨爾福維與蒙蒲蓋賓赫領寮德慕摩撒模緬誕魯黎墨澤澳盧諾賴嶼濟聯賽韓薩羅臘關蘇屬蘭露靈灣"
    ),
}
_ALPHABETS |= {"zh-TW": _ALPHABETS["zh-Hant"], "zh-HK": _ALPHABETS["zh-Hant"]}

#: Letters of other alphabets as two plain ones, where an alphabet does not have them.
_JOINED = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ə": "e"}
#: Thai vowels that are written before the consonant they follow.
_THAI = re.compile("([เ-ไ])([ก-ฮ])")

#: How names of countries that begin with Han characters are read.
_READINGS = {
    "中華": "チュウカ", "中央": "チュウオウ", "中国": "チュウゴク", "仏領": "フツリョウ", "北": "キタ", "南極": "ナンキョク", "南": "ミナミ",
    "台湾": "タイワン", "合衆国": "ガッシュウコク", "日本": "ニホン", "東": "ヒガシ", "米領": "ベイリョウ", "英領": "エイリョウ",
    "西": "ニシ", "赤道": "セキドウ", "韓国": "カンコク", "朝鮮": "チョウセン",
}  # fmt: skip
_SMALL_KANA = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
_VOWELS = {kana: "アイウエオ"[place] for row in ("アイウエオ", "カキクケコ", "サシスセソ", "タチツテト", "ナニヌネノ", "ハヒフヘホ", "マミムメモ", "ラリルレロ") for place, kana in enumerate(row)}
_VOWELS |= {"ヤ": "ア", "ユ": "ウ", "ヨ": "オ", "ワ": "ア"}

Key = tuple[tuple[tuple[int, int], ...], str]


@lru_cache(maxsize=64)
def sort_key(tag: str) -> Callable[[str], Key]:
    """A key for `sorted` that puts names in the order of a locale's language (BCP 47)."""
    language = tag.split("-")[0]
    letters = next((_ALPHABETS[t] for t in fallback_chain(tag) if t in _ALPHABETS), "").split()
    ranks = {letter: place for place, letter in enumerate(letters)}
    longest = max(map(len, letters), default=1)
    turkic = language in ("tr", "az")

    def key(name: str) -> Key:
        text = name.replace("I", "ı").replace("İ", "i") if turkic else name
        text = unicodedata.normalize("NFC", _read_aloud(text) if language == "ja" else text.casefold())
        text = _THAI.sub(r"\2\1", text) if language == "th" else text
        found: list[tuple[int, int]] = []
        place = 0
        while place < len(text):
            for size in range(min(longest, len(text) - place), 0, -1):
                if (rank := ranks.get(text[place : place + size])) is not None:
                    found.append((1, rank))
                    break
            else:
                size = 1
                found += _plain(text[place], ranks)
            place += size
        return tuple(found), text

    return key


def _plain(sign: str, ranks: dict[str, int]) -> list[tuple[int, int]]:
    """A sign that the alphabet does not name, by the letters it is made from: marks left out, points before digits before letters."""
    base, *marks = list(unicodedata.normalize("NFKD", _JOINED.get(sign, sign)))
    for mark in marks:
        if (rank := ranks.get(unicodedata.normalize("NFC", base + mark))) is not None:
            return [(1, rank)]
    # Signs of vowels, which combine in class 0, and the virama are letters of Indic scripts; all other marks are accents.
    kept = [c for c in (base, *marks) if unicodedata.combining(c) in (0, 9)]
    return [(1, ranks[c]) if c in ranks else (2 if unicodedata.category(c)[0] in "LM" else 0, ord(c)) for c in kept]


def _read_aloud(name: str) -> str:
    """A Japanese name in large kana without marks, as the fifty sounds sort it."""
    for characters, reading in _READINGS.items():
        name = name.replace(characters, reading)
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if c not in "\u3099\u309a・").translate(_SMALL_KANA)
    found = ""
    for kana in plain:
        found += _VOWELS.get(found[-1], found[-1]) if kana == "ー" and found else kana
    return found
