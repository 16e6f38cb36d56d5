"""Opens, writes, lists and removes what lies in the application's own folders, and follows no link there.

A library may come from somebody else: out of an archive, on a stick. Whatever is in it is only data, so a name of ours
that turns out to be a link, a pipe or a device is refused, and so is what another user owns. The folders that the person
named (configuration, data, cache, log) may be reached through links, for people keep them on other disks; what lies below
them may not, at any level. Every call is told that folder as `below`.

What is refused lies there before the program starts. Against a process that changes it between two calls of ours only the
folders' permissions help: they are their owner's alone, and whoever is that owner needs no link.

A hard link looks like any file, and backups make them (``cp -al``), so they are refused only where the content would be
overwritten in place and is worth nothing (`alone`). Unpackers make none that leads out of their own folder.

Windows has links, junctions and folders that another drive is mounted in; all of them bear a mark of the file system that
is looked for here. That part was never run. Files that a cloud drive has not fetched yet bear other marks, and are files.
"""

from desktop_app.own_files.faults import NotOurFileError, file_fault, folder_fault, is_link, user
from desktop_app.own_files.files import copy, is_there, opened, read, remove, remove_folder, status_of, write
from desktop_app.own_files.folders import (
    check_folder,
    check_owner,
    everything_in,
    is_folder,
    is_private,
    is_safe_for_scratch,
    make_folder,
    strangers_in,
)
from desktop_app.own_files.patience import move

__all__ = [
    "NotOurFileError",
    "check_folder",
    "check_owner",
    "copy",
    "everything_in",
    "file_fault",
    "folder_fault",
    "is_folder",
    "is_link",
    "is_private",
    "is_safe_for_scratch",
    "is_there",
    "make_folder",
    "move",
    "opened",
    "read",
    "remove",
    "remove_folder",
    "status_of",
    "strangers_in",
    "user",
    "write",
]
