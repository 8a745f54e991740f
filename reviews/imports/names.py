"""The names that the columns of a file may have, in every language of the interface. Pure: imports no Django.

A title is compared without case, accents and punctuation. A name leads to one column with certainty or to none;
matching.py also draws on the titles' order.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from itertools import product

from ipsfidelity.names import name_letters, without_accents
from reviews.imports import columns
from reviews.imports.tables import Budget
from scales.definition import Scale

LONGEST_TITLE = 300  # characters that are compared
BETWEEN = re.compile(r"[\W_]+")
NUMBERED = re.compile(r"(\d{1,2}) ([^\d]+)")  # and not a day, such as "5 november 2024"

# Bokmål and nynorsk, Swedish, English, Danish and Finnish.
BEFORE_SCORES = {
    columns.ORGANISATION: """
        organisasjon, virksomhet, verksemd, enhet, eining, tjeneste, teneste, tiltak, ips-team, ips-tjeneste, ips-enhet,
        team, navn på organisasjon, navn på virksomhet, organisasjonens navn;
        organisation, verksamhet, enhet, ips-verksamhet, verksamhetens namn, namn på verksamhet;
        organization, agency, service, programme, program, site, ips service, ips team, name of agency, agency name,
        name of organisation, name of organization, provider;
        virksomhed, enhed, organisaatio, yksikkö, toimipaikka, palvelu, ips-yksikkö, ips-tiimi, tiimi,
        organisaation nimi, yksikön nimi
    """,
    columns.START: """
        visit_start, startdato, dato, første dag, fra dato, fra, besøksdato, vurderingsdato, dato for vurdering,
        dato for kvalitetsvurdering, dato for besøk, dato for kvalitetsmåling, vurdert dato, start;
        startdatum, datum, första dagen, första dag, från datum, från, besöksdatum, granskningsdatum,
        datum för granskning, datum för besök, datum för programtrohetsgranskning;
        start date, date, first day, from, visit date, date of visit, review date, date of review, fidelity review date,
        date of fidelity review, assessment date, date of assessment, visit start, date started;
        fyrste dag, frå dato, frå, dato for besøg, besøgsdato, alkamispäivä, aloituspäivä, päivämäärä, päiväys, pvm,
        käyntipäivä, käynnin päivämäärä, arviointipäivä, arvioinnin päivämäärä, ensimmäinen päivä, alku
    """,
    columns.END: """
        visit_end, sluttdato, siste dag, til dato, til, slutt; slutdatum, sista dagen, sista dag, till datum, till,
        slut; end date, last day, to, visit end, end, date ended; sidste dag, slutdato; päättymispäivä, lopetuspäivä,
        viimeinen päivä, loppu
    """,
    columns.KIND: """
        kind, type, type vurdering, vurderingstype, type kvalitetsvurdering, slag;
        typ, typ av granskning, granskningstyp; type of review, review type, kind of review, type of fidelity review;
        slag vurdering, tyyppi, laji, arvioinnin tyyppi, arviointityyppi, arvioinnin laji
    """,
    columns.EVALUATORS: """
        evaluators, evaluator, evaluatorer, evaluatorar, vurderere, vurderarar, vurdert av, kvalitetsvurderere;
        granskare, granskad av, granskat av, bedömare;
        reviewer, reviewers, fidelity reviewer, fidelity reviewers, assessor, assessors, reviewed by, rater, raters;
        bedømt af, bedømmer, bedømmere, arvioija, arvioijat, arvioitsija, arvioitsijat, arvioinut
    """,
    columns.TOTAL: """
        total, totalskåre, totalsum, totalt, sum, sum skåre, poengsum, samlet skåre, totalscore;
        totalpoäng, summa, summa poäng, totalsumma, total poäng; total score, overall score, score total, sum of scores;
        samlet score, kokonaispisteet, kokonaispistemäärä, pisteet yhteensä, yhteensä, yhteispisteet
    """,
    columns.ORGANISATION_AND_START: """
        organisation_and_start, organisasjon og dato, verksamhet och datum, organisation and date, agency and date,
        organisaatio ja päivämäärä
    """,
}
ITEM_WORDS = """
    item, kriterium, kriterie, krit, punkt, ledd, spørsmål, spm, nr, fråga, criterion, question, fidelity item, no,
    number, q, i, k, kriteeri, laatukriteeri, kysymys, kohta, nro
"""
SCORE_WORDS = """
    skåre, skår, skåring, poeng, karakter, poäng, poängsättning, betyg, score, scores, rating, points, point, pisteet,
    pistemäärä, pisteytys, arvosana
"""
NOTE_WORDS = """
    note, notat, merknad, kommentar, dokumentasjon, begrunnelse, anteckning, underlag, motivering, comment, comments,
    notes, evidence, rationale, kommentarer, muistiinpano, muistiinpanot, kommentti, kommentit, perustelu, perustelut,
    näyttö, huomio, huomautus, grunngiving, grunngjeving
