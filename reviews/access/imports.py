"""Who may import a checked file of past reviews, and follow its import."""

from reviews.access.networks import network_to_oversee
from reviews.access.reviews import SignedInRequest
from reviews.conflicts import upload_gone
from reviews.models import Network, Upload
from reviews.workflow import Role


def upload_to_follow(request: SignedInRequest, code: object, upload: object) -> Upload:
    """Return a checked file of past reviews if the person coordinates its network. 409 if it has expired.

    Its rows are not loaded, because they are not needed to follow the import.
    """
    network = network_to_oversee(request, code)
    uploads = Upload.objects.current().files().select_related("network", "by", "job").defer("rows")
    stored = uploads.filter(network=network, code=str(upload)).first()
    if stored is None:
        raise upload_gone(network)
    return stored


def upload_to_import(request: SignedInRequest, code: object, upload: object) -> Upload:
    """Return the same unless the file was imported: 409."""
    stored = upload_to_follow(request, code, upload)
    if stored.imported_at:
        raise upload_gone(stored.network)
    return stored


def upload_to_match(request: SignedInRequest, code: object, upload: object) -> Upload:
    """Return the same unless the file was imported or its import is in the queue: 409."""
    stored = upload_to_import(request, code, upload)
    if stored.is_in_queue:
        raise upload_gone(stored.network)
    return stored


def may_send_files(request: SignedInRequest, code: object) -> bool:
    """Return whether the person coordinates the network into which a file would be imported."""
    return Network.objects.where_person_is(request.user, (Role.COORDINATOR,)).filter(code=str(code)).exists()
