"""Reads the XML of XMP: properties by name, with their lists and structures, however a program spells them.

A name is a namespace and a local name. Programs choose prefixes and wrappers freely, and write a property as an
attribute, as an element, as a typed node or as a resource (ISO 16684-1, section 7); all of that is the same here.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# Not one of Python's tree parsers: what came before an error counts, and what attacks are made of ends the reading.
from xml.parsers import expat

from desktop_app.library.media.metadata.guess import encoding_of, utf_8_of

_log = logging.getLogger(__name__)

MOST_BYTES = 2**20
"""Of a packet, no more is read: the largest that programs write, with every step of an edit, have some 100 KB."""

_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "x": "adobe:ns:meta/",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "MP": "http://ns.microsoft.com/photo/1.2/",
    "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
    "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "mwg-kw": "http://www.metadataworkinggroup.com/schemas/keywords/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "acdsee": "http://ns.acdsee.com/iptc/1.0/",
    "acdsee-rs": "http://ns.acdsee.com/regions/",
    "mediapro": "http://ns.iview-multimedia.com/mediapro/1.0/",
    "drone-dji": "http://www.dji.com/drone-dji/1.0/",
}
# What Adobe called it before.
_OLD_PREFIXES = {"xap": "xmp"}


def _spelling(namespace: str) -> str:
    """Return a namespace without what programs get wrong in it: letter case, "https", and its end."""
    return namespace.strip().casefold().replace("https://", "http://", 1).rstrip("/#")


_PREFIXES = {_spelling(namespace): prefix for prefix, namespace in _NAMESPACES.items()}

_RDF, _DESCRIPTION, _ITEM = "rdf:RDF", "rdf:Description", re.compile(r"rdf:(li|_\d+)$")
_LISTS = frozenset({"rdf:Bag", "rdf:Seq", "rdf:Alt"})
_VALUE, _RESOURCE, _LANGUAGE = "rdf:value", "rdf:resource", "xml:lang"

_WIDE = (b"\xff\xfe", b"\xfe\xff")
# How UTF-16 begins that does not say its byte order.
_BYTE_ORDERS = {b"<\0": b"\xff\xfe", b"\0<": b"\xfe\xff"}

# Structures of structures have some six levels in each other; packets with the steps of an edit have thousands of elements.
_MOST_LEVELS = 60
_MOST_ELEMENTS = 50_000
_MOST_PREFIXES = 200
_PREFIXED = re.compile(rb"[<\s/]([A-Za-z_][\w.-]{0,40}):[A-Za-z_]")
_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml\s.*?\?>", re.DOTALL)
_DOCUMENT_TYPE = re.compile(r"^\s*<!DOCTYPE[^<>\[]*>")
# A text of the packet, and what no XML may hold.
_RUN, _CONTROL = re.compile(rb"[^<>\"']+"), re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(slots=True)
class Value:
    """One value of a property: a text, a list, or a structure.

    Attributes:
        text: Its text; empty for a list or a structure.
        language: Of its text, as "en-US" or "x-default"; mostly empty.
        items: The values of a list.
        fields: What a structure holds, by name.
    """

    text: str = ""
    language: str = ""
    items: list["Value"] = field(default_factory=list)
    fields: "Properties" = field(default_factory=dict)


Properties = dict[str, list[Value]]
"""Values by name, as "xmp:Rating"; the prefix is everybody's, whatever the packet calls it. Unknown namespaces are kept
as "{namespace}name"."""


def read_properties(packet: bytes, most_bytes: int = MOST_BYTES) -> Properties:
    """Return the properties of an XMP packet: none of one that is no XMP, those before an error, and never an error.

    Prefixes that are used without being declared mean what everybody means by them. Texts in the encoding of an old
    computer are read as those of other kinds of metadata are. A packet that defines entities, or attributes that nobody
    wrote, is not read further: no program needs them, and attacks are made of them.

    Args:
        packet: The bytes, in any encoding that XML has; padding around them is no harm.
        most_bytes: How much of it is read.
    """
    packet = packet[:most_bytes]
    packet = _BYTE_ORDERS.get(packet[:2], b"") + packet
    # Packets in UTF-16 begin with their byte order and are not padded with single bytes.
    packet = packet if packet.startswith(_WIDE) else packet.strip(b"\0 \r\n\t")
    tree = _Tree()
    error = tree.grow(packet)
    if error == expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN] and not packet.startswith(_WIDE):
        tree, packet = _Tree(), _mended(packet)
        error = tree.grow(packet)
    if error == expat.errors.codes[expat.errors.XML_ERROR_UNBOUND_PREFIX]:
        tree = _Tree()
        tree.grow(_declared(packet))
        tree.leave_wrapper()
    properties: Properties = {}
    for node in tree.described():
        _add_fields(node, properties)
    return properties


def texts(properties: Properties, name: str) -> list[str]:
    """Return the texts of a property in their order, whether it is one, several, or lists of them."""
    return [text for value in properties.get(name, ()) for text in _texts_of(value)]


def first(properties: Properties, *names: str) -> str:
    """Return the text of the first of these properties that has one; of several languages the default."""
    for name in names:
        for value in properties.get(name, ()):
            said = _spoken(value)
            if said:
                return said
    return ""


def structures(properties: Properties, name: str) -> Iterator[Properties]:
    """Yield the structures that a property is, or that its lists hold."""
    for value in properties.get(name, ()):
        for one in (value, *value.items):
            if one.fields:
                yield one.fields


def _texts_of(value: Value) -> Iterator[str]:
    for one in (value, *value.items):
        if one.text:
            yield one.text


def _spoken(value: Value) -> str:
    spoken = list(value.items) or [value]
    default = next((one.text for one in spoken if one.language.casefold() == "x-default" and one.text), "")
    return default or next((one.text for one in spoken if one.text), "")


class _Refused(Exception):  # noqa: N818  # stops the parser; nobody else sees it
    """The packet wants something that no photo needs."""


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list["_Element"] = field(default_factory=list)


class _Tree:
    """The elements of one packet, as far as it can be read."""

    def __init__(self) -> None:
        self._top = _Element("", {})
        self._open = [self._top]
        self._text: list[str] = []
        self._count = 0

    def grow(self, packet: bytes) -> int:
        """Read a packet; return expat's number of the error that ended it, 0 for none of expat's."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.EntityDeclHandler = parser.AttlistDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        try:
            parser.Parse(packet, True)
        except expat.ExpatError as error:
            _log.debug("an XMP packet was read only to its error: %s", error)
            return error.code
        except (_Refused, ValueError, LookupError) as error:
            _log.debug("an XMP packet was read only to its error: %s", error)
        return 0

    def leave_wrapper(self) -> None:
        """Take what is inside of the outermost element for the whole."""
        self._top = next(iter(self._top.children), self._top)

    def described(self) -> list[_Element]:
        """Return the elements that describe the photo, whatever is around them."""
        found = list(_below(self._top, {_RDF}))
        nodes = [node for rdf in found for node in rdf.children]
        nodes = nodes or list(_below(self._top, {_DESCRIPTION}))
        # No RDF at all: what is at the top is a property, or has some.
        return nodes or [self._top, *self._top.children]

    def _refuse(self, *_what: object) -> None:
        raise _Refused("entities, or attributes of all elements")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._open) > _MOST_LEVELS:
            raise _Refused("more elements than a photo needs")
        element = _Element(_known(name), {_known(key): value for key, value in attributes.items()})
        self._open[-1].children.append(element)
        self._open.append(element)
        self._text.clear()

    def _end(self, _name: str) -> None:
        self._open.pop().text = "".join(self._text).strip()
        self._text.clear()


