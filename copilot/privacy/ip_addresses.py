"""Finding IP addresses, and telling them from the versions and chapters that are written alike."""

import ipaddress
import re
from collections.abc import Iterator

from copilot.privacy.entity import Entity

_IP4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IP6 = re.compile(
    r"(?<![\w:.])(?:[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){1,6}:\d{1,3}(?:\.\d{1,3}){3}(?![\w:]|\.\d)"
    r"|(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?=:\d{2,5}(?!\w))"
    r"|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:]|\.\d))",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"(?:\bver(?:sion\w{0,4}|sio\w{0,7}|\.)?|\w{0,20}(?:version\w{0,4}|versio\w{0,7})|release|"
    r"build|\b[fsh]w\b|software"
    r"|ohjelmisto\w{0,4}|sovellu\w{1,6}|\bapp\b"
    r"|firmware\w{0,5}|driver|ajuri\w{0,4}|\bv|(?:up|down)(?:dated?|graded?) to|päivit\w{1,12}"
    r"|(?:upp|opp|op)date?r[ae]?\w{0,3}(?: till?)?"
    r"|section|chapter|clause|paragraph|kohda\w{0,4}|kohta\w{0,2}|luvu\w{0,4}|luku|kappale\w{0,5}"
    r"|pykälä\w{0,3}|avsnitt\w{0,2}|kapit\w{1,5}|punkt\w{0,4}|artikla\w{0,3}|§)"
    r"[ \u00a0.:]{0,2}(?:\d[\d.]{2,15}\D{1,12})?$",
    re.IGNORECASE,
)
_IP_CALLED = re.compile(
    r"(?:\bip(?:v[46])?\b|ip-\w+|osoit\w{0,8}|address|adress\w{0,3}|\bfrom|server|palveli\w{1,8}"
    r"|\bhost\w{0,4}|\b(?:dns|wan|lan|vpn)\b|gateway|yhdyskäytävä\w{0,3})[^\d\n]{0,6}$",
    re.IGNORECASE,
)
_LOOK_BACK = 40
_SMALL = 32


def find_ips(text: str) -> Iterator[Entity]:
    """The addresses of both kinds in ``text``, the longer where one holds another."""
    # The longer form first: "::ffff:192.0.2.1" ends with an address of its own.
    for pattern in (_IP6, _IP4):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
            if _is_ip(match.group()) and (
                _IP_CALLED.search(before)
                or not (_VERSION.search(before) or _is_version(match.group()))
            ):
                yield Entity(match.start(), match.end(), "ip")


def _is_version(text: str) -> bool:
    """Whether four small numbers are more likely a version; private and repeated ones are not."""
    parts = text.split(".")
    small = len(parts) == 4 and all(one.isdigit() and int(one) < _SMALL for one in parts)
    return small and parts[0] != "10" and len(set(parts)) > 1


def _is_ip(text: str) -> bool:
    # "::" and "12:30:00" are an address and a time; only real digits count as one.
    if ":" in text and sum(character.isalnum() for character in text) < 4:
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
