"""Names in running text: what is written with a capital although no sentence begins there."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from copilot.grounding.calendar_words import MONTH, WEEKDAY
from copilot.kernel.listed import listed
from copilot.kernel.little_words import FUNCTION_WORDS

_WORD = r"[^\W_][\w'’&+-]*"
# A capital, after a word or comma of the same sentence. "DHL:n" is DHL in a case.
_NAME = re.compile(r"(?<=[\w,;)] )((?:[A-ZÅÄÖ]|[a-z][A-Z])[\w'’&+-]*(?: [A-ZÅÄÖ][\w'’&+-]*){0,3})")
_LOWER = re.compile(rf"(?<![\w]){_WORD}")
_CALENDAR = re.compile(rf"(?:{MONTH}|{WEEKDAY})", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")
_LOCATIVE = re.compile(r"(?:ss[aä]|st[aä]|ll[aä]|lt[aä]|lle)$")
_CASE = re.compile(
    r"(?:ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|ksi|n[aä]|tt[aä]|t[aä]|een|iin|aan|ään|oon|öön|uun|yyn"
    r"|h[aeiouyäö]n|in|en|n|[aä])$"
)
_LEAST = 3
_LONGEST = 60
_SHARED = 4
_LONGEST_ENDING = 7
_WRAPPED = re.compile(r"(?<=[\w,;])\n(?=[^\W_])")
_CAPITALISED = re.compile(r"(?<![\w])[A-ZÅÄÖ][\w'’]+")
_CODE = re.compile(r"\d.*-|-.*\d|^[A-Z]+(?:-[A-Z]+)+$")
_SHORT_DAYS = frozenset(listed("mon tue tues wed thu thurs fri sat sun ma ti ke to pe la su"))


def names_in(texts: Iterable[str], language: str | None) -> Counter[str]:
    """The names in ``texts``, each counted once for every text it stands in, base form only.

    A word that also stands there in small letters is no name. German capitalises every noun: there
    only words with a capital or digit further in count.

    Args:
        texts: Running texts, such as articles.
        language: BCP 47 code of them.
    """
    code = (language or "").split("-")[0].lower()
    small: set[str] = set()
    capitalised: set[str] = set()
    found: list[set[str]] = []
    for text in texts:
        flowing = _WRAPPED.sub(" ", text)
        small.update(one for one in _LOWER.findall(flowing) if one.islower())
        capitalised.update(_CAPITALISED.findall(flowing))
        found.append({_bare(one) for one in _NAME.findall(flowing)})
    counts: Counter[str] = Counter()
    for names in found:
        for name in names:
            if is_name(name, small) and (code != "de" or _odd(name)):
                counts[name] += 1
    if code == "fi":
        counts = _in_base_form(counts, {one for one in capitalised if one.lower() not in small})
    return _whole(_in_one_spelling(counts))


def is_name(name: str, small: Collection[str] = frozenset()) -> bool:
    """Whether ``name`` can be one: not short, no day or month, no word that is common."""
    words = name.split()
    lowered = [one.lower() for one in words]
    if not _LEAST <= len(name) <= _LONGEST or _CODE.search(name):
        return False
    if _CALENDAR.fullmatch(words[0]) or lowered[0] in _SHORT_DAYS:
        return False
    return not all(one in FUNCTION_WORDS or one in small for one in lowered)


def _odd(name: str) -> bool:
    return any(not one[1:].islower() for one in name.split())


def _bare(name: str) -> str:
    words = [_head(_POSSESSIVE.sub("", one).rstrip("-&+'’")) for one in name.split()]
    # "The Moka Express": the article is none of it.
    while words and words[0].lower() in FUNCTION_WORDS:
        words.pop(0)
    return " ".join(one for one in words if one)


def _head(word: str) -> str:
    """``KulmaLasku-ostoon`` is a name and a common word."""
    parts = word.split("-")
    while len(parts) > 1 and parts[-1].islower():
        parts.pop()
    return "-".join(parts)


def _in_one_spelling(counts: Counter[str]) -> Counter[str]:
    spelled: dict[str, str] = {}
    merged: Counter[str] = Counter()
    for name, many in counts.most_common():
        merged[spelled.setdefault(name.casefold(), name)] += many
    return merged


def _whole(counts: Counter[str]) -> Counter[str]:
    """Without names that stand mostly within longer ones: ``Kingdom``."""
    within: Counter[str] = Counter()
    for name, many in counts.items():
        words = name.split()
        for part in {*words, *(" ".join(words[:-1]), " ".join(words[1:]))} - {name}:
            within[part] += many
    return Counter({name: many for name, many in counts.items() if within[name] < many})


def _in_base_form(counts: Counter[str], capitalised: Collection[str]) -> Counter[str]:
    """Finnish names inflect: ``Helsingissä`` and ``Helsinkiin`` are Helsinki once.

    Forms are one name when they share their beginning and what follows is a case. The base form is
    one without a case, wherever it stands in the texts; where there is none, a case of place is
    taken off and any other left.
    """
    bases: defaultdict[str, list[str]] = defaultdict(list)
    for one in capitalised:
        bases[one.casefold()[:_SHARED]].append(one)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name in counts:
        groups[name.casefold()[:_SHARED]].append(name)
    merged: Counter[str] = Counter()
    for key, names in groups.items():
        for forms in _alike(sorted(names, key=lambda one: (len(one), one))):
            merged[_base(forms, bases[key])] += sum(counts[one] for one in forms)
    return merged


def _alike(names: Sequence[str]) -> list[list[str]]:
    """``names``, shortest first, in groups of forms of one name."""
    groups: list[list[str]] = []
    for name in names:
        for group in groups:
            if _same_name(group[0], name):
                group.append(name)
                break
        else:
            groups.append([name])
    return groups


def _same_name(short: str, long: str) -> bool:
    shared = 0
    for one, other in zip(short.casefold(), long.casefold(), strict=False):
        if one != other:
            break
        shared += 1
    if shared < max(min(_SHARED, len(short)), len(short) - 2):
        return False
    # Behind the beginning that they share: a consonant that changed, a vowel and an ending.
    rest = long.casefold()[shared:]
    return not rest or bool(len(rest) <= _LONGEST_ENDING and _CASE.search(rest))


def _base(forms: Sequence[str], known: Sequence[str]) -> str:
    """The base form of ``forms``, shortest first, among them or the ``known`` words."""
    others = [one for one in known if len(one) <= len(forms[0]) and _same_name(one, forms[0])]
    candidates = sorted({*others, *forms}, key=lambda one: (len(one), one))
    bare = [one for one in candidates if not _CASE.search(one)]
    if bare:
        return bare[0]
    if len(candidates) > 1 and not _LOCATIVE.search(candidates[0]):
        return candidates[0]
    taken_off = _LOCATIVE.sub("", candidates[0])
    if taken_off.endswith("ee"):
        taken_off = taken_off[:-1]  # Tampereella: Tampere
    return taken_off if len(taken_off) > _LEAST else candidates[0]
