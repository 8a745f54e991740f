"""The laws and authorities of the countries where the program is used. Sources: docs/operate/statements.md.

Names are in the language of the country and are not translated.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ipsfidelity.owner import LANGUAGE_OF, Owner


@dataclass(frozen=True)
class Authority:
    """Where people complain; `email` and `phone` are "" if the page behind `url` has a form instead."""

    name: str
    url: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Country:
    """What applies to an owner in this country. `supervisor` is None where complaints go to the supervisor."""

    code: str
    label: Promise
    law: str
    complaints: Authority
    supervisor: Authority | None
    data_protection: Authority

    @property
    def language(self) -> str:
        """The language of the names."""
        return LANGUAGE_OF[self.code]


COUNTRIES = (
    Country(
        "NO",
        _("Norway"),
        "likestillings- og diskrimineringsloven § 18 og forskrift om universell utforming av IKT-løsninger",
        Authority("Diskrimineringsnemnda", "https://www.diskrimineringsnemnda.no"),
        Authority("Tilsynet for universell utforming av ikt", "https://www.uutilsynet.no"),
        Authority("Datatilsynet", "https://www.datatilsynet.no"),
    ),
    Country(
        "SE",
        _("Sweden"),
        "lagen (2018:1937) om tillgänglighet till digital offentlig service",
        Authority("Myndigheten för digital förvaltning (Digg)", "https://www.digg.se/tdosanmalan"),
        None,
        Authority("Integritetsskyddsmyndigheten", "https://www.imy.se"),
    ),
    Country(
        "FI",
        _("Finland"),
        "laki digitaalisten palvelujen tarjoamisesta (306/2019)",
        Authority(
            "Liikenne- ja viestintävirasto Traficom, digitaalisen esteettömyyden ja saavutettavuuden valvontayksikkö",
            "https://www.saavutettavuusvaatimukset.fi",
            "saavutettavuus@traficom.fi",
            "+358 29 534 5000",
        ),
        None,
        Authority("Tietosuojavaltuutetun toimisto", "https://tietosuoja.fi"),
    ),
)


def countries_of(owner: Owner) -> tuple[Country, ...]:
    """Return the owner's country, or all of them if it is not configured."""
    return tuple(country for country in COUNTRIES if owner.country in ("", country.code))
