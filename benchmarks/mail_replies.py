"""How well the reply is cut out of a mail, beside the libraries that do the same.

    python -m benchmarks.mail_replies DATA [--failing N]

DATA holds ``email_reply_parsing`` (or is that folder): peers' test mails with the reply that their
suites expect, each with its scope. This project's own cases are measured as well. Libraries that
are not installed are named in the table; to compare them, install mail-parser-reply,
email-reply-parser, quotequail, and superops-talon with cchardet (talon as it is kept up today).

Every engine gets its best documented call: HTML where it takes HTML (else the text that this
project makes of it, as from MIME messages), the case's language where it can be told, signatures
kept or cut as the scope says. A scope that does not say ("quotes removed" of a suite that cuts
some signatures and keeps others) counts the better of both, for every engine alike, ours too.
White space and Unicode forms are folded before comparing. ``--`` lines and all else count.
"""

import argparse
import json
import re
import signal
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from copilot.conversations.mail import parse_mail
from copilot.conversations.quotes import split_reply
from copilot.evals.metrics.wording import similarity, tidied
from copilot.evals.tasks.email_parsing import as_sent
from copilot.kernel.html_text import html_to_text
from copilot.kernel.resources import bundled

_TARGET = 0.92
_SLOW_S = 1.0
_GIVEN_UP_S = 10.0
_KEEPS_SIGNATURE = re.compile(r"(?:^|, )quotes removed\b|\bwith signature\b")
_CUTS_SIGNATURE = re.compile(r"^reply$|\bsignature removed\b|\bexcludes\b.*\bsignatures\b")
_NO_SPACES = "without whitespace"


class Body(NamedTuple):
    """A case's mail: as text, as HTML where it has nothing else, and its language."""

    text: str
    html: str | None
    language: str


class Found(NamedTuple):
    """An engine's reply, with its signature and without."""

    signed: str
    bare: str


class Score(NamedTuple):
    """How one engine did on one case."""

    exact: bool
    similarity: float
    seconds: float
    crashed: bool


Engine = Callable[[Body], Found]


def ours(body: Body) -> Found:
    """This project's rules."""
    parts = split_reply(html_to_text(body.html) if body.html is not None else body.text)
    return Found("\n".join(filter(None, (parts.text, parts.signature))), parts.text)


def mail_parser_reply() -> Engine:
    """The first of mail-parser-reply's replies: ``full_body`` and ``body``."""
    from mailparser_reply import EmailReplyParser

    def cut(body: Body) -> Found:
        newest = EmailReplyParser(languages=[body.language]).read(body.text).replies[0]
        return Found(newest.full_body, newest.body)

    return cut


def email_reply_parser() -> Engine:
    """Zapier's port of GitHub's: fragments that quote nothing, and ``reply``."""
    from email_reply_parser import EmailReplyParser

    def cut(body: Body) -> Found:
        mail = EmailReplyParser.read(body.text)
        unquoted = (one for one in mail.fragments if not (one.quoted or one.headers))
        return Found("\n".join(one.content for one in unquoted), mail.reply)

    return cut


def quotequail() -> Engine:
    """What ``quote`` and ``quote_html`` would show at once; it knows no signatures."""
    import quotequail as library

    def cut(body: Body) -> Found:
        if body.html is not None:
            shown = library.quote_html(body.html, quote_intro_line=True)
            text = html_to_text("".join(part for seen, part in shown if seen))
        else:
            shown = library.quote(body.text, quote_intro_line=True)
            text = "\n".join(part for seen, part in shown if seen)
        return Found(text, text)

    return cut


def quotequail_unwrap() -> Engine:
    """What stands above and below that which ``unwrap`` finds to be quoted."""
    import quotequail as library

    def cut(body: Body) -> Found:
        html = body.html is not None
        found = library.unwrap_html(body.html) if html else library.unwrap(body.text)
        if found is None:
            return Found(body.text, body.text)
        kinds = ("html_top", "html_bottom") if html else ("text_top", "text_bottom")
        parts = [found.get(kind, "") for kind in kinds]
        text = "\n".join(map(html_to_text, parts) if html else parts)
        return Found(text, text)

    return cut


def talon() -> Engine:
    """Talon's ``quotations`` for text and HTML, and its brute force for signatures."""
    from talon import quotations
    from talon.signature.bruteforce import extract_signature

    quotations.register_xpath_extensions()

    def cut(body: Body) -> Found:
        if body.html is not None:
            reply = html_to_text(quotations.extract_from_html(body.html))
        else:
            reply = quotations.extract_from_plain(body.text)
        return Found(reply, extract_signature(reply)[0])

    return cut


_LIBRARIES: dict[str, tuple[tuple[str, ...], Callable[[], Engine]]] = {
    "mail-parser-reply": (("mail-parser-reply",), mail_parser_reply),
    "email-reply-parser (Zapier)": (("email-reply-parser",), email_reply_parser),
    "quotequail, quote": (("quotequail",), quotequail),
    "quotequail, unwrap": (("quotequail",), quotequail_unwrap),
    "talon": (("superops-talon", "talon"), talon),
}


def engines() -> Iterator[tuple[str, Engine | None]]:
    """Ours and each library by name; None for what is not installed."""
    yield "ours", ours
    for name, (packages, opened) in _LIBRARIES.items():
        try:
            package, release = _release(packages)
            library = opened()
            yield f"{name} {release}" + (f" ({package})" if package not in name else ""), library
        except ImportError:
            yield name, None


