"""What the README beside an exported model says."""

from desktop_app.library.models.files import Config, own_graphs, section

_CLIP_WORDS = """\
def tokens_of(texts):
    return np.array([row.ids for row in tokenizer.encode_batch(texts)], dtype=np.int64)
"""

_OWN_WORDS = """\
tokenizer.no_truncation()
tokenizer.no_padding()

def tokens_of(texts):
    length = prepared["context_length"]
    rows = np.full((len(texts), length), {filling}, dtype=np.int64)
    for row, text in zip(rows, texts):
        ids = tokenizer.encode(clean(text), add_special_tokens=False).ids[: length - 1] + [1]
        row[: len(ids)] = ids
    return rows
"""

_CLEAN = """\
def clean(text):
    text = text.replace("_", " ").translate(str.maketrans("", "", string.punctuation))
    return " ".join(text.lower().split())
"""

_IN_OPEN_CLIP = """\
open_clip loads the same folder: `open_clip.create_model_and_transforms("local-dir:" + folder)`.

"""

_TEXT = """\
# {title}, as ONNX

Two halves of one model, exported by Vislumbre from weights of open_clip: what looks alike, or is said alike, has vectors
that point the same way. They run in any ONNX Runtime (1.12 or later) and everything else that reads ONNX.

| file | what it is |
|---|---|
| `image.onnx` | `pictures` (n, 3, {height}, {width}) float32 → `vectors` (n, {dimension}) float32 |
| `text.onnx` | `tokens` (n, {length}) int64 → `vectors` (n, {dimension}) float32 |
| `open_clip_model.safetensors` | the weights of both, float32, named as in the checkpoint; must lie beside them |
| `preprocess.json` | how a picture is resized and normalised |
| `tokenizer.json` | how a text becomes tokens, for the package `tokenizers` |
| `open_clip_config.json` | the model's configuration |

The vectors are of any length: bring them to length 1, and the product of two is their likeness.

```python
import json{imports}
import numpy as np
import onnxruntime
from PIL import Image
from tokenizers import Tokenizer

prepared = json.load(open("preprocess.json"))
tokenizer = Tokenizer.from_file("tokenizer.json")

{words}
def pixels_of(picture):
    height, width = prepared["size"]
    how = Image.Resampling[prepared["interpolation"].upper()]
    if prepared["resize_mode"] == "squash":
        picture = picture.resize((width, height), how)
    else:  # "shortest": fill the square, cut the rest ("longest" would fit into it and fill up)
        scale = max(width / picture.width, height / picture.height)
        sides = max(width, int(picture.width * scale)), max(height, int(picture.height * scale))
        picture = picture.resize(sides, how)
        left, top = round((picture.width - width) / 2), round((picture.height - height) / 2)
        picture = picture.crop((left, top, left + width, top + height))
    pixels = np.asarray(picture.convert("RGB"), dtype=np.float32) / 255
    pixels = (pixels - np.float32(prepared["mean"])) / np.float32(prepared["std"])
    return pixels.transpose(2, 0, 1)

def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)

image = onnxruntime.InferenceSession("image.onnx")
text = onnxruntime.InferenceSession("text.onnx")
photos = unit(image.run(None, {{"pictures": np.stack([pixels_of(Image.open("photo.jpg"))])}})[0])
tokens = tokens_of(["a dog on the beach", "a red car"])
words = unit(np.concatenate([text.run(None, {{"tokens": row[None]}})[0] for row in tokens]))
print(photos @ words.T)
```

{in_open_clip}{licence}"""


def instructions(*, title: str, licence: str, config: Config, has_own_tokenizer: bool) -> str:
    """Return the text of a README, with an example that works in the exported folder.

    Args:
        title: For a person.
        licence: SPDX name; empty when not known.
        config: Of the model, checked.
        has_own_tokenizer: Whether it reads words by a tokenizer of its own, not by CLIP's.
    """
    model = section(config, "model_cfg")
    text, vision = section(model, "text_cfg"), section(model, "vision_cfg")
    side = vision.get("image_size", 224)
    height, width = (side[0], side[1]) if isinstance(side, list | tuple) else (side, side)
    canonical = section(text, "tokenizer_kwargs").get("clean") == "canonicalize"
    words = _CLIP_WORDS
    if has_own_tokenizer:
        # SigLIP fills its rows with what ends a text, SigLIP 2 with zeros; told apart by their vocabularies.
        filling = 0 if text.get("vocab_size") == 256000 else 1
        clean = _CLEAN if canonical else 'def clean(text):\n    return " ".join(text.split())\n'
        words = f"{clean}\n{_OWN_WORDS.format(filling=filling)}"
    return _TEXT.format(
        title=title,
        height=height,
        width=width,
        dimension=model.get("embed_dim"),
        length=text.get("context_length", 77),
        imports="\nimport string" if has_own_tokenizer and canonical else "",
        words=words,
        in_open_clip="" if own_graphs(config) else _IN_OPEN_CLIP,
        licence=f"The weights' licence: {licence}.\n"
        if licence
        else "The weights have the licence of the model they came from.\n",
    )
