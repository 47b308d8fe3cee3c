"""What blocks projects: problems that are numbered, graded by the level that must solve them, supervised and closed."""

from dataclasses import dataclass

import numpy as np

from sandbox.province.lives import NEVER, LifeVersions
from sandbox.province.projects import ENDED, INDUSTRIAL, PRODUCED, SIGNED, STALLED, Projects
from sandbox.province.randomness import chance
from sandbox.province.zones import Zone

EVENTS = ("opened", "graded", "raised", "raised again", "closed")
OPENED, GRADED, RAISED, RAISED_AGAIN, CLOSED = range(5)
LEVELS = ("区级", "县级", "市级", "省级")
# Type, what is wrong, who must solve it, weight.
TYPES = (
    ("用地", "项目用地指标未落实，土地未能按期交付", "自然资源部门", 26),
    ("规划审批", "施工许可等审批手续办理超期", "行政审批部门", 18),
    ("环评", "环境影响评价文件未获批复", "生态环境部门", 14),
    ("征地拆迁", "红线内房屋和杆线尚未迁移", "属地政府", 14),
    ("融资", "企业自有资金不足，银行贷款未到位", "地方金融监管部门", 12),
    ("用电", "配套电力线路和增容未完成", "供电部门", 9),
    ("用工", "投产所需工人招聘困难", "人力资源和社会保障部门", 7),
)
_RESULTS = ("已协调解决", "手续已办结", "土地已交付", "资金已到位")
_SHARE = 0.28
_DAYS_BY_LEVEL = np.array([30, 45, 60, 90])


@dataclass(frozen=True)
class Problems:
    """Parallel columns, one entry per problem; `project` is an index into the projects, `level` and `kind` are indices
    into LEVELS and TYPES, `due` is an ordinal."""

    seed: int
    number: np.ndarray
    problem_no: list[str]
    project: np.ndarray
    level: np.ndarray
    kind: np.ndarray
    result: list[str]
    due: np.ndarray
    days: np.ndarray

    def __len__(self) -> int:
        return len(self.problem_no)

    def level_at(self, versions: LifeVersions) -> np.ndarray:
        """The level that must solve the problem as each version knows it: it rises when a term is missed."""
        raised = (self.days[versions.member][:, [RAISED, RAISED_AGAIN]] <= versions.day[:, None]).sum(axis=1)
        return self.level[versions.member] + raised


def build_problems(zones: list[Zone], projects: Projects) -> Problems:
    """One problem for every project that stalls and for some of the others that were signed."""
    seed, days = projects.seed, projects.days
    stalls = days[:, STALLED] < NEVER
    some = chance(seed, "problem/has", projects.number) < _SHARE
    chosen = np.flatnonzero((projects.kind == INDUSTRIAL) & (days[:, SIGNED] < NEVER) & (stalls | some))
    key = projects.number[chosen]
    draw = {name: chance(seed, f"problem/{name}", key) for name in ("when", "level", "kind", "grade", "slow", "close")}
    signed = days[chosen, SIGNED]
    latest = np.minimum(np.minimum(days[chosen, PRODUCED], days[chosen, ENDED]), signed + 420)
    opened = np.where(stalls[chosen], days[chosen, STALLED] - 4, signed + 2 + (latest - signed - 3) * draw["when"])
    opened = np.maximum(opened.astype(np.int64), signed + 1)
    level = np.searchsorted([0.30, 0.62, 0.88], draw["level"], "right")
    due = opened + 8 + _DAYS_BY_LEVEL[level]
    life = _days(seed, projects, zones, chosen, opened, due, level, draw)
    weight = np.cumsum([kind[3] for kind in TYPES])
    zone_numbers = [zones[z].zone_id for z in projects.zone[chosen].tolist()]
    return Problems(
        seed=seed,
        number=key,
        problem_no=[
            f"WT{np.datetime64(day - 719_163, 'D').astype(object).year}{zone}{number}"
            for day, zone, number in zip(opened.tolist(), zone_numbers, key.tolist(), strict=True)
        ],
        project=chosen,
        level=level,
        kind=np.searchsorted(weight / weight[-1], draw["kind"], "right"),
        result=[
            "项目终止，问题核销" if is_void else _RESULTS[int(close * 4)]
            for is_void, close in zip(
                (life[:, CLOSED] >= days[chosen, ENDED]).tolist(), draw["close"].tolist(), strict=True
            )
        ],
        due=due,
        days=life,
    )


def _days(
    seed: int,
    projects: Projects,
    zones: list[Zone],
    chosen: np.ndarray,
    opened: np.ndarray,
    due: np.ndarray,
    level: np.ndarray,
    draw: dict[str, np.ndarray],
) -> np.ndarray:
    """Graded within a week; closed in time by most zones, raised a level when the term is missed by a month."""
    zone_keys = np.array([int(zone.zone_id) for zone in zones])
    slow = (0.06 + 0.30 * chance(seed, "problem/slowness", zone_keys))[projects.zone[chosen]]
    days = np.full((len(chosen), len(EVENTS)), NEVER, dtype=np.int64)
    days[:, OPENED] = opened
    days[:, GRADED] = opened + 1 + (6 * draw["grade"]).astype(np.int64)
    term = due - days[:, GRADED]
    late = draw["slow"] < slow
    closed = days[:, GRADED] + 2 + (term * np.where(late, 1.2 + 4.5 * draw["close"], 0.1 + 0.85 * draw["close"]))
    closed = np.where(late & (draw["slow"] < slow * 0.12), NEVER, closed.astype(np.int64))
    # A project that ends takes its open problem with it.
    closed = np.minimum(closed, np.maximum(projects.days[chosen, ENDED], days[:, GRADED] + 1))
    days[:, CLOSED] = closed
    for event, wait, most in ((RAISED, 30, 2), (RAISED_AGAIN, 120, 1)):
        raised = (days[:, CLOSED] > due + wait + 3) & (level <= most)
        days[:, event] = np.where(raised, due + wait, NEVER)
    return days
