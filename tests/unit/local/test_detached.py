"""`vangnet up --detach` that is interrupted before the platform is ready leaves nothing running."""

import signal
import subprocess
import sys
import time
from pathlib import Path

STARTING = "#!/bin/sh\necho $$ > {pid}\nexec sleep 60\n"
DETACH = "import sys; from pathlib import Path; from vangnet_local.detached import detach; detach(Path(sys.argv[1]), None, None)"


def test_ctrl_c_ends_what_is_starting(tmp_path: Path) -> None:
    program, pid = tmp_path / "vangnet", tmp_path / "pid"
    program.write_text(STARTING.format(pid=pid))
    program.chmod(0o755)
    code = DETACH.replace("detach(Path", f"sys.argv[0] = {str(program)!r}; detach(Path")
    # A shell starts what it puts in the background with SIGINT ignored, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    asking = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "data")], stderr=subprocess.DEVNULL)
    signal.signal(signal.SIGINT, before)
    while not (pid.exists() and pid.read_text().strip()):
        assert asking.poll() is None
        time.sleep(0.01)
    asking.send_signal(signal.SIGINT)
    assert asking.wait(30) != 0
    assert not Path("/proc", pid.read_text().strip()).exists()
