#!/usr/bin/env bash
# What the project needs from the machine itself: installed from the distribution where that is allowed, else named.
#   system_packages.sh python     Python with its venv module, and certificates, for `make env`
#   system_packages.sh browser    Chromium, a Chinese font and what drives both, for whatever looks at a page
set -euo pipefail

python=${PYTHON:-python3}
missing=()
need() { missing+=("$@"); }

case "${1:-}" in
python)
    if ! command -v "$python" >/dev/null; then
        need python3 python3-venv
    elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        need python3-venv
    fi
    # uv trusts what the machine trusts, and a bare machine trusts nobody.
    if [[ -e /etc/debian_version && ! -s /etc/ssl/certs/ca-certificates.crt ]]; then need ca-certificates; fi
    ;;
browser)
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || need chromium
    # The program that drives the browser is linked to it, and a bare machine has it not.
    "$python" -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null || need libatomic1
    # A font of the machine that has 开 as a glyph; without one every page is a page of empty boxes.
    if ! command -v fc-list >/dev/null; then
        need fontconfig fonts-noto-cjk
    elif [[ -z "$(fc-list ':charset=5f00' file)" ]]; then
        need fonts-noto-cjk
    fi
    ;;
*)
    echo "usage: $0 python|browser" >&2
    exit 2
    ;;
esac
((${#missing[@]})) || exit 0

as_root=()
if ((EUID)); then
    if sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
fi
if ! command -v apt-get >/dev/null || [[ "${as_root[*]}" == false ]]; then
    echo "This needs ${missing[*]} (Debian's names) and may not install them: ask for 'apt-get install ${missing[*]}', then run it again." >&2
    exit 1
fi
echo "Installing ${missing[*]} from the distribution ..." >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    echo "${missing[*]} could not be installed; apt-get said: $(grep -m1 '^E:' "$log" || tail -n 1 "$log")" >&2
    exit 1
fi
