"""Which names are one name, and the order of names in each alphabet."""

import random
import unicodedata

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from ipsfidelity.alphabets import ALPHABETS, LONGEST, OF_LANGUAGE, sort_key
from ipsfidelity.names import LONGEST_KEY, cleaned_name, is_plain_address, mixes_alphabets, name_key, search_key
from reviews.models.names import Named

INVISIBLE = ["\u200b", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u202e", "\u2066", "\ufe0f", "\U000e0101", "\u034f"]
SPACES = [" ", "\u00a0", "\u2009", "\u202f", "\u3000", "\t", "\u2003", "\u2800"]
LETTERS = "abcdefghijklmnopqrstuvwxyzæøåäöéüšŋđ0123456789-&."
words = st.text(LETTERS, min_size=1, max_size=8)
names = st.lists(words, min_size=1, max_size=4).map(" ".join)


@st.composite
def spellings(draw: st.DrawFn, of: str) -> str:
    """Spell a name in a way that nobody can tell from it."""
    form = draw(st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
    spelt = ""
    for char in unicodedata.normalize(form, of):
        spelt += draw(st.sampled_from(SPACES)) if char == " " else draw(st.sampled_from([char, char.upper()]))
        spelt += draw(st.sampled_from(["", "", *INVISIBLE]))
    return draw(st.sampled_from(["", *SPACES, *INVISIBLE])) + spelt + draw(st.sampled_from(["", *SPACES]))


@given(st.data())
def test_spellings_that_nobody_can_tell_apart_have_one_key(data: st.DataObject) -> None:
    name = data.draw(names)
    spelt = data.draw(spellings(name))
    assert name_key(spelt) == name_key(name)
    assert search_key(spelt) == search_key(name)
    assert name_key(cleaned_name(spelt)) == name_key(name)
    # Where names differ in an accent only, the one without comes first. Nothing else distinguishes spellings.
    assert {sort_key(spelt, each) for each in ALPHABETS} == {sort_key(name, each) for each in ALPHABETS}


@given(names, names)
def test_names_that_differ_in_more_have_different_keys(one: str, other: str) -> None:
    assert (name_key(one) == name_key(other)) is (one == other)


@given(st.text())
def test_keys_of_any_text_are_stable_and_limited(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)
    assert cleaned_name(cleaned_name(text)) == cleaned_name(text)
    assert len(name_key(text)) <= LONGEST_KEY >= len(search_key(text))
    for alphabet in ALPHABETS:
        assert len(sort_key(text, alphabet)) <= LONGEST


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IPS Øyvær", "IPS O\u0338yvær"),
        ("IPS Ålesund", "IPS A\u030alesund"),
        ("IPS Ålesund", "IPS \u212blesund"),
        ("IPS", "ＩＰＳ"),
        ("IPS", "\U0001d408\U0001d40f\U0001d412"),
        ("IPS Nord-Øst", "IPS Nord\u2011Øst"),
        ("IPS Nord – Øst", "IPS Nord - Øst"),
        ("O'Hara", "O’Hara"),
        ("ACE", "АСЕ"),  # the second one is Cyrillic
        ("BOX", "ΒΟΧ"),  # the second one is Greek
        ("Ila", "İla"),
    ],
)
def test_look_alikes_are_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("IPS Oyvær", "IPS Øyvær"), ("IPS 1", "IPS 2"), ("IPSNord", "IPS Nord"), ("IPS Lia", "IPS Iia"), ("Ås", "Aas")],
)
def test_names_that_look_different_are_different(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("nothing", ["", " ", "\u200b\u00ad", "\u2800\u3164", "\u202e\n"])
def test_a_name_of_which_nothing_is_visible_is_empty(nothing: str) -> None:
    assert (cleaned_name(nothing), name_key(nothing)) == ("", "")


def test_the_stored_name_keeps_what_is_visible() -> None:
    assert cleaned_name("  IPS\u00a0 A\u030alesund\u200b – 2\u00ad! ") == "IPS Ålesund – 2!"


@pytest.mark.parametrize("mixed", ["IРS", "IPS Øyvær Α", "Мир world", "\u13c6PS", "ok\ua4f2"])
def test_a_mixture_of_alphabets_is_found(mixed: str) -> None:
    assert mixes_alphabets(mixed)


@pytest.mark.parametrize(
    "name", ["IPS Øyvær 2 (Nord-Øst), § 4!", "Мир 2", "Ελλάδα – 1", "ИПС", "東京センター", "ＩＰＳ Øst", "12"]
)
def test_a_name_in_one_alphabet_is_fine(name: str) -> None:
    assert not mixes_alphabets(name)


@pytest.mark.parametrize("address", ["kari@example.org", "Kari.Nymoen+ips@Example.org", "kari@øyvær.no"])
def test_a_plain_address_is_what_it_looks_like(address: str) -> None:
    assert is_plain_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "k\u0430ri@example.org",
        "kari\u200b@example.org",
        "kari@n\u0430v.no",
        "\u212aari@example.org",
        "kari@a\u030as.no",
    ],
)
def test_an_odd_address_is_recognised(address: str) -> None:
    assert not is_plain_address(address)


