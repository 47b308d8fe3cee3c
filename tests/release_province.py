"""Names and places of the province that the fixture release uses: cities, counties with a zone, the plan's targets."""

from __future__ import annotations

import json
from collections.abc import Callable

# code, name, centre longitude, centre latitude, column and row of the tile map
CITIES: list[tuple[str, str, float, float, int, int]] = [
    ("360100", "南昌市", 115.892, 28.676, 1, 1),
    ("360200", "景德镇市", 117.215, 29.293, 2, 0),
    ("360300", "萍乡市", 113.852, 27.623, 0, 2),
    ("360400", "九江市", 115.993, 29.712, 1, 0),
    ("360500", "新余市", 114.931, 27.811, 1, 2),
    ("360600", "鹰潭市", 117.034, 28.239, 2, 1),
    ("360700", "赣州市", 114.940, 25.851, 0, 4),
    ("360800", "吉安市", 114.986, 27.112, 0, 3),
    ("360900", "宜春市", 114.391, 27.804, 0, 1),
    ("361000", "抚州市", 116.358, 27.984, 2, 2),
    ("361100", "上饶市", 117.971, 28.444, 3, 1),
]
# The first zones of each city stand for its national ones; the counties have a provincial zone each.
COUNTIES: dict[str, str] = {
    "360100": "东湖区 西湖区 青云谱区 湾里区 青山湖区 新建区 南昌县 安义县 进贤县",
    "360200": "昌江区 珠山区 浮梁县 乐平市",
    "360300": "安源区 湘东区 莲花县 上栗县 芦溪县",
    "360400": "濂溪区 浔阳区 柴桑区 武宁县 修水县 永修县 德安县 都昌县 湖口县",
    "360500": "渝水区 分宜县",
    "360600": "月湖区 余江区 贵溪市",
    "360700": "章贡区 南康区 赣县区 信丰县 大余县 上犹县 崇义县 安远县 龙南县",
    "360800": "吉州区 青原区 吉安县 吉水县 峡江县 新干县 永丰县 泰和县 遂川县",
    "360900": "袁州区 奉新县 万载县 上高县 宜丰县 靖安县 铜鼓县 丰城市 樟树市",
    "361000": "临川区 东乡区 南城县 黎川县 南丰县 崇仁县 乐安县 宜黄县 金溪县",
    "361100": "信州区 广丰区 广信区 玉山县 铅山县 横峰县 弋阳县 余干县 鄱阳县",
}
# target, work item, area, title, lead department
TARGETS: list[tuple[str, int, str, str, str]] = [
    ("T00", 0, "总目标", "全省开发区主营业务收入突破3万亿元", "省发改委"),
    ("T01a", 1, "项目支撑", "国家级开发区至少引进1个投资超50亿元产业项目", "省商务厅"),
    ("T01b", 1, "项目支撑", "省级开发区至少引进1个投资超20亿元产业项目", "省商务厅"),
    ("T02a", 2, "项目支撑", "每个开发区谋划储备3个以上产业集群项目包", "各市县政府"),
    ("T02b", 2, "项目支撑", "每个开发区储备若干PPP项目", "各市县政府"),
    ("T03a", 3, "项目支撑", "招商储备项目签约转化率达到50%以上", "各市县政府"),
    ("T03b", 3, "项目支撑", "主导产业项目签约数量占总签约数量30%以上", "各市县政府"),
    ("T03c", 3, "项目支撑", "当年签约当年开工项目比率达到30%以上", "各市县政府"),
    ("T03d", 3, "项目支撑", "受阻问题分级解决、编号管理、全程督办", "各市县政府"),
    ("T04", 4, "项目支撑", "各类基金优先投向开发区", "省地方金融监管局、省发改委、国开行江西省分行"),
    ("T05", 5, "产业集聚", "五大优势产业“四图作业”", "省工信厅"),
    ("T06", 6, "产业集聚", "各开发区出台产业集群发展规划", "各市县政府"),
    ("T07", 7, "产业集聚", "功能性综合服务平台建设", "省工信厅、省科技厅"),
    ("T08a", 8, "产业集聚", "国家级开发区建设2-3个主题产业园", "省发改委"),
    ("T08b", 8, "产业集聚", "省级重点工业园建设1-2个主题产业园", "省发改委"),
    ("T09a", 9, "创新引领", "国家级开发区制定1-2个千亿元以上创新型产业集群规划", "省工信厅、省科技厅"),
    ("T09b", 9, "创新引领", "省级开发区制定1-2个500亿元以上创新型产业集群规划", "省工信厅、省科技厅"),
    ("T10", 10, "创新引领", "全省开发区高新技术企业总数达到3000家以上", "省科技厅"),
    ("T11a", 11, "创新引领", "新增国家级创新平台和载体20家以上", "省科技厅、省发改委"),
    ("T11b", 11, "创新引领", "江西省网上常设技术市场成果交易", "省科技厅、省发改委"),
    ("T12a", 12, "改革推动", "赋权清单评估与动态调整", "省审改办"),
    ("T12b", 12, "改革推动", "年底前出台开发区社会治理责任清单", "各市县政府"),
    ("T13", 13, "改革推动", "“一县一区”整合优化全面完成", "各市县政府"),
    ("T14", 14, "改革推动", "产城融合发展", "各市县政府"),
    ("T15", 15, "改革推动", "人事薪酬制度改革", "各市县政府"),
    ("T16", 16, "改革推动", "行政审批局和综合执法局", "省编办"),
    ("T17", 17, "改革推动", "出台《江西省开发区条例》", "省发改委、省司法厅"),
    ("T18a", 18, "改革推动", "省级资金支持开发区", "省财政厅、省发改委、省工信厅"),
    ("T18b", 18, "改革推动", "耕地占补平衡省级交易平台", "省自然资源厅"),
    ("T19a", 19, "绿色转型", "提升单位土地产出率(亩产论英雄)", "省自然资源厅、省发改委、省工信厅"),
    ("T19b", 19, "绿色转型", "“僵尸企业”“僵尸项目”每年减少1/3", "省自然资源厅、省发改委、省工信厅"),
    ("T20a", 20, "绿色转型", "所有开发区全部接入智慧开发区平台", "省发改委、省工信厅"),
    ("T20b", 20, "绿色转型", "区内企业全部接入智慧开发区平台", "省发改委、省工信厅"),
    ("T20c", 20, "绿色转型", "与政务服务、信用公示、公共资源交易系统互联互通", "省发改委、省工信厅"),
    ("T21a", 21, "绿色转型", "各类污染物达标排放", "省生态环境厅"),
    ("T21b", 21, "绿色转型", "重点排污单位在线监测联网", "省生态环境厅"),
    ("T21c", 21, "绿色转型", "生态工业示范园区、绿色园区、循环化改造试点", "省生态环境厅"),
    ("T21d", 21, "绿色转型", "化工园区清理整顿", "省生态环境厅"),
]


