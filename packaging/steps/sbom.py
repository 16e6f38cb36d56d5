"""Writes the list of everything inside the frozen program in the form that scanners read: CycloneDX 1.6, as JSON."""

import os
import re
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.license import LicenseAcknowledgement
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from steps import inside, licences, project
from steps.errors import CannotBuildError
from steps.inside import spelled
from steps.licences import Part
from steps.policy import Policy
from steps.release import sha256

PINS = project.PACKAGING / "hashed" / "requirements.txt"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def run() -> None:
    """Write the list beside the finished files."""
    folder = inside.internal(project.FROZEN)
    parts = licences.collect(inside.look_into(project.FROZEN), Policy.read(licences.POLICY), folder)
    project.DIST.mkdir(parents=True, exist_ok=True)
    listed = project.DIST / f"{project.NAME}-{project.VERSION}-{inside.SYSTEM}.cdx.json"
    listed.write_text(sbom(parts, folder, pinned(PINS.read_text(encoding="utf-8"))), encoding="utf-8")
    print(f"{len(parts)} parts: {listed}")


def sbom(parts: Sequence[Part], folder: Path, pins: Mapping[str, tuple[str, Sequence[str]]]) -> str:
    """Return the list as JSON, held against the schema of CycloneDX 1.6.

    Args:
        parts: What is inside, as `licences.collect` returns it.
        folder: Where the native files lie, whose sums are listed too.
        pins: As `pinned` returns them; the sums of the files on the index that a package may have come from.

    Raises:
        CannotBuildError: The schema refuses it.
    """
    program = Component(
        type=ComponentType.APPLICATION,
        name=project.TITLE,
        version=project.VERSION,
        bom_ref=project.NAME,
        description=project.SUMMARY,
        licenses=[LicenseFactory().make_from_string(project.LICENCE)],
        supplier=OrganizationalEntity(name=project.MAKER),
        external_references=[_reference(ExternalReferenceType.WEBSITE, project.HOMEPAGE)],
    )
    components = [_component(part, folder, pins) for part in parts]
    # The same program gives the same list: nothing random, and the time is that of the source where the builder names it.
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{project.HOMEPAGE}/{project.VERSION}/{inside.SYSTEM}")
    moment = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or time.time()), tz=UTC)
    bom = Bom(
        components=components, serial_number=number, metadata=BomMetaData(component=program, timestamp=moment)
    )
    bom.register_dependency(program, components)
    text = str(JsonV1Dot6(bom).output_as_string(indent=1))
    refused = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if refused is not None:
        raise CannotBuildError(f"The schema of CycloneDX 1.6 refuses the list: {refused}")
    return text + "\n"


def pinned(requirements: str) -> dict[str, tuple[str, Sequence[str]]]:
    """Return version and SHA-256 sums of each package in a file of pins, by its name in small letters with dashes."""
    pins: dict[str, tuple[str, Sequence[str]]] = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", requirements):
        if named := _PIN.match(entry):
            pins[spelled(named[1])] = (named[2], _HASH.findall(entry))
    return pins


def _component(part: Part, folder: Path, pins: Mapping[str, tuple[str, Sequence[str]]]) -> Component:
    is_package = part.kind == "package"
    references = [_reference(ExternalReferenceType.WEBSITE, part.home)] if part.home else []
    if is_package:
        version, sums = pins.get(spelled(part.name), ("", ()))
        if version != part.version:
            raise CannotBuildError(
                f"{part.name} {part.version} is inside, and the pins name {version or 'none'}: freeze it again."
            )
        hashes = [HashType(alg=HashAlgorithm.SHA_256, content=value) for value in sums]
        place = f"https://pypi.org/simple/{spelled(part.name)}/"
        references.append(_reference(ExternalReferenceType.DISTRIBUTION, place, hashes))
    made = LicenseFactory().make_from_string(part.licence)
    made.acknowledgement = LicenseAcknowledgement.CONCLUDED
    return Component(
        type=ComponentType.DATA if part.kind == "data" else ComponentType.LIBRARY,
        name=part.name,
        version=part.version or None,
        bom_ref=f"{part.kind}:{part.name}",
        purl=PackageURL("pypi", None, spelled(part.name), part.version) if is_package else None,
        licenses=[made],
        external_references=references,
        components=[_file(folder, place) for place in part.files],
        properties=[Property(name=f"{project.NAME}:{name}", value=value) for name, value in _more(part)],
    )


def _more(part: Part) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, value in (("note", part.note), ("replace", part.replace)) if value)


def _file(folder: Path, place: str) -> Component:
    path = next((path for path in (folder / place, folder.parent / place) if path.is_file()), None)
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=sha256(path))] if path else []
    return Component(type=ComponentType.FILE, name=place, bom_ref=f"file:{place}", hashes=hashes)


def _reference(
    kind: ExternalReferenceType, address: str, hashes: Iterable[HashType] = ()
) -> ExternalReference:
    return ExternalReference(type=kind, url=XsUri(address), hashes=hashes)
