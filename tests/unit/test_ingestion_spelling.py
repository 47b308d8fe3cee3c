"""The spellings of real feeds: each is repaired to one value, or refused with a reason its owner can act on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion import capital, casting, moments
from ingestion.casting import Cast
from ingestion.declaration import Field
from ingestion.spelling import clean

MISSING = ("", "-", "*", "--", "—", "未公布", "N/A")


def cast(caster: object, values: Sequence[str | None], **options: object) -> Cast:
    field = Field(source="x", name="x", type="text", **options)  # type: ignore[arg-type]
    return caster(clean(pl.Series("x", values, dtype=pl.String), MISSING), field)  # type: ignore[operator]


def faults(result: Cast) -> list[tuple[str, str]]:
    """Rule and reason of everything wrong with a single value."""
    return [(fault.rule, fault.reason) for fault in result.faults if fault.mask.fill_null(False).any()]


@pytest.mark.parametrize("text", ["*", "--", "—", " * ", "<span>--</span>", "<br/>", "<td> </td>"])
def test_every_kind_of_missing_is_null(text: str) -> None:
    for caster in (casting.cast_number, casting.cast_text, casting.cast_money, moments.cast_date):
        result = cast(caster, [text])
        assert result.values.to_list() == [None]
        assert faults(result) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("<span class='v' title='原始值：15.7'>15.7</span>", 15.7),
        ("<font color='red'>15.7</font>", 15.7),
        ("<td><b> 15.7&nbsp;</b></td>", 15.7),
        ("15.7<br>", 15.7),
        ("<SPAN>1,015.7</SPAN>", 1015.7),
    ],
)
def test_html_around_a_number(text: str, number: float) -> None:
    assert cast(casting.cast_number, [text]).values.to_list() == [number]


@pytest.mark.parametrize("text", ["<b>1</b><b>2</b>", "<15.7>", "1<2", "<script>1</script>", "<b>1</b> 2 <b>3</b>"])
def test_html_that_leaves_a_doubt_is_no_number(text: str) -> None:
    assert [rule for rule, _ in faults(cast(casting.cast_number, [text]))] == ["number"]


def test_html_is_taken_off_texts_but_not_off_what_only_looks_like_it() -> None:
    texts = ["<a href='x'>江西某公司</a>", "pH<6", "<名>", "A&B", "<b>A &amp; B</b>"]
    assert cast(casting.cast_name, texts).values.to_list() == ["江西某公司", "pH<6", "<名>", "A&B", "A & B"]


def test_percent_sign_where_the_unit_is_percent() -> None:
    assert cast(casting.cast_number, ["10.7%", "-3 ％"], unit="%", factor="0.01").values.to_list() == [0.107, -0.03]
    assert faults(cast(casting.cast_number, ["10.7%"], unit="mg/L"))


@pytest.mark.parametrize(
    "text",
    [
        "20190601",
        "2019/6/1",
        "2019-6-1",
        "2019.6.1",
        "2019年6月1日",
        "2019年06月01号",
        "２０１９年６月１日",
        "2019-06-01 08:00:00",
        "2019/6/1 8:00",
        "20190601080000",
        "2019年6月1日 8时30分",
        "<span>2019-06-01</span>",
    ],
)
def test_one_day_in_every_spelling(text: str) -> None:
    assert cast(moments.cast_date, [text]).values.to_list() == [date(2019, 6, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "2019-06-01 08:30:00",
        "2019-06-01T08:30:00+08:00",
        "2019/6/1 8:30",
        "2019年6月1日 8时30分",
        "2019年6月1日8点30分00秒",
        "20190601083000",
        "20190601083000000",
    ],
)
def test_one_time_in_every_spelling(text: str) -> None:
    assert cast(moments.cast_timestamp, [text]).values.to_list() == [datetime(2019, 6, 1, 8, 30)]


@pytest.mark.parametrize("text", ["04-01 08:00", "4/1 8:00", "04-01", "4月1日", "4月1日 8时", "04-01 08:00:00"])
def test_a_year_is_never_guessed(text: str) -> None:
    for caster, rule in ((moments.cast_timestamp, "timestamp"), (moments.cast_date, "date")):
        first = faults(cast(caster, [text]))[0]
        assert first[0] == rule
        assert "has no year" in first[1]


@pytest.mark.parametrize(
    "text", ["2099-12-31", "2099-01-31", "9999-12-31", "9999-9-9", "99991231", "2099年12月31日", "长期", "永久有效"]
)
def test_no_end_is_null_and_no_fault(text: str) -> None:
    result = cast(moments.cast_date, [text])
    assert (result.values.to_list(), faults(result)) == ([None], [])


@pytest.mark.parametrize("text", ["2099-12-31 00:00:00", "99991231235959"])
def test_no_end_as_a_time(text: str) -> None:
    result = cast(moments.cast_timestamp, [text])
    assert (result.values.to_list(), faults(result)) == ([None], [])


FIVE_MILLION = [
    "500万元人民币",
    "500万人民币",
    "500万元",
    "500(万元人民币)",
    "500（万元）",
    "5000000元",
    "5000000元人民币",
    "5,000,000元",
    "500 万元",
    "500\n万元",
    "500万元整",
    "500.00万元",
    "500.000000万人民币",
    "５００万元",
    "500万",
    "0.05亿元",
    "人民币500万元",
    "￥500万元",
    "5百万元",
    "5,000,000.00 元 人民币",
    "RMB 500万",
]


@pytest.mark.parametrize("text", FIVE_MILLION)
def test_capital_in_every_spelling(text: str) -> None:
    result = cast(capital.cast_capital, [text])
    assert (result.values.to_list(), faults(result)) == ([Decimal(5_000_000)], [])
    # A field of plain amounts in 10,000 yuan takes an amount that names its unit by that.
    result = cast(casting.cast_money, [text], factor=10000)
    assert (result.values.to_list(), faults(result)) == ([Decimal(5_000_000)], [])


@pytest.mark.parametrize("text", ["0元 人民币", "0\n万元", "0万元"])
def test_an_amount_of_nothing_is_zero(text: str) -> None:
    assert cast(capital.cast_capital, [text]).values.to_list() == [Decimal(0)]


@pytest.mark.parametrize("text", ["500万美元", "1,000(万港币)", "USD 500"])
def test_another_currency_is_no_amount_in_yuan(text: str) -> None:
    assert [rule for rule, _ in faults(cast(casting.cast_money, [text], factor=10000))] == ["number"]
    assert faults(cast(capital.cast_capital, [text])) == []


@pytest.mark.parametrize("text", ["约500万元", "500-600万元", "五百万元", "500万元/年", "5 00万x", "万元", "5，00万元"])
def test_what_is_no_clear_amount_stays_a_fault(text: str) -> None:
    assert [rule for rule, _ in faults(cast(casting.cast_money, [text]))] == ["number"]
    assert [rule for rule, _ in faults(cast(capital.cast_capital, [text]))] == ["capital_text"]


@given(
    st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from(["{}万元", "{:,}万元", "{}(万元)", "{} 万 元"])
)
def test_stated_amounts_come_back(amount: Decimal, form: str) -> None:
    assert cast(casting.cast_money, [form.format(amount)]).values.to_list() == [amount * 10000]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("江西（集团）公司", "江西(集团)公司"),
        ("\u3000江西\u00a0某公司\u3000", "江西 某公司"),
        ("江西\t某\u2003公司", "江西 某 公司"),
        ("江西\u200b某公司\ufeff", "江西某公司"),
        ("Ａ座１号", "A座1号"),
    ],
)
def test_names_in_one_spelling(text: str, name: str) -> None:
    result = cast(casting.cast_name, [text])
    assert (result.values.to_list(), faults(result)) == ([name], [])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("江西铜业股份有限…", "cut_short"),
        ("江西铜业股份有限...", "cut_short"),
        ("江西锟斤拷锟斤拷", "damaged_text"),
        ("江\ufffd\ufffd公司", "damaged_text"),
    ],
)
def test_damaged_names_are_refused(text: str, rule: str) -> None:
    assert [found for found, _ in faults(cast(casting.cast_name, [text]))] == [rule]
    assert faults(cast(casting.cast_text, [text])) == []


@pytest.mark.parametrize(
    ("spellings", "standard"),
    [
        (["GB 8978-1996", "GB8978-1996", "gb8978-1996", "GB 8978—1996", "GB\u30008978-1996", "《GB 8978-1996》"], "GB 8978-1996"),
        (["GB 8978", "GB8978", "ＧＢ８９７８"], "GB 8978"),
        (["GB/T 31962-2015", "GBT31962-2015", "GB/T31962 - 2015"], "GB/T 31962-2015"),
        (["GB 14554-93", "GB14554-93"], "GB 14554-93"),
    ],
)  # fmt: skip
def test_standards_in_one_spelling(spellings: list[str], standard: str) -> None:
    assert set(cast(casting.cast_standard_no, spellings).values.to_list()) == {standard}


@pytest.mark.parametrize(
    "text",
    ["91360829688526472w", "９１３６０８２９６８８５２６４７２Ｗ", " 91360829 6885 26472W", "91360829-688526472-W"],
)
def test_credit_codes_in_every_spelling(text: str) -> None:
    result = cast(casting.cast_uscc, [text])
    assert (result.values.to_list(), faults(result)) == (["91360829688526472W"], [])


def test_full_width_codes() -> None:
    assert cast(casting.cast_text, ["Ｅ３５００"]).values.to_list() == ["E3500"]
    assert cast(casting.cast_region_code, ["３６０１００"]).values.to_list() == ["360100"]
    assert cast(casting.cast_industry_code, ["Ｃ１３１０"]).values.to_list() == ["1310"]
    assert faults(cast(casting.cast_region_code, ["٣٦٠١٠٠"]))
