"""The nearest rows by their codes are the nearest of all."""

import numpy as np

from desktop_app.library.vectors.compact import codes, scan
from tests.benchmarks.vectors import Drawing


def test_the_nearest_rows_are_those_of_comparing_all() -> None:
    drawing = Drawing(dimension=256, seed=3)
    photos, word = drawing.photos(5_000), drawing.words(1)[0]
    centre = codes.centre_of(photos[:1_000])
    table = scan.Table(codes.encode(photos, centre), centre, len(photos))

    places, cosines = scan.nearest(table, word, 100, None, photos.__getitem__)

    true = photos @ word
    order = np.lexsort((np.arange(len(true)), -true))[:100]
    assert len(set(places.tolist()) & set(order.tolist())) >= 99
    assert np.allclose(cosines, true[places], atol=1e-6)
