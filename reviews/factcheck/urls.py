"""URLs of the factual check: remarks, answers and the deadline."""

from django.urls import path

from reviews.factcheck import views

urlpatterns = [
    path("reviews/<uuid:code>/remarks/", views.remarks, name="remarks"),
    path("reviews/<uuid:code>/remarks/until/", views.facts_until, name="facts_until"),
    path("reviews/<uuid:code>/remarks/<uuid:remark_code>/", views.remark, name="remark"),
    path("reviews/<uuid:code>/remarks/<uuid:remark_code>/answer/", views.answer, name="remark_answer"),
    path("reviews/<uuid:code>/remarks/<uuid:remark_code>/withdraw/", views.withdraw, name="remark_withdraw"),
]
