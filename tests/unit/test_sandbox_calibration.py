"""The province against the published figures; the same table stands in docs/sandbox.md."""

import re
from pathlib import Path

import numpy as np
import pytest

from sandbox.province.calibration import REBASE_FACTOR
from sandbox.province.economy import Economy, build_economy
from sandbox.province.model import Province, build_province
from sandbox.province.zones import all_zones, read_table

# (year, month, published total of all zones in 亿 yuan since January)
REVENUE = [(2018, 6, 11_005.83), (2018, 12, 27_050.0), (2019, 6, 12_183.45), (2019, 12, 29_860.0), (2020, 12, 32_400.0)]


@pytest.fixture(scope="module")
def medium() -> Province:
    return build_province("medium", 7)


@pytest.fixture(scope="module", params=[7, 8, 2019])
def economy(request: pytest.FixtureRequest, medium: Province) -> Economy:
    """The economy of several seeds: none of them may miss a published figure."""
    return build_economy(request.param, medium.zones, medium.enterprises, medium.life)


@pytest.mark.parametrize(("year", "month", "total"), REVENUE)
def test_revenue_of_all_zones(economy: Economy, year: int, month: int, total: float) -> None:
    assert economy.zone_figures(year, month).revenue.sum() / 1e4 == pytest.approx(total, rel=0.01)


def test_another_seed_is_another_economy(medium: Province) -> None:
    other = build_economy(8, medium.zones, medium.enterprises, medium.life)
    assert not np.array_equal(other.zone_month, medium.economy.zone_month)


@pytest.mark.parametrize(("year", "above_1000", "above_500"), [(2019, 4, 17), (2020, 5, 20)])
def test_zones_above_the_marks(economy: Economy, year: int, above_1000: int, above_500: int) -> None:
    revenue = economy.zone_figures(year, 12).revenue / 1e4
    assert ((revenue > 1000).sum(), (revenue > 500).sum()) == (above_1000, above_500)


def test_one_zone_with_a_published_figure(economy: Economy) -> None:
    xiaolan = next(i for i, zone in enumerate(all_zones()) if "小蓝" in zone.name)
    assert economy.zone_figures(2018, 12).revenue[xiaolan] / 1e4 == pytest.approx(1051.10, abs=0.01)


@pytest.mark.parametrize("year", [2018, 2019, 2020])
def test_value_added_and_profit(economy: Economy, year: int) -> None:
    for month in (3, 6, 12):
        figures = economy.zone_figures(year, month)
        assert figures.value_added.sum() / figures.revenue.sum() == pytest.approx(0.23, rel=0.01)
        assert 0.06 < figures.profit.sum() / figures.revenue.sum() < 0.0701
    if year == 2020:
        assert figures.profit.sum() / 1e4 == pytest.approx(2_265.40, rel=0.01)


def test_growth_is_stated_within_one_caliber(economy: Economy) -> None:
    """Published for the first half of 2019: +10.7 %. The growth of 2020 compares with 2019 in the caliber of 2020."""
    for year, month, factor in ((2019, 6, 1.0), (2020, 12, REBASE_FACTOR)):
        now, before = (economy.zone_figures(y, month).revenue for y in (year, year - 1))
        stated = economy.zone_figures(year, month).revenue_percent
        np.testing.assert_allclose(stated, (now / (before * factor) - 1) * 100, atol=0.006)
    half = economy.zone_figures(2019, 6).revenue.sum() / economy.zone_figures(2018, 6).revenue.sum() - 1
    assert half == pytest.approx(0.107, abs=0.001)
    # 2020 was the first year above three trillion yuan, so 2019 stays below it in the new caliber too.
    assert economy.zone_figures(2019, 12).revenue.sum() / 1e4 * REBASE_FACTOR < 30_000


def test_electricity_follows_output(economy: Economy) -> None:
    months = [economy.zone_figures(2019, month) for month in range(1, 13)]
    power = np.array([figures.electricity for figures in months])
    revenue = np.array([figures.revenue for figures in months])
    assert (np.diff(power, axis=0) > 0).mean() > 0.99
    for zone in range(power.shape[1]):
        assert np.corrcoef(power[:, zone], revenue[:, zone])[0, 1] > 0.99
    # All of them use less than the whole industry of the province, and more than half of it (98 TWh in 2019).
    assert 50e5 < power[-1].sum() < 98e5


def test_zones_and_industries(medium: Province) -> None:
    assert 99 <= len(medium.zones) <= 108
    assert sum(zone.park_kind == "1" for zone in medium.zones) == 18
    firms = medium.enterprises
    divisions = {code[:2] for code, section in zip(firms.industry, firms.section, strict=True) if section in "BCD"}
    assert len(divisions) == 38
    assert divisions == {row["code"][:2] for row in read_table("industries.csv") if row["section"] in "BCD"}


def test_the_table_of_the_documentation_is_true(economy: Economy) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    stated = {what: said for what, _, said in re.findall(r"^\| ([^|]+) \| ([^|]*) \| ([\d,.]+) \|", page, re.MULTILINE)}
    known: dict[str, float] = {}
    for year in (2018, 2019, 2020):
        half, whole = economy.zone_figures(year, 6), economy.zone_figures(year, 12)
        known[f"revenue, first half of {year}"] = half.revenue.sum() / 1e4
        known[f"revenue, {year}"] = whole.revenue.sum() / 1e4
        known[f"profit, {year}"] = whole.profit.sum() / 1e4
        known[f"profit per revenue, {year}"] = whole.profit.sum() / whole.revenue.sum()
        known["value added per revenue, every year"] = whole.value_added.sum() / whole.revenue.sum()
    known["revenue, 2020 (caliber of 2020)"] = known.pop("revenue, 2020")
    checked = known.keys() & stated.keys()
    assert len(checked) == 10
    for what in checked:
        said = stated[what].replace(",", "")
        assert f"{known[what]:.{len(said.partition('.')[2])}f}" == said, what
