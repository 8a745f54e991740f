"""URLs of a person's own account, of invitations, and of a network's people. allauth has those for signing in."""

from django.urls import path

from reviews.people import account, invitation_views, views

urlpatterns = [
    path("accounts/", account.account, name="account"),
    path("accounts/name/", account.own_name, name="own_name"),
    path("accounts/notifications/", account.notifications, name="notifications"),
    path("accounts/language/", account.choose_language, name="language"),
    path("accounts/theme/", account.choose_theme, name="theme"),
    path("accounts/data.json", account.account_data, name="account_data"),
    path("accounts/delete/", account.delete, name="account_delete"),
    path("invitations/", invitation_views.accept_invitation, name="accept_invitation"),
    path("invitations/<str:secret>/", invitation_views.invitation, name="invitation"),
    path("networks/", views.networks, name="networks"),
    path("networks/<uuid:code>/", views.network, name="network"),
    path("networks/<uuid:code>/organisations/new/", views.new_organisation, name="new_organisation"),
    path(
        "networks/<uuid:code>/organisations/<uuid:organisation>/", views.rename_organisation, name="rename_organisation"
    ),
    path("networks/<uuid:code>/invite/", views.invite_person, name="invite"),
    path("networks/<uuid:code>/invitations/<uuid:invitation>/", views.withdraw_invitation, name="withdraw_invitation"),
    path("networks/<uuid:code>/people/<uuid:person>/", views.person, name="person"),
]
