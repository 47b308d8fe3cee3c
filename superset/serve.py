"""Serve Superset, on loopback unless told: `superset/.venv/bin/python superset/serve.py --port 8088` becomes gunicorn."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import provision


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8088)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--threads", type=int, default=8)
    chosen = options.parse_args()
    base = provision.home()
    if not (base / "superset" / "provisioned.json").exists():
        raise SystemExit(f"{base}/superset is not provisioned yet: run superset/provision.py first.")
    os.environ.update(provision.environment(base))
    gunicorn = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", str(chosen.workers)]
    gunicorn += ["--threads", str(chosen.threads), "--timeout", "120", "--graceful-timeout", "10", "--keep-alive", "15"]
    gunicorn += [
        "--no-control-socket",
        "--bind",
        f"[{chosen.host}]:{chosen.port}" if ":" in chosen.host else f"{chosen.host}:{chosen.port}",
        "--pythonpath",
        str(Path(__file__).resolve().parent),
    ]
    gunicorn += ["--worker-tmp-dir", "/dev/shm"] if os.path.isdir("/dev/shm") else []
    os.umask(0o077)
    os.execv(sys.executable, [*gunicorn, "superset.app:create_app()"])


if __name__ == "__main__":
    main()
