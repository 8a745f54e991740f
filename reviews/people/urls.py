"""Addresses of signing in and of one's own settings."""

from django.contrib.auth import views as auth
from django.urls import path

from reviews.people.views import SignIn, choose_language

urlpatterns = [
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(success_url="/"), name="password_change"),
    path("language/", choose_language, name="language"),
]
