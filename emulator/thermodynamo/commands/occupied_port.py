"""Who listens on a port that this server could not have: asked of the system, which tells of this user's processes."""

import re
import subprocess
from pathlib import Path

LISTENING = "0A"
"""The state in Linux's tables of TCP sockets (proc_net_tcp)."""
LISTED = re.compile(r"^p(?P<process>[0-9]+)\nc(?P<command>.*)$", re.MULTILINE).search
LSOF_SECONDS = 2


def holder(port: int) -> str | None:
    """The program and the process that listen on a port of this machine; None where the system does not tell."""
    return _from_proc(port) if Path("/proc/net/tcp").exists() else _from_lsof(port)


def _from_proc(port: int) -> str | None:
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(descriptor.readlink()) in sockets for descriptor in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:
            continue  # Another user's, or ended meanwhile.
    return None


def _inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for _, address, _, state, *more in map(str.split, lines):
            if state == LISTENING and int(address.rpartition(":")[2], 16) == port:
                found.add(more[5])
    return found


def _from_lsof(port: int) -> str | None:
    command = ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
    try:
        listed = LISTED(subprocess.run(command, capture_output=True, text=True, timeout=LSOF_SECONDS).stdout)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return f"{listed['command']} (process {listed['process']})" if listed else None
