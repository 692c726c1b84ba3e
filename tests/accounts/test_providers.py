"""Ways to sign in that are not set up here do not exist."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "address", [reverse("orcid_login"), reverse("orcid_callback"), reverse("saml_login", args=["university"])]
)
def test_the_address_of_a_provider_that_is_not_set_up_is_missing(client, settings, address, method):
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert getattr(client, method)(address).status_code == 404
