"""URLs of the action plan."""

from django.urls import path

from reviews.actionplan import files, views

urlpatterns = [
    path("reviews/<uuid:code>/plan/", views.plan, name="plan"),
    path("reviews/<uuid:code>/plan/begin/", views.begin, name="plan_begin"),
    path("reviews/<uuid:code>/plan/save/", views.save, name="plan_save"),
    path("reviews/<uuid:code>/plan/add/<int:item>/", views.add, name="plan_add"),
    path("reviews/<uuid:code>/plan/<uuid:action>/", views.action, name="plan_action"),
    path("reviews/<uuid:code>/plan/<uuid:action>/remove/", views.remove, name="plan_remove"),
    path("reviews/<uuid:code>/plan.pdf", files.plan_pdf, name="plan_pdf"),
    path("reviews/<uuid:code>/plan.csv", files.plan_csv, name="plan_csv"),
    path("reviews/<uuid:code>/plan.xlsx", files.plan_xlsx, name="plan_xlsx"),
    path("reviews/<uuid:code>/plan-before/", views.plan_before, name="plan_before"),
]
