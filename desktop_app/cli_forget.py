"""The command that takes a folder out of the library."""

from desktop_app.cli_print import print_json, text_of
from desktop_app.cli_session import DONE, Session, wait
from desktop_app.paths import absolute


def forget(session: Session) -> int:
    """Take a folder out of the library, whether its drive is there or not; nothing on the disk is touched.

    Raises:
        FolderUnknownError: It is not in the library.
    """
    folder = absolute(session.arguments.folder)
    with session.library() as (library, _):
        photos = wait(library.forget_folder(folder))
    if session.as_json:
        print_json({"folder": text_of(folder), "photos": photos})
    else:
        print(
            f"Forgot {text_of(folder)} with {photos:,} photos. The files are where they were. "
            "Index the folder again to have them back; nothing has to be embedded again."
        )
    return DONE
