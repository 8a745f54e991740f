"""Who may import a checked file of past reviews."""

from django.utils import timezone

from reviews.access.networks import network_to_oversee
from reviews.access.reviews import SignedInRequest
from reviews.conflicts import upload_gone
from reviews.models import Upload
from reviews.models.imports import KEPT


def upload_to_import(request: SignedInRequest, code: object, upload: object) -> Upload:
    """Return a checked file of past reviews if the person coordinates its network and the file has not expired."""
    network = network_to_oversee(request, code)
    uploads = Upload.objects.filter(network=network, at__gt=timezone.now() - KEPT).select_related("network", "by")
    stored = uploads.filter(code=str(upload)).first()
    if stored is None:
        raise upload_gone(network)
    return stored