def _below(element: _Element, names: set[str]) -> Iterator[_Element]:
    """Yield the outermost elements of these names."""
    for child in element.children:
        if child.name in names:
            yield child
        else:
            yield from _below(child, names)


def _add_fields(node: _Element, properties: Properties) -> None:
    """Add what a node says: its attributes, and its elements."""
    for name, said in node.attributes.items():
        if said.strip() and (name == _VALUE or not name.startswith(("rdf:", "xml:"))):
            properties.setdefault(name, []).append(Value(said.strip()))
    for child in node.children:
        properties.setdefault(child.name, []).append(_value_of(child))


def _value_of(element: _Element) -> Value:
    """Return what a property, or an item of a list, says (ISO 16684-1, section 7.4 to 7.9)."""
    language = element.attributes.get(_LANGUAGE, "")
    for child in element.children:
        if child.name in _LISTS:
            return Value(items=[_value_of(item) for item in child.children if _ITEM.match(item.name)])
    nodes = [element]
    if not any(name.endswith("parseType") for name in element.attributes):
        # Without that word, an element within is a node that has the fields.
        nodes += element.children
    fields: Properties = {}
    if len(nodes) > 1:
        _add_fields(_Element("", element.attributes), fields)
        for node in nodes[1:]:
            _add_fields(node, fields)
    else:
        _add_fields(element, fields)
    # A text with qualifiers is a structure of the text and them.
    if plain := fields.pop(_VALUE, None):
        return plain[0] if plain[0].items else Value(plain[0].text, language or plain[0].language)
    text = "" if element.children else element.text or element.attributes.get(_RESOURCE, "").strip()
    return Value(text, language, fields=fields)


def _known(name: str) -> str:
    """Return "namespace local", which is how expat says it, with everybody's prefix."""
    namespace, _, local = name.rpartition(" ")
    if not namespace:
        return local
    prefix = _PREFIXES.get(_spelling(namespace))
    return f"{prefix}:{local}" if prefix else f"{{{namespace}}}{local}"


def _declared(packet: bytes) -> bytes:
    """Return a packet inside of an element that declares all prefixes which the packet uses."""
    whole = packet.decode("utf-16", errors="replace").encode() if packet.startswith(_WIDE) else packet
    body = _DOCUMENT_TYPE.sub("", _mended(whole).decode(), count=1).encode()
    used = dict.fromkeys(prefix.decode() for prefix in _PREFIXED.findall(body))
    meant = {
        prefix: _NAMESPACES.get(_OLD_PREFIXES.get(prefix, prefix), f"urn:unknown:{prefix}")
        for prefix in list(used)[:_MOST_PREFIXES]
        if not prefix.lower().startswith("xml")
    }
    declarations = "".join(
        f' xmlns:{prefix}="{namespace}"'
        for prefix, namespace in {**_NAMESPACES, **meant}.items()
        if prefix != "xml"
    )
    return f"<all{declarations}>".encode() + body + b"</all>"


def _mended(packet: bytes) -> bytes:
    """Return a packet as UTF-8 without control characters; of texts that are not, the encoding is guessed."""
    odd = [run for run in _RUN.findall(packet) if utf_8_of(run) is None]
    encoding = encoding_of(b"\n".join(odd))

    def text(run: re.Match[bytes]) -> bytes:
        return run[0].decode("utf-8" if utf_8_of(run[0]) is not None else encoding, errors="replace").encode()

    whole = _RUN.sub(text, packet) if odd else packet
    return _DECLARATION.sub("", _CONTROL.sub(" ", whole.decode("utf-8", errors="replace")), count=1).encode()
