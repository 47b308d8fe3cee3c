"""Deliveries for benchmarks/ingestion.py: JSON pages, JSON lines, GB18030 CSV and XML messages with everyday dirt.

Every writer takes a folder and the number of rows and returns the files it wrote. The same count gives the same bytes.
One row in fifty holds a spelling that has to be repaired, one in five hundred has to be quarantined, one in a thousand
is an exact repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from sandbox.province.identifiers import credit_codes, organisation_bodies, organisation_codes

PAGE = 5_000
_FIRMS = 20_000
_NAMES = ("江西铜冠新材料", "赣州稀土功能材料", "九江石化装备", "新余锂能科技", "宜春医药化工", "上饶光伏组件")


def _codes() -> list[str]:
    serials = np.arange(_FIRMS)
    bodies = organisation_bodies(serials, serials % 2 == 0, 7)
    return credit_codes(["360100"] * _FIRMS, organisation_codes(bodies))


def _draws(seed: int, rows: int, end: int, width: int) -> Iterator[list[int]]:
    """`width` whole numbers from 1 to `end` for each row."""
    source = np.random.default_rng(seed)
    for first in range(0, rows, 100_000):
        yield from source.integers(1, end, (min(100_000, rows - first), width)).tolist()


def _spoilt(row: int) -> str | None:
    """What is wrong with a row: None for most of them."""
    if row % 1000 == 999:
        return "repeat"
    if row % 500 == 250:
        return "refused"
    return "repaired" if row % 50 == 25 else None


def _indicators(rows: int) -> Iterator[str]:
    """Rows of smart_zone/enterprise_indicator as JSON objects."""
    codes = _codes()
    text = ""
    for row, (revenue, profit, power) in enumerate(_draws(1, rows, 10**9, 3)):
        firm, spoilt = row % _FIRMS, _spoilt(row)
        if spoilt == "repeat":
            yield text
            continue
        code = codes[firm].lower() if spoilt == "repaired" else codes[firm]
        amount = '"约1200"' if spoilt == "refused" else f"{revenue / 100:.2f}"
        profit_text = '"-"' if row % 20 == 3 else f"{revenue * (1 + profit % 20) / 10000:.2f}"
        month = row // _FIRMS
        text = (
            f'{{"company_id":"{firm}","credit_code":"{code}","year_caliber":"2018",'
            f'"stat_month":"{2000 + month // 12}-{month % 12 + 1:02}","zyywsr_value":{amount},"ls_value":{profit_text},'
            f'"gyydl_value":{power / 10000:.4f},"report_time":"2019-07-{row % 28 + 1:02} 10:20:{row % 60:02}"}}'
        )
        yield text


def json_pages(folder: Path, rows: int) -> list[Path]:
    """Pages of 5,000 rows as the smart-zone platform answers them."""
    paths: list[Path] = []
    page: list[str] = []
    for row, text in enumerate(_indicators(rows), start=1):
        page.append(text)
        if len(page) == PAGE or row == rows:
            paths.append(folder / f"page_{len(paths):05}.json")
            body = f'{{"code":0,"message":"ok","data":{{"rows":[{",".join(page)}],"next_cursor":null}}}}'
            paths[-1].write_text(body, encoding="utf-8")
            page = []
    return paths


def json_lines(folder: Path, rows: int) -> list[Path]:
    """One file of one object per line."""
    return [_written(folder / "rows.jsonl", (f"{text}\n" for text in _indicators(rows)), "utf-8")]


_CSV_HEADER = (
    "main_identi_id,uni_social_crd_cd,comp_nm,comp_type,reg_org,reg_state,legal_repre,addr,indv_code,reg_capt,capt_kind,"
    "est_dt,appr_dt,domdi_strict,last_modified\r\n"
)


def _registrations(rows: int) -> Iterator[str]:
    yield _CSV_HEADER
    codes = _codes()
    text = ""
    for row, (capital,) in enumerate(_draws(2, rows, 10**8, 1)):
        firm, spoilt = row % _FIRMS, _spoilt(row)
        if spoilt == "repeat":
            yield text
            continue
        plain, quoted = f"江西省南昌市高新大道{row % 900}号", f'"江西省南昌市, 高新大道{row % 900}号"'
        opened = f"{2000 + row % 19}-{row % 12 + 1:02}-{row % 28 + 1:02}"
        text = (
            f"R{row},{codes[firm]},{_NAMES[row % 6]}{'（集团）' if spoilt == 'repaired' else ''}有限公司,"
            f"有限责任公司,江西省市场监督管理局,在营,张某{row % 97},"
            f"{quoted if row % 40 == 7 else plain},C{1300 + row % 80},"
            f"{'待定' if spoilt == 'refused' else f'{capital / 100:.2f}'},人民币,{opened},"
            f"{opened.replace('-', '/') if spoilt == 'repaired' else opened},360106000,"
            f"2019-12-{row % 28 + 1:02} 10:20:{row % 60:02}\r\n"
        )
        yield text


def csv_gb18030(folder: Path, rows: int) -> list[Path]:
    """One GB18030 table of credit/registration."""
    return [_written(folder / "registration.csv", _registrations(rows), "gb18030")]


def _awards(rows: int) -> Iterator[str]:
    yield "\ufeff<MESSAGES>\n"
    codes = _codes()
    text = ""
    for row, (amount,) in enumerate(_draws(3, rows, 10**10, 1)):
        firm, spoilt = row % _FIRMS, _spoilt(row)
        if spoilt == "repeat":
            yield text
            continue
        key = f"9120513{row:015}"
        operation = "3" if row % 200 == 77 else "2" if row % 50 == 11 else "1"
        context = ""
        if operation != "3":
            context = (
                f"<CONTEXT><TENDER_PROJECT_CODE>E3600000{row:09}</TENDER_PROJECT_CODE>"
                f"<BID_SECTION_CODE>E3600000{row:09}002</BID_SECTION_CODE><REGION_CODE>360100</REGION_CODE>"
                f"<NOTICE_NAME>{_NAMES[row % 6]}厂房（二期）中标结果公告</NOTICE_NAME>"
                f"<WIN_BIDDER_NAME>{_NAMES[firm % 6]}有限公司</WIN_BIDDER_NAME>"
                f"<WIN_BIDDER_CODE>{codes[firm]}</WIN_BIDDER_CODE><PRICE_FORM_CODE>1</PRICE_FORM_CODE>"
                f"<BID_AMOUNT>{'见附件' if spoilt == 'refused' else f'{amount / 100:.2f}'}</BID_AMOUNT>"
                f"<PRICE_UNIT>{row % 2}</PRICE_UNIT><NOTICE_SEND_TIME>201912{row % 28 + 1:02}090000</NOTICE_SEND_TIME>"
                f"<DATA_TIMESTAMP>201912{row % 28 + 1:02}1000{row % 60:02}</DATA_TIMESTAMP></CONTEXT>"
            )
        text = (
            f"  <DES>{context}<TITLE><CA_KEY>88888888889999999999</CA_KEY><DATA_CN>中标结果公告</DATA_CN>"
            f"<DATA_EN>WIN_RESULT_ANNO</DATA_EN><DATA_KEY>{key}</DATA_KEY><DATA_NO>513</DATA_NO>"
            f"<DATA_TYPE>{operation}</DATA_TYPE><ROUTE_WAY>0</ROUTE_WAY></TITLE></DES>\n"
        )
        yield text
    yield "</MESSAGES>\n"


def xml_messages(folder: Path, rows: int) -> list[Path]:
    """One day of trading/award messages."""
    return [_written(folder / "award.xml", _awards(rows), "utf-8")]


def _written(path: Path, lines: Iterator[str], encoding: str) -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        stream.writelines(lines)
    return path


DATASETS = {
    "json": "smart_zone/enterprise_indicator",
    "jsonl": "smart_zone/enterprise_indicator",
    "csv": "credit/registration",
    "xml": "trading/award",
}
WRITERS: dict[str, Callable[[Path, int], list[Path]]] = {
    "json": json_pages,
    "jsonl": json_lines,
    "csv": csv_gb18030,
    "xml": xml_messages,
}
