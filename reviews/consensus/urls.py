"""Addresses of comparing ratings, agreeing, and of agreement across reviews."""

from django.urls import path

from reviews.consensus import views

urlpatterns = [
    path("reviews/<uuid:code>/consensus/", views.consensus, name="consensus"),
    path("reviews/<uuid:code>/consensus/pulse/", views.pulse, name="pulse"),
    path("reviews/<uuid:code>/consensus/take-over/", views.take_over, name="take_over"),
    path("reviews/<uuid:code>/consensus/<int:number>/", views.agree, name="agree"),
    path("reviews/<uuid:code>/consensus/<int:number>/ask/", views.ask, name="ask"),
    path("networks/<uuid:code>/agreement/", views.agreement_across, name="agreement"),
]
