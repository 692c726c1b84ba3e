"""The test world itself: two alliances, nothing shared."""

from exchanges.models import Application


def test_each_side_sees_only_its_own_applications(world):
    ours, theirs = world.north.application(), world.south.application()
    assert list(Application.objects.visible_to(world.north.manager)) == [ours]
    assert list(Application.objects.visible_to(world.south.home_office)) == [theirs]
    assert not Application.objects.visible_to(world.north.stranger).exists()
