"""Names in the database: their keys, their order and what is refused as a name.

The keys of a name are columns of the same row. No code writes them: the fields compute themselves whenever the name is
written, by save() and bulk_create(), and update() adds them. What cannot be computed here is refused. ipsfidelity/
names.py and alphabets.py have the rules.
"""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.utils.deconstruct import deconstructible
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ipsfidelity.alphabets import OF_LANGUAGE, sort_key
from ipsfidelity.names import LONGEST_KEY, cleaned_name, is_plain_address, mixes_alphabets, name_key, search_key
from ipsfidelity.privacy import refuse_identity_numbers

_Row = TypeVar("_Row", bound=models.Model)


def refuse_mixed_alphabets(name: str) -> None:
    """Raise ValidationError if a name has letters of several alphabets. A validator."""
    if mixes_alphabets(name):
        raise ValidationError(
            _(
                "This name mixes letters of several alphabets, which look alike but are different letters. "
                "Nothing was saved. Type it again in one alphabet instead of pasting it."
            ),
            code="mixed_alphabets",
        )


def refuse_line_ends(name: Any) -> None:
    """Raise ValidationError if a name as it was sent has several lines.

    Names are in the subjects of mails and in names of files, where a line end could begin something else.
    """
    if isinstance(name, str) and len(name.strip().splitlines()) > 1:
        raise ValidationError(
            _("This name has several lines. Nothing was saved. Write it on one line."), code="several_lines"
        )


def refuse_odd_address(address: str) -> None:
    """Raise ValidationError if an e-mail address has invisible or look-alike characters. A validator."""
    if not is_plain_address(address):
        raise ValidationError(
            _(
                "This e-mail address has characters that are invisible or look like others. "
                "Nothing was saved. Type it again instead of pasting it."
            ),
            code="odd_address",
        )