def zones() -> list[tuple[str, str, str, str, str, str, float, float]]:
    """About 100 zones, the national ones first: id, name, short name, level, city code and name, longitude, latitude."""
    national, provincial = [], []
    for code, city, longitude, latitude, *_cell in CITIES:
        short = city.removesuffix("市")
        for n, (kind, brief) in enumerate((("经济技术开发区", "经开区"), ("高新技术产业开发区", "高新区"))):
            place = (round(longitude + 0.1 * n, 4), round(latitude + 0.08 * n, 4))
            national.append((f"{code}N{n}", short + kind, short + brief, "国家级", code, city, *place))
        for n, county in enumerate(COUNTIES[code].split()):
            place = (round(longitude + 0.22 * (n % 3 - 1), 4), round(latitude + 0.22 * (n // 3 - 1), 4))
            stem = county if len(county) <= 2 else county[:-1]
            level = "重点省级" if n == 0 else "省级"
            provincial.append((f"{code}P{n}", f"{stem}工业园区", f"{stem}工业园", level, code, city, *place))
    return national + provincial


def cities_geojson() -> dict[str, Callable[[str], str]]:
    """For each city, a function from a colour to the GeoJSON Feature of its tile."""
    return {
        code: lambda color, n=name, x=column, y=row: tile(n, color, x, y) for code, name, _, _, column, row in CITIES
    }


def tile(name: str, color: str, column: int, row: int) -> str:
    west, north = 113.6 + column * 1.15, 30.0 - row * 1.05
    east, south = west + 1.05, north - 0.95
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    properties = {"fillColor": color, "strokeColor": "#FFFFFF", "name": name, "label": name}
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": properties}
    return json.dumps(feature, ensure_ascii=False)
