"""The items of government service that the enterprises of the zones apply for, and the codes they have in the exchange.

The exchange's standard (C0109) fixes only the lengths: 12 characters for the basic code, 36 for the code of an item as one
office carries it out. How the sandbox fills them is its own: level, kind, department, serial number and sub-item; the
office's credit code, the basic code and a serial number. The values of the kinds of handling, applicants, events and
results are unverified too.
"""

from dataclasses import dataclass

# Kinds of items: 行政许可, 行政确认, 其他行政权力, 公共服务.
_LICENCE, _CONFIRMATION, _OTHER, _SERVICE = "01", "07", "10", "20"
# 办件类型 (unverified): at once, or within a promised time.
AT_ONCE, PROMISED = "1", "2"
# 申请人类型 (unverified): natural person, legal person. 申请类型 (unverified): at the counter, online.
NATURAL_PERSON, LEGAL_PERSON = "1", "2"
AT_COUNTER, ONLINE = "1", "2"
# 业务动作 (unverified): acceptance, examination, decision, special procedure (the clock stands still).
ACCEPTED, EXAMINED, DECIDED, STOPPED = "1", "2", "3", "4"
# 办结结果 (unverified): granted, refused, withdrawn.
GRANTED, REFUSED, WITHDRAWN = "1", "2", "3"

_DEPARTMENT_NUMBER = {
    "发展和改革委员会": "04",
    "人力资源和社会保障局": "14",
    "自然资源局": "15",
    "生态环境局": "16",
    "住房和城乡建设局": "17",
    "水利局": "19",
    "应急管理局": "25",
    "市场监督管理局": "31",
}


@dataclass(frozen=True)
class ServiceItem:
    """One item; days are working days, `promise_days` 0 is at once, `stop_share` the share of cases with a stopped clock."""

    name: str
    kind: str
    department: str
    serial: int
    promise_days: int
    statutory_days: int
    stop: str = ""
    stop_share: float = 0.0
    certificate: str = ""

    @property
    def catalog_code(self) -> str:
        """The basic code (基本编码), 12 digits: level, kind, department, serial number, sub-item."""
        return f"00{self.kind}{_DEPARTMENT_NUMBER[self.department]}{self.serial:03d}000"

    def task_code(self, office_code: str) -> str:
        """The code of the item as one office carries it out (实施编码), 36 characters."""
        return f"{office_code}{self.catalog_code}{self.serial:06d}"

    @property
    def goes_to_bureau(self) -> bool:
        """Whether a zone's own approval bureau takes the item over: all but public services."""
        return self.kind != _SERVICE

    @property
    def handling(self) -> str:
        """At once or within a promised time."""
        return PROMISED if self.promise_days else AT_ONCE


ITEMS = (
    ServiceItem("企业变更登记", _CONFIRMATION, "市场监督管理局", 2, 0, 15, certificate="营业执照"),
    ServiceItem("企业注销登记", _CONFIRMATION, "市场监督管理局", 3, 3, 15),
    ServiceItem("企业投资项目备案", _OTHER, "发展和改革委员会", 1, 0, 7, certificate="企业投资项目备案证"),
    ServiceItem("建设项目环境影响评价文件审批", _LICENCE, "生态环境局", 1, 15, 60, "技术评估", 0.55, "环评批复"),
    ServiceItem("建设用地规划许可证核发", _LICENCE, "自然资源局", 4, 7, 20, "补正材料", 0.06, "建设用地规划许可证"),
    ServiceItem("建设工程规划许可证核发", _LICENCE, "自然资源局", 5, 10, 20, "批前公示", 0.50, "建设工程规划许可证"),
    ServiceItem("建筑工程施工许可证核发", _LICENCE, "住房和城乡建设局", 1, 5, 15, "补正材料", 0.06, "施工许可证"),
    ServiceItem("建设工程竣工验收备案", _OTHER, "住房和城乡建设局", 6, 5, 15),
    ServiceItem("排污许可证核发", _LICENCE, "生态环境局", 8, 15, 20, "补正材料", 0.15, "排污许可证"),
    ServiceItem("食品生产许可", _LICENCE, "市场监督管理局", 11, 10, 20, "现场核查", 0.35, "食品生产许可证"),
    ServiceItem("药品生产许可", _LICENCE, "市场监督管理局", 14, 20, 30, "现场核查", 0.60, "药品生产许可证"),
    ServiceItem("危险化学品安全生产许可证核发", _LICENCE, "应急管理局", 2, 20, 45, "专家评审", 0.60,
                "危险化学品安全生产许可证"),
    ServiceItem("安全生产许可证核发", _LICENCE, "应急管理局", 3, 20, 45, "专家评审", 0.40, "安全生产许可证"),
    ServiceItem("特种设备使用登记", _CONFIRMATION, "市场监督管理局", 21, 5, 30, "补正材料", 0.05, "使用登记证"),
    ServiceItem("社会保险参保登记", _SERVICE, "人力资源和社会保障局", 30, 0, 5),
    ServiceItem("用人单位劳动用工备案", _SERVICE, "人力资源和社会保障局", 33, 0, 15),
    ServiceItem("不动产抵押权登记", _CONFIRMATION, "自然资源局", 12, 3, 30, "补正材料", 0.05, "不动产登记证明"),
    ServiceItem("取水许可", _LICENCE, "水利局", 1, 10, 45, "专家评审", 0.30, "取水许可证"),
    ServiceItem("特种作业人员操作资格认定", _LICENCE, "应急管理局", 9, 10, 20, certificate="特种作业操作证"),
    ServiceItem("失业保险金申领", _SERVICE, "人力资源和社会保障局", 41, 0, 10),
)  # fmt: skip
BY_NAME = {item.name: number for number, item in enumerate(ITEMS)}
# What firms and people apply for all the year round, item and weight.
ROUTINE = {
    "特种设备使用登记": 4,
    "社会保险参保登记": 6,
    "用人单位劳动用工备案": 5,
    "不动产抵押权登记": 2,
    "取水许可": 1,
}
PERSONAL = {"特种作业人员操作资格认定": 3, "失业保险金申领": 2}
# Licence of the credit register -> the item by which it is applied for.
LICENCES = {
    "排污许可证": "排污许可证核发",
    "建设项目环境影响评价文件审批": "建设项目环境影响评价文件审批",
    "食品生产许可证": "食品生产许可",
    "药品生产许可证": "药品生产许可",
    "危险化学品安全生产许可证": "危险化学品安全生产许可证核发",
    "安全生产许可证": "安全生产许可证核发",
}
# Share of the items, office by office, that can be handled online: published for the first half of 2019 and for 2020.
ONLINE_SHARE = {2018: 0.93, 2019: 0.9894, 2020: 0.9524}
