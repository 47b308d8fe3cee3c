"""How one value is spoiled: each function takes the clean value and a draw, and gives the value back where it cannot strike."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

from sandbox.province.identifiers import is_valid_credit_code, wrong_check
from sandbox.province.region_history import retired_counties
from sandbox.province.zones import region_names

Spelling = Callable[[object, int], object]

_FULL_WIDTH = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
_MOMENT = re.compile(r"\d{4}-?(\d{2})-?(\d{2})[T ]?(\d{2}):?(\d{2})(?::?\d{2})?", re.ASCII)
# Codes that government platforms made up for a zone of each prefecture; GB/T 2260 knows none of them.
_PSEUDO = {
    "3601": "360191", "3602": "360291", "3603": "360391", "3604": "360491", "3605": "360592", "3606": "360691",
    "3607": "360791", "3608": "360891", "3609": "360990", "3610": "361091", "3611": "361191",
}  # fmt: skip
_RETIRED = {new: old for new, (old, _) in retired_counties().items()}
_RETIRED_NEAR = {old[:4]: old for old in _RETIRED.values()}


def not_published(value: object, draw: int) -> object:
    """A figure that is withheld."""
    return ("-", "未公布", "N/A")[draw % 3]


def missing_kind(value: object, draw: int) -> object:
    """The further spellings of "missing": not installed, not measured, offline."""
    return ("*", "--", "")[draw % 3]


def html_in_value(value: object, draw: int) -> object:
    """A number copied with the mark-up of its web page."""
    if draw % 2:
        return f"<span class='value' title='原始值：{value}'>{value}</span>"
    return f"<font color='red'>{value}</font>"


def thousands_separator(value: object, draw: int) -> object:
    """1,234.5"""
    number = Decimal(str(value))
    return f"{number:,f}" if abs(number) >= 1000 else value


def text_in_number(value: object, draw: int) -> object:
    """A text where a number belongs, of which nobody can say what it means."""
    return (f"约{value}", "见附件", "同上", "1,2a3.5", "待定")[draw % 5]


def wrong_unit(value: object, draw: int) -> object:
    """The amount in 元 or 亿元 where 万元 belongs."""
    number = Decimal(str(value))
    if number == 0:
        return value
    slipped = number * 10_000 if draw % 2 else number / 10_000
    return float(slipped) if isinstance(value, (int, float)) else f"{slipped:f}"


def lower_case(value: object, draw: int) -> object:
    """The code in lower case."""
    return str(value).lower()


def full_width(value: object, draw: int) -> object:
    """The code in full-width digits and letters."""
    return str(value).translate(_FULL_WIDTH)


def wrong_check_digit(value: object, draw: int) -> object:
    """The code with a wrong last character."""
    code = str(value)
    return wrong_check(code) if is_valid_credit_code(code) else value


def emptied(value: object, draw: int) -> object:
    """Nothing."""
    return None


def capital_text(value: object, draw: int) -> object:
    """Registered capital, a number in 10,000 yuan, as registers print it with its unit."""
    amount = Decimal(str(value)).normalize()
    plain, grouped, yuan = f"{amount:f}", f"{amount:,f}", f"{amount * 10_000:f}"
    spellings = (
        f"{plain}万元人民币", f"{plain}万人民币", f"{plain}万元", f"{grouped}(万元人民币)", f"{plain}（万元）",
        f"{yuan}元", f"{yuan}元人民币", f"{plain} 万元", f"{plain}万元整", f"{grouped}万元", f"{plain}(万人民币)",
        f"{plain.translate(_FULL_WIDTH)}万元",
    )  # fmt: skip
    return spellings[draw % len(spellings)]


def sentinel_date(value: object, draw: int) -> object:
    """A day that stands for "never"."""
    return value if value else ("2099-12-31", "9999-12-31")[draw % 2]


def date_spelling(value: object, draw: int) -> object:
    """The same day, spelled otherwise."""
    known = _DAY.fullmatch(str(value))
    if known is None:
        return value
    year, month, day = known.groups()
    spellings = (
        f"{year}{month}{day}",
        f"{year}/{int(month)}/{int(day)}",
        f"{year}年{int(month)}月{int(day)}日",
        f"{year}-{month}-{day}",
    )
    chosen = [text for text in spellings if text != value]
    return chosen[draw % len(chosen)]


def yearless_time(value: object, draw: int) -> object:
    """04-01 08:00"""
    known = _MOMENT.fullmatch(str(value))
    return f"{known[1]}-{known[2]} {known[3]}:{known[4]}" if known else value


def half_width_brackets(value: object, draw: int) -> object:
    """The name with ASCII brackets."""
    return str(value).replace("（", "(").replace("）", ")")


def odd_spaces(value: object, draw: int) -> object:
    """The name with blanks at its ends that look like nothing."""
    return (f"\u3000{value}", f"{value}\u00a0", f"\u00a0{value}\u3000")[draw % 3]


def truncated_name(value: object, draw: int) -> object:
    """The name cut short by a screen."""
    name = str(value)
    return f"{name[: max(2, len(name) * 2 // 3)]}…" if len(name) > 3 else value


def mojibake(value: object, draw: int) -> object:
    """The name after it went through the wrong encoding."""
    name = str(value)
    kept = draw % max(1, len(name) // 2)
    return name[:kept] + ("锟斤拷" * max(1, (len(name) - kept) // 2) if draw % 3 else "\ufffd" * (len(name) - kept))


def standard_spelling(value: object, draw: int) -> object:
    """GB8978-1996 for GB 8978-1996 and the like."""
    text = str(value)
    spellings = (text.replace(" ", ""), text.lower(), text.replace("-", "—"), text.replace(" ", "\u3000"))
    return spellings[draw % len(spellings)]


def stale_region_code(value: object, draw: int) -> object:
    """The county's code of before its latest change, else a retired one of the same prefecture."""
    code = str(value)
    old = _RETIRED.get(code[:6]) or _RETIRED_NEAR.get(code[:4], code[:6])
    return old + code[6:]


def pseudo_region_code(value: object, draw: int) -> object:
    """A platform's own code for a zone of the same prefecture."""
    code = str(value)
    return _PSEUDO.get(code[:4], code[:6]) + code[6:]


@cache
def _regions() -> list[str]:
    return sorted(set(region_names().values()))


def region_name_mismatch(value: object, draw: int) -> object:
    """The name of another region beside the code."""
    names = _regions()
    return names[draw % len(names)]
