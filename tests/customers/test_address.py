"""One spelling per address."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.customers import address
from copilot.customers.customer import Address, CustomerIn


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Anna.Aho@Example.ORG ", "anna.aho@example.org"),
        ("<anna@example.org>", "anna@example.org"),
        ("Anna Aho <Anna@example.org>", "anna@example.org"),
        ("<mailto:anna@example.org>", "anna@example.org"),
        ("mailto:anna@example.org", "anna@example.org"),
        ("anna+shop@example.org", "anna+shop@example.org"),
        ("ａｎｎａ@example.org", "anna@example.org"),
        ("anna@STRASSE.example.", "anna@strasse.example"),
    ],
)
def test_mail_addresses_are_folded(written: str, kept: str) -> None:
    assert address.email(written) == Address(kind="email", value=kept)


@pytest.mark.parametrize("written", ["anna", "@example.org", "anna@", "a b@example.org", ""])
def test_what_is_no_mail_address_is_none(written: str) -> None:
    assert address.email(written) is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("040 123 4567", "+358401234567"),
        ("+358 40 1234567", "+358401234567"),
        ("00358401234567", "+358401234567"),
        ("+358 (0)40 123 4567", "+358401234567"),
        ("tel:+44 7700 900231", "+447700900231"),
    ],
)
def test_phones_become_e164(written: str, kept: str) -> None:
    assert address.phone(written) == Address(kind="phone", value=kept)


def test_a_region_decides_what_a_local_number_is() -> None:
    assert address.phone("07700 900231", region="GB") == Address(
        kind="phone", value="+447700900231"
    )


def test_what_no_mail_or_phone_can_be_is_kept_as_a_handle() -> None:
    who = CustomerIn(emails=["Anna at work"], phones=["12"], handles=["@Anna"])
    assert {(one.kind, one.value) for one in address.addresses_of(who)} == {
        ("handle", "anna at work"),
        ("handle", "12"),
        ("handle", "@anna"),
    }


@pytest.mark.parametrize("written", ["anonymous", "Unknown", "-", "N/A", "Tuntematon", " ? "])
def test_what_names_nobody_is_no_address(written: str) -> None:
    assert address.addresses_of(CustomerIn(phones=[written], handles=[written])) == []


def test_composed_and_decomposed_letters_are_one() -> None:
    for text in ("Åke Öberg", "ÿ", "ΐ"):
        parts = unicodedata.normalize("NFD", text)
        assert address.fold(parts) == address.fold(text) == address.fold(address.fold(text))
        assert address.handle(parts) == address.handle(text)


def test_external_ids_of_different_sources_never_collide() -> None:
    assert address.external("a:b", "c") != address.external("a", "b:c")
    assert address.external_source(address.external("a:b", "c")) == "a%3Ab"


def test_strongest_first() -> None:
    who = CustomerIn(
        source="crm", external_id="1", emails=["a@b.example"], phones=["0401234567"], handles=["a"]
    )
    kinds = [one.kind for one in address.addresses_of(who)]
    assert kinds == ["external", "email", "phone", "handle"]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_taken(mail: str, phone: str, handle: str) -> None:
    found = address.addresses_of(CustomerIn(emails=[mail], phones=[phone], handles=[handle]))
    for one in found:
        assert one.value
        one.value.encode()
