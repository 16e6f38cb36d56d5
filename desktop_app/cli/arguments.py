"""The commands and options that can be typed on the command line."""

import argparse
import re
from collections.abc import Callable, Mapping, Sequence

from desktop_app import __version__
from desktop_app.library import FILTER_KEYS, KEPT_DAYS, quoted
from desktop_app.paths import typed_path
from desktop_app.printable import SafeParser

# One minus and no option of ours: what is not wanted in a photo ("-people", "-type:heic").
_MINUS_PART = re.compile(r"-(?!h$)[^\W\d_].*|-[\d.]*:.+", re.DOTALL)
# What the shell took the quotes from: camera:"Canon EOS R5", -"street light", 2:"golden retriever".
_UNQUOTED = re.compile(
    rf"(?=\S*[-:])(-?(?:[\d.]+:)?(?:(?:{'|'.join(FILTER_KEYS)}|photo):)?)(\S*\s[^\"“”„«]*)",
    re.DOTALL | re.IGNORECASE,
)


def protected(arguments: Sequence[str]) -> list[str]:
    """Return the arguments so that what is not wanted in a photo is not taken for an option of ours."""
    if "search" not in arguments:
        return list(arguments)
    at = list(arguments).index("search")
    # Argparse takes what begins with a space for a word, and spaces mean nothing in a query.
    rest = [f" {word}" if _MINUS_PART.fullmatch(word) else word for word in arguments[at + 1 :]]
    return [*arguments[: at + 1], *rest]


def query_of(words: Sequence[str]) -> str:
    """Return the words of the command line as one query.

    Of several words, one with a key and spaces in its value had quotes there, which the shell took away.
    """
    if len(words) > 1:
        words = [_requoted(word.strip()) for word in words]
    return " ".join(words).strip()


def _requoted(word: str) -> str:
    found = _UNQUOTED.fullmatch(word)
    return found[1] + quoted(found[2]) if found and found[1] else word


