"""Has photos tried again that needed an extra, once that is installed."""

import logging

from desktop_app.library.catalog import Catalog
from desktop_app.library.media.pictures.decode import is_opened_now

logger = logging.getLogger(__name__)


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
