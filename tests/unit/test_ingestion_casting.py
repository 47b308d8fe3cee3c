"""Casting of text as platforms write it, value by value and by property."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingestion import capital, casting, moments
from ingestion.casting import Cast
from ingestion.declaration import Field
from ingestion.spelling import clean

MISSING = ("", "-", "未公布", "N/A")


def cast(caster: object, values: Sequence[str | None], **options: object) -> Cast:
    field = Field(source="x", name="x", type="text", **options)  # type: ignore[arg-type]
    return caster(clean(pl.Series("x", values, dtype=pl.String), MISSING), field)  # type: ignore[operator]


def rules(result: Cast) -> list[str | None]:
    """The first rule that each row breaks."""
    count = len(result.values)
    found: list[str | None] = [None] * count
    for fault in reversed(result.faults):
        for row in fault.mask.fill_null(False).arg_true():
            found[row] = fault.rule
    return found


@pytest.mark.parametrize(
    "blank", ["", " ", "\u00a0", "\u3000", "\t\r\n", "\u200b", "\ufeff", "-", " 未公布\u3000", "N/A"]
)
def test_missing_is_null_and_never_zero(blank: str) -> None:
    result = cast(casting.cast_money, [blank], factor=10000)
    assert result.values.to_list() == [None]
    assert rules(result) == [None]


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("12345.67", "123456700.00"),
        ("-3.1", "-31000.00"),
        ("1,100.5", "11005000.00"),
        ("１２", "120000.00"),
        ("0", "0.00"),
        ("0.1", "1000.00"),
        ("300000000.01", "3000000000100.00"),
        ("1e3", "10000000.00"),
    ],
)
def test_money_in_ten_thousands_becomes_yuan(text: str, yuan: str) -> None:
    result = cast(casting.cast_money, [text], factor=10000)
    assert result.values.dtype == pl.Decimal(24, 2)
    assert result.values.to_list() == [Decimal(yuan)]


@pytest.mark.parametrize(
    "text", ["约1200", "见附件", "1,2a3.5", "5000.00万美元", "nan", "inf", "1_000", "0x1F", "1,10", "约5万元", "万元"]
)
def test_what_is_no_number_is_a_fault(text: str) -> None:
    assert rules(cast(casting.cast_money, [text])) == ["number"]
    assert rules(cast(casting.cast_number, [text])) == ["number"]
    assert rules(cast(casting.cast_integer, [text])) == ["number"]


def test_an_amount_beyond_reason_is_a_fault_and_not_an_overflow() -> None:
    assert rules(cast(casting.cast_money, ["9" * 20, "9" * 60], factor=10000))[0] == "number_range"
    assert rules(cast(casting.cast_money, ["9" * 60]))[0] in ("number", "number_range")


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4), st.sampled_from([1, 15, 10000]))
def test_money_is_exact(amount: Decimal, factor: int) -> None:
    result = cast(casting.cast_money, [f"{amount:f}"], factor=factor)
    assert result.values.to_list() == [(amount * factor).quantize(Decimal("0.01"))]


def test_money_takes_its_unit_from_another_field() -> None:
    field = Field(source="P", name="p", type="money", factor_field="U", factors={"0": Decimal(1), "1": Decimal(10000)})
    amounts = pl.Series("P", ["5", "5", "5", None, "x"], dtype=pl.String)
    units = pl.Series("U", ["0", "1", "7", None, "0"], dtype=pl.String)
    result = casting.cast_money_by_unit(amounts, units, field)
    assert result.values.to_list() == [Decimal("5.00"), Decimal("50000.00"), None, None, None]
    assert rules(result) == [None, None, "unit", None, "number"]


@given(st.lists(st.decimals(-10_000, 10_000, places=3), min_size=1, max_size=4))
@example([Decimal("13.21")])
@example([Decimal("13.21"), Decimal("10.7")])
def test_percent_is_divided_once_however_many_rows_come_with_it(percents: list[Decimal]) -> None:
    found = cast(casting.cast_number, [str(percent) for percent in percents], factor="0.01").values.to_list()
    assert found == [float(percent) / 100 for percent in percents]


def test_whole_numbers() -> None:
    result = cast(casting.cast_integer, ["12", "12.0", "1,200", "12.5"])
    assert result.values.to_list() == [12, 12, 1200, None]
    assert rules(result) == [None, None, None, "number"]


def test_booleans() -> None:
    result = cast(casting.cast_boolean, ["1", "0", "是", "否", "TRUE", "2"])
    assert result.values.to_list() == [True, False, True, False, True, None]
    assert rules(result)[-1] == "boolean"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-07-15 10:20:30", datetime(2019, 7, 15, 10, 20, 30)),
        ("20190715102030", datetime(2019, 7, 15, 10, 20, 30)),
        ("20190715102030123", datetime(2019, 7, 15, 10, 20, 30)),
        ("2019-07-15T10:20:30", datetime(2019, 7, 15, 10, 20, 30)),
        ("2019/7/5 8:30", datetime(2019, 7, 5, 8, 30)),
        ("2019-07-15", datetime(2019, 7, 15)),
        ("20190715", datetime(2019, 7, 15)),
        ("9999-12-31 00:00:00", None),
    ],
)
@pytest.mark.parametrize("before", [[], ["20190101000000"], ["2019-01-01 00:00:00"]])
def test_times(text: str, expected: datetime | None, before: list[str]) -> None:
    result = cast(moments.cast_timestamp, [*before, text])
    assert result.values.to_list()[-1] == expected
    assert rules(result)[-1] is None


@pytest.mark.parametrize("text", ["04-01 08:00", "20190715 02030", "2019-02-30 00:00:00", "2019-07-15 25:00:00", "yes"])
def test_bad_times(text: str) -> None:
    assert rules(cast(moments.cast_timestamp, [text, "20190101000000"]))[0] == "timestamp"
    assert rules(cast(moments.cast_timestamp, ["20190101000000", text]))[1] == "timestamp"


@pytest.mark.parametrize(
    ("text", "expected", "rule"),
    [
        ("2019-07-15", date(2019, 7, 15), None),
        ("20190715", date(2019, 7, 15), None),
        ("2019年7月5日", date(2019, 7, 5), None),
        ("2019.7.5", date(2019, 7, 5), None),
        ("2019-07-15 10:00:00", date(2019, 7, 15), None),
        ("2099-12-31", None, None),
        ("2099-01-31", None, None),
        ("9999-9-9", None, None),
        ("2019-02-30", None, "date"),
        ("9999-99-99", None, "date"),
        ("普通合伙", None, "date"),
        ("1066-10-14", date(1066, 10, 14), "date_range"),
    ],
)
def test_dates(text: str, expected: date | None, rule: str | None) -> None:
    result = cast(moments.cast_date, [text])
    assert result.values.to_list() == [expected]
    assert rules(result) == [rule]


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2090, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"]),
)
def test_dates_come_back(day: date, form: str) -> None:
    assert cast(moments.cast_date, [day.strftime(form)]).values.to_list() == [day]


@pytest.mark.parametrize("text", ["2019-06", "201906", "2019年6月", "2019/6", "2019-06-15"])
def test_months_become_their_first_day(text: str) -> None:
    assert cast(moments.cast_month, [text]).values.to_list() == [date(2019, 6, 1)]


@pytest.mark.parametrize("text", ["2019-13", "6月", "2019"])
def test_bad_months(text: str) -> None:
    assert rules(cast(moments.cast_month, [text])) == ["month"]


def test_codes_are_cleaned_before_they_are_checked() -> None:
    result = cast(
        casting.cast_uscc, ["91360829688526472w", "９１３６０８２９６８８５２６４７２Ｗ", "91360829688526472X", "123"]
    )
    assert result.values.to_list()[:2] == ["91360829688526472W"] * 2
    assert rules(result) == [None, None, "uscc_check", "uscc_form"]


def test_names_get_half_width_brackets_and_keep_their_punctuation() -> None:
    names = ["江西（集团）有限公司", "江西(集团)有限公司\u3000", "Ａ座，１号；\u00a0东区", "平常"]
    assert cast(casting.cast_name, names).values.to_list() == [
        "江西(集团)有限公司",
        "江西(集团)有限公司",
        "A座，1号； 东区",
        "平常",
    ]


@pytest.mark.parametrize(
    ("text", "code", "rule"),
    [
        ("C1310", "1310", None),
        ("1310", "1310", None),
        ("13", "13", None),
        ("c13", "13", None),
        ("大道749号", None, "industry_code"),
    ],
)
def test_industry_codes(text: str, code: str | None, rule: str | None) -> None:
    result = cast(casting.cast_industry_code, [text])
    assert rules(result) == [rule]
    assert rule or result.values.to_list() == [code]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GB8978", "GB 8978"),
        ("gb 8978-1996", "GB 8978-1996"),
        ("GB/T31962 - 2015", "GB/T 31962-2015"),
        ("GB 18918—2002", "GB 18918-2002"),
        ("DB36/852-2015", "DB36/ 852-2015"),
        ("企业标准", "企业标准"),
    ],
)
def test_standard_numbers_have_one_spelling(text: str, expected: str) -> None:
    assert cast(casting.cast_standard_no, [text]).values.to_list() == [expected]


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1,100(万元人民币)", "11000000"),
        ("20万人民币", "200000"),
        ("10万元人民币", "100000"),
        ("１００（万元人民币）", "1000000"),
        ("100.5万元", "1005000"),
        ("1980000.00元", "1980000"),
        ("0.5亿元人民币", "50000000"),
        ("100万元整", "1000000"),
    ],
)
def test_capital_in_yuan(text: str, yuan: str) -> None:
    result = cast(capital.cast_capital, [text])
    assert result.values.to_list() == [Decimal(yuan)]
    assert rules(result) == [None]


def test_capital_in_another_currency_is_empty_and_no_fault() -> None:
    result = cast(capital.cast_capital, ["3,000(万美元)", "100(万港币)", "5万欧元", "N/A"])
    assert result.values.to_list() == [None] * 4
    assert rules(result) == [None] * 4


@pytest.mark.parametrize("text", ["500", "普通合伙", "万元", "1,10(万元人民币)"])
def test_capital_that_says_nothing(text: str) -> None:
    assert rules(cast(capital.cast_capital, [text])) == ["capital_text"]


@given(st.integers(1, 10**7), st.sampled_from(["{:,}(万元人民币)", "{}万人民币", "{:,}万元人民币", "{}(万元)"]))
def test_capital_comes_back(amount: int, form: str) -> None:
    assert cast(capital.cast_capital, [form.format(amount)]).values.to_list() == [Decimal(amount * 10000)]
