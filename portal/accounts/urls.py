"""Addresses of a person's own account beside those of the sign-in library."""

app_name = "accounts"
urlpatterns: list = []
