"""What a page of the user guide consists of, and for whom it is."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Reader(TextChoices):
    """For whom a page is, in the order of the guide. The values of roles are those of `Role`."""

    EVERYBODY = "everybody", _("For everybody")
    EVALUATOR = "evaluator", _("For evaluators")
    TEAM_LEADER = "team_leader", _("For team leaders")
    COORDINATOR = "coordinator", _("For coordinators")
    ADMINISTRATOR = "administrator", _("For administrators")


@dataclass(frozen=True)
class Picture:
    """A picture of the demo in static/help/, taken by `make screenshots`."""

    name: str
    text: Text  # what a reader who does not see it should know
    width: int = 1100
    height: int = 720

    @property
    def path(self) -> str:
        """The path below the folder of static files."""
        return f"help/{self.name}.webp"


@dataclass(frozen=True)
class HelpPage:
    """A page of the guide: one task, in the order in which it is done, and what happens then.

    A name in quotation marks is a label of the interface, and translated like it. `see` are the slugs of other pages.
    """

    slug: str
    readers: tuple[Reader, ...]
    title: Text
    about: Text
    steps: tuple[Text, ...] = ()
    then: Text = ""
    notes: tuple[Text, ...] = ()
    picture: Picture | None = None
    see: tuple[str, ...] = ()
