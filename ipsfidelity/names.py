"""What makes two names the same name, and the forms of a name that are compared. Pure: imports no Django.

A person cannot tell apart names that differ only in case, white space, invisible characters, the composition of
letters, or in letters of another alphabet that look alike. Such names have the same key. Letters of one alphabet that
resemble each other in some typefaces (l and I, O and 0) are not the same. alphabets.py sorts names.
"""

import unicodedata
from functools import cache

LONGEST_KEY = 300  # characters; a name has 150, and a few letters become several ("ß" is "ss")

# Categories of Unicode whose characters are not drawn: control, format, private use, surrogate, not assigned.
UNDRAWN = "C"
# Drawn as nothing although they are marks or letters: joiners, fillers, variation selectors.
INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
BLANK = "\u2800\u3164"  # drawn as a space, but neither is white space to Python

# Letters that are drawn alike, in small or in capital form.
CYRILLIC = str.maketrans("авекмнорстухѕіјһԛԝ", "abekmhopctyxsijhqw")
GREEK = str.maketrans("αβεζηικμνορτυχ", "abezhikmnoptyx")
LATIN = str.maketrans("ıðɖǝ", "iđđə")
ALIKE = CYRILLIC | GREEK | LATIN
QUOTES = str.maketrans(dict.fromkeys("‘’‛ʼʹʻ′´`", "'") | dict.fromkeys("“”„‟", '"'))
MINUS = "\N{MINUS SIGN}"  # a symbol; hyphens and dashes are of the category Pd
# A letter with a mark that is drawn like another letter, although Unicode does not compose them.
MARKED = {
    "o\u0338": "ø",
    "o\u0337": "ø",
    "d\u0335": "đ",
    "t\u0335": "ŧ",
    "l\u0335": "ł",
    "i\u0307": "i",
    "j\u0307": "j",
}

# Latin letters that do not decompose into a letter and a mark.
PLAIN = {
    "æ": "ae",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ŧ": "t",
    "ŋ": "n",
    "ł": "l",
    "ħ": "h",
    "œ": "oe",
    "ə": "e",
}
MARKS = range(0x0300, 0x0370)  # combining accents
WITHOUT_ACCENTS = str.maketrans(dict.fromkeys(map(chr, MARKS)) | PLAIN)

EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})


def cleaned_name(text: str) -> str:
    """Return a name as it is stored: letters composed (NFC), single spaces, nothing invisible."""
    return unicodedata.normalize("NFC", _visible(text))


def name_key(text: str) -> str:
    """Return the key of a name: two names with the same key are one name. "" if nothing of the name is visible."""
    return "".join(map(_dash_folded, name_letters(text).translate(ALIKE)))[:LONGEST_KEY]


def name_letters(text: str) -> str:
    """Return the visible characters of a name in lower case, each in one form (NFKC)."""
    # Removing a character can join others, and folding case can decompose them: twice reaches the end.
    for _again in range(2):
        text = _visible(unicodedata.normalize("NFKC", text.translate(QUOTES))).casefold()
        for marked, letter in MARKED.items():
            text = text.replace(marked, letter)
    return unicodedata.normalize("NFKC", text)


def search_key(text: str) -> str:
    """Return a name, or a part of one, without accents: "Øyværet" is "oyvaeret". Other signs stay."""
    return without_accents(name_key(text))[:LONGEST_KEY]


def without_accents(text: str) -> str:
    """Return a text in lower case with plain letters for accented Latin ones."""
    return unicodedata.normalize("NFD", text).translate(WITHOUT_ACCENTS)


def mixes_alphabets(text: str) -> bool:
    """Return whether a text has letters of more than one alphabet. Digits and punctuation belong to all."""
    letters = (char for char in unicodedata.normalize("NFKC", text) if char.isalpha())
    return len({_alphabet(char) for char in letters} - {""}) > 1


def is_plain_address(text: str) -> bool:
    """Return whether an e-mail address is exactly what it looks like: without look-alike or invisible characters."""
    is_in_one_form = unicodedata.normalize("NFKC", text) == text
    return is_in_one_form and name_key(text) == text.lower() and not mixes_alphabets(text)


def _visible(text: str) -> str:
    """Return a text with single spaces and without invisible characters."""
    spaced = (" " if char.isspace() or char in BLANK else char for char in text)
    drawn = (char for char in spaced if unicodedata.category(char)[0] != UNDRAWN and char not in INVISIBLE)
    return " ".join("".join(drawn).split())


def _dash_folded(char: str) -> str:
    return "-" if unicodedata.category(char) == "Pd" or char == MINUS else char


@cache
def _alphabet(letter: str) -> str:
    """Return the alphabet of a letter, with which its Unicode name begins; "" for signs that modify others."""
    alphabet = unicodedata.name(letter, "").partition(" ")[0]
    if alphabet == "MODIFIER":
        return ""
    return "EAST ASIAN" if alphabet in EAST_ASIAN else alphabet


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name, in capitals: "IS" for Ingrid Solvang."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
