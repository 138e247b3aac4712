"""Words whose full stop does not end a sentence, in English, Finnish and a few neighbours."""

from copilot.kernel.listed import listed

_FINNISH = listed("""
    esim ks kts vrt ts eli n puh p os ent nk ns mm ao em ko alk sis alv arv klo toim huom
    tri prof hra rva nti dipl ins maist arkk til tilno tapausno as krs
""")
_ENGLISH = listed("""
    mr mrs ms dr prof st e.g i.e eg ie vs approx cf ref inv ext tel fig sr jr dept est
""")
_OTHERS = listed("t.ex bl.a dvs ca kl tfn d.v.s z.b bzw ggf inkl")

NEVER_LAST = frozenset((*_FINNISH, *_ENGLISH, *_OTHERS))
"""Always followed by more of the same sentence."""

MAY_END = frozenset(
    listed("""
    jne ym yms tms milj mrd kpl min max eur etc inc ltd co corp oy oyj ab kk vk vrk pv t h sek snt
    a.m p.m am pm usw m.m osv
""")
)
"""Followed by more of the same sentence unless a capital letter comes next."""

NUMBERED = frozenset(listed("no nro nr art"))
"""They run on when a number follows; "No." alone is an answer."""

WEEKDAYS = frozenset(listed("ma ti ke to pe la su mon tue tues wed thu thur thurs fri sat sun"))
"""Shortened weekdays: they run on when a number follows."""

MONTHS = frozenset(
    listed("""
    jan feb mar apr jun jul aug sep sept oct nov dec tammik helmik maalisk huhtik toukok
    kesäk heinäk elok syysk lokak marrask jouluk
""")
)
"""Shortened months: they run on when a number or a small letter follows."""
