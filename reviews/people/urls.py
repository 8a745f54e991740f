"""URLs of accounts, invitations, networks with their people and organisations, and the installation.

allauth has those for signing in, except those that show recovery codes.
"""

from django.urls import path

from reviews.people import (
    account,
    installation_views,
    invitation_views,
    inviting_views,
    kept_views,
    organisation_views,
    recovery_codes,
    views,
)

urlpatterns = [
    path("accounts/", account.account, name="account"),
    path("accounts/name/", account.own_name, name="own_name"),
    path("accounts/notifications/", account.notifications, name="notifications"),
    path("accounts/language/", account.choose_language, name="language"),
    path("accounts/theme/", account.choose_theme, name="theme"),
    path("accounts/session/", account.session, name="session"),
    path("accounts/data.json", account.account_data, name="account_data"),
    path("accounts/delete/", account.delete, name="account_delete"),
    path("accounts/2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "accounts/2fa/recovery-codes/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("accounts/kept/<uuid:code>/", kept_views.kept, name="kept"),
    path("invitations/", invitation_views.accept_invitation, name="accept_invitation"),
    path("invitations/<str:secret>/", invitation_views.invitation, name="invitation"),
    path("installation/", installation_views.installation, name="installation"),
    path("installation/mail/", installation_views.test_mail, name="test_mail"),
    path("networks/", views.networks, name="networks"),
    path("networks/new/", views.new_network, name="new_network"),
    path("networks/<uuid:code>/", views.network, name="network"),
    path("networks/<uuid:code>/rename/", views.rename_network, name="rename_network"),
    path("networks/<uuid:code>/organisations/", organisation_views.organisations, name="network_organisations"),
    path("networks/<uuid:code>/organisations/new/", organisation_views.new_organisation, name="new_organisation"),
    path(
        "networks/<uuid:code>/organisations/paste/", organisation_views.paste_organisations, name="paste_organisations"
    ),
    path(
        "networks/<uuid:code>/organisations/<uuid:organisation>/",
        organisation_views.rename_organisation,
        name="rename_organisation",
    ),
    path("networks/<uuid:code>/invite/", inviting_views.invite_person, name="invite"),
    path("networks/<uuid:code>/invite/paste/", inviting_views.paste_people, name="paste_people"),
    path(
        "networks/<uuid:code>/invitations/<uuid:invitation>/",
        inviting_views.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path(
        "networks/<uuid:code>/invitations/<uuid:invitation>/renew/",
        inviting_views.renew_invitation,
        name="renew_invitation",
    ),
    path("networks/<uuid:code>/people/<uuid:person>/", views.person, name="person"),
]
