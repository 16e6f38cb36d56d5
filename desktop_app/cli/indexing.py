"""Indexing folders once, and trying photos again."""

from collections.abc import Sequence
from pathlib import Path

from desktop_app.cli.output import print_error, print_report
from desktop_app.cli.paths import chosen_folder, path_of
from desktop_app.cli.session import DONE, SOME_FAILED, WRONG_USE, Session, until_done
from desktop_app.library import IndexReport, LibraryError
from desktop_app.printable import shown


def index(session: Session) -> int:
    """Choose folders and index them."""
    folders = [chosen_folder(folder) for folder in session.arguments.folders]
    with session.library() as (library, line):
        # From the outside in: what the outer folder reports, those inside it would report again.
        reports = {
            folder: until_done(library, line, library.folders.add(folder)) for folder in sorted(set(folders))
        }
        outermost = [folder for folder in reports if reports.keys().isdisjoint(folder.parents)]
        report = _sum([reports[folder] for folder in outermost])
        line.end()
    return _told(session, report)


def retry(session: Session) -> int:
    """Try photos again that failed."""
    with session.library() as (library, line):

        def is_known(photo: Path) -> bool:
            return library.browsing.photo_at(photo) is not None

        photos = [path_of(photo, is_known) for photo in session.arguments.photos]
        unknown = next((photo for photo in photos if not is_known(photo)), None)
        if unknown is not None:
            error = LibraryError(
                f"{shown(unknown)} is not a photo of the library.", "Index its folder first."
            )
            print_error(error, as_json=session.as_json)
            return WRONG_USE
        report = until_done(library, line, library.folders.retry(photos))
        line.end()
    return _told(session, report)


def _told(session: Session, report: IndexReport) -> int:
    """Print what was done, and return the exit code."""
    print_report(report, as_json=session.as_json)
    return SOME_FAILED if report.failed else DONE


def _sum(reports: Sequence[IndexReport]) -> IndexReport:
    return IndexReport(
        found=sum(report.found for report in reports),
        indexed=sum(report.indexed for report in reports),
        embedded=sum(report.embedded for report in reports),
        unchanged=sum(report.unchanged for report in reports),
        moved=sum(report.moved for report in reports),
        pending=sum(report.pending for report in reports),
        failed=tuple(failed for report in reports for failed in report.failed),
        removed=sum(report.removed for report in reports),
        unreadable_folders=tuple(folder for report in reports for folder in report.unreadable_folders),
        seconds=sum(report.seconds for report in reports),
        unlisted=sum(report.unlisted for report in reports),
        left_out=sum(report.left_out for report in reports),
        videos_left_out=sum(report.videos_left_out for report in reports),
        ignore_problems=tuple(problem for report in reports for problem in report.ignore_problems),
    )
