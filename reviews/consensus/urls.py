"""URLs of comparing ratings, agreeing on scores, agreement across reviews, and what to train on."""

from django.urls import path

from reviews.consensus import views

urlpatterns = [
    path("reviews/<uuid:code>/consensus/", views.consensus, name="consensus"),
    path("reviews/<uuid:code>/consensus/pulse/", views.pulse, name="pulse"),
    path("reviews/<uuid:code>/consensus/take-over/", views.adopt, name="take_over"),
    path("reviews/<uuid:code>/consensus/<int:number>/", views.agree, name="agree"),
    path("reviews/<uuid:code>/consensus/<int:number>/ask/", views.ask, name="ask"),
    path("reviews/<uuid:code>/consensus/<int:number>/comment/", views.comment, name="comment"),
    path("networks/<uuid:code>/agreement/", views.agreement, name="agreement"),
    path("networks/<uuid:code>/training/", views.training, name="training"),
]
