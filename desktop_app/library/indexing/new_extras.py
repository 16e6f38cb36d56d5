"""Photos that could not be opened for want of an extra are tried again once it has been installed."""

import logging

from desktop_app.library.catalog import Catalog
from desktop_app.library.media.pictures.decode import is_opened_now

logger = logging.getLogger(__name__)


def forget_needs(catalog: Catalog) -> int:
    """Let the next refresh try those photos again whose opener is here now; return how many there are.

    Raises:
        CatalogError: The catalogue cannot be read or written.
    """
    paths = [failed.path for failed in catalog.known.failures() if is_opened_now(failed.reason)]
    if not paths:
        return 0
    logger.info("%d photos can be opened now and are tried again", len(paths))
    return catalog.known.forget_failures(paths)
