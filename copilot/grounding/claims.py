"""Claims: which sentences state something, and whether a source says the same.

Wording tells most of it (:mod:`copilot.grounding.support`). What wording alone lets through is
looked at by itself: figures that the source does not have, a "not" on one side only, opposites, and
a sentence that is the source's own with another thing put in the first place.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from copilot.grounding.figure_check import Source
from copilot.grounding.figures import FigureIndex
from copilot.grounding.sentences import split_sentences
from copilot.grounding.support import Vocabulary, carried
from copilot.grounding.words import content_words, word_key, words_of

_LEAST = 0.3
_CLOSE = 0.5
_LIKE = 0.55
_NEAR = 0.75
_FEW_WORDS = 2
_MOST_SENTENCES = 200
_FIGURES_ALONE = frozenset(("amount", "date", "time", "percent", "quantity"))
_CLAUSES = re.compile(r",? (?=(?:eikä|eivätkä|mutta|but|nor)\b)|; ")
_COURTESY = re.compile(
    r"\b(?:thank|thanks|sorry|apologi[sz]e|regret|regards|wishes|sincerely|welcome|hope|glad|"
    r"happy to|pleased|"
    r"let (?:me|us) know|get back|look into|find out|contact us|reach out|feel free|don't "
    r"hesitate|do not hesitate|"
    r"have a (?:nice|good|great)|i understand|we understand|you (?:asked|wrote|mentioned)|here "
    r"to help|"
    r"kiitos|kiitän|kiitämme|pahoittel\w+|anteeksi|terveisin|terveiset|toivottavasti|toivon|"
    r"toivomme|mukavaa|"
    r"hyvää (?:päivän|viikon|jatkoa|kevä|kesä|syksy|talve)\w*|selvit(?:än|ämme|tän|ttelen|tämme)|"
    r"palaan|palaamme|"
    r"kerro(?:than|tko)?|autan|autamme|ota(?:than)? (?:meihin )?yhteyttä|ymmärrän|ymmärrämme|"
    r"kysyit\w*|kirjoitit\w*|"
    r"tervetuloa|ilomielin|mielellä\w+|tack|danke|merci|gracias|grazie|obrigad\w+|"
    r"tar reda på|beklagar|vielen dank|kläre|tut mir leid|aitäh|täname|uurin|kahju)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\s*(?:hei|moi|moikka|terve|hyvä|hi|hello|hey|dear|good (?:morning|afternoon|evening)|hej|"
    r"hallo|liebe|guten|sehr geehrte|bästa|tere|lugupeetud|"
    r"bonjour|hola|ciao|olá)\b[^.?]{0,40}[,!.]?\s*$",
    re.IGNORECASE,
)
_NOT = frozenset(
    re.split(
        r"\s+",
        "not no never cannot can't don't doesn't isn't aren't won't didn't wasn't weren't "
        "neither nor "
        "nothing ei en et emme ette eivät eikä eivätkä älä älkää kielletty mahdotonta "
        "inte ej aldrig nicht kein keine keinen nie ne pas jamais ikke",
    )
)
_OPPOSITES = tuple(
    (frozenset(one.split("|")[0].split()), frozenset(one.split("|")[1].split()))
    for one in (
        "before until|after since",
        "ennen|jälkeen",
        "more over least minimum exceeding above|less under most maximum below within",
        "yli vähintään enemmän aikaisintaan|alle enintään vähemmän viimeistään",
        "free included|charged excluded extra",
        "ilmainen ilmaiseksi maksutta maksuton sisältyy|maksullinen veloitetaan lisämaksusta",
        "open opens avataan auki|closed closes suljetaan kiinni",
        "refundable allowed possible|non-refundable nonrefundable forbidden impossible",
        "customer|shop store we seller",
        "asiakas|kauppa myyjä",
        "inside indoors sisällä|outside outdoors ulkona",
        "first ensin ensimmäinen|last lopuksi viimeinen viimeisenä",
        "weekdays arkisin arkipäivinä|weekends viikonloppuisin viikonloppuna",
        "cold kylmä kylmällä|hot warm kuuma kuumalla lämpimällä",
    )
)


def is_claim(sentence: str) -> bool:
    """Whether ``sentence`` states something that should rest on a source.

    Greetings, courtesy, announcements of one's own work and questions to the customer do not; with
    a figure in it courtesy does.
    """
    plain = sentence.strip().rstrip("\"'”“»)")
    if not plain or plain.endswith(("?", ":")) or _GREETING.match(plain):
        return False
    has_digit = any(one.isdigit() for one in plain)
    if _COURTESY.search(plain) and not has_digit:
        return False
    return has_digit or len(set(content_words(plain))) >= _FEW_WORDS


def says_the_same(
    sentence: str, source: str, beside: Sequence[str] = (), nearness: float | None = None
) -> bool:
    """Whether ``sentence`` can rest on ``source``.

    Args:
        sentence: One sentence.
        source: The text that it names.
        beside: Other texts that it names: its figures may stand there.
        nearness: How near the two are in meaning, 0 to 1, where a model knows it: what is near
            may share fewer words.
    """
    words = content_words(sentence)
    if carried(words, _vocabulary(source)) < (_LEAST / 2 if (nearness or 0) >= _NEAR else _LEAST):
        return False
    if not _has_figures(sentence, (source, *beside)):
        return False
    best, held = _best_sentence(words, source)
    if held < _CLOSE:
        return True
    return not (_turned(sentence, best) or _swapped(words, best))


def _has_figures(sentence: str, texts: tuple[str, ...]) -> bool:
    checks = _index(texts).check(sentence)
    return all(one.verdict == "supported" for one in checks if one.kind in _FIGURES_ALONE)


def _best_sentence(words: Sequence[str], source: str) -> tuple[str, float]:
    """The sentence, or where that holds as much the clause, that holds most of ``words``."""
    scored = [
        (round(carried(words, vocabulary), 3), -len(text), text)
        for text, vocabulary in _sentences(source)
    ]
    held, _, best = max(scored, default=(0.0, 0, ""))
    return best, held


def _turned(sentence: str, other: str) -> bool:
    """Whether one of the two says "not", or the opposite word, and the other does not."""
    first, second = set(words_of(sentence)), set(words_of(other))
    if bool(first & _NOT) != bool(second & _NOT):
        return True
    return any(
        (first & one and second & two and not first & two and not second & one)
        or (first & two and second & one and not first & one and not second & two)
        for one, two in _OPPOSITES
    )


def _swapped(words: Sequence[str], other: str) -> bool:
    """Whether the first thing that is spoken of is another, in else the same words."""
    mine, theirs = [word_key(one) for one in words], [word_key(one) for one in content_words(other)]
    if not mine or not theirs or mine[0] in theirs or theirs[0] in mine:
        return False
    if any(one.startswith(mine[0][:4]) or mine[0].startswith(one[:4]) for one in theirs):
        return False
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    first = next((one for one in matcher.get_opcodes() if one[1] == 0), None)
    if first is None or first[0] != "replace" or first[2] - first[1] > 2:
        return False
    return matcher.ratio() >= _LIKE


@lru_cache(maxsize=64)
def _sentences(source: str) -> tuple[tuple[str, Vocabulary], ...]:
    found = [
        clause
        for one in split_sentences(source)[:_MOST_SENTENCES]
        for clause in (one, *(_CLAUSES.split(one) if _CLAUSES.search(one) else ()))
    ]
    return tuple((one, Vocabulary.of(one)) for one in found)


@lru_cache(maxsize=64)
def _vocabulary(source: str) -> Vocabulary:
    return Vocabulary.of(source)


@lru_cache(maxsize=32)
def _index(texts: tuple[str, ...]) -> FigureIndex:
    return FigureIndex([Source("passage", str(n), text) for n, text in enumerate(texts)])
