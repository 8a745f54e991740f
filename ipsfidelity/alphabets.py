"""The order of names in the alphabet of a language. Pure: imports no Django.

Small tables instead of a collation of the database: PostgreSQL has ICU collations only where it was built with them,
SQLite has none. A key is compared byte by byte, which both engines do in the same way. The tables follow the rules of
the Unicode CLDR for each language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ipsfidelity.names import name_letters, without_accents

LONGEST = 600  # bytes of a key, which fit into an index on both engines
DIGITS = 12  # numbers up to this length are in the order of their values
AFTER_Z, LAST = "{|}", "~"  # the characters that follow "z" in ASCII
NUMBER = re.compile("[0-9]+")
BETWEEN_WORDS = re.compile("[^\\w\u0300-\u036f]+|_+")  # marks belong to the letter before them


@dataclass(frozen=True)
class Alphabet:
    """The letters that follow z, and the spellings that are sorted as another letter.

    All other accented letters are sorted as the plain letter.
    """

    name: str
    after_z: str = ""
    sorted_as: Mapping[str, str] = field(default_factory=dict)

    @property
    def ranks(self) -> dict[str, str]:
        """The ASCII characters by which the letters after z are replaced."""
        return dict(zip(self.after_z, AFTER_Z, strict=False))


# "aa" in Norwegian names is å, as in Aasen. The few in which it is a long a (Aalto) cannot be told from these.
NORWEGIAN = Alphabet("norwegian", "æøå", {"aa": "å", "ä": "æ", "ö": "ø", "ő": "ø", "œ": "ø", "ü": "y", "ű": "y"})
SWEDISH = Alphabet("swedish", "åäö", {"æ": "ä", "ø": "ö", "ő": "ö", "œ": "ö", "ü": "y", "ű": "y"})
ENGLISH = Alphabet("english")

ALPHABETS = {alphabet.name: alphabet for alphabet in (NORWEGIAN, SWEDISH, ENGLISH)}
# The alphabet of each language of the interface (LANGUAGES in the settings). Finnish sorts as Swedish does.
OF_LANGUAGE = {"nb": NORWEGIAN, "nn": NORWEGIAN, "sv": SWEDISH, "fi": SWEDISH, "en": ENGLISH}


def sort_key(text: str, alphabet: str) -> bytes:
    """Return the key by which a name is sorted in an alphabet, "norwegian" for example.

    Digits come before letters, small and capital letters are alike, and other signs only separate words. Names with
    the same letters are in the order of their accents: own letters of the alphabet first.
    """
    letters, order = name_letters(text), ALPHABETS[alphabet]
    words = BETWEEN_WORDS.sub(" ", letters.replace("'", "")).strip()
    numbered = NUMBER.sub(lambda number: number[0].zfill(DIGITS), words)
    return f"{_sorted_as(numbered, order)}\0{_accents(letters, order)}".encode()[:LONGEST]


def _sorted_as(text: str, alphabet: Alphabet) -> str:
    """Return a text with plain letters, and those after z in the order of the alphabet."""
    for spelling, letter in alphabet.sorted_as.items():
        text = text.replace(spelling, letter)
    return "".join(alphabet.ranks.get(char) or without_accents(char) for char in text)


def _accents(text: str, alphabet: Alphabet) -> str:
    """Return a text in which the alphabet's own letters come before accented ones and other spellings."""
    for spelling in alphabet.sorted_as:
        text = text.replace(spelling, LAST + spelling)
    return "".join(alphabet.ranks.get(char, char) for char in text)
