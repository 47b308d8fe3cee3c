"""The tables that a candidate gets before its models are built, other than the views of the lake: what dbt knows of them
and what `candidate` creates are these definitions."""

from __future__ import annotations

from typing import NamedTuple


class Table(NamedTuple):
    """A description and the DuckDB type of each column, in order; what readers see has a Chinese label."""

    description: str
    columns: dict[str, str]
    label: str = ""

    def ddl(self, name: str, *, if_absent: bool = False) -> str:
        """The statements that create the table empty, in place of an old one unless `if_absent`, with its comments."""
        columns = ", ".join(f'"{column}" {kind}' for column, kind in self.columns.items())
        create = f"create {'table if not exists' if if_absent else 'or replace table'} {name} ({columns})"
        if not self.label:
            return create
        texts = {column: COLUMN_TEXTS[column] for column in self.columns}
        comments = [f"comment on table {name} is {_comment(self.label, self.description)}"]
        comments += [f"comment on column {name}.{column} is {_comment(*text)}" for column, text in texts.items()]
        return "; ".join([create, *comments])


def _comment(label: str, description: str) -> str:
    """The comment that the dbt macro persist_docs gives to a model or column, as a literal."""
    return "'" + f"{label}：{description}".replace("'", "''") + "'"


COLUMN_TEXTS: dict[str, tuple[str, str]] = {
    "actual_value": ("实际值", "Value reached as it was shown"),
    "as_of_date": ("数据截至日期", "Date as of which the release is built"),
    "batch_id": ("批次号", "Batch that brought the file or row"),
    "built_at": ("构建时间", "When the candidate was begun, naive local time"),
    "check_name": ("检查名称", "Name of the check"),
    "code_version": ("代码版本", "Digest of the code that built the release"),
    "dataset": ("数据集", "Declared dataset of the system"),
    "field": ("字段", "Field that the rule is about; empty for a rule about the record"),
    "file_name": ("文件名", "Name of the file or page in the landing"),
    "is_new": ("本夜批次", "Whether the night brought the batch"),
    "is_success": ("是否通过", "Whether the check held"),
    "is_waived": ("是否豁免", "Whether a waiver covers the failure"),
    "kind": ("批次类型", "How the batch came: changes, full, by_hand or replay"),
    "load_date": ("加载日期", "Business day that was loaded"),
    "loaded_count": ("入库行数", "Rows that entered the lake"),
    "new_fields": ("新增字段", "Fields that the declaration does not know; empty without any"),
    "observed": ("检查所见", "What the check found, in words"),
    "owner": ("责任单位", "Department that owns the dataset or the check"),
    "plan_year": ("计划年度", "Year of the work plan, or a year without one"),
    "quarantined_count": ("隔离行数", "Rows that were refused"),
    "reason": ("原因", "Why the rule or check exists, or what is wrong with the record"),
    "received_count": ("接收行数", "Rows received"),
    "record_number": ("记录序号", "Place of the record in the file"),
    "release_id": ("版本号", "Release"),
    "repeat_count": ("重复行数", "Exact repeats of rows that were received before"),
    "replayed_in": ("重放批次", "Batch that took the corrected row up; empty while it waits"),
    "row_count": ("行数", "Records in the file"),
    "row_id": ("隔离行号", "Identifier of the refused row"),
    "rule": ("规则", "Rule that the record breaks"),
    "scope_code": ("范围代码", "360000 or code of the prefecture"),
    "scope_type": ("范围类型", "province or city"),
    "severity": ("严重级别", "block stops the release, quarantine removes rows, warn is shown"),
    "sha256": ("文件摘要", "SHA-256 of the bytes as received"),
    "size_bytes": ("字节数", "Size of the file in bytes"),
    "source_file": ("来源文件", "File or page of the landing"),
    "source_file_sha256": ("来源文件摘要", "SHA-256 of that file"),
    "status": ("状态代码", "Status of the target as it was shown"),
    "suite": ("检查组", "batch, fact or mart"),
    "system": ("来源系统", "System that reported the data"),
    "target": ("检查对象", "Dataset, fact or mart that is checked"),
    "target_id": ("目标编号", "Target of the work plan"),
    "target_value": ("目标值", "Value to reach as it was shown"),
    "unexpected_count": ("异常行数", "Rows that break the check; empty where it does not count rows"),
    "window_since": ("窗口起始日", "First day of the fetched window; empty for a first load"),
    "window_until": ("窗口截止日", "Last day of the fetched window"),
}
"""Chinese label and description of a column, the same in every table that has it."""


