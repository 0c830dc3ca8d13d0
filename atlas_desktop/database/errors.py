"""What can be wrong with a database file, in words for the person whose file it is.

DatabaseError
├── LibraryTooOld      the SQLite library can lose committed pages
├── FileTooNew         written by a newer version of the program; opened for reading only
├── FileDamaged        SQLite says the file is corrupt, or it is no database at all
├── FileUnavailable    cannot be opened, read or written: permissions, disk full, a folder that is gone
└── DatabaseClosed     asked after close
"""

from atlas_desktop.wording import mark


class DatabaseError(Exception):
    """``title`` says what happened, ``safe`` what is not lost, ``action`` what to do."""

    title = mark("The local database cannot be used")
    safe = ""
    action = ""

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.title}: {detail}" if detail else self.title)
        self.detail = detail


class LibraryTooOld(DatabaseError):  # noqa: N818
    """The SQLite library of this installation is older than the first one that keeps WAL files whole."""

    title = mark("The SQLite library is too old to keep your work safe")
    action = mark("Install the versions named in packaging/requirements.lock.")


class FileTooNew(DatabaseError):  # noqa: N818
    """A newer version of the program wrote this file."""

    title = mark("This file was written by a newer version of Atlas Desktop")
    safe = mark("Nothing in it was changed. It can be read here, not written.")
    action = mark("Update Atlas Desktop to work with it.")


class FileDamaged(DatabaseError):  # noqa: N818
    """SQLite found the file corrupt."""

    title = mark("The local database file is damaged")
    safe = mark("It is kept as it is.")
    action = mark("Open the connection again: what can be read will be carried over into a new file.")


class FileUnavailable(DatabaseError):  # noqa: N818
    """The operating system or the disk refused."""

    title = mark("The local database file cannot be written or read")
    safe = mark("What was saved before is safe.")
    action = mark("Check free space and permissions of the folder, then try again.")


class DatabaseClosed(DatabaseError):  # noqa: N818
    """A job came after the database was closed: nothing was done."""

    title = mark("The local database is closed")
