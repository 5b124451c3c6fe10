"""What goes wrong when a name or number is typed, heard or copied. Pure: the generator decides, the same seed gives the same slips."""

from random import Random
from string import ascii_lowercase, digits

_NEIGHBOURS = {
    row[place]: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
    for place in range(len(row))
}
_HEARD = (
    ("ck", "k"), ("k", "c"), ("c", "k"), ("ph", "f"), ("f", "v"), ("v", "f"), ("z", "s"), ("s", "z"), ("th", "t"), ("dt", "t"),
    ("d", "dt"), ("ij", "y"), ("y", "ij"), ("ei", "ij"), ("ie", "i"), ("i", "ie"), ("oe", "u"), ("u", "oe"), ("ou", "au"),
    ("au", "ou"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("ss", "s"), ("s", "ss"), ("ll", "l"), ("l", "ll"), ("nn", "n"),
    ("n", "nn"), ("tt", "t"), ("ch", "g"), ("g", "ch"), ("x", "ks"), ("kh", "ch"), ("h", ""), ("e", "a"), ("sch", "s"),
)  # fmt: skip


def mistyped(rng: Random, text: str) -> str:
    """One key too many, too few, wrong, or two exchanged. A digit stays a digit."""
    if not text:
        return text
    place = rng.randrange(len(text))
    kind = rng.choices("idst", weights=(2, 3, 4, 3))[0]
    alphabet = digits if text[place].isdigit() else ascii_lowercase
    if kind == "i" and not text.isdigit():
        return text[:place] + rng.choice(alphabet) + text[place:]
    if kind == "d" and not text.isdigit() and len(text) > 1:
        return text[:place] + text[place + 1 :]
    if kind == "t" and len(text) > 1:
        place = min(place, len(text) - 2)
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    near = _NEIGHBOURS.get(text[place].lower(), "") if rng.random() < 0.6 else ""
    return text[:place] + rng.choice(near or alphabet) + text[place + 1 :]


def misheard(rng: Random, name: str) -> str:
    """Written as it sounds; a name that can hardly be heard otherwise is mistyped."""
    lower = name.lower()
    chances = [(heard, written) for heard, written in _HEARD if heard in lower]
    if not chances:
        return mistyped(rng, name)
    heard, written = rng.choice(chances)
    place = lower.index(heard)
    return name[:place] + written + name[place + len(heard) :] or name


def misdated(rng: Random, iso: str) -> str:
    """An ISO date with a slip: a digit, two digits, or day and month exchanged. It may be on no calendar."""
    year, month, day = iso.split("-")
    if rng.random() < 0.2:
        return f"{year}-{day}-{month}" if int(day) <= 12 else iso[:8] + f"{rng.randint(1, 28):02d}"
    compact = mistyped(rng, year + month + day)
    return f"{compact[:4]}-{compact[4:6]}-{compact[6:]}"
