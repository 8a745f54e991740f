"""URLs of the queue."""

from django.urls import path

from reviews.queue import views

urlpatterns = [
    path("installation/queue/", views.queue, name="queue"),
    path("installation/queue/again/", views.again, name="queue_again"),
    path("installation/queue/give-up/", views.abandon, name="queue_give_up"),
]
