"""How wide text is and where it breaks, without a font at hand.

Widths are those of Helvetica's metrics, widened a little so that other common sans-serif fonts fit as well; full-width
characters take one em. Text is cleaned first: controls, and marks that would turn the direction of what follows, go.
"""

import unicodedata
from functools import lru_cache

#: Families tried in turn: sans-serif of each system, then those with Chinese.
FAMILY = (
    "'Helvetica Neue', Arial, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', sans-serif"
)
#: Widths of U+0020 to U+007E in thousandths of an em (Adobe's metrics of Helvetica).
_ASCII = ["278", "278", "355", "556", "556", "889", "667", "191", "333", "333", "389", "584", "278", "333", "278", "278", "556", "556", "556", "556", "556", "556", "556", "556", "556", "556", "278", "278", "584", "584", "584", "556", "1015", "667", "667", "722", "722", "667", "611", "778", "722", "278", "500", "667", "556", "833", "722", "778", "667", "778", "722", "667", "611", "722", "667", "944", "667", "667", "611", "278", "278", "278", "469", "556", "333", "556", "556", "500", "556", "556", "278", "556", "556", "222", "222", "500", "222", "833", "556", "556", "556", "556", "333", "500", "278", "556", "500", "722", "500", "500", "500", "334", "260", "334", "584"]  # fmt: skip
_ROOM = 1.06
_BOLD = 1.07
#: Closing punctuation that may not begin a line, and opening punctuation that may not end one.
_NOT_FIRST = frozenset(
    ",.;:!?)]}%\uff0c\u3002\uff1b\uff1a\uff01\uff1f\uff09\u300b\u300d\u300f\u3011\u3001\u2026\u201d"
)
_NOT_LAST = frozenset("([{\uff08\u300a\u300c\u300e\u3010\u201c")


def cleaned(text: str) -> str:
    """Text that XML can hold and that stays in its place: controls become spaces, marks of direction are dropped."""
    kept = []
    for c in text:
        kind = unicodedata.category(c)
        if c in "\t\n\r" or kind in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif kind == "Cs" or (kind == "Cf" and c != "\u200d") or ord(c) & 0xFFFE == 0xFFFE:
            continue
        else:
            kept.append(c)
    return " ".join("".join(kept).split())


@lru_cache(maxsize=4096)
def _em(c: str) -> float:
    code = ord(c)
    if 0x20 <= code <= 0x7E:
        return int(_ASCII[code - 0x20]) / 1000 * _ROOM
    if unicodedata.category(c) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(c) in "WFA":
        return 1.0
    return 0.7


def width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line at a font size, in the same unit as the size; rather too wide than too narrow."""
    return sum(map(_em, text)) * size * (_BOLD if bold else 1)


def _pieces(text: str) -> list[str]:
    """Text cut where a line may break: after spaces, and around full-width characters."""
    pieces: list[str] = []
    for c in text:
        wide = unicodedata.east_asian_width(c) in "WF"
        joins = bool(pieces) and (
            c == " "
            or c in _NOT_FIRST
            or pieces[-1][-1] in _NOT_LAST
            or (
                not wide
                and pieces[-1][-1] != " "
                and unicodedata.east_asian_width(pieces[-1][-1]) not in "WF"
            )
            or unicodedata.category(c) in ("Mn", "Me", "Cf")
            or pieces[-1][-1] == "\u200d"
        )
        if joins:
            pieces[-1] += c
        else:
            pieces.append(c)
    return pieces


def shortened(text: str, room: float, size: float, bold: bool = False) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if width(text, size, bold) <= room:
        return text
    kept = text
    while kept and width(kept + "…", size, bold) > room:
        kept = kept[:-1]
    return kept.rstrip("\u200d ") + "…"


def wrapped(text: str, room: float, size: float, bold: bool = False, most: int = 3) -> list[str]:
    """The text in lines no wider than `room`, at most so many; what does not fit ends with an ellipsis."""
    lines = [""]
    for piece in _pieces(cleaned(text)):
        while width((lines[-1] + piece).rstrip(), size, bold) > room:
            if lines[-1]:
                lines.append("")
                continue
            cut = len(piece)
            while cut > 1 and width(piece[:cut], size, bold) > room:
                cut -= 1
            lines[-1], piece = piece[:cut], piece[cut:]
            lines.append("")
        lines[-1] += piece
    lines = [line.strip() for line in lines if line.strip()] or [""]
    if len(lines) > most:
        lines = [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), room, size, bold)]
    return lines
