"""The labels of fields with choices."""

from collections.abc import Callable

from django.db.models import Model, TextChoices


def label_of(field: str, choices: type[TextChoices]) -> Callable[[Model], str]:
    """Return the method `get_<field>_display` of a model.

    Django's own method translates the labels of all choices at each call, which is most of the cost of a row in a list.
    """
    labels = {choice.value: choice.label for choice in choices}

    def label(instance: Model) -> str:
        """Return the label of the field's value, or the value if it is none of the choices."""
        value = getattr(instance, field)
        return str(labels.get(value, value))

    return label