_BATCH = {
    "batch_id": "VARCHAR",
    "system": "VARCHAR",
    "dataset": "VARCHAR",
    "load_date": "DATE",
    "window_since": "DATE",
    "window_until": "DATE",
    "kind": "VARCHAR",
    "received_count": "BIGINT",
    "loaded_count": "BIGINT",
    "quarantined_count": "BIGINT",
    "repeat_count": "BIGINT",
    "new_fields": "VARCHAR",
    "owner": "VARCHAR",
}

QUARANTINE = Table(
    "Rejected rows without their text, one row per rejected record and rule; replayed_in names the batch that took it up.",
    {
        "row_id": "VARCHAR",
        "batch_id": "VARCHAR",
        "system": "VARCHAR",
        "dataset": "VARCHAR",
        "load_date": "DATE",
        "source_file": "VARCHAR",
        "source_file_sha256": "VARCHAR",
        "record_number": "BIGINT",
        "rule": "VARCHAR",
        "reason": "VARCHAR",
        "field": "VARCHAR",
        "owner": "VARCHAR",
        "replayed_in": "VARCHAR",
    },
    "隔离数据",
)

TARGET_LIGHT = {
    "as_of_date": "DATE",
    "plan_year": "BIGINT",
    "target_id": "VARCHAR",
    "scope_type": "VARCHAR",
    "scope_code": "VARCHAR",
    "actual_value": "DOUBLE",
    "target_value": "DOUBLE",
    "status": "VARCHAR",
}
"""Columns of fact.fct_target_light, which a release hands on to the next."""

RAW_TABLES: dict[str, Table] = {
    "batch": Table("Every accepted batch, one row each.", _BATCH | {"is_new": "BOOLEAN"}),
    "load_context": Table("What this candidate is, one row.", {"release_id": "VARCHAR", "as_of_date": "DATE"}),
    "quarantine": QUARANTINE,
    "target_light": Table(
        "What the releases before this one showed, one row per date, plan year, target and scope.", TARGET_LIGHT
    ),
}

AUDIT_TABLES: dict[str, Table] = {
    "release": Table(
        "The releases, one row each; the youngest is this one.",
        {"release_id": "VARCHAR", "as_of_date": "DATE", "built_at": "TIMESTAMP", "code_version": "VARCHAR"},
        "发布版本",
    ),
    "batch": Table("Every batch behind the release, one row each.", _BATCH, "数据批次"),
    "source_file": Table(
        "Every received file, one row each.",
        {
            "batch_id": "VARCHAR",
            "system": "VARCHAR",
            "dataset": "VARCHAR",
            "load_date": "DATE",
            "file_name": "VARCHAR",
            "sha256": "VARCHAR",
            "size_bytes": "BIGINT",
            "row_count": "BIGINT",
        },
        "来源文件清单",
    ),
    "quarantine": QUARANTINE,
    "check_result": Table(
        "Result of every check of the gate, one row each; filled after the gate.",
        {
            "suite": "VARCHAR",
            "check_name": "VARCHAR",
            "target": "VARCHAR",
            "severity": "VARCHAR",
            "owner": "VARCHAR",
            "reason": "VARCHAR",
            "is_success": "BOOLEAN",
            "is_waived": "BOOLEAN",
            "unexpected_count": "BIGINT",
            "observed": "VARCHAR",
        },
        "质量检查结果",
    ),
}