"""
RECOMMENDATION_WORDS = """
    recommendation, anbefaling, anbefalinger, tilråding, tilrådingar, rekommendation, recommendations, råd, suositus,
    suositukset
"""


class Role(StrEnum):
    """What the title of a column without a number says about the items that stand below it."""

    SCORE = "score"
    NOTE = "note"
    RECOMMENDATION = "recommendation"


def title_key(title: str) -> str:
    """Return a title as it is compared: in lower case, without accents, with single spaces for punctuation."""
    return BETWEEN.sub(" ", without_accents(name_letters(title[:LONGEST_TITLE]))).strip()


def words_in(text: str) -> list[str]:
    """Return the names in a list of names, as they are compared."""
    return [key for word in re.split("[,;]", text) if (key := title_key(word))]


class Names:
    """The names of the columns of one scale."""

    def __init__(self, scale: Scale, budget: Budget | None = None) -> None:
        self.scale = scale
        self._budget = budget or Budget()
        self._columns = _columns_by_key(scale)
        self._keys: dict[str, str] = {}

    def column(self, title: str) -> str:
        """Return the column that a title means by itself, "" if that is not certain."""
        return self._columns.get(self.key(title), "")

    def item_number(self, title: str) -> int:
        """Return the item whose number begins a longer title ("7. Team"), 0 if none."""
        match = NUMBERED.fullmatch(self.key(title))
        return int(match[1]) if match and int(match[1]) <= len(self.scale.items) else 0

    @property
    def fewest(self) -> int:
        """How many names make a header: half of the items. Scores in a row look like five numbers of items."""
        return max(len(self.scale.items) // 2, 1)

    def item_of(self, text: str) -> int:
        """Return the item that a cell names by its number, its title or both, 0 if none."""
        return _numbers_by_column(self.scale).get(self.column(text), 0) or self.item_number(text)

    def role(self, title: str) -> tuple[Role | None, str]:
        """Return what a column of scores or texts is called by, and its word in the title: "Skåre" in "Skåre (1–5)"."""
        if not self.column(title):
            for word in filter(None, BETWEEN.split(title[:LONGEST_TITLE])):
                key = self.key(word)
                if key in ROLES:
                    return ROLES[key], word
        return None, ""

    def known_titles(self, titles: Iterable[str]) -> int:
        """Return how many columns the titles of a row name."""
        return len({self.column(title) or self.item_number(title) for title in titles if title} - {0})

    def key(self, title: str) -> str:
        """Return a title as it is compared. Titles repeat, so that each is computed once."""
        if title not in self._keys:
            self._budget.check()
            self._keys[title] = title_key(title)
        return self._keys[title]


ROLES: dict[str, Role | None] = {
    **dict.fromkeys(words_in(ITEM_WORDS)),  # what stands behind them is no role: "Kriterium (skåre 1–5)"
    **dict.fromkeys(words_in(SCORE_WORDS), Role.SCORE),
    **dict.fromkeys(words_in(NOTE_WORDS), Role.NOTE),
    **dict.fromkeys(words_in(RECOMMENDATION_WORDS), Role.RECOMMENDATION),
}


@lru_cache(maxsize=20)
def _numbers_by_column(scale: Scale) -> dict[str, int]:
    return {columns.score_column(item.number): item.number for item in scale.items}


@lru_cache(maxsize=20)
def _columns_by_key(scale: Scale) -> dict[str, str]:
    """Return the columns by the keys of their names. An own name goes before a title of an item."""
    own = {title_key(name): name for name in columns.columns_of(scale)}
    plain = {word: name for name, words in BEFORE_SCORES.items() for word in words_in(words)}
    return _item_titles(scale) | _numbered(scale) | plain | own


def _numbered(scale: Scale) -> dict[str, str]:
    """Return the columns of items by their number, with a word before or behind it."""
    numbers = [item.number for item in scale.items]
    names = {form: columns.score_column(number) for number in numbers for form in (str(number), f"{number:02}")}
    for words, column_of in (
        (f"{ITEM_WORDS}, {SCORE_WORDS}", columns.score_column),
        (NOTE_WORDS, columns.note_column),
        (RECOMMENDATION_WORDS, columns.recommendation_column),
    ):
        for word, number in product(words_in(words), numbers):
            forms = (f"{word}{gap}{digits}" for gap in ("", " ") for digits in (number, f"{number:02}"))
            names |= dict.fromkeys((*forms, f"{number} {word}"), column_of(number))
    return names


def _item_titles(scale: Scale) -> dict[str, str]:
    """Return the columns of scores by the titles of items, with their number or without, unless two share one."""
    names: dict[str, str] = {}
    for item in scale.items:
        column = columns.score_column(item.number)
        titles = {title_key(each) for each in (item.title, item.sheet_title, item.short)} - {""}
        numbers = ("", f"{item.number} ", f"{item.section_number} ")
        for title, word, number in product(titles, ("", "item ", "kriterium "), numbers):
            form = f"{word}{number}{title}"
            names[form] = column if names.get(form, column) == column else ""
    return names
