"""Which licences a part of the program may have: ``packaging/licences/policy.toml``, and what a licence's name means."""

import fnmatch
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from steps.errors import CannotBuildError

try:
    from license_expression import ExpressionError, Licensing, get_spdx_licensing
except ModuleNotFoundError as error:
    raise CannotBuildError(
        "It needs what is pinned in requirements-sbom.txt: python -m pip install --no-deps -r packaging/requirements-sbom.txt"
    ) from error


@dataclass(frozen=True, slots=True)
class Entry:
    """What the policy says of a part, or of a package of Python.

    Attributes:
        name: As people know it.
        licence: In the words of SPDX; empty where metadata is to be asked.
        home: Where it comes from.
        files: Places in the program's folder where there is a slash, else names; with ``*``, of small or large letters.
        texts: Names of files beside the policy.
        texts_of: The package whose texts have this one's, too; or ``python``.
        version_of: The package whose version is this one's; or ``python``.
        sources: Files of this repository that are the text.
        note: A sentence for people.
        replace: How a part under the LGPL is replaced.
    """

    name: str
    licence: str = ""
    home: str = ""
    files: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    texts_of: str = ""
    version_of: str = ""
    sources: tuple[str, ...] = ()
    note: str = ""
    replace: str = ""

    def has(self, place: PurePosixPath) -> bool:
        """Whether a file of the program is of this part."""
        whole, name = str(place).lower(), place.name.lower()
        return any(
            fnmatch.fnmatchcase(whole if "/" in pattern else name, pattern.lower()) for pattern in self.files
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that ``policy.toml`` says.

    Attributes:
        allowed: Licences and licences with an exception, in the words of SPDX.
        replaceable: Those of parts that have to be replaceable.
        spelled: SPDX's words for those that metadata uses.
        packages: By name in small letters with dashes.
        parts: Libraries, in the order in which they are asked.
        data: What is no library.
    """

    allowed: frozenset[str]
    replaceable: frozenset[str]
    spelled: Mapping[str, str]
    packages: Mapping[str, Entry]
    parts: Sequence[Entry]
    data: Sequence[Entry]
    _licensing: Licensing = field(default_factory=get_spdx_licensing, repr=False, compare=False)

    @classmethod
    def read(cls, path: Path) -> "Policy":
        """Read a policy.

        Raises:
            CannotBuildError: It is no TOML, or has a word that nothing reads.
        """
        try:
            said = tomllib.loads(path.read_text(encoding="utf-8"))
            return cls(
                allowed=frozenset(said["allowed"]),
                replaceable=frozenset(said["replaceable"]),
                spelled=said.get("spelled", {}),
                packages={
                    name: _entry({"name": name, **more}) for name, more in said.get("package", {}).items()
                },
                parts=[_entry(more) for more in said.get("part", [])],
                data=[_entry(more) for more in said.get("data", [])],
            )
        except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
            raise CannotBuildError(f"{path.name} cannot be read: {error}") from error

    def spdx(self, words: str) -> str:
        """Return a licence in the words of SPDX.

        Raises:
            CannotBuildError: Nobody knows these words.
        """
        expression = self.spelled.get(words.strip(), words.strip())
        if expression in self.allowed:
            return expression
        parsed = _parsed(self._licensing, expression) if expression else None
        if parsed is None or self._licensing.unknown_license_keys(parsed):
            raise CannotBuildError(f"“{words}” is no licence that SPDX knows; policy.toml can spell it.")
        return str(parsed.render("{symbol.key}"))

    def refusal(self, expression: str, *, replaceable: bool) -> str:
        """Return why a part under this licence may not be inside; empty if it may.

        Args:
            expression: In the words of SPDX. Of what OR joins one has to be allowed, of what AND joins all.
            replaceable: Whether a person can put another build in the part's place.
        """
        accepted = self.allowed | (self.replaceable if replaceable else frozenset())
        if expression in accepted:
            return ""
        refused = _refused(_parsed(self._licensing, expression), accepted)
        if not refused:
            return ""
        hint = " without saying how it is replaced" if not replaceable and refused <= self.replaceable else ""
        return f"{' and '.join(sorted(refused))} may not be inside{hint}"


def _entry(said: Mapping[str, Any]) -> Entry:
    named = {("sources" if name == "from" else name): value for name, value in said.items()}
    words: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in named.items()
    }
    return Entry(**words)


def _parsed(licensing: Licensing, expression: str) -> Any:
    try:
        return licensing.parse(expression)
    except ExpressionError as error:
        raise CannotBuildError(f"“{expression}” is no expression of licences: {error}") from error


def _refused(node: Any, accepted: frozenset[str]) -> frozenset[str]:
    """Return the licences that stand in the way: none if what is accepted suffices."""
    kind = type(node).__name__
    if kind in ("AND", "OR"):
        parts = [_refused(argument, accepted) for argument in node.args]
        if kind == "AND":
            return frozenset().union(*parts)
        return frozenset() if not all(parts) else frozenset().union(*parts)
    key = node.render("{symbol.key}")
    return frozenset() if key in accepted else frozenset({key})
