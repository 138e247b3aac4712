"""Article bodies as plain text."""

import pytest

from copilot.knowledge.plain import plain_text
from tests.timing import ends

MARKDOWN = """\
Returns
=======

You may return **a kettle** within _30 days_ – see [the form](https://x.example/form "Form").
Write to [us](mailto:help@x.example) or <https://x.example>, `KK-20418`.

## Costs ##

| Country | Price |
|---------|------:|
| Finland | 5,90 € |

> Keep the receipt.

- one
- two\\_three

```sh
copilot --help
```
![a kettle](kettle.png) 2 * 3 * 4 and snake_case_name <b>bold</b><!-- hidden -->
"""


def test_markdown_is_legible_and_keeps_headings_links_and_figures() -> None:
    assert plain_text(MARKDOWN, "markdown").split("\n") == [
        "# Returns",
        "",
        "You may return a kettle within 30 days – see the form (https://x.example/form).",
        "Write to us (help@x.example) or https://x.example, KK-20418.",
        "",
        "## Costs",
        "",
        "Country | Price",
        "Finland | 5,90 €",
        "",
        "Keep the receipt.",
        "",
        "- one",
        "- two_three",
        "",
        "copilot --help",
        "a kettle 2 * 3 * 4 and snake_case_name bold",
    ]


def test_html_headings_become_lines_and_scripts_go() -> None:
    html = "<h1>Returns</h1><script>alert(1)</script><p>Within 30&nbsp;days.</p><h2 id=x>Cost</h2>"
    lines = [line for line in plain_text(html, "html").split("\n") if line]
    assert lines == ["# Returns", "Within 30 days.", "## Cost"]


def test_text_stays_as_it_is() -> None:
    assert plain_text("a *b*\r\n\r\n\r\n\r\n[c](d)\x00", "text") == "a *b*\n\n[c](d)"


@pytest.mark.parametrize(
    "piece",
    [
        " ",
        "x",
        "[",
        "[a](",
        "*a",
        "_a ",
        "|",
        "a\n=\n",
        "# ",
        ">",
        "<a ",
        "<!-- ",
        "`a",
        "\n ",
        "-",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    body = piece * (1_000_000 // len(piece))
    with ends():
        plain_text(body, "markdown")
        plain_text(body, "html")


@pytest.mark.parametrize(
    "body",
    [
        "-" * 200_000 + "x",
        "|:" + "-" * 200_000 + "x",
        "a\n" + "=" * 200_000 + "x",
        "[a](https://x.example" + " " * 7_900_000,
        '[a](https://x.example "' + "t" * 1_000_000,
        "|" + "a|" * 500_000 + "x",
    ],
    ids=["rule", "table rule", "underline", "link", "titled link", "row"],
)
def test_nothing_that_only_begins_like_markup_takes_long(body: str) -> None:
    with ends():
        plain_text(body, "markdown")
