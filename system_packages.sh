#!/usr/bin/env bash
# What the project needs from the machine itself: installed from the distribution where that is allowed, else named.
#   system_packages.sh python     Python with its venv module, and certificates, for `make env`
#   system_packages.sh browser    Chromium, a Chinese font and what drives both, for whatever looks at a page
# Several may be named at once, so that one sentence tells everything that is missing.
set -euo pipefail

python=${PYTHON:-python3}

say() { echo "$*" >&2; }

python_is_missing() {
    local version
    version=$("$python" -c 'import sys; print(*sys.version_info[:2], sep=".")' 2>/dev/null) || true
    if [[ -z $version && $python == python3 ]]; then
        missing+=(python3 python3-venv)
    elif [[ ! $version =~ ^3\.1[12]$ ]]; then
        say "$python is ${version:-no program that runs} and this needs Python 3.11 or 3.12: name one of this machine by PYTHON=..."
        exit 1
    elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        missing+=(python3-venv)
    fi
    # uv trusts what the machine trusts, and a bare machine trusts nobody.
    if [[ -e /etc/debian_version && ! -s /etc/ssl/certs/ca-certificates.crt ]]; then missing+=(ca-certificates); fi
}

# Ubuntu's chromium-browser is a stub that asks for another package manager.
chromium_answers() { chromium --version >/dev/null 2>&1 || chromium-browser --version >/dev/null 2>&1; }

browser_is_missing() {
    chromium_answers || missing+=(chromium)
    # The program that drives the browser is linked to it, and a bare machine has it not.
    local libraries
    libraries=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null) || true
    [[ $libraries == *libatomic.so.1* ]] || missing+=(libatomic1)
    # A font of the machine that has 开 as a glyph; without one every page is a page of empty boxes.
    if ! command -v fc-list >/dev/null; then
        missing+=(fontconfig fonts-noto-cjk)
    elif [[ -z "$(fc-list ':charset=5f00' file)" ]]; then
        missing+=(fonts-noto-cjk)
    fi
}

look() {
    missing=()
    local part
    for part in "$@"; do
        case "$part" in
        python | browser) "${part}_is_missing" ;;
        *)
            say "usage: $0 python|browser ..."
            exit 2
            ;;
        esac
    done
}

(($#)) || set -- "" # no part is named: say how to call it
look "$@"
((${#missing[@]})) || exit 0

as_root=()
if ((EUID)); then
    if sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
fi
if ! command -v apt-get >/dev/null || [[ "${as_root[*]}" == false ]]; then
    say "This needs ${missing[*]} (Debian's names) and may not install them: ask for 'apt-get install ${missing[*]}', then run it again."
    exit 1
fi
say "Installing ${missing[*]} from the distribution ..."
if ! said=$({ "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } 2>&1); then
    first=$(grep -m1 '^E:' <<<"$said" || tail -n 1 <<<"$said")
    say "${missing[*]} could not be installed; apt-get said: $first"
    exit 1
fi
look "$@"
if ((${#missing[@]})); then
    say "${missing[*]} was installed from the distribution and is still not there: install it by hand, then run it again."
    exit 1
fi
