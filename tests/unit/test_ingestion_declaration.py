"""Declarations: the ones in the repository load, and faulty ones say where they are wrong."""

from pathlib import Path

import pytest
import yaml

from ingestion.declaration import DATASETS, LINEAGE, load_declarations
from ingestion.errors import BadDeclaration


def rule(broken_when: str, **more: str) -> dict[str, str]:
    return {"name": "odd", "broken_when": broken_when, "reason": "It is odd.", "reason_zh": "不合常理；请核对", **more}


GOOD = yaml.safe_load((DATASETS / "smart_zone" / "zone.yml").read_text(encoding="utf-8"))


def test_every_declaration_loads() -> None:
    declared = load_declarations()
    assert len(declared) == len(list(DATASETS.glob("*/*.yml")))
    for key, dataset in declared.items():
        assert key == dataset.id
        schema = dataset.lake_schema()
        assert list(schema)[-len(LINEAGE) :] == list(LINEAGE)
        assert not {f.name for f in dataset.fields if f.is_dropped} & set(schema)


def test_personal_fields_never_have_a_lake_column() -> None:
    declared = load_declarations()
    assert "legal_representative" not in declared["credit/registration"].lake_schema()
    assert {"contact_name", "contact_phone"}.isdisjoint(declared["trading/project"].lake_schema())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": ["nothing"]}, "key field nothing"),
        ({"key": ["leading_industry"]}, "key field leading_industry"),
        ({"reported_at": "nothing"}, "reported_at names nothing"),
        ({"owner": None}, "owner"),
        ({"colour": "red"}, "colour"),
        ({"interface": {"kind": "telegraph"}}, "interface"),
        ({"interface": {"kind": "rest_json", "path": "/x", "page_size": 5001, "window": "month"}}, "page_size"),
        ({"dataset": "other"}, "name the file after"),
        ({"fields": GOOD["fields"] + [GOOD["fields"][0]]}, "used twice"),
        ({"fields": [*GOOD["fields"], {"source": "x", "name": "extra", "type": "text"}]}, "reserved"),
        ({"fields": [*GOOD["fields"], {"source": "x", "name": "x", "type": "colour"}]}, "type"),
        (
            {"fields": [*GOOD["fields"], {"source": "x", "name": "x", "type": "money", "factor_field": "u"}]},
            "belong together",
        ),
        (
            {"fields": [*GOOD["fields"], {"source": "x", "name": "x", "type": "date", "sensitivity": "hash"}]},
            "field x: a hash is text",
        ),
        (
            {
                "fields": [
                    *GOOD["fields"],
                    {"source": "x", "name": "x", "type": "text", "sensitivity": "drop"},
                    {"source": "x", "name": "y", "type": "text"},
                ]
            },
            "field y reads a personal source",
        ),
        ({"rules": [rule("zone_name >")]}, "rule odd: unable to parse"),
        ({"rules": [rule("nothing > 2")]}, 'rule odd: .*column "nothing"'),
        ({"rules": [rule("latitude + 1")]}, "rule odd: .* not true or false"),
        ({"rules": [rule("sum(latitude) > 1")]}, "rule odd: .* for each row"),
        ({"rules": [rule("latitude > '2019-01-01'")]}, "rule odd: "),
        ({"rules": [rule("latitude / longitude > 2")]}, "rule odd: it divides"),
        ({"rules": [rule("batch_id = 'x'")]}, "rule odd: .*batch_id"),
        ({"rules": [rule("latitude > 90"), rule("latitude < -90")]}, "same name"),
        ({"rules": [rule("latitude > 90", reason_zh="请核对")]}, "rules.0.reason_zh"),
        ({"rules": [rule("latitude > 90", severity="block")]}, "rules.0.severity"),
    ],
)
def test_a_faulty_declaration_is_named(tmp_path: Path, change: dict[str, object], words: str) -> None:
    path = tmp_path / "smart_zone" / "zone.yml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(GOOD | change, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadDeclaration, match=words) as error:
        load_declarations(tmp_path)
    assert str(error.value).startswith("smart_zone/zone.yml: ")


def test_broken_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.yml").write_text("system: [", encoding="utf-8")
    with pytest.raises(BadDeclaration, match=r"a/b\.yml"):
        load_declarations(tmp_path)
