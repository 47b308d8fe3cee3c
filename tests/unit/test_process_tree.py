"""Nothing that was started outlives who started it, whatever ends whom."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import process_tree
from tests.processes import living, until

# The worker starts a child that starts a grandchild in a session of its own; both may be deaf to SIGTERM.
PROGRAM = """
import os, signal, subprocess, sys, time
from orchestration import process_tree
process_tree.GRACE_SECONDS, marks, deaf = 0.3, sys.argv[1], sys.argv[2]
# The tests themselves may have been started by nohup, and what is ignored is inherited.
signal.signal(signal.SIGHUP, signal.SIG_IGN if sys.argv[4:] == ["nohup"] else signal.SIG_DFL)
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


def test_nohup_outlives_the_terminal(tmp_path: Path) -> None:
    keeper = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path), "", "ends", "nohup"])
    until(lambda: (tmp_path / "worker").exists())
    keeper.send_signal(signal.SIGHUP)
    assert keeper.wait() == 5


# The worker starts a command with a keeper of its own, as `zonehouse up` starts its servers; the command starts a child in
# a session of its own.
KEEPS_A_COMMAND = """
import os, sys, time
from orchestration import process_tree
marks = sys.argv[1]
CHILD = "import time\\nopen('%s/child', 'w').write('x')\\nwhile True: time.sleep(60)" % marks
COMMAND = "import subprocess, sys, time\\n"
COMMAND += "subprocess.Popen([sys.executable, '-c', sys.argv[1]], start_new_session=True)\\nwhile True: time.sleep(60)"
def work():
    kept = process_tree.start_kept([sys.executable, "-c", COMMAND, CHILD])
    open(marks + "/pids", "w").write(f"{os.getppid()} {os.getpid()} {kept.pid}")
    return kept.wait()
sys.exit(process_tree.keep(work))
"""


@pytest.mark.parametrize("whom", [slice(0, 2), slice(2, 3)])
def test_a_kept_command_ends_also_when_keeper_and_worker_are_killed_at_once(whom: slice, tmp_path: Path) -> None:
    keeper = subprocess.Popen([sys.executable, "-c", KEEPS_A_COMMAND, str(tmp_path)])
    until(lambda: (tmp_path / "child").exists() and (tmp_path / "pids").read_text(), keeper)
    assert len(living("cmdline", str(tmp_path))) == 5, "keeper, worker, the command's keeper, the command, its child"
    subprocess.run(["kill", "-9", *(tmp_path / "pids").read_text().split()[whom]], check=True)
    keeper.wait()
    until(lambda: not living("cmdline", str(tmp_path)))


def test_a_command_is_told_of_the_end_of_its_keeper(tmp_path: Path) -> None:
    program = "import sys, time; open(sys.argv[1] + '/begun', 'w'); time.sleep(1000000)"
    keeper = process_tree.start_kept([sys.executable, "-c", program, str(tmp_path)])
    until((tmp_path / "begun").exists, keeper)
    keeper.kill()
    keeper.wait()
    until(lambda: not living("cmdline", str(tmp_path)))


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["sh", "-c", "echo so >&2; exit 7"], 7, "so\n"),
        (["sh", "-c", "kill -9 $$"], 128 + signal.SIGKILL, ""),
        (["/no/such/program"], 127, "/no/such/program: No such file or directory\n"),
    ],
)
def test_a_kept_command_ends_as_it_would_alone(command: list[str], code: int, said: str) -> None:
    keeper = process_tree.start_kept(command, stderr=subprocess.PIPE, text=True)
    assert (keeper.communicate()[1], keeper.returncode) == (said, code)


def test_a_command_whose_owner_is_gone_does_not_start(tmp_path: Path) -> None:
    keeper = [sys.executable, "-m", "orchestration.process_tree", "--parent", "1", "--"]
    assert subprocess.run([*keeper, "touch", str(tmp_path / "x")], check=False).returncode == 1
    assert not (tmp_path / "x").exists()


# A process, deaf to SIGTERM, that ends a few hundred times and each time goes on in a child: meanwhile no list of
# processes is true. It ends with the reader of its pipe, so that a test that fails leaves nothing.
RESTLESS = """
import subprocess, sys
from orchestration import process_tree
process_tree.GRACE_SECONDS, pipe = 0.0, int(sys.argv[1])
HOPS = '''
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.write(1, b"x")
for _ in range(400):
    os.write(int(sys.argv[1]), b".")
    time.sleep(0.001)
    if os.fork(): os._exit(0)
while True:
    os.write(int(sys.argv[1]), b".")
    time.sleep(0.1)
'''
def work():
    subprocess.Popen(
        [sys.executable, "-S", "-c", HOPS, sys.argv[1]], pass_fds=[pipe], stdout=subprocess.PIPE
    ).stdout.read(1)
    return 5
sys.exit(process_tree.keep(work))
"""


def test_what_goes_on_in_a_child_of_its_own_is_caught() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb", buffering=0) as pipe:
        keeper = subprocess.Popen([sys.executable, "-c", RESTLESS, str(writing)], pass_fds=[writing])
        os.close(writing)
        assert keeper.wait() == 5
        os.set_blocking(reading, False)
        while (hops := pipe.read(65536)) != b"":
            assert hops is not None, "something still holds the pipe"
