"""What Superset's pages get from us: the start page, the phone's layout, the language pack, the logo."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Flask, redirect, request
from flask_login import current_user

OVERVIEW, OVERVIEW_PHONE = "overview", "overview-phone"
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
PHONES = ("iphone", "android", "mobile", "harmonyos", "micromessenger")


def _image(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


_MARK = (
    '<rect x="2" y="16" width="7" height="14" rx="1.5" fill="#7FB77E"/><rect x="11" y="9" width="7" height="21" '
    'rx="1.5" fill="#E0A030"/><rect x="20" y="2" width="7" height="28" rx="1.5" fill="#1F5FA8"/>'
)
ICON = _image(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{_MARK}</svg>')
LOGO = _image(
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 226 32" width="226" height="32">{_MARK}<text x="36" y="23" '
    "font-family=\"'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif\" font-size=\"18\" "
    'font-weight="600" fill="#1F2D3D">江西省开发区数据仓库</text></svg>'
)


@cache
def language_pack() -> str:
    """Superset's Chinese pack with our corrections and additions merged in."""
    import superset

    root = Path(superset.__file__).parent / "translations" / "zh" / "LC_MESSAGES" / "messages.json"
    pack: dict[str, Any] = json.loads(root.read_text(encoding="utf-8"))
    ours = yaml.safe_load((Path(__file__).parent / "policies" / "wording.yaml").read_text(encoding="utf-8"))
    pack["locale_data"]["superset"].update({english: [chinese] for english, chinese in ours.items()})
    return json.dumps(pack, ensure_ascii=False)


def install(app: Flask) -> None:
    """Add the rules to Superset's Flask application."""

    @app.before_request
    def before() -> Any:
        path = request.path
        # Superset serves its language pack only after login, which would leave the login page in English.
        if path.startswith("/superset/language_pack/zh"):
            return app.response_class(language_pack(), mimetype="application/json")
        if not current_user.is_authenticated:
            # The login page reports itself here. A refusal would carry a new anonymous session cookie, and when that
            # arrives after the login's own, the user is thrown back to the login page.
            return app.response_class(status=204) if path == "/superset/log/" else None
        slug = OVERVIEW_PHONE if _is_phone() else OVERVIEW
        if path in ("/", "/superset/welcome/") or (
            slug == OVERVIEW_PHONE and path == f"/superset/dashboard/{OVERVIEW}/"
        ):
            return redirect(f"/superset/dashboard/{slug}/")
        return None

    @app.after_request
    def after(response: Any) -> Any:
        # Without this a phone draws the page for a desk screen and shrinks it.
        if response.mimetype == "text/html" and not response.is_streamed:
            page = response.get_data(as_text=True)
            response.set_data(
                page.replace("<html>", '<html lang="zh-CN">', 1).replace("<head>", "<head>" + VIEWPORT, 1)
            )
        return response


def _is_phone() -> bool:
    agent = (request.user_agent.string or "").lower()
    return any(name in agent for name in PHONES) and "ipad" not in agent
