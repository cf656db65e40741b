"""Who listens on a port, and on which ports a process listens: asked of the system, for processes of this user."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

LISTENING = "0A"
"""The state in Linux's tables of TCP sockets (proc_net_tcp)."""
LISTED = re.compile(r"^p(?P<process>[0-9]+)\nc(?P<command>.*)$", re.MULTILINE).search
LSOF_SECONDS = 2


def holder(port: int) -> str | None:
    """The program and the process that listen on a port of this machine; None where the system does not tell."""
    return _from_proc(port) if Path("/proc/net/tcp").exists() else _from_lsof(port)


def authorities_of(process: int) -> list[str]:
    """Where a process, or one that it has started, listens, as 127.0.0.1:8000. Of Linux alone; empty elsewhere.

    Those that were started count for images whose first process starts the server (`docker run --init`).
    """
    listening = {f"socket:[{inode}]": (address, port) for address, port, inode in _listening()}
    found = set()
    for each in _with_children(process):
        try:
            held = [str(descriptor.readlink()) for descriptor in Path(f"/proc/{each}/fd").iterdir()]
        except OSError:
            continue  # Another user's, or ended meanwhile.
        found |= {listening[name] for name in held if name in listening}
    return [_authority(bytes.fromhex(address), port) for address, port in sorted(found)]


def _with_children(process: int) -> list[int]:
    """A process and all that it, and they, have started."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            _, parent = path.read_text(errors="replace").rpartition(")")[2].split()[:2]
            children.setdefault(int(parent), []).append(int(path.parent.name))
    found = [process]
    for each in found:
        found += children.get(each, ())
    return found


def _authority(address: bytes, port: int) -> str:
    """The host and port of an address as the kernel has it: in words of four bytes, in the machine's order."""
    words = [
        address[start : start + 4][:: -1 if sys.byteorder == "little" else 1] for start in range(0, len(address), 4)
    ]
    host = ip_address(b"".join(words))
    if host.is_unspecified:
        host = ip_address("127.0.0.1" if host.version == 4 else "::1")
    return f"{host}:{port}" if host.version == 4 else f"[{host}]:{port}"


def _from_proc(port: int) -> str | None:
    sockets = {f"socket:[{inode}]" for _, each, inode in _listening() if each == port}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(descriptor.readlink()) in sockets for descriptor in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:
            continue  # Another user's, or ended meanwhile.
    return None


def _listening() -> Iterator[tuple[str, int, str]]:
    """(address, port, inode) of each socket that listens. Addresses are the kernel's, in hexadecimal digits."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for _, address, _, state, *more in map(str.split, lines):
            if state == LISTENING:
                host, _, port = address.rpartition(":")
                yield host, int(port, 16), more[5]


def _from_lsof(port: int) -> str | None:
    command = ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
    try:
        listed = LISTED(subprocess.run(command, capture_output=True, text=True, timeout=LSOF_SECONDS).stdout)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return f"{listed['command']} (process {listed['process']})" if listed else None