class NameField(models.CharField):
    """A name of at most 150 characters. It is stored without invisible characters and superfluous spaces."""

    default_validators = [refuse_identity_numbers, refuse_mixed_alphabets]  # noqa: RUF012 - as in Django

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 150)
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Refuse a name of several lines, which `to_python` would join."""
        refuse_line_ends(value)
        return super().clean(value, model_instance)

    def to_python(self, value: Any) -> Any:
        """Return the name as it is stored."""
        return cleaned_name(value) if isinstance(value, str) else super().to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001
        """Set the name to what is stored."""
        name = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, name)
        return name


class Derived(models.Field):
    """Mixin for a column that is computed from the text in the field `source` of the same row."""

    source = "name"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def derive(self, text: str) -> Any:
        """Return the value of the column."""
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001
        """Compute the value, and set it on the instance."""
        value = self.derive(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value


class SearchKeyField(Derived, models.CharField):
    """What a search by name looks through: the name without accents, in lower case."""

    def derive(self, text: str) -> str:
        """Return the key."""
        return search_key(text)


class SortKeyField(Derived, models.BinaryField):
    """The position of the name in an alphabet. Bytes, because both engines compare them without a collation."""

    def __init__(self, alphabet: str, *args: Any, **kwargs: Any) -> None:
        self.alphabet = alphabet
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return the alphabet too."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.alphabet, *args], kwargs

    def derive(self, text: str) -> bytes:
        """Return the key."""
        return sort_key(text, self.alphabet)


class UniqueKeyField(Derived, models.CharField):
    """The key of a name or an address, to be unique together with the column `<name of this field>_number`.

    That number is 0, except in rows that had the same key already when keys were introduced: these have 1, 2 and so on
    until their name is changed.
    """

    def __init__(self, source: str, *args: Any, **kwargs: Any) -> None:
        self.source = source
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return the source too."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.source, *args], kwargs

    def derive(self, text: str) -> str:
        """Return the key."""
        return name_key(text)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001
        """Compute the key. A row with another key than before is no duplicate any more."""
        before = None if add else getattr(model_instance, self.attname)
        key = super().pre_save(model_instance, add)
        if not add and key != before:
            setattr(model_instance, self.number, 0)
        return key

    @property
    def number(self) -> str:
        """The name of the field with the number. It is declared after this field, and so saved after it."""
        return f"{self.name}_number"


@deconstructible(path="reviews.models.names.ByName")
class ByName(F):
    """The order of names in the alphabet of the reader, whose language is known when the query is executed.

    `path` leads to the named row, for example "user".
    """

    def __init__(self, path: str = "") -> None:
        self.path = path

    @property
    def name(self) -> str:
        """The column with the sort key."""
        return f"{self.path}__{sort_column()}" if self.path else sort_column()


def sort_column() -> str:
    """Return the name of the column by which names are sorted for the current reader."""
    return f"sort_{alphabet_of_reader()}"


def alphabet_of_reader() -> str:
    """Return the name of the alphabet of the current language."""
    language = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    return OF_LANGUAGE[language].name


def reader_sort_key(name: str) -> bytes:
    """Return the key by which Python code sorts names for the current reader."""
    return sort_key(name, alphabet_of_reader())


def name_contains(text: str) -> Q:
    """Return the condition that a name contains a text, whatever its case and accents: "alesund" finds "Ålesund".

    As an expression, the text is a parameter of its own, which a prepared query needs. It is given the search key.
    """
    return Q(search_key__contains=Value(search_key(text)))


class NamedQuerySet(models.QuerySet[_Row]):
    """Rows with a name."""

    def named(self, text: str) -> "NamedQuerySet[_Row]":
        """Filter by names that contain a text, whatever its case and accents."""
        return self.filter(name_contains(text))

    def update(self, **values: Any) -> int:
        """Add the columns that are derived from updated ones. Raise TypeError for an expression as name."""
        return super().update(**values | dict(_derived_values(self.model, values)))


class Named(models.Model):
    """A row with a name. Lists are in the order of the reader's alphabet unless they say otherwise."""

    name = NameField(_("name"))
    search_key = SearchKeyField(max_length=LONGEST_KEY, default="")
    sort_norwegian = SortKeyField("norwegian", default=b"")
    sort_swedish = SortKeyField("swedish", default=b"")
    sort_english = SortKeyField("english", default=b"")

    class Meta:
        abstract = True
        ordering: ClassVar = (ByName(), "pk")

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save derived columns together with what they are derived from."""
        if update_fields is not None:
            update_fields = {*update_fields, *_derived_names(type(self), set(update_fields))}
        super().save(update_fields=update_fields, **kwargs)


def refuse_taken_name(row: Any, others: models.QuerySet[Any], sentence: Any) -> None:
    """Raise ValidationError if one of the `others` has a name with the same key. `sentence` names it as %(name)s."""
    if taken := others.filter(name_key=name_key(row.name)).exclude(pk=row.pk).first():
        raise ValidationError({"name": ValidationError(sentence, code="name_once", params={"name": taken.name})})


def key_is_unique(name: str, *, key: str, within: Collection[str] = (), **options: Any) -> models.UniqueConstraint:
    """Return the constraint that a key exists once, among the rows that share the fields `within`."""
    return models.UniqueConstraint(fields=(*within, key, f"{key}_number"), name=name, **options)


def key_is_there(name: str, key: str, *, unless: Q | None = None) -> models.CheckConstraint:
    """Return the constraint that a key is not empty, `unless` a condition holds."""
    is_there = ~Q(**{key: ""})
    return models.CheckConstraint(condition=is_there | unless if unless else is_there, name=name)


def _derived_fields(model: type[models.Model], sources: Collection[str]) -> list[Derived]:
    return [field for field in model._meta.fields if isinstance(field, Derived) and field.source in sources]


def _derived_names(model: type[models.Model], sources: Collection[str]) -> Iterable[str]:
    for field in _derived_fields(model, sources):
        yield field.name
        if isinstance(field, UniqueKeyField):
            yield field.number


def _derived_values(model: type[models.Model], values: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    for field in _derived_fields(model, values):
        text = values[field.source]
        if not isinstance(text, str):
            raise TypeError(f"{field.source} is updated by a text: {field.name} cannot be computed from an expression.")
        yield field.source, cleaned_name(text)
        yield field.name, field.derive(text)
        if isinstance(field, UniqueKeyField):
            yield field.number, 0


def name_columns(person: str) -> tuple[str, ...]:
    """Return the columns from which the name of a person is made, by the relation that leads to the person: "by"."""
    return tuple(f"{person}__{column}" for column in ("name", "username", "deleted_at"))
