"""The vectors are plain open_clip's, the order is brute force's, and captions find their photos."""

import csv
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps
from safetensors.numpy import load_file

from desktop_app.library import PhotoLibrary, Reason
from desktop_app.library.catalog import Catalog
from desktop_app.library.media.pictures.openers import formats
from desktop_app.library.models.reference.clip_import import import_open_clip
from desktop_app.paths import resources
from tests import lent_graphs
from tests.tiny_clip import make_tiny_clip

pytestmark = pytest.mark.model
WAIT_S = 120
Vector = NDArray[np.float32]


class Plain:
    """open_clip as its own documentation uses it, with nothing of ours.

    Attributes:
        model: The folder of its model.
    """

    def __init__(self, model: Path) -> None:
        # Pillow alone opens no HEIC; in the application that is the decoders' business.
        formats()
        open_clip = import_open_clip()
        self.model = model
        self.network, _, self.preprocess = open_clip.create_model_and_transforms(f"local-dir:{model}")
        self.network.eval()
        self.tokenizer = open_clip.get_tokenizer(f"local-dir:{model}")

    def photo(self, picture: Image.Image) -> Vector:
        return self._unit(lambda: self.network.encode_image(self.preprocess(picture).unsqueeze(0)))

    def text(self, text: str) -> Vector:
        return self._unit(lambda: self.network.encode_text(self.tokenizer([text])))

    @staticmethod
    def _unit(encode: Any) -> Vector:
        import torch

        with torch.inference_mode():
            row: Vector = encode()[0].numpy()
        unit: Vector = row / np.linalg.norm(row)
        return unit


@pytest.fixture(scope="module")
def plains(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plain]:
    """The built-in model, and a tiny one of random weights."""
    tiny = make_tiny_clip(tmp_path_factory.mktemp("model") / "tiny")
    return {"built-in": Plain(resources() / "models" / "starter"), "tiny": Plain(tiny)}


@pytest.fixture(scope="module")
def plain_vectors(plains: dict[str, Plain]) -> Callable[[Path], dict[Path, Vector]]:
    """What the models make of a photo, by their folders; to decode it takes as long, and is done once for both."""

    @functools.cache
    def of_photo(path: Path) -> dict[Path, Vector]:
        with Image.open(path) as image:
            picture = ImageOps.exif_transpose(image).convert("RGB")
        return {plain.model: plain.photo(picture) for plain in plains.values()}

    return of_photo


@pytest.fixture(scope="module", params=["built-in", "tiny"])
def indexed(
    request: pytest.FixtureRequest,
    plains: dict[str, Plain],
    tmp_path_factory: pytest.TempPathFactory,
    shared_photos: Path,
) -> Iterator[Any]:
    """A library of the shared photos, once with each model: (library, model's folder, its folder)."""
    base, folder = tmp_path_factory.mktemp("library"), plains[request.param].model
    lent_graphs.lend(base / "data")
    library = PhotoLibrary(base / "data", base / "cache", resources=resources(), model=str(folder))
    library.folders.add(shared_photos).result(WAIT_S)
    library.searching.search("the search thread begins with the first question").result(WAIT_S)
    yield library, folder, base
    library.close()


@pytest.fixture(scope="module")
def plain(indexed: Any, plains: dict[str, Plain]) -> Plain:
    """The same model as the library's."""
    return next(plain for plain in plains.values() if plain.model == indexed[1])


# The library's threads outlive single tests here, so the guard looks before the library is made.
@pytest.fixture(autouse=True)
def _library_is_there(indexed: Any) -> None:
    assert indexed


def catalogue_of(base: Path) -> tuple[dict[Path, Vector], str]:
    catalog = Catalog(base / "data" / "catalog.db")
    try:
        (model_id,) = catalog.vectors.models()
        numbers, vectors = next(catalog.vectors.blocks(model_id))
        photos = catalog.photos.of_contents([int(number) for number in numbers], model_id)
        by_path = {photos[int(number)].path: row for number, row in zip(numbers, vectors, strict=True)}
        return by_path, model_id
    finally:
        catalog.close()


def test_every_vector_is_that_of_plain_open_clip(
    indexed: Any, plain_vectors: Callable[[Path], dict[Path, Vector]]
) -> None:
    _, model, base = indexed
    ours, _ = catalogue_of(base)
    assert len(ours) > 50
    cosines = {path.name: float(plain_vectors(path)[model] @ vector) for path, vector in ours.items()}
    assert {name: cosine for name, cosine in cosines.items() if cosine < 0.999} == {}


def query_of(text: str, folder: Path, plain: Plain) -> Vector:
    """A text as README says it is searched with: few words without the neutral word, where the model has one."""
    share = {1: 0.8, 2: 0.8, 3: 0.5, 4: 0.25}.get(len(text.split()), 0)
    shipped = folder / "calibration.safetensors"
    if not share or not shipped.exists():
        return plain.text(text)
    words = text.removeprefix("a ")
    sentences = (
        f"a photo of a {words}",
        words,
        f"a picture of {words}",
        f"{words} photo",
        f"there is a {words}",
    )
    mean = np.sum([plain.text(sentence) for sentence in sentences], axis=0)
    corrected: Vector = mean / np.linalg.norm(mean) - share * load_file(shipped)["text_mean"]
    return corrected / np.linalg.norm(corrected)


@pytest.mark.parametrize(
    "text",
    ["mountains", "a dog", "a white dog", "a plate of food", "a dog on the beach", "two people at a table"],
)
def test_the_order_is_that_of_brute_force(indexed: Any, plain: Plain, text: str) -> None:
    library, folder, base = indexed
    ours, _ = catalogue_of(base)
    query = query_of(text, folder, plain)
    hits = library.searching.search(text, 100).result(WAIT_S).hits
    meant = [hit for hit in hits if hit.score is not None]
    assert len(meant) == len(ours)
    expected = {path: float(vector @ query) for path, vector in ours.items()}
    # A photo whose name or tags have some of the words stands before where its picture alone would put it.
    seen = [hit for hit in meant if set(hit.why) <= {Reason.VISUAL}]
    assert len(seen) > 50
    best_first = sorted((expected[hit.photo.path] for hit in seen), reverse=True)
    assert [hit.score for hit in seen] == pytest.approx(best_first, abs=2e-4)
    assert all(hit.score == pytest.approx(expected[hit.photo.path], abs=2e-4) for hit in meant)


def test_captions_find_their_photo_among_the_first_five(indexed: Any, shared_photos: Path) -> None:
    library, folder, _ = indexed
    if folder.name != "starter":
        pytest.skip("the tiny model knows nothing")
    found, count = 0, 0
    with (shared_photos / "coco" / "captions.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            hits = library.searching.search(row["caption"], 5).result(WAIT_S).hits
            found += row["path"] in {hit.photo.name for hit in hits}
            count += 1
    assert count == 130
    assert found / count >= 0.8