# --- Order -------------------------------------------------------------------------------------


def test_every_language_has_an_alphabet_and_every_alphabet_its_column() -> None:
    assert {code for code, _name in settings.LANGUAGES} <= OF_LANGUAGE.keys()
    columns = {field.name.removeprefix("sort_") for field in Named._meta.get_fields() if field.name.startswith("sort_")}
    assert columns == set(ALPHABETS)


@pytest.mark.parametrize(
    ("alphabet", "letters"),
    [("norwegian", "abcdefghijklmnopqrstuvwxyzæøå"), ("swedish", "abcdefghijklmnopqrstuvwxyzåäö")],
)
def test_letters_are_in_the_order_of_the_alphabet(alphabet: str, letters: str) -> None:
    assert "".join(sorted(letters, key=lambda letter: sort_key(letter, alphabet))) == letters
    assert "".join(sorted(letters.upper(), key=lambda letter: sort_key(letter, alphabet))) == letters.upper()


@pytest.mark.parametrize(
    ("alphabet", "ordered"),
    [
        ("norwegian", ["9er", "Abba", "adam", "Ben", "Eva", "Éva", "Evald", "Gud", "Guđrun", "Wang", "Zeta"]),
        ("norwegian", ["Yrd", "Ürd", "Yrke", "Zeta", "Ærlig", "Ärlig", "Ærø", "Øst", "Öst", "Øye", "Å", "Ås", "Aasen"]),
        ("norwegian", ["IPS", "IPS 2", "IPS 10", "IPS-Alta", "(IPS) Bodø", "ips Ås", "IPSA"]),
        ("swedish", ["Aasen", "Abba", "Wang", "Yrd", "Ürd", "Yrke", "Zeta", "Å", "Ås", "Ärlig", "Ærlig", "Öst", "Øst"]),
        ("english", ["Å", "Aasen", "Abba", "Aerlig", "Ærø", "Arlig", "Ärlig", "Ås", "Eva", "Éva", "O'Hara", "Ohare"]),
        ("english", ["Ost", "Öst", "Øst", "Øye", "Udd", "Ürd", "Zeta", "Нова"]),
    ],
)
def test_names_are_in_the_order_of_the_reference(alphabet: str, ordered: list[str]) -> None:
    shuffled = random.Random(3).sample(ordered, len(ordered))
    assert sorted(shuffled, key=lambda name: sort_key(name, alphabet)) == ordered


@given(st.lists(names, max_size=6), st.sampled_from(["norwegian", "swedish"]))
def test_words_of_plain_letters_are_in_the_same_order_in_every_alphabet(some: list[str], alphabet: str) -> None:
    plain = [name for name in some if name.replace(" ", "").isascii() and name.replace(" ", "").isalpha()]
    plain = [name for name in plain if "aa" not in name.replace(" ", "_")]
    assert sorted(plain, key=lambda name: sort_key(name, alphabet)) == sorted(plain)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("alesund", "Ålesund"),
        ("oyvaer", "Øyværet"),
        ("ostersund", "Östersund"),
        ("ÅLESUND", "Ålesund"),
        ("eva", "Évald"),
    ],
)
def test_a_search_ignores_accents_and_case(typed: str, name: str) -> None:
    assert search_key(typed) in search_key(name)
