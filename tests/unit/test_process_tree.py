"""Nothing that was started outlives who started it, whatever ends whom."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import living, until

# The worker starts a child that starts a grandchild in a session of its own; both may be deaf to SIGTERM.
PROGRAM = """
import os, subprocess, sys, time
from orchestration import process_tree
process_tree.GRACE_SECONDS, marks, deaf = 0.3, sys.argv[1], sys.argv[2]
SLEEP = "import signal, time\\nif '%s': signal.signal(signal.SIGTERM, signal.SIG_IGN)\\n" % deaf
GRANDCHILD = SLEEP + "open('%s/grandchild', 'w').write('x')\\nwhile True: time.sleep(60)" % marks
CHILD = "import subprocess, sys\\nsubprocess.Popen([sys.executable, '-c', sys.argv[1]], start_new_session=True)\\n"
CHILD += SLEEP + "while True: time.sleep(60)"
def work():
    open(marks + "/worker", "w").write(str(os.getpid()))
    subprocess.Popen([sys.executable, "-c", CHILD, GRANDCHILD])
    if sys.argv[3] == "ends":
        while not os.path.exists(marks + "/grandchild"): time.sleep(0.01)
        return 5
    while True: time.sleep(60)
sys.exit(process_tree.keep(work))
"""


@pytest.mark.parametrize("deaf", ["", "deaf"])
@pytest.mark.parametrize(
    ("whom", "how", "code"),
    [
        ("keeper", signal.SIGTERM, 0),
        ("keeper", signal.SIGINT, 0),
        ("keeper", signal.SIGHUP, 0),
        ("keeper", signal.SIGKILL, -signal.SIGKILL),
        ("worker", signal.SIGTERM, 0),
        ("worker", signal.SIGKILL, 128 + signal.SIGKILL),
        ("nobody", None, 5),
    ],
)
def test_all_end_when_one_ends(whom: str, how: int | None, code: int, deaf: str, tmp_path: Path) -> None:
    life = "goes on" if how else "ends"
    keeper = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path), deaf, life])
    if how:
        until(lambda: (tmp_path / "grandchild").exists() and (tmp_path / "worker").read_text())
        assert len(living("cmdline", str(tmp_path))) == 4
        victim = keeper.pid if whom == "keeper" else int((tmp_path / "worker").read_text())
        subprocess.run(["kill", f"-{int(how)}", str(victim)], check=True)
    assert keeper.wait() == code
    until(lambda: not living("cmdline", str(tmp_path)))
