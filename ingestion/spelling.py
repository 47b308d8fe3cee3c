"""How platforms spell texts: blanks, full-width characters, HTML around a value, amounts with their unit."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

BLANKS = (
    " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u3000\ufeff"
)
_WIDE_SIGNS = "（）［］｛｝－／＃＆．％＋＊＿＠＝＜＞～＄"
_WIDE_ALNUM = "".join(chr(c) for c in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)])


def _half(chars: str) -> dict[str, str]:
    return {char: chr(ord(char) - 0xFEE0) for char in chars}


HALF_ALNUM = _half(_WIDE_ALNUM)
HALF_NAME = HALF_ALNUM | _half(_WIDE_SIGNS)
"""What becomes half-width in a name: Chinese punctuation stays."""
_HALF_ALL = {chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)} | {"\u3000": " ", "\u00a0": " ", "\u2212": "-"}
_HALF_PATTERN = r"[\uff01-\uff5e\u3000\u00a0\u2212]"
ALNUM_PATTERN = r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
NAME_PATTERN = rf"[\u00a0\u2000-\u200b\u202f\u3000\ufeff\t\r\n{_WIDE_SIGNS}\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
INNER_BLANK = r"[\t\r\n\x0b\x0c\u00a0\u2000-\u200a\u202f\u3000]+"
INVISIBLE = r"[\u200b\ufeff]"

MOJIBAKE = "锟斤拷"
"""What two replacement characters become when their UTF-8 bytes are read as GBK."""

_TAG = r"</?(?:a|b|br|div|em|font|i|label|p|small|span|strong|sub|sup|td|u)(?:\s[^<>]*)?/?>"
_MARKED_UP = rf"(?is)^(?:\s*{_TAG}\s*)*([^<>]*)(?:\s*{_TAG}\s*)*$"
_ENTITIES = {"&nbsp;": " ", "&#160;": " ", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&"}


def clean(text: pl.Series, missing: tuple[str, ...]) -> pl.Series:
    """Trim blanks of every kind, take a value out of its HTML and turn the spellings of "missing" into null."""
    column = pl.col(text.name)
    trimmed = replace_where(text.str.strip_chars(BLANKS), "<", _without_markup)
    return trimmed.to_frame().select(pl.when(~column.is_in([*missing, ""])).then(column)).to_series()


def replace_where(text: pl.Series, pattern: str, repair: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Repair the values in which `pattern` is found; the others stay."""
    touched = text.str.contains(pattern).fill_null(False)
    if not touched.any():
        return text
    return text.scatter(touched.arg_true(), repair(text.filter(touched)))


def half_width(text: pl.Series) -> pl.Series:
    """Every full-width character in its ASCII form."""
    return replace_where(text, _HALF_PATTERN, lambda part: part.str.replace_many(_HALF_ALL).str.strip_chars(BLANKS))


def _without_markup(text: pl.Series) -> pl.Series:
    """The one text that stands between HTML tags; a value in any other form stays as it is."""
    inner = text.str.extract(_MARKED_UP).str.replace_many(_ENTITIES).str.strip_chars(BLANKS)
    return inner.fill_null(text)


_YUAN = ["人民币", "RMB", "CNY", "¥"]
_FOREIGN = "美元|美金|USD|港币|港元|HKD|欧元|EUR|日元|英镑|澳元|加元|加拿大元|新台币|台币|新加坡元|韩元|瑞士法郎|其他"
_CURRENCY = "|".join([*_YUAN, _FOREIGN])
_SCALES = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 10**3, "百": 10**2}
_AMOUNT = (
    rf"^(?P<before>{_CURRENCY})?(?P<amount>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
    rf"(?P<scale>{'|'.join(_SCALES)})?(?P<unit>[元圆])?(?P<after>{_CURRENCY})?(?P<tail>[元圆]?整?)$"
)


def stated_amounts(text: pl.Series) -> pl.DataFrame:
    """Amounts that name their unit: `1,100(万元人民币)`, `5 万元`, `人民币500万`, `3,000(万美元)`.

    Columns: `amount` in whole units of the currency (null where the text is no such amount) and `is_yuan`.
    """
    bare = half_width(text).str.replace_all(r"[\s()]", "").str.replace_all("￥", "¥").str.to_uppercase()
    parts = bare.str.extract_groups(_AMOUNT).struct.unnest()
    currency = pl.coalesce("before", "after")
    number = pl.col("amount").str.replace_all(",", "").cast(pl.Decimal(38, 8), strict=False)
    scale = pl.col("scale").replace_strict(_SCALES, default=1, return_dtype=pl.Int64)
    has_unit = pl.any_horizontal(pl.col("scale", "unit", "before", "after").is_not_null(), pl.col("tail") != "")
    fits = number < 10**20
    return parts.select(
        pl.when(has_unit & fits).then(number * scale).alias("amount"),
        pl.when(has_unit & fits).then(currency.is_null() | currency.is_in(_YUAN)).alias("is_yuan"),
    )
