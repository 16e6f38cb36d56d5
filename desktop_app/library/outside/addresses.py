"""Addresses of hosts: how they are shown, and whether they are of this computer. Nothing is ever resolved."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def shown_address(address: str) -> str:
    """Return an address as it may be shown and logged: without name, password, query and fragment."""
    scheme, _, rest = address.rpartition("://")
    # Whatever stands before the last sign may be a password, which may have slashes in it.
    parts = _parts(f"{scheme or 'http'}://{rest.rpartition('@')[2]}")
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts else "an address that cannot be read"


def is_web_address(address: str) -> bool:
    """Tell whether a text is an http or https address."""
    parts = _parts(address) if "://" in address else None
    return parts is not None and parts.scheme in {"http", "https"}


def has_credentials(address: str) -> bool:
    """Tell whether an address may have a name or a password in it; a password with a slash looks like a path."""
    return "@" in address


def is_loopback(address: str) -> bool:
    """Tell whether an address is of this very computer: 127.0.0.0/8, ::1, `localhost` or a socket.

    A name that only leads here counts as another computer's: to find out, it would have to be asked for.
    """
    if address.startswith("unix:"):
        return True
    parts = _parts(address)
    host = (parts.hostname or "") if parts else ""
    if host.removesuffix(".") == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_protected(address: str) -> bool:
    """Tell whether what is sent to an address is read by nobody on the way."""
    return address.lower().startswith("https://") or is_loopback(address)


def is_same_place(address: str, other: str) -> bool:
    """Tell whether two addresses are of one scheme, host and port."""
    first, second = _parts(address), _parts(other)
    return first is not None and second is not None and _place(first) == _place(second)


def _place(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port


def _parts(address: str) -> SplitResult | None:
    """Return the parts of an address, which needs no scheme; None where it is none."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        has_host = bool(parts.hostname)
        _ = parts.port  # Whether it is one is found out only now.
    except ValueError:
        return None
    return parts if has_host else None
