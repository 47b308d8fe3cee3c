"""Bring Superset's own state to what this folder says: metadata schema, roles, users, dashboards. One process.

Run as `superset/.venv/bin/python superset/provision.py` with ZONEHOUSE_HOME set. Repeating it changes nothing, and when
neither Superset's version nor a file of this folder has changed it is done in a moment, without loading Superset.
The first passwords are in `$ZONEHOUSE_HOME/superset/credentials.json` (mode 0600) and are never printed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

ROOM = Path(__file__).resolve().parent
ASSETS = ROOM / "assets"
POLICIES = ROOM / "policies" / "roles.yaml"


def home() -> Path:
    """The absolute ZONEHOUSE_HOME (default `data` beside this room)."""
    return Path(os.environ.get("ZONEHOUSE_HOME", ROOM.parent / "data")).resolve()


def environment(base: Path) -> dict[str, str]:
    """The variables Superset needs, for this process and for the server."""
    return {
        "ZONEHOUSE_HOME": str(base),
        "SUPERSET_HOME": str(base / "superset"),
        "SUPERSET_CONFIG_PATH": str(ROOM / "superset_config.py"),
        "FLASK_APP": "superset",
        "SCARF_ANALYTICS": "false",
        "PYTHONPATH": str(ROOM),
    }


def digest() -> str:
    """SHA-256 over everything that provisioning depends on."""
    total = hashlib.sha256(importlib.metadata.version("apache-superset").encode())
    for file in sorted(
        [*ROOM.glob("*.py"), ROOM / "marts.yaml", *ASSETS.rglob("*.*"), *POLICIES.parent.rglob("*.yaml")]
    ):
        total.update(file.relative_to(ROOM).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def asset_contents() -> dict[str, str]:
    """The bundle as Superset's importer takes it: file name -> text. All dashboards share one style sheet."""
    contents = {file.relative_to(ASSETS).as_posix(): file.read_text("utf-8") for file in sorted(ASSETS.rglob("*.yaml"))}
    style = json.dumps((ASSETS / "style.css").read_text("utf-8"), ensure_ascii=False)
    return {
        name: f"css: {style}\n{text}" if name.startswith("dashboards/") else text for name, text in contents.items()
    }


def import_assets(contents: dict[str, str], before: list[str]) -> list[str]:
    """Import the bundle over what is there and delete what an earlier bundle (uuids `before`) had and this one has not.

    Objects that people made in the browser are in no bundle and are left alone. Returns the uuids of this bundle.
    """
    import yaml
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.connectors.sqla.models import SqlaTable
    from superset.extensions import db
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    ImportAssetsCommand(contents).run()
    kept = [str(yaml.safe_load(text)["uuid"]) for name, text in contents.items() if name != "metadata.yaml"]
    for model in (Dashboard, Slice, SqlaTable):
        for gone in db.session.query(model).filter(model.uuid.in_(sorted(set(before) - set(kept)))).all():
            db.session.delete(gone)
    db.session.commit()
    return kept


def sync_roles(policies: dict[str, Any]) -> None:
    """Give each role exactly the permissions of the policy file, and its dashboards."""
    from superset.extensions import db, security_manager
    from superset.models.dashboard import Dashboard

    for name, policy in policies["roles"].items():
        role = security_manager.add_role(name)
        wanted = set(security_manager.find_role(policy["copies"]).permissions) if "copies" in policy else set()
        names = policy.get("permissions", []) + policy.get("more", [])
        pairs = [tuple(text.split(" on ", 1)) for text in names]
        pairs += [("schema_access", f"[省级数据仓库].[{schema}]") for schema in policy.get("schemas", [])]
        wanted |= {security_manager.add_permission_view_menu(permission, view) for permission, view in pairs}
        role.permissions = sorted(wanted, key=lambda item: item.id)
    db.session.commit()
    slugs = {slug for policy in policies["roles"].values() for slug in policy["dashboards"]}
    for dashboard in db.session.query(Dashboard).filter(Dashboard.slug.in_(sorted(slugs))).all():
        names = [name for name, policy in policies["roles"].items() if dashboard.slug in policy["dashboards"]]
        dashboard.roles = [security_manager.find_role(name) for name in names]
    db.session.commit()


def sync_users(policies: dict[str, Any], passwords: dict[str, str]) -> list[str]:
    """Make the users that do not exist yet; existing ones keep their password and are put back into their role."""
    from superset.extensions import db, security_manager

    made = []
    for name, user in policies["users"].items():
        role = security_manager.find_role(user["role"])
        found = security_manager.find_user(username=name)
        if found is None:
            mail = f"{name}@zonehouse.invalid"
            security_manager.add_user(name, user["first_name"], user["last_name"], mail, role, password=passwords[name])
            made.append(name)
        elif found.roles != [role]:
            found.roles = [role]
    db.session.commit()
    return made


def provision() -> dict[str, Any]:
    """Do what is needed; returns what was done."""
    base = home()
    state = base / "superset"
    done, wanted = state / "provisioned.json", digest()
    last = json.loads(done.read_text()) if done.exists() else {"digest": "", "uuids": []}
    if last["digest"] == wanted and (state / "superset.db").exists():
        return {"changed": False, "users_made": []}
    os.umask(0o077)
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.update(environment(base))
    sys.path.insert(0, str(ROOM))
    import credentials
    import empty_release
    import yaml

    secrets = credentials.load_or_create(base)
    contents = asset_contents()
    empty_release.write(state / "releases" / "none" / "warehouse.duckdb")
    policies = yaml.safe_load(POLICIES.read_text("utf-8"))
    made, uuids = _with_superset(contents, policies, secrets["users"], last["uuids"])
    build = done.with_suffix(".tmp")
    build.write_text(json.dumps({"digest": wanted, "uuids": uuids}))
    build.replace(done)
    return {"changed": True, "users_made": made}


def _with_superset(
    contents: dict[str, str], policies: dict[str, Any], passwords: dict[str, str], before: list[str]
) -> tuple[list[str], list[str]]:
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        from flask import g
        from flask_migrate import upgrade
        from superset.extensions import appbuilder, db, security_manager

        upgrade(directory=str(Path(app.root_path) / "migrations"))
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        db.session.commit()
        made = sync_users({"users": {"admin": policies["users"]["admin"]}}, passwords)
        g.user = security_manager.find_user(username="admin")
        uuids = import_assets(contents, before)
        sync_roles(policies)
        return made + sync_users(policies, passwords), uuids


def main() -> None:
    start = time.monotonic()
    result = provision()
    result |= {
        "seconds": round(time.monotonic() - start, 1),
        "credentials": str(home() / "superset" / "credentials.json"),
    }
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
