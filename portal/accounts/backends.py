"""Sign-in by allauth; permissions that come from seats, so that nobody has to tick permission boxes."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend

from portal.accounts.models import User
from portal.accounts.roles import PERMISSIONS, role_allows


class SignInBackend(AuthenticationBackend):
    """Knows who somebody is and gives no permissions: groups and single permissions are not used here."""

    def get_user(self, user_id):
        """The account with its person, who is asked for on every page."""
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj, obj=None):
        return set()

    def has_perm(self, user_obj, perm, obj=None):
        return False

    def has_module_perms(self, user_obj, app_label):
        return False


class SeatBackend(BaseBackend):
    """Answers "may this person view/add/change/delete this kind of record at all"; rows are narrowed by scoping."""

    def has_perm(self, user_obj, perm, obj=None):
        app_label, _, codename = perm.partition(".")
        action, _, model_name = codename.partition("_")
        return any(role_allows(seat.role, app_label, model_name, action) for seat in user_obj.scope.seats)

    def has_module_perms(self, user_obj, app_label):
        return any(
            key == app_label or key.startswith(f"{app_label}.")
            for seat in user_obj.scope.seats
            for key in PERMISSIONS.get(seat.role, {})
        )