def parser(handlers: Mapping[str, Callable[..., int]]) -> argparse.ArgumentParser:
    """Return the parser of every command.

    Args:
        handlers: What runs each command, by its name; "model list" for an action of a command.
    """
    common = _common(argparse.SUPPRESS)
    top = SafeParser(
        prog="vislumbre",
        description="Find your own photos by describing them. Without a command, the window opens; "
        "with a FOLDER in place of one, it searches there.",
        parents=[_common(None)],
    )
    top.add_argument("--version", action="version", version=f"vislumbre {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, parents=[common], help=text, description=text)
        command.set_defaults(run=handlers[name])
        return command

    for name, text in (
        ("index", "index the photos below some folders"),
        ("watch", "index them and follow their changes until Ctrl+C"),
    ):
        add(name, text).add_argument("folders", nargs="+", type=typed_path, metavar="FOLDER")
    add("retry", "try failed photos again, or read some anew").add_argument(
        "photos",
        nargs="*",
        type=typed_path,
        metavar="PHOTO",
        help="read in any case; without one, all that failed",
    )
    _add_search(add)
    _add_forget(add("forget", "take a folder out of the library, its drive there or not; its files stay"))
    _add_exclusions(
        add("exclude", "leave folders, patterns, screenshots, videos, small photos out; alone, list what is"),
        add("include", "take back what was left out"),
    )
    add("status", "the library in figures")
    add("space", "what the library takes on the disk, and what of it can be dropped").add_argument(
        "--drop", nargs="+", metavar="KEY", help="drop these for good; the list says what it costs"
    )
    _add_store(
        add("store", "where the vectors are; “store move --to ADDRESS” moves them, to a server or back")
    )
    add("failures", "photos that could not be used, with the reason")
    _add_checks(add)
    _add_evaluate(add("evaluate", "measure how well photos with known captions or labels are found"))
    _add_model_commands(commands, common, handlers)
    add("help", "print a page of help, or the list of pages").add_argument(
        "topic", nargs="?", metavar="TOPIC", help="as the list names it, like search-language"
    )
    _add_extras_commands(commands, common, handlers)
    return top


def _common(missing: str | None) -> SafeParser:
    """Return the options that may stand before a command and after it.

    Args:
        missing: What an option that is not given leaves behind; those after a command must leave nothing, or
            they would undo those before it.
    """
    common = SafeParser(add_help=False, argument_default=missing)
    common.add_argument(
        "--base-dir", type=typed_path, metavar="DIR", help="keep everything of the library in this folder"
    )
    common.add_argument("--json", action="store_true", default=missing, help="print JSON for machines")
    common.add_argument("--model", metavar="M", help="a model's name, or a folder with its two files")
    common.add_argument(
        "--runtime",
        metavar="R",
        help="run models this way now: openvino, onnxruntime, torch, openvino-bf16 …",
    )
    common.add_argument(
        "--store", metavar="ADDRESS", help="a Milvus server's address (token: VISLUMBRE_STORE_TOKEN)"
    )
    common.add_argument("--store-database", metavar="NAME", help="which database on that server")
    common.add_argument(
        "--store-certificate",
        type=typed_path,
        metavar="FILE",
        help="PEM file of the authority that signed that server's certificate",
    )
    common.add_argument(
        "--trust-library",
        action="store_true",
        default=missing,
        help="open a library that was not made here, now and from now on",
    )
    common.add_argument(
        "--verbose", action="store_true", default=missing, help="print the log on the error stream"
    )
    return common


def _add_forget(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=typed_path, metavar="FOLDER", help="as `vislumbre status` lists it")
    command.add_argument(
        "--now",
        action="store_true",
        help=f"forget what is known of its photos at once, not after {KEPT_DAYS} days",
    )


def _add_search(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    search = add("search", "find photos by describing them")
    search.add_argument(
        "words",
        nargs="+",
        metavar="WORDS",
        help='like: beach -people date:2023 "in:My trips" (see “vislumbre help search-language”)',
    )
    similar = add("similar", "find photos that look like one, or like the mean of several")
    shown = add("show", "all that the library knows of photos, and where it has it from")
    for command in (similar, shown):
        command.add_argument("photos", nargs="+", type=typed_path, metavar="PHOTO")
    for command in (search, similar):
        command.add_argument("--limit", type=_positive, default=20, metavar="N", help="how many (20)")
    strict = "0 calls much found, 100 little (50)"
    search.add_argument("--strictness", type=_percent, default=50, metavar="N", help=strict)


def _add_exclusions(exclude: argparse.ArgumentParser, include: argparse.ArgumentParser) -> None:
    for command in (exclude, include):
        command.add_argument(
            "what",
            nargs="*",
            metavar="FOLDER|PATTERN",
            help="a folder that is there, a whole path, or a pattern as in a .gitignore",
        )
        command.add_argument("--screenshots", action="store_true", help="what is named like screenshots")
        command.add_argument("--videos", action="store_true", help="videos, whatever they are called")
        command.add_argument(
            "--unlisted",
            action="store_true",
            help="what is a photo, but not named like one (left out at first)",
        )
    exclude.add_argument(
        "--least-px", type=_not_negative, metavar="N", help="shorter side of a photo; 0: any"
    )
    exclude.add_argument("--least-kb", type=_not_negative, metavar="N", help="size of a file; 0: any")
    exclude.add_argument("--list", action="store_true", help="only say what is left out")


def _add_store(command: argparse.ArgumentParser) -> None:
    command.add_argument("action", nargs="?", choices=("show", "move"), default="show")
    command.add_argument(
        "--to",
        default="",
        metavar="ADDRESS",
        help="a Milvus server's address, or “embedded” for the built-in one",
    )
    command.add_argument(
        "--remove-old", action="store_true", help="then remove what the store of before holds of this library"
    )


def _add_checks(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add what looks at the program itself."""
    add("connections", "every connection that was opened to another program: when, to whom, why, how much")
    add(
        "check-update",
        "ask GitHub, once a day at most, whether there is a newer Vislumbre; nothing is fetched",
    )
    add("doctor", "check versions, folders, model, database and free space").add_argument(
        "--repair", action="store_true", help="mend a broken library; what is broken is kept aside"
    )
    self_test = add(
        "self-test", "try everything once on pictures and in a folder of its own, and say what works"
    )
    self_test.add_argument(
        "--no-window", action="store_true", help="leave the window out, as where Qt's libraries are missing"
    )
    self_test.add_argument(
        "--keep", action="store_true", help="leave the folder where it is, to be looked at"
    )


def _add_evaluate(command: argparse.ArgumentParser) -> None:
    command.add_argument("csv", type=typed_path, metavar="CSV", help="columns path,caption or id,path,label")
    command.add_argument(
        "--folder",
        type=typed_path,
        metavar="F",
        help="where relative paths start (the CSV's own folder); all photos below it are searched",
    )
    command.add_argument(
        "--absent",
        type=typed_path,
        metavar="FILE",
        help="a list of texts that fit none of the photos, one on each line; says for how many nothing is found",
    )
    command.add_argument(
        "--ephemeral", action="store_true", help="index into a library of its own, removed afterwards"
    )
    command.add_argument(
        "--compare", action="store_true", help="also rank short texts without the neutral word's correction"
    )


def _add_model_commands(
    commands: "argparse._SubParsersAction[SafeParser]",
    common: SafeParser,
    handlers: Mapping[str, Callable[..., int]],
) -> None:
    model = commands.add_parser("model", help="list, use, measure, fetch, import or export models")
    actions = model.add_subparsers(required=True, metavar="ACTION")
    for name, text in (
        ("list", "the models there are"),
        ("use", "choose a model and embed all photos with it"),
        ("bench", "measure in which way a model runs fastest on this computer"),
        ("fetch", "download a model"),
        ("import", "copy a model from a folder or file"),
        ("export", "write a model as ONNX files for other programs"),
    ):
        action = actions.add_parser(name, parents=[common], help=text, description=text)
        action.set_defaults(run=handlers[f"model {name}"])
        if name == "import":
            _add_import(action)
        elif name == "fetch":
            _add_fetch(action)
        elif name != "list":
            action.add_argument("model_key", nargs=None if name == "use" else "?", metavar="MODEL")
        if name == "export":
            action.add_argument("target", type=typed_path, metavar="FOLDER", help="not there yet, or empty")
        if name == "use":
            action.add_argument(
                "--way", metavar="W", help="how to run it; “vislumbre model bench” lists the ways"
            )


def _add_extras_commands(
    commands: "argparse._SubParsersAction[SafeParser]",
    common: SafeParser,
    handlers: Mapping[str, Callable[..., int]],
) -> None:
    extras = commands.add_parser(
        "extras", help="packages for JPEG XL photos and videos, which are never shipped"
    )
    actions = extras.add_subparsers(required=True, metavar="ACTION")
    for name, text in (
        ("list", "say which are there"),
        ("add", "take packages in, as pypi.org offers them"),
        ("remove", "take one out"),
    ):
        action = actions.add_parser(name, parents=[common], help=text, description=text)
        action.set_defaults(run=handlers[f"extras {name}"])
        if name == "add":
            action.add_argument("wheels", nargs="+", type=typed_path, metavar="FILE.whl")
        elif name == "remove":
            action.add_argument("name", metavar="NAME", help="as `vislumbre extras list` says it")


def _add_fetch(action: argparse.ArgumentParser) -> None:
    action.add_argument(
        "model_key",
        nargs="?",
        metavar="MODEL",
        help="one that “vislumbre model list” shows, a name and a tag of open_clip (ViT-B-16:laion2b_s34b_b88k), or a "
        "repository (hf:owner/name, hf:owner/name@revision)",
    )
    action.add_argument(
        "--accept-licence",
        action="store_true",
        help="fetch a model that is not on the list without asking about its licence",
    )


def _add_import(action: argparse.ArgumentParser) -> None:
    source = action.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "source",
        nargs="?",
        type=typed_path,
        metavar="PATH",
        help="a model's folder, a .zip of one, its weights, or a pair of ONNX files",
    )
    source.add_argument(
        "--checkpoint",
        type=typed_path,
        metavar="FILE",
        help="weights that you trained, as a .safetensors file",
    )
    action.add_argument(
        "--architecture",
        default="",
        metavar="NAME",
        help="what open_clip calls that of the weights, like ViT-B-32-256, where no configuration lies beside them",
    )


def _whole(text: str) -> int:
    """Return a number; argparse would name the function that could not read it."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, not “{text}”") from None


def _percent(text: str) -> int:
    number = _whole(text)
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError("must be 0 to 100")
    return number


def _not_negative(text: str) -> int:
    number = _whole(text)
    if not 0 <= number <= 1_000_000:
        raise argparse.ArgumentTypeError("must be 0 to 1,000,000")
    return number


def _positive(text: str) -> int:
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
