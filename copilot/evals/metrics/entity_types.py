"""What datasets call the kinds of personal data that we promise to find."""

import re
from typing import get_args

from copilot.privacy.entity import EntityType

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_TAG = re.compile(r"^[bilesu]-(?=.)", re.IGNORECASE)
_NOT_PROMISED = frozenset({"placeholder"})
_OURS: dict[str, EntityType] = {
    one: one for one in get_args(EntityType) if one not in _NOT_PROMISED
}
_OTHERS: dict[EntityType, str] = {
    "name": "person per pers person_name full_name first_name last_name given_name surname",
    "email": "email_address mail e_mail",
    "phone": "phone_number telephone telephone_number phoneno tel mobile mobile_number",
    "card": "credit_card credit_card_number card_number debit_card payment_card creditcard",
    "iban": "iban_code iban_number",
    "national_id": "us_ssn ssn social_security_number hetu fi_personal_identity_code "
    "personal_identity_code national_id_number se_personnummer personnummer uk_nino es_nif "
    "it_fiscal_code",
    "ip": "ip_address ipv4 ipv6 ip_addr",
    "url": "domain_name domain uri website link",
    "address": "street_address street postal_address home_address",
    "handle": "username user_name user screen_name social_handle",
    "order": "order_number order_id",
}
_KNOWN: dict[str, EntityType] = {
    **{name: ours for ours, names in _OTHERS.items() for name in names.split()},
    **_OURS,
}


def promised_type(name: str) -> EntityType | None:
    """Our name for what a dataset calls ``name``; None: nothing that we promise to find."""
    plain = _SEPARATORS.sub("_", _TAG.sub("", name.strip()).lower()).strip("_")
    return _KNOWN.get(plain)