def _release(packages: Iterable[str]) -> tuple[str, str]:
    for one in packages:
        try:
            return one, version(one)
        except PackageNotFoundError:
            continue
    raise ImportError(f"None of {', '.join(packages)} is installed")


class Case(NamedTuple):
    """A mail and the reply that is expected of it."""

    id: str
    body: Body
    expected: str
    scope: str


def read(file: Path) -> list[Case]:
    """The cases of ``file`` that expect a whole reply."""
    with file.open(encoding="utf-8") as lines:
        told = [json.loads(line) for line in lines]
    return [
        Case(one["id"], _body(one), one["expected_reply"], (one.get("scope") or "").casefold())
        for one in told
        if one["expected_reply"] is not None
    ]


def _body(one: dict[str, Any]) -> Body:
    language = one.get("lang") or one.get("language") or "en"
    text, html = one.get("raw"), one.get("raw_html")
    if one.get("raw_eml") is not None:
        mail = parse_mail(as_sent(one["raw_eml"]))
        text, html = (mail.text, None) if mail.text.strip() else (None, mail.html or "")
    if text is not None:
        return Body(text, None, language)
    return Body(html_to_text(html or ""), html, language)


def scored(case: Case, engine: Engine) -> Score:
    """What ``engine`` makes of ``case``; one that takes very long is given up."""
    started = time.process_time()
    try:
        with _given_up():
            found = engine(case.body)
    except Exception:  # noqa: BLE001 - whatever a library breaks with is what is counted
        return Score(False, 0.0, time.process_time() - started, True)
    took = time.process_time() - started
    pairs = [_pair(text or "", case) for text in _asked(found, case.scope)]
    return Score(
        any(one == other for one, other in pairs),
        max(similarity(one, other) for one, other in pairs),
        took,
        False,
    )


def _asked(found: Found, scope: str) -> tuple[str, ...]:
    if _CUTS_SIGNATURE.search(scope):
        return (found.bare,)
    return (found.signed,) if _KEEPS_SIGNATURE.search(scope) else tuple(found)


def _pair(found: str, case: Case) -> tuple[str, str]:
    one, other = tidied(found), tidied(case.expected)
    if _NO_SPACES in case.scope:
        return one.replace(" ", ""), other.replace(" ", "")
    return one, other


@contextmanager
def _given_up() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, _GIVEN_UP_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def compare(name: str, cases: list[Case], *, failing: int, console: Console) -> bool:
    """Print the tables of one set; whether ours keeps what it must."""
    table = Table(title=f"{name}: {len(cases)} mails", title_justify="left")
    for column in ("engine", f"exact (ours ≥ {_TARGET})", "similarity"):
        table.add_column(column)
    table.add_column("crashed or > 1 s")
    table.add_column("median ms")
    results: dict[str, list[Score]] = {}
    for engine, cut in engines():
        if cut is None:
            table.add_row(engine, "not installed")
            continue
        cut(cases[0].body)  # what it loads at first use is no mail's time
        results[engine] = [scored(case, cut) for case in cases]
        table.add_row(engine, *_told(results[engine]))
    console.print(table)
    mine = results.pop("ours")
    _print_groups("language", ((case.body.language, one.exact) for case, one in _zip(cases, mine)))
    _print_groups("scope", ((case.scope, one.exact) for case, one in _zip(cases, mine)))
    failed = [case.id for case, one in _zip(cases, mine) if not one.exact]
    shown = ", ".join(failed[:failing]) or "none"
    console.print(f"not exact ({len(failed)}): {shown}\n", highlight=False)
    best = max((_exact(one) for one in results.values()), default=0.0)
    return _exact(mine) >= _TARGET and _exact(mine) > best


def _zip(cases: list[Case], scores: list[Score]) -> Iterator[tuple[Case, Score]]:
    return zip(cases, scores, strict=True)


def _exact(scores: list[Score]) -> float:
    return statistics.fmean(one.exact for one in scores)


def _told(scores: list[Score]) -> list[str]:
    bad = sum(one.crashed or one.seconds > _SLOW_S for one in scores)
    return [
        f"{_exact(scores):.3f} ({sum(one.exact for one in scores)})",
        f"{statistics.fmean(one.similarity for one in scores):.3f}",
        str(bad),
        f"{1000 * statistics.median(one.seconds for one in scores):.2f}",
    ]


def _print_groups(name: str, results: Iterable[tuple[str, bool]]) -> None:
    groups: dict[str, list[bool]] = defaultdict(list)
    for group, exact in results:
        groups[group].append(exact)
    told = (f"{group} {sum(one)}/{len(one)}" for group, one in sorted(groups.items()))
    print(f"ours by {name}: {', '.join(told)}")


def main() -> int:
    """Read the arguments, measure, print; 1 when ours does not keep what it must."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--failing", type=int, default=40, help="how many ids to name")
    asked = parser.parse_args()
    console = Console()
    public = asked.data / "email_reply_parsing"
    folder = public if public.is_dir() else asked.data
    kept = compare(
        "email_reply_parsing",
        read(folder / "cases.jsonl"),
        failing=asked.failing,
        console=console,
    )
    own = bundled("eval") / "datasets" / "email_parsing" / "cases.jsonl"
    compare("this project's own", read(own), failing=asked.failing, console=console)
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
