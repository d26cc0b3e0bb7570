"""A PostgreSQL of one's own: made in a folder, listening on loopback, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
# As large as what other products were measured with; everything else is PostgreSQL's default.
SHARED_BUFFERS = "512MB"


def programs() -> Path | None:
    """Return the folder of `initdb` and `pg_ctl`; None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Run a cluster in `folder` and yield the URL of an empty database in it.

    Ends the program where PostgreSQL is not installed. As root it runs as the user `postgres`,
    because the server refuses to be root.
    """
    tools = programs()
    if tools is None:
        raise SystemExit("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    folder.mkdir(mode=0o700, parents=True)
    data = folder / "data"
    if os.name == "posix" and os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        for parent in folder.parents:
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    port = _free_port()
    options = f"-p {port} -h 127.0.0.1 -k '' -c shared_buffers={SHARED_BUFFERS}"
    _run(tools, "initdb", "-D", data, "-U", "seamline", "-A", "trust", "-E", "UTF8", "--locale=C")
    log = folder / "log"
    _run(tools, "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
    try:
        yield f"postgresql+psycopg://seamline@127.0.0.1:{port}/postgres"
    finally:
        _run(tools, "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")


def postmaster(folder: Path) -> int:
    """Return the process id of the server in `folder`."""
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def _run(tools: Path, program: str, *words: str | Path) -> None:
    command: Sequence[str] = [str(tools / program), *map(str, words)]
    owner = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    done = subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        user=owner,
        group=owner,
        extra_groups=[] if owner else None,
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
