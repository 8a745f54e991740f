"""Who was told by the mails of one change, and the sentence that the next page says about it.

`collecting` gathers what `notify` (reviews/mail.py) did while a service ran, however many mails that were:

    with collecting() as told:
        hand_out(review=review, …)
    say_told(request, told, nobody=_("… has no team leader: invite one, or send the PDF yourself."))
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum

from django.contrib import messages
from django.http import HttpRequest
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.models import User


class Outcome(Enum):
    """What became of the mail to one person. The value is the sentence about those who share it."""

    MAILED = gettext_lazy("A mail is on its way to %(names)s.")
    REPEATED = gettext_lazy("%(names)s already got a mail about this.")
    IN_DIGEST = gettext_lazy("This comes in the next daily summary to %(names)s.")
    MUTED = gettext_lazy("No mail to %(names)s, who has chosen to see this in the inbox only.")
    NO_ADDRESS = gettext_lazy("No mail to %(names)s, whose account has no e-mail address: tell them yourself.")
    NO_LINK = gettext_lazy(
        "No mail to %(names)s, because this installation does not know its own address (PUBLIC_URL): "
        "tell them yourself."
    )

    @property
    def reaches(self) -> bool:
        """Whether the person hears of it without anybody doing anything."""
        return self in (Outcome.MAILED, Outcome.REPEATED, Outcome.IN_DIGEST, Outcome.MUTED)


@dataclass(frozen=True)
class Told:
    """What became of the mails of one change, by person."""

    outcomes: dict[User, Outcome] = field(default_factory=dict)

    def people(self, outcome: Outcome) -> list[User]:
        """Return the people with this outcome, in the order in which they were addressed."""
        return [user for user, own in self.outcomes.items() if own == outcome]

    def words(self, nobody: str = "") -> str:
        """Return who was told and who was not, or `nobody` if the change was for nobody else to know."""
        groups = ((outcome, self.people(outcome)) for outcome in Outcome)
        sentences = [_sentence(outcome, people) for outcome, people in groups if people]
        return " ".join(sentences) or nobody

    @property
    def reaches_all(self) -> bool:
        """Whether somebody was addressed and nobody is left to tell."""
        return bool(self.outcomes) and all(outcome.reaches for outcome in self.outcomes.values())


_current: ContextVar[Told | None] = ContextVar("told", default=None)


@contextmanager
def collecting() -> Iterator[Told]:
    """Return who is told inside the `with` block."""
    token = _current.set(told := Told())
    try:
        yield told
    finally:
        _current.reset(token)


def collect(outcomes: dict[User, Outcome]) -> None:
    """Add what became of a mail. Somebody who got one of several mails was told."""
    told = _current.get()
    if told is None:
        return
    for user, outcome in outcomes.items():
        if told.outcomes.get(user) != Outcome.MAILED:
            told.outcomes[user] = outcome


def say_told(request: HttpRequest, told: Told, *, nobody: str, is_fine: bool = False, done: str = "") -> None:
    """Show on the next page who was told, after what was `done`.

    `nobody` is the sentence if nobody was told, `is_fine` whether that needs no action.
    """
    if words := " ".join(filter(None, (done, told.words(nobody)))):
        level = messages.SUCCESS if told.reaches_all or (is_fine and not told.outcomes) else messages.WARNING
        messages.add_message(request, level, words)


def names_in_words(people: Iterable[User]) -> str:
    """Return "Tor-Erik Lunde and Marit Åsen" in the active language."""
    return get_text_list([str(user) for user in people], _("and"))


def _sentence(outcome: Outcome, people: list[User]) -> str:
    return str(outcome.value) % {"names": names_in_words(people)}
