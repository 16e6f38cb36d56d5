"""Has photos tried again that may be usable by now: an extra was installed, or the application is a newer one."""

import logging

from desktop_app.library.catalog import Catalog
from desktop_app.library.media.pictures.decode import is_opened_now

logger = logging.getLogger(__name__)

_NOTE = "failures are those of"
# Another one whenever photos can be used that could not be used before.
_READING = "5"


def forget_needs(catalog: Catalog) -> int:
    """Have the next refresh try photos again whose opener is installed by now; return how many.

    Raises:
        CatalogError: The catalogue cannot be read or written.
    """
    paths = [failed.path for failed in catalog.known.failures() if is_opened_now(failed.reason)]
    if not paths:
        return 0
    logger.info("%d photos can be opened now and are tried again", len(paths))
    return catalog.known.forget_failures(paths)


def forget_once(catalog: Catalog) -> int:
    """Have the next refresh try all failed photos again, once for each version that can read more; return how many.

    Earlier versions did not note which failed for a reason that may pass: rights, locks, too little memory.

    Raises:
        CatalogError: The catalogue cannot be read or written.
    """
    if catalog.notes.get(_NOTE) == _READING:
        return 0
    count = catalog.known.forget_failures(None)
    catalog.notes.set(_NOTE, _READING)
    if count:
        logger.info("%d photos failed in an earlier version and are tried again", count)
    return count
