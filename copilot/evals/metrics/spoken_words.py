"""What was said as the words that transcripts are compared by: numbers alike in words or digits."""

import re
import unicodedata

from copilot.speech.spoken.writing import written_forms, written_out

_INVISIBLE = "Cf"
_DIGIT_MARK = re.compile(r"(?<=\d)[.,:](?=\d)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_DAY_OF = re.compile(rf"(?:\bthe )?\b(\d{{1,2}}) (?:of )?({_MONTHS})\b")
_MONTH_DAY = re.compile(rf"\b({_MONTHS}) (?:the )?(\d{{1,2}})\b(?![.:\d])")
_FINNISH_MONTHS = [
    "tammi",
    "helmi",
    "maalis",
    "huhti",
    "touko",
    "kesä",
    "heinä",
    "elo",
    "syys",
    "loka",
    "marras",
    "joulu",
]
_FINNISH_DAY = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_FINNISH_MONTHS)})kuu(?:ta|n)?\b")
_NUMBER = r"\d+(?:[.]\d+)*"
_SIGNS = {"€": "euro", "£": "pound", "$": "dollar"}
_SIGN_BEFORE = re.compile(rf"([€£$]) ?({_NUMBER})")
_SIGN_AFTER = re.compile(rf"({_NUMBER}) ?([€£$])")
_CURRENCY = re.compile(rf"({_NUMBER}) (euro|pound|dollar)(?:s|a|n)?\b")
_PERCENT = re.compile(rf"({_NUMBER}) ?(?:%|percent\b|per cent\b|prosent\w+)")
_PARTS = re.compile(r"\d|\.(?=\d)|[^\W\d_]+(?:[\u0300-\u036f][^\W\d_]*)*|[^\w\s.]|\w")

_BETWEEN_DIGITS = re.compile(r"(?<=\d) (\.?) ?(?=\d)")

_FILLERS = {
    "en": frozenset({"uh", "um", "uhm", "er", "erm", "hm", "hmm", "mm"}),
    "fi": frozenset({"öö", "ööö", "ää", "äää", "hm", "hmm", "mm"}),
}
_SMALL = {
    "en": (
        *("zero", "one", "two", "three", "four", "five", "six"),
        *("seven", "eight", "nine", "ten", "eleven", "twelve"),
    ),
    "fi": (
        *("nolla", "yksi", "kaksi", "kolme", "neljä", "viisi"),
        *("kuusi", "seitsemän", "kahdeksan", "yhdeksän", "kymmenen"),
    ),
}


def spoken_words(text: str, language: str | None) -> list[str]:
    """``text`` as the words that errors are counted on: reference and transcript alike.

    Figures said in words become digits (English and Finnish), each digit is a word of its own, and
    spelled letters are one word: ``K K two zero``, ``KK-20`` and ``kk 20`` are the same. The rules
    are in docs/evals-metrics.md.

    Args:
        text: What was said, or heard.
        language: BCP 47 code that both texts are read in; None or another than English and Finnish
            leaves numbers in words as they are.
    """
    code = (language or "").split("-")[0].lower()
    plain = unicodedata.normalize("NFKC", text).split()
    folded = unicodedata.normalize(
        "NFKC", written_out(plain, written_forms(plain, code)).casefold()
    )
    words = _words(_figures(_without_marks(folded)), code)
    fillers = _FILLERS.get(code, frozenset())
    return _joined([word for word in words if word not in fillers])


def normalised(text: str, language: str | None = None) -> str:
    """The words of :func:`spoken_words` as one line, each number in one piece."""
    line = " ".join(spoken_words(text, language))
    return _BETWEEN_DIGITS.sub(r"\1", line)


def _without_marks(text: str) -> str:
    """Hyphens, slashes and underscores are spaces; other punctuation outside figures goes."""
    kept = []
    for place, character in enumerate(text):
        category = unicodedata.category(character)
        if category == "Pd" or character in "/_":
            kept.append(" ")
        elif character in ".,:" and text[place - 1 : place].isdigit():
            kept.append(character if text[place + 1 : place + 2].isdigit() else " ")
        elif character == "%" or (category != _INVISIBLE and category[0] != "P"):
            kept.append(character)
        elif character in ".,:;!?…@":
            kept.append(" ")
    return " ".join("".join(kept).split())


def _figures(text: str) -> str:
    """Amounts, shares and dates in one form, whichever they were written in."""
    text = _DIGIT_MARK.sub(".", _THOUSANDS.sub("", text))
    text = _SIGN_BEFORE.sub(lambda one: f"{one[2]} {_SIGNS[one[1]]}", text)
    text = _SIGN_AFTER.sub(lambda one: f"{one[1]} {_SIGNS[one[2]]}", text)
    text = _PERCENT.sub(r"\1 %", _CURRENCY.sub(r"\1 \2", text))
    text = _ORDINAL.sub("", text)
    text = _FINNISH_DAY.sub(lambda one: f"{one[1]}.{_FINNISH_MONTHS.index(one[2]) + 1}", text)
    return _MONTH_DAY.sub(r"\2 \1", _DAY_OF.sub(r"\1 \2", text))


def _words(text: str, code: str) -> list[str]:
    small = {word: str(number) for number, word in enumerate(_SMALL.get(code, ()))}
    words = []
    for word in text.split():
        if any(character.isdigit() for character in word):
            words += _PARTS.findall(word)
        else:
            words += list(small.get(word, "")) or [word]
    return words


def _joined(words: list[str]) -> list[str]:
    """Letters that were spelled one by one as one word."""
    joined: list[str] = []
    spelling = False
    for word in words:
        letter = len(word) == 1 and word.isalpha()
        if letter and spelling:
            joined[-1] += word
        else:
            joined.append(word)
        spelling = letter
    return joined
