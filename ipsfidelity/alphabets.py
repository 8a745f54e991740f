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
AFTER_Z = "{|}"  # the characters that follow "z" in ASCII: the letters after z, in their order
NUMBER = re.compile("[0-9]+")
BETWEEN_WORDS = re.compile("[^\\w\u0300-\u036f]+|_+")  # marks belong to the letter before them


@dataclass(frozen=True)
class Alphabet:
    """The letters that follow z, and the spellings that are sorted as another letter.

    All other accented letters are sorted as the plain letter, after names that differ in the accent only.
    """

    name: str
    after_z: str = ""
    sorted_as: Mapping[str, str] = field(default_factory=dict)


# "aa" in Norwegian names is å, as in Aasen. The few in which it is a long a (Aalto) cannot be told from these.
NORWEGIAN = Alphabet("norwegian", "æøå", {"aa": "å", "ä": "æ", "ö": "ø", "ő": "ø", "œ": "ø", "ü": "y", "ű": "y"})
SWEDISH = Alphabet("swedish", "åäö", {"æ": "ä", "ø": "ö", "ő": "ö", "œ": "ö", "ü": "y", "ű": "y"})
ENGLISH = Alphabet("english")

ALPHABETS = {alphabet.name: alphabet for alphabet in (NORWEGIAN, SWEDISH, ENGLISH)}
# The alphabet of each language of the interface (LANGUAGES in the settings). Finnish sorts as Swedish does.
OF_LANGUAGE = {"nb": NORWEGIAN, "sv": SWEDISH, "en": ENGLISH}


def sort_key(text: str, alphabet: str) -> bytes:
    """Return the key by which a name is sorted in an alphabet, "norwegian" for example.

    Digits come before letters, small and capital letters are alike, and other signs only separate words. Among names
    with the same letters, those without accents come first.
    """
    letters = name_letters(text)
    words = BETWEEN_WORDS.sub(" ", letters.replace("'", "")).strip()
    numbered = NUMBER.sub(lambda number: number[0].zfill(DIGITS), words)
    return f"{_ranked(numbered, ALPHABETS[alphabet])}\0{letters}".encode()[:LONGEST]


def _ranked(text: str, alphabet: Alphabet) -> str:
    """Return a text whose characters are in the order of the alphabet."""
    for spelling, letter in alphabet.sorted_as.items():
        text = text.replace(spelling, letter)
    ranks = dict(zip(alphabet.after_z, AFTER_Z, strict=False))
    return "".join(ranks.get(char) or without_accents(char) for char in text)
