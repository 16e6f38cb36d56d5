"""Makes small photo files for tests."""

from pathlib import Path

from PIL import Image

from tests.fakes import COLOURS


def save_colour(
    path: Path,
    colour: str | tuple[int, int, int] = "red",
    size: tuple[int, int] = (64, 48),
    **options: object,
) -> Path:
    """Write a photo of one colour; the format follows the file's suffix. Its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rgb = COLOURS[colour] if isinstance(colour, str) else colour
    Image.new("RGB", size, rgb).save(path, **options)  # type: ignore[arg-type]  # passed on as it is
    return path


def save_many(folder: Path, count: int, size: tuple[int, int] = (32, 32)) -> list[Path]:
    """Write `count` photos that all differ in content."""
    return [
        save_colour(folder / f"photo_{n:05d}.png", (n % 251, (n // 251) % 251, (n * 7) % 251), size)
        for n in range(count)
    ]
