"""Addresses of files and of the check of letters."""

from django.urls import path

from portal.documents import views

app_name = "documents"
urlpatterns = [
    path("files/<uuid:public_id>/", views.download, name="download"),
    path("verify/", views.verify, name="verify_form"),
    path("verify/<str:code>/", views.verify, name="verify"),
]
