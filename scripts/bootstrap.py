"""Make the environment of this project: uv in .uv/, Python 3.10 and the locked requirements in .venv/.

Runs on any Python from 3.8 with nothing but the standard library. Every make target calls it first, so it is silent and
quick when there is nothing to do.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List, Optional

ROOT = Path(__file__).resolve().parent.parent
UV_FOLDER = ROOT / ".uv"
UV = UV_FOLDER / "bin" / "uv"
UV_LOCK = ROOT / "scripts" / "requirements-uv.txt"
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCKS = [ROOT / name for name in ("requirements.txt", "requirements-dev.txt", "requirements-model.txt")]
STAMP = "installed-requirements.sha256"
VERSION = (ROOT / ".python-version").read_text(encoding="ascii").strip()

# A Python built without one of these starts, but the assistant would fail later and obscurely.
NEEDED_MODULES = "bz2, ctypes, lzma, sqlite3, ssl, zlib"


class BootstrapError(Exception):
    """Something a person can repair; `str()` of it is a sentence for that person."""


def main() -> int:
    """Make what is missing; return the exit status."""
    try:
        install_uv()
        make_environment()
        install_requirements()
    except BootstrapError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def install_uv() -> None:
    """Install the pinned uv into a virtual environment of its own."""
    if is_stamped(UV_FOLDER, [UV_LOCK]) and UV.exists():
        return
    progress("Installing uv, the installer, into .uv/")
    shutil.rmtree(UV_FOLDER, ignore_errors=True)
    run(
        [sys.executable, "-m", "venv", str(UV_FOLDER)],
        "Python's venv module does not work: install it (on Debian and Ubuntu: apt-get install python3-venv).",
    )
    pip = [str(UV_FOLDER / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    run(
        [*pip, "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(UV_LOCK)],
        "uv could not be installed: check that pip reaches a package index from this machine.",
    )
    stamp(UV_FOLDER, [UV_LOCK])


def make_environment() -> None:
    """Create .venv/ with a Python of the right version, unless it is there."""
    if is_right_python(PYTHON):
        return
    python = find_python() or install_python()
    progress(f"Creating .venv/ with {python}")
    run(
        [str(UV), "venv", "--quiet", "--clear", "--python", str(python), str(ENVIRONMENT)],
        "The environment .venv/ could not be created: remove that folder and try again.",
    )


def find_python() -> Optional[Path]:
    """Return a working Python of the right version that this machine already has."""
    return next((python for python in candidate_pythons() if is_right_python(python)), None)


def candidate_pythons() -> Iterator[Path]:
    """Yield where such a Python may be: the one running, what uv finds, pyenv's versions (its shims hide them)."""
    yield Path(sys.executable)
    found = ask([str(UV), "python", "find", "--no-project", VERSION])
    if found:
        yield Path(found)
    for root in (os.environ.get("PYENV_ROOT"), "~/.pyenv"):
        if root:
            pattern = os.path.join(os.path.expanduser(root), "versions", f"{VERSION}*", "bin", "python")
            yield from map(Path, sorted(glob.glob(pattern)))


def install_python() -> Path:
    """Have uv download a Python; raise BootstrapError where that is impossible."""
    progress(f"No Python {VERSION} found here: downloading one")
    remedy = (
        f"No Python {VERSION} was found and none could be downloaded: install Python {VERSION} (for example with pyenv "
        "or your system's packages) and try again."
    )
    run([str(UV), "python", "install", "--quiet", "--no-bin", VERSION], remedy)
    python = find_python()
    if python is None:
        raise BootstrapError(remedy)
    return python


def is_right_python(python: Path) -> bool:
    """Tell whether `python` runs, has the right version, and was built with the modules that are needed."""
    script = f"import sys, {NEEDED_MODULES}; print('%d.%d' % sys.version_info[:2])"
    return ask([str(python), "-I", "-c", script]) == VERSION


def install_requirements() -> None:
    """Make .venv/ hold exactly the locked requirements, when the lock or the environment changed."""
    if is_stamped(ENVIRONMENT, LOCKS):
        return
    progress("Installing the locked requirements into .venv/ (the first time, some minutes)")
    # `sync` installs the lock as it stands. `pip install` would resolve again and refuse the override in overrides.txt.
    run(
        [str(UV), "pip", "sync", "--python", str(PYTHON), "--require-hashes", *map(str, LOCKS)],
        "The requirements could not be installed: see the lines above; check the network and the free disk space.",
    )
    stamp(ENVIRONMENT, LOCKS)


def stamp(folder: Path, files: List[Path]) -> None:
    """Remember in `folder` that it was made from `files`."""
    (folder / STAMP).write_text(content_hash(files), encoding="ascii")


def is_stamped(folder: Path, files: List[Path]) -> bool:
    """Tell whether `folder` was made from the present content of `files`."""
    try:
        return (folder / STAMP).read_text(encoding="ascii") == content_hash(files)
    except OSError:
        return False


def content_hash(files: List[Path]) -> str:
    """Return one hash over the content of `files`."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def ask(command: List[str]) -> Optional[str]:
    """Return what `command` prints, or None when it fails."""
    try:
        answer = subprocess.run(command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def run(command: List[str], remedy: str) -> None:
    """Run `command`; raise BootstrapError with `remedy` when it fails."""
    # A virtual environment active in the caller's shell must not be the one that uv works on.
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    try:
        status = subprocess.run(command, cwd=str(ROOT), env=environment).returncode
    except OSError as error:
        raise BootstrapError(f"{remedy} ({error})") from error
    if status != 0:
        raise BootstrapError(remedy)


def progress(text: str) -> None:
    """Tell the person who waits what is going on."""
    print(f"==> {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
