"""Lines of text for whoever draws them by himself: runs of one direction in the order in which they are seen.

The parts of the Unicode Bidirectional Algorithm (UAX #9) that a title needs: no embeddings, no brackets in pairs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_STRONG = frozenset({"L", "R", "AL"})
_NUMBERS = frozenset({"EN", "AN"})


def levels(text: str, rtl: bool) -> list[int]:
    """The embedding level of each character: odd ones are read from right to left. `rtl` is the direction of the line."""
    kinds = _weak([unicodedata.bidirectional(sign) or "L" for sign in text], rtl)
    base = 1 if rtl else 0
    kinds = _neutral(kinds, "R" if rtl else "L")
    found = []
    for kind in kinds:
        if base == 0:
            found.append({"R": 1, "EN": 2, "AN": 2}.get(kind, 0))
        else:
            found.append(1 if kind == "R" else 2)
    # White space at the end of a line goes with the line (L1).
    for index in range(len(text) - 1, -1, -1):
        if not text[index].isspace():
            break
        found[index] = base
    return found


def _weak(kinds: list[str], rtl: bool) -> list[str]:
    """Marks, numbers and what stands with them resolved (W1-W7)."""
    strong = "R" if rtl else "L"
    before, last = strong, strong
    for index, kind in enumerate(kinds):
        if kind == "NSM":  # W1
            kinds[index] = kind = before
        if kind == "EN" and last == "AL":  # W2
            kinds[index] = kind = "AN"
        if kind in _STRONG:
            last = kind
        before = kind
    for index, kind in enumerate(kinds):  # W4, W5
        near = (kinds[index - 1] if index else "", kinds[index + 1] if index + 1 < len(kinds) else "")
        if (kind == "CS" and near[0] == near[1] and near[0] in _NUMBERS) or (kind == "ES" and near == ("EN", "EN")):
            kinds[index] = near[0]
    for index, kind in enumerate(kinds):
        if kind == "ET":
            end = index
            while end < len(kinds) and kinds[end] == "ET":
                end += 1
            beside = index and kinds[index - 1] == "EN"
            if beside or (end < len(kinds) and kinds[end] == "EN"):
                kinds[index:end] = ["EN"] * (end - index)
    last = strong
    for index, kind in enumerate(kinds):  # W3, W7
        if kind in _STRONG:
            last = "R" if kind == "AL" else kind
            kinds[index] = last
        elif kind == "EN" and last == "L":
            kinds[index] = "L"
    return kinds


def _neutral(kinds: list[str], base: str) -> list[str]:
    """What has no direction of its own takes that on both sides of it, or the line's (N1, N2)."""
    index = 0
    while index < len(kinds):
        if kinds[index] in ("L", "R", "EN", "AN"):
            index += 1
            continue
        end = index
        while end < len(kinds) and kinds[end] not in ("L", "R", "EN", "AN"):
            end += 1
        sides = (_side(kinds[index - 1]) if index else base, _side(kinds[end]) if end < len(kinds) else base)
        kinds[index:end] = [sides[0] if sides[0] == sides[1] else base] * (end - index)
        index = end
    return kinds


def _side(kind: str) -> str:
    """Numbers count as right-to-left for what stands beside them."""
    return "L" if kind == "L" else "R"


def in_order_seen(depths: Sequence[int]) -> list[int]:
    """The numbers of runs of these levels, from left to right as they are seen (L2)."""
    order = list(range(len(depths)))
    for depth in range(max(depths, default=0), 0, -1):
        index = 0
        while index < len(order):
            end = index
            while end < len(order) and depths[order[end]] >= depth:
                end += 1
            if end > index:
                order[index:end] = reversed(order[index:end])
            index = max(end, index + 1)
    return order
