"""Owners of an installation, for tests."""

from datetime import date

from ipsfidelity.owner import PURPOSES, Owner

STATED = Owner(
    name="Tindvik <fylkeskommune>",
    country="NO",
    email="hjelp@tindvik.example.org",
    phone="+47 22 00 00 00",
    address="Postboks 1, 0001 Oslo",
    statement_url="https://uustatus.no/nb/erklaringer/publisert/1",
    status="partially",
    assessed=date(2026, 12, 24),
    method="external",
    gaps=("Bilder i egne rapporter mangler tekst.",),
    data_protection_email="pvo@tindvik.example.org",
    data_protection_phone="+47 22 00 00 01",
    grounds=tuple((purpose, f"Lovhjemmel for {purpose}") for purpose in PURPOSES),
)
