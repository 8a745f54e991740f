"""The base of the forms above lists and figures: they are sent by GET and change nothing."""

from functools import lru_cache

from crispy_forms.utils import render_crispy_form
from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST = 100  # states of forms that a process keeps, of up to 40 kB each


class ListForm(forms.Form):
    """A form that each process renders once for each state: its language, what was sent, and what its fields offer.

    Whatever else `__init__` lets vary must become part of `state`. A form with errors is rendered each time.
    """

    @property
    def html(self) -> SafeString:
        """The mark-up of the form, with its buttons."""
        if self.errors:
            return SafeString(self.render_once())
        rendered = _rendered(self.state)
        if not rendered:
            rendered.append(SafeString(self.render_once()))
        return rendered[0]

    def render_once(self) -> str:
        """Render the form. It may use nothing that is not part of `state`."""
        return str(render_crispy_form(self))

    @property
    def state(self) -> str:
        """All that the mark-up depends on. Offered values and their labels are part of it, such as names of a person's
        organisations.
        """
        fields = [
            (name, self[name].value(), list(getattr(field, "choices", ()))) for name, field in self.fields.items()
        ]
        return repr((type(self), get_language(), self.is_bound, fields))


@lru_cache(maxsize=MOST)
def _rendered(_state: str) -> list[SafeString]:
    """Return the list with the mark-up of a state, empty at first."""
    return []
