"""The content security policy: own files only, nothing inline. Imported by the settings, so it must not read them."""

from collections.abc import Iterable

from django.utils.csp import CSP


def content_security_policy(*, form_targets: Iterable[str]) -> dict[str, list[str]]:
    """Return the value of SECURE_CSP. `form_targets` are the foreign origins that a form may redirect to."""
    return {
        "default-src": [CSP.NONE],
        "script-src": [CSP.SELF],
        "style-src": [CSP.SELF],
        "img-src": [CSP.SELF, "data:"],  # Bootstrap draws the icons of form controls as data: images
        "connect-src": [CSP.SELF],
        "font-src": [CSP.SELF],
        "form-action": [CSP.SELF, *form_targets],
        "frame-ancestors": [CSP.NONE],
        "base-uri": [CSP.NONE],
        "object-src": [CSP.NONE],
        "manifest-src": [CSP.SELF],
        "worker-src": [CSP.SELF],
    }
