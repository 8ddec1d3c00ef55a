from django.urls import path

from . import views

app_name = "courses"

urlpatterns = [
    path("join/", views.join, name="join"),
    path("courses/", views.course_list, name="list"),
    path("courses/new/", views.new, name="new"),
    path("courses/<int:pk>/", views.course, name="course"),
    path("courses/<int:pk>/edit/", views.edit, name="edit"),
    path("courses/<int:pk>/invitations/", views.invite, name="invite"),
    path("courses/<int:pk>/invitations/<int:invitation>/close/", views.close_invitation, name="close_invitation"),
    path("courses/<int:pk>/people/", views.enrol, name="enrol"),
    path("courses/<int:pk>/assignments/new/", views.new_assignment, name="new_assignment"),
    path("assignments/<int:pk>/edit/", views.edit_assignment, name="edit_assignment"),
    path("pieces/", views.pieces, name="pieces"),
    path("pieces/new/", views.new_piece, name="new_piece"),
    path("pieces/<int:pk>/edit/", views.edit_piece, name="edit_piece"),
    path("rubrics/", views.rubrics, name="rubrics"),
    path("rubrics/new/", views.new_rubric, name="new_rubric"),
    path("rubrics/<int:pk>/", views.rubric, name="rubric"),
    path("rubrics/<int:pk>/edit/", views.edit_rubric, name="edit_rubric"),
    path("techniques/", views.techniques, name="techniques"),
    path("techniques/<int:pk>/", views.technique, name="technique"),
]
