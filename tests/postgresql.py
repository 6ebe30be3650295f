"""Fixture `postgresql_url`: an empty PostgreSQL database on a server of our own, started from Debian's binaries."""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Callable, Iterator, List

import psycopg2
import pytest

_BINARIES = tuple(sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True))


def _as_unprivileged_user() -> List[str]:
    """Return what to put before a command: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    return ["runuser", "-u", _unprivileged_user().pw_name, "--"]


def _unprivileged_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _run(*command: str) -> None:
    done = subprocess.run(
        [*_as_unprivileged_user(), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/"
    )
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}"


@pytest.fixture(scope="session")
def postgresql_server(program: Callable[..., str]) -> Iterator[str]:
    """Run a server that listens on a socket only; give the folder of the socket."""
    initdb = program("initdb", *(f"{folder}/initdb" for folder in _BINARIES))
    pg_ctl = program("pg_ctl", *(f"{folder}/pg_ctl" for folder in _BINARIES))
    # pytest's own temporary folders are closed to other users, and too long for the path of a socket.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        os.chown(folder, _unprivileged_user().pw_uid, _unprivileged_user().pw_gid)
    data, log = str(folder / "data"), str(folder / "log")
    try:
        _run(initdb, "-D", data, "-U", "tests", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        _run(pg_ctl, "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start")
        try:
            yield str(folder)
        finally:
            _run(pg_ctl, "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_postgresql_url(postgresql_server: str) -> Iterator[Callable[[], str]]:
    """Give a function that makes an empty database and returns its address."""
    connection = psycopg2.connect(host=postgresql_server, user="tests", dbname="postgres")
    connection.autocommit = True
    names: List[str] = []

    def make() -> str:
        names.append(f"database_{len(names)}")
        connection.cursor().execute(f"CREATE DATABASE {names[-1]}")
        return f"postgresql://tests@/{names[-1]}?host={postgresql_server}"

    yield make
    connection.close()


@pytest.fixture
def postgresql_url(new_postgresql_url: Callable[[], str]) -> str:
    """Give the address of an empty database."""
    return new_postgresql_url()
