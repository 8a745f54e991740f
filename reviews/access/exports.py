"""Who may read the file of an export."""

from django.shortcuts import get_object_or_404

from reviews.access.networks import network_to_oversee
from reviews.access.reviews import SignedInRequest
from reviews.models import ExportFile


def export_file_to_read(request: SignedInRequest, code: object, file: object) -> ExportFile:
    """Return a file that has not expired if the person asked for it and coordinates its network now; otherwise 404."""
    network = network_to_oversee(request, code)
    files = ExportFile.objects.kept().defer("keys").select_related("network", "job")
    return get_object_or_404(files, network=network, by=request.user, code=file)
