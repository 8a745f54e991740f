"""Addresses of signing in and of one's own settings."""

from django.contrib.auth import views as auth
from django.urls import path

from reviews.people.forms import SignInForm
from reviews.people.views import choose_language

urlpatterns = [
    path(
        "login/", auth.LoginView.as_view(authentication_form=SignInForm, redirect_authenticated_user=True), name="login"
    ),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(success_url="/"), name="password_change"),
    path("language/", choose_language, name="language"),
]
