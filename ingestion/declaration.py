"""Dataset declarations: one YAML file per dataset says where it comes from, what its fields mean and who owns it."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic import Field as Setting

from ingestion.errors import BadDeclaration

DATASETS = Path(__file__).parent / "datasets"

FieldType = Literal[
    "text",
    "name",
    "uscc",
    "region_code",
    "industry_code",
    "standard_no",
    "money",
    "decimal",
    "number",
    "integer",
    "month",
    "date",
    "timestamp",
    "boolean",
    "capital_text",
]

LAKE_TYPES: dict[str, str] = {
    "text": "VARCHAR",
    "name": "VARCHAR",
    "uscc": "VARCHAR",
    "region_code": "VARCHAR",
    "industry_code": "VARCHAR",
    "standard_no": "VARCHAR",
    "money": "DECIMAL(24,2)",
    "decimal": "DECIMAL(24,6)",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "month": "DATE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
    "capital_text": "DECIMAL(24,2)",
}

# What a row rule sees. Amounts are floating-point numbers there: a product of decimals would overflow.
_RULE_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "DECIMAL(24,2)": pl.Float64(),
    "DECIMAL(24,6)": pl.Float64(),
    "DOUBLE": pl.Float64(),
    "BIGINT": pl.Int64(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),
    "BOOLEAN": pl.Boolean(),
}

LINEAGE: dict[str, str] = {
    "batch_id": "VARCHAR",
    "load_date": "DATE",
    "file_date": "DATE",
    "source_file": "VARCHAR",
    "source_file_sha256": "VARCHAR",
    "record_number": "BIGINT",
    "source_record_id": "VARCHAR",
    "loaded_at": "TIMESTAMP",
    "extra": "VARCHAR",
}


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(_Strict):
    """One field: `source` is the platform's name, `name` ours; `factor` turns the source's unit into the base unit."""

    source: str
    name: str = Setting(pattern=r"^[a-z][a-z0-9_]*$")
    type: FieldType
    required: bool = False
    optional: bool = False
    description: str = ""
    unit: str | None = None
    factor: Decimal = Decimal(1)
    factor_field: str | None = None
    factors: dict[str, Decimal] | None = None
    min: float | None = None
    max: float | None = None
    allowed: tuple[str, ...] | None = None
    # A time that cannot lie after the day of its file or page: it comes from a wrong clock or a wrong file.
    not_after_load: bool = False
    # Personal data: `drop` never leaves landing, `hash` leaves it only as a keyed hash (see pseudonyms.py).
    sensitivity: Literal["drop", "hash"] | None = None

    @property
    def is_dropped(self) -> bool:
        """Whether the value must never leave landing."""
        return self.sensitivity == "drop"

    @property
    def is_hashed(self) -> bool:
        """Whether the value leaves landing as a keyed hash only."""
        return self.sensitivity == "hash"

    @model_validator(mode="after")
    def _consistent(self) -> Field:
        if self.is_hashed and LAKE_TYPES[self.type] != "VARCHAR":
            raise ValueError(f"field {self.name}: a hash is text; declare a type of text instead of {self.type}")
        if (self.factor_field is None) != (self.factors is None):
            raise ValueError(f"field {self.name}: factor_field and factors belong together")
        if self.required and (self.optional or self.is_dropped):
            raise ValueError(f"field {self.name}: a required field can be neither optional nor dropped")
        return self


class RestJson(_Strict):
    """Cursor pages of JSON rows."""

    kind: Literal["rest_json"]
    path: str
    page_size: int = Setting(default=5000, ge=1, le=5000)
    window: Literal["day", "month"]


class FileListing(_Strict):
    """Files that a manifest announces with size, digest and row count."""

    kind: Literal["file_listing"]
    path: str
    window: Literal["day", "month"]
    # Whether the first load reaches back over the platform's history or begins with the days asked for.
    history: Literal["all", "none"] = "all"


class ByHand(_Strict):
    """Files that a person hands over."""

    kind: Literal["by_hand"]


class JsonRows(_Strict):
    """JSON objects, one per row."""

    kind: Literal["json_rows"]


class CsvRows(_Strict):
    """CSV with a header of source names; `member` names the file inside a ZIP."""

    kind: Literal["csv_rows"]
    encoding: Literal["utf-8", "gb18030"]
    member: str | None = None


class XmlMessages(_Strict):
    """Trading-exchange messages (`DES`) of one entity."""

    kind: Literal["xml_messages"]
    entity: str
    data_no: str
    encoding: Literal["utf-8"] = "utf-8"


class Hj212(_Strict):
    """HJ 212-2017 packets of one command (CN)."""

    kind: Literal["hj212"]
    command: str
    encoding: Literal["ascii"] = "ascii"


class RowRule(_Strict):
    """A rule that a whole row must keep: a row for which `broken_when` is true goes to quarantine with `reason`.

    `broken_when` is an SQL expression (Polars) over our names of the fields that reach the lake, with the types that
    `lake_schema` gives them, amounts as floating-point numbers; where it is null the rule is not broken.
    """

    name: str = Setting(pattern=r"^[a-z][a-z0-9_]*$")
    broken_when: str
    reason: str = Setting(min_length=1)
    # What the owner of the data reads: why, then what to do, parted by one ；.
    reason_zh: str = Setting(pattern=r"^[^；]+；[^；]+$")
    severity: Literal["quarantine"] = "quarantine"

    @cached_property
    def expression(self) -> pl.Expr:
        """The rule as an expression; ValueError where it cannot be read or divides."""
        if "/" in self.broken_when:
            raise ValueError(
                f"rule {self.name}: it divides, and a divisor may be zero; multiply the other side instead"
            )
        try:
            return pl.sql_expr(self.broken_when)
        except pl.exceptions.PolarsError as error:
            raise ValueError(f"rule {self.name}: {_first_line(error)}") from error

    def check(self, empty: pl.DataFrame) -> None:
        """ValueError unless the rule says yes or no for each row of a frame with the columns of `empty`."""
        try:
            answer = empty.clear(2).select(self.expression.alias("is_broken"))
        except pl.exceptions.PolarsError as error:
            raise ValueError(f"rule {self.name}: {_first_line(error)}") from error
        if answer.dtypes != [pl.Boolean()] or answer.height != 2:
            raise ValueError(f"rule {self.name}: {self.broken_when} is not true or false for each row")


class ExpectedVolume(_Strict):
    """How many rows are usual by the dataset's own history: a delivery below `min_ratio` of it is suspect.

    `per_day` compares with earlier days of the same weekday, `per_month_day` with the same day of earlier months
    (forms that are filled in at fixed days), `per_full_extract` a full extract with the last one and changes per day.
    """

    basis: Literal["per_day", "per_month_day", "per_full_extract"]
    min_ratio: float = Setting(gt=0, le=1)


class Dataset(_Strict):
    """A dataset as declared in `datasets/<system>/<dataset>.yml`."""

    system: str = Setting(pattern=r"^[a-z][a-z0-9_]*$")
    dataset: str = Setting(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    description: str
    owner: str
    interface: Annotated[RestJson | FileListing | ByHand, Setting(discriminator="kind")]
    format: Annotated[JsonRows | CsvRows | XmlMessages | Hj212, Setting(discriminator="kind")]
    key: tuple[str, ...] = Setting(min_length=1)
    reported_at: str | None = None
    expected_volume: ExpectedVolume | None = None
    missing: tuple[str, ...] = ("",)
    fields: tuple[Field, ...] = Setting(min_length=1)
    rules: tuple[RowRule, ...] = ()

    @property
    def id(self) -> str:
        """`system/dataset`."""
        return f"{self.system}/{self.dataset}"

    @cached_property
    def lake_fields(self) -> tuple[Field, ...]:
        """The fields that reach the lake, in order."""
        return tuple(f for f in self.fields if not f.is_dropped)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Every source column that is read, once each: fields and the fields that hold a unit."""
        names = [f.source for f in self.fields] + [f.factor_field for f in self.fields if f.factor_field]
        return tuple(dict.fromkeys(names))

    @cached_property
    def personal_sources(self) -> frozenset[str]:
        """Source columns that hold personal data, dropped or hashed: they are masked in quarantine."""
        return frozenset(f.source for f in self.fields if f.sensitivity)

    @cached_property
    def hashed_fields(self) -> tuple[Field, ...]:
        """The fields of which the lake holds a keyed hash."""
        return tuple(f for f in self.fields if f.is_hashed)

    def field(self, name: str) -> Field:
        """The field with our name `name`; KeyError when there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def lake_schema(self) -> dict[str, str]:
        """Column name -> DuckDB type of the lake file, lineage included, in order."""
        return {f.name: LAKE_TYPES[f.type] for f in self.lake_fields} | LINEAGE

    @cached_property
    def lake_version(self) -> str:
        """Digest of `lake_schema`: lake files of one version have the same columns."""
        return hashlib.sha256(repr(list(self.lake_schema().items())).encode()).hexdigest()[:8]

    @cached_property
    def rule_schema(self) -> dict[str, pl.DataType]:
        """Column name -> type of what the row rules see."""
        return {f.name: _RULE_TYPES[LAKE_TYPES[f.type]] for f in self.lake_fields}

    @model_validator(mode="after")
    def _consistent(self) -> Dataset:
        names = [f.name for f in self.fields]
        repeated = {n for n in names if names.count(n) > 1} | (set(names) & set(LINEAGE))
        if repeated:
            raise ValueError(f"field names used twice or reserved: {', '.join(sorted(repeated))}")
        for name in self.key:
            if name not in names or not self.field(name).required:
                raise ValueError(f"the key field {name} must be a declared, required field")
        if self.reported_at and self.reported_at not in names:
            raise ValueError(f"reported_at names {self.reported_at}, which is no field")
        exposed = [f.name for f in self.fields if f.source in self.personal_sources and not f.sensitivity]
        if exposed:
            raise ValueError(f"field {exposed[0]} reads a personal source; declare its sensitivity too")
        rules = [rule.name for rule in self.rules]
        if len(set(rules)) < len(rules):
            raise ValueError("two rules have the same name")
        for rule in self.rules:
            rule.check(pl.DataFrame(schema=self.rule_schema))
        return self


def load_declarations(folder: Path = DATASETS) -> dict[str, Dataset]:
    """Read every declaration under `folder`; raises BadDeclaration naming the file and the first fault."""
    found: dict[str, Dataset] = {}
    for path in sorted(folder.glob("*/*.yml")):
        place = f"{path.parent.name}/{path.name}"
        try:
            dataset = Dataset.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
        except (ValidationError, yaml.YAMLError) as error:
            raise BadDeclaration(f"{place}: {_first_fault(error)}; correct the declaration.") from error
        if dataset.id != f"{path.parent.name}/{path.stem}":
            raise BadDeclaration(f"{place}: it declares {dataset.id}; name the file after its system and dataset.")
        found[dataset.id] = dataset
    return found


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _first_fault(error: ValidationError | yaml.YAMLError) -> str:
    if isinstance(error, ValidationError):
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        return f"{where}: {fault['msg']}" if where else str(fault["msg"])
    return " ".join(str(error).split())
