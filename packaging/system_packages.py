"""What pip cannot install: the shared libraries Qt loads, a font, D-Bus and a keyring for the tests.

As root on Debian or Ubuntu they are installed; anywhere else their packages are named.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

# Debian's package for each library that PySide6's Qt needs and that a bare machine lacks.
PACKAGE_OF = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
_QT_FILES = (
    "QtCore*.so",
    "QtGui*.so",
    "QtWidgets*.so",
    "QtSvg*.so",
    "Qt/plugins/*/libqsvg*.so",
    "Qt/plugins/platforms/libqoffscreen.so",
)
_QT_WINDOW_FILES = ("Qt/plugins/platforms/libqxcb.so",)
FONT_PACKAGE = "fonts-dejavu-core"
TEST_PROGRAMS = {"dbus-run-session": "dbus", "gnome-keyring-daemon": "gnome-keyring"}


def missing_libraries(pyside: Path, *, window: bool) -> list[str]:
    """Names of the shared libraries Qt would not find, for ``window`` those of X11 too. Linux only."""
    if not sys.platform.startswith("linux") or not shutil.which("ldd"):
        return []
    patterns = _QT_FILES + (_QT_WINDOW_FILES if window else ())
    files = [str(file) for pattern in patterns for file in sorted(pyside.glob(pattern))]
    answer = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False)
    return parse_ldd(answer.stdout)


def parse_ldd(text: str) -> list[str]:
    """The libraries that ``ldd`` says are not found, each once, sorted."""
    return sorted(set(re.findall(r"^\s*(\S+) => not found", text, re.MULTILINE)))


def packages_for(libraries: list[str]) -> list[str]:
    """Debian's packages for these libraries; one we do not know stands under its own name."""
    return sorted({PACKAGE_OF.get(library, library) for library in libraries})


def has_fonts() -> bool:
    """Whether there is any font to draw text with: without one, Qt draws empty boxes."""
    if not sys.platform.startswith("linux"):
        return True
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
    return any(next(folder.rglob("*.[to]tf"), None) is not None for folder in folders if folder.is_dir())


def missing_test_packages() -> list[str]:
    """Packages of the programs the keyring tests run, where those are not installed. Linux only."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]


def can_install() -> bool:
    """Whether packages can be installed without asking anyone: root, with apt-get."""
    return sys.platform.startswith("linux") and os.geteuid() == 0 and shutil.which("apt-get") is not None


_updated = False


def install(packages: list[str]) -> bool:
    """Install Debian packages where that is possible. False, without a try, where it is not."""
    global _updated
    if not can_install():
        return False
    print(f"Installing {' '.join(packages)} with apt-get.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if not _updated:
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
        _updated = True
    command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0
