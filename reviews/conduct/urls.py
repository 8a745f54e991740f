"""URLs of planning, scoring, submitting, changing the status and correcting."""

from django.urls import path

from reviews.conduct import entry_views, plan_views, submission_views, transition_views, views

urlpatterns = [
    path("reviews/new/", plan_views.plan_review, name="plan_review"),
    path("organisations/<uuid:code>/reviews/new/", plan_views.new_review, name="new_review"),
    path("reviews/<uuid:code>/", views.review, name="review"),
    path("reviews/<uuid:code>/items/<int:number>/", views.item, name="item"),
    path("reviews/<uuid:code>/entry/", entry_views.entry, name="entry"),
    path("reviews/<uuid:code>/hand-in/", submission_views.submit, name="hand_in"),
    path("reviews/<uuid:code>/take-back/", submission_views.reopen, name="take_back"),
    path("reviews/<uuid:code>/evidence/", views.evidence, name="evidence"),
    path("reviews/<uuid:code>/moves/<slug:name>/", transition_views.change_status, name="move"),
    path("reviews/<uuid:code>/change/", plan_views.change, name="change_plan"),
    path("reviews/<uuid:code>/cancel/", plan_views.cancel_review, name="cancel"),
    path("reviews/<uuid:code>/evaluators/", plan_views.evaluators, name="evaluators"),
    path("networks/<uuid:code>/evaluators/", plan_views.evaluator_load, name="evaluator_load"),
    path("networks/<uuid:code>/newer-editions/", views.newer_editions, name="newer_editions"),
    path("reviews/<uuid:code>/correct/", transition_views.correct, name="correct"),
]
