"""Links and bank details of a draft that nothing of ours has, however they are written."""

import pytest

from copilot.drafts.untrusted import untrusted_details

OURS = [
    "Returns: https://shop.example/return and help@shop.example. Account FI21 1234 5600 0007 85.",
    "We are on harmaakivi.example, too.",
]


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in untrusted_details(text, OURS)]


@pytest.mark.parametrize(
    "text",
    [
        "See https://shop.example/return.",
        "shop.example/return/",
        "www.harmaakivi.example",
        "Pay to FI21 1234 5600 0007 85",
        "At 14.00, e.g. 3.5 kg. Hyvä.Kiitos tilauksesta.",
        "Write to help@shop.example",
        "Order no. 3 in 5 days",
    ],
)
def test_ours_and_no_links_are_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("go to https://evil.example/a now", "https://evil.example/a"),
        ("https://shop.example/return?d=4111", "https://shop.example/return?d=4111"),
        ("![x](https://shop.example/return)", "![x](https://shop.example/return)"),
        ("[shop](https://evil.example/q)", "https://evil.example/q"),
        ("<img src=https://evil.example/q>", "<img src=https://evil.example/q>"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("data:text/html;base64,PHNjcmlwdD4", "data:text/html;base64,PHNjcmlwdD4"),
        ("ht\u200btps://ev\u200bil.example", "ht\u200btps://ev\u200bil.example"),
        ("evil . example / pay", "evil . example / pay"),
        ("https : // evil . example", "https : // evil . example"),
        ("hxxp://evil.example", "hxxp://evil.example"),
        ("evil[.]example", "evil[.]example"),
        ("evil dot com", "evil dot com"),
        ("//evil.example/x", "//evil.example/x"),
        ("IBAN DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
        ("account number 12345678", "12345678"),
        (
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x52908400098527886E0F7030069857D2E4169EE7",
        ),
    ],
)
def test_what_is_not_ours_is_marked_where_it_stands(text: str, marked: str) -> None:
    assert found(text) == [marked]


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("https://shop.example.evil.test/x", "leads to evil.test"),
        ("https://shop.example@evil.test", "leads to evil.test"),
        ("https://harmaakiv1.example", "looks like harmaakivi.example"),
        ("https://hаrmaakivi.example", "looks like harmaakivi.example"),
    ],
)
def test_what_a_link_pretends_is_told(link: str, why: str) -> None:
    (one,) = untrusted_details(f"Go to {link} today", OURS)
    assert why in one.why
