"""English and Finnish are complete, and every string is used."""

import inspect
import re
from typing import get_args

import pytest

from copilot.calls import errors as call_errors
from copilot.context.card import PartName, Reason
from copilot.knowledge.degraded import ALL_DEGRADED
from copilot.speech import audio_warnings
from copilot.speech import errors as speech_errors
from copilot.web.i18n import LOCALES, choose_locale, strings
from copilot.web.pages import FOLDER

# Keys that are put together when the page runs: their beginnings.
COMPOSED = (
    "channel_",
    "status_",
    "tone_",
    "length_",
    "section_",
    "reason_",
    "figure_",
    "review_",
    "login_error_",
    "warning_",
    "order_",
    "call_error_",
    "call_warning_",
    "download_",
    "recording_",
    "redact_",
    "redacts_",
    "error_",
    "problem_",
    "refine_",
    "settings_",
    "role_",
    "feedback_",
    "access_",
    "engine_",
    "engines_",
    "task_",
    "outcome_",
    "masked_",
    "job_",
    "jobs_",
    "audit_",
    "actor_",
    "budget_",
    "degraded_",
    "kind_",
    "kinds_",
)
ROLES = {"agent", "bot", "customer", "system", "unknown"}


def used() -> set[str]:
    found: set[str] = set()
    for path in FOLDER.rglob("*"):
        if path.suffix == ".html":
            found |= set(re.findall(r't\["(\w+)"\]', path.read_text()))
        elif path.suffix == ".js":
            text = path.read_text()
            found |= set(re.findall(r'\b(?:t|list|known)\("(\w+)"', text))
    return found


@pytest.mark.parametrize("locale", LOCALES)
def test_every_string_that_is_used_is_there(locale: str) -> None:
    assert used() - set(strings(locale)) == set()


def test_locales_have_the_same_keys_and_placeholders() -> None:
    english, finnish = strings("en"), strings("fi")
    assert set(english) == set(finnish)
    for key, text in english.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", finnish[key])), key
    same = {key for key, text in english.items() if text == finnish[key]}
    assert same <= {"channel_chat", "channel_whatsapp"}


def test_no_string_is_left_over() -> None:
    left = {key for key in set(strings("en")) - used() if not key.startswith(COMPOSED)}
    assert left - ROLES == set()


@pytest.mark.parametrize(
    ("wishes", "chosen"),
    [
        (("fi",), "fi"),
        ((None, "fi-FI,fi;q=0.9,en;q=0.8"), "fi"),
        ((None, None, "sv,de;q=0.9"), "en"),
        (("xx", "", "EN-gb"), "en"),
        ((), "en"),
    ],
)
def test_choosing_a_locale(wishes: tuple[str | None, ...], chosen: str) -> None:
    assert choose_locale(*wishes) == chosen


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_and_part_of_a_degraded_card_has_words(locale: str) -> None:
    known = strings(locale)
    reasons = {*get_args(get_args(Reason)[0]), *ALL_DEGRADED}
    assert {one for one in reasons if f"degraded_{one}" not in known} == set()
    renamed = {"query", "past_conversations", "similar_conversations"}
    assert set(get_args(PartName)) - renamed - set(known) == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_wrong_with_a_recording_has_words(locale: str) -> None:
    known = strings(locale)
    source = inspect.getsource(audio_warnings)
    warnings = set(re.findall(r'code="(audio_\w+)"', source))
    assert len(warnings) >= 7
    assert {one for one in warnings if f"call_warning_{one}" not in known} == set()
    codes = {
        one.code
        for module in (speech_errors, call_errors)
        for one in vars(module).values()
        if inspect.isclass(one) and one.__module__ == module.__name__
    }
    # Nobody who reads a page asks for bytes.
    shown = codes - {"range_not_satisfiable"}
    wordless = {one for one in shown if not {f"problem_{one}", f"call_error_{one}"} & set(known)}
    assert wordless == set()


def test_every_warning_of_a_draft_has_words() -> None:
    package = FOLDER.parent / "drafts"
    codes = {
        code
        for path in package.rglob("*.py")
        for code in re.findall(r'DraftWarning\(\s*(?:code=)?"(\w+)"', path.read_text("utf-8"))
    }
    assert len(codes) > 20
    assert {f"warning_{code}" for code in codes} <= set(strings("en"))
