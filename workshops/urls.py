"""Addresses of the events: one address per act."""

from django.urls import path

from workshops.views import (
    checkin,
    event,
    event_feeds,
    event_report,
    meetings,
    missions,
    programme,
    registration,
    speakers,
    still_coming,
)

app_name = "workshops"

# A mission for those in it: signed in, or by a personal link. Each address names whose page it is.
mission_paths = [
    path("missions/", missions.index, name="missions"),
    path("missions/link/expired/", missions.expired, name="mission_expired"),
    path("missions/link/new/", missions.new_link, name="mission_renew"),
    path("missions/link/<str:token>/", missions.open_link, name="mission_link"),
    path("missions/feed/<str:token>.ics", missions.feed, name="mission_feed"),
    path("missions/<uuid:public_id>/", missions.day, name="mission"),
    path("missions/<uuid:public_id>/people/", missions.people, name="mission_people"),
    path("missions/<uuid:public_id>/people/<uuid:other>/ask/", meetings.ask, name="meeting_ask"),
    path("missions/<uuid:public_id>/meetings/", missions.meetings, name="mission_meetings"),
    path("missions/<uuid:public_id>/calendar.ics", missions.calendar, name="mission_calendar"),
    path("missions/<uuid:public_id>/feed/new/", missions.new_feed, name="mission_new_feed"),
    path("missions/<uuid:public_id>/meetings/<uuid:meeting>/", meetings.page, name="meeting"),
    path("missions/<uuid:public_id>/meetings/<uuid:meeting>/accept/", meetings.accept, name="meeting_accept"),
    path("missions/<uuid:public_id>/meetings/<uuid:meeting>/decline/", meetings.decline, name="meeting_decline"),
    path("missions/<uuid:public_id>/meetings/<uuid:meeting>/time/", meetings.choose, name="meeting_choose"),
    path("missions/<uuid:public_id>/meetings/<uuid:meeting>/cancel/", meetings.cancel, name="meeting_cancel"),
    path("missions/<uuid:public_id>/meetings/<uuid:meeting>/mark/", meetings.mark, name="meeting_mark"),
    path("missions/<uuid:public_id>/meetings/<uuid:meeting>/minutes/", meetings.minutes, name="meeting_minutes"),
    path("missions/<uuid:public_id>/meetings/<uuid:meeting>/approve/", meetings.approve, name="meeting_approve"),
    path("missions/<uuid:public_id>/meetings/<uuid:meeting>/follow-up/", meetings.follow_up, name="meeting_follow_up"),
]

# A speaker's own pages, by the personal link of the invitation.
speaker_paths = [
    path("speaking/", speakers.page, name="speaker"),
    path("speaking/answer/", speakers.answer, name="speaker_answer"),
    path("speaking/withdraw/", speakers.withdraw, name="speaker_withdraw"),
    path("speaking/edit/<slug:key>/", speakers.section, name="speaker_section"),
    path("speaking/portrait/", speakers.portrait, name="speaker_portrait"),
    path("speaking/portrait/own.jpg", speakers.own_portrait, name="speaker_own_portrait"),
    path("speaking/sessions.ics", speakers.calendar, name="speaker_calendar"),
    path("speaking/new-link/", speakers.new_link, name="speaker_renew"),
    path("speaking/own/<uuid:public_id>/", speakers.open_own, name="speaker_own"),
    path("speaking/link/<str:token>/", speakers.open_link, name="speaker_link"),
]

# A participant's own pages, by the personal link of the registration.
registration_paths = [
    path("registration/", registration.page, name="registration"),
    path("registration/change/", registration.change, name="registration_change"),
    path("registration/cancel/", registration.cancel, name="registration_cancel"),
    path("registration/place/take/", registration.take, name="registration_take"),
    path("registration/place/decline/", registration.decline, name="registration_decline"),
    path("registration/badge.pdf", registration.badge, name="registration_badge"),
    path("registration/certificate/<slug:language>/", registration.certificate, name="registration_certificate"),
    path("registration/visa/", registration.visa_letter, name="registration_visa"),
    path("registration/visa/letter.pdf", registration.visa_letter_file, name="registration_visa_letter"),
    path("registration/new-link/", registration.renew, name="registration_renew"),
    path("registration/own/<uuid:public_id>/", registration.open_own, name="registration_own"),
    path("registration/link/<str:token>/", registration.open_link, name="registration_link"),
]

# The door of an event, for its organisers.
door_paths = [
    path("tickets/<uuid:public_id>/", checkin.ticket, name="ticket"),
    path("tickets/<uuid:public_id>/undo/", checkin.undo, name="ticket_undo"),
    path("<slug:code>/door/", checkin.door, name="door"),
    path("<slug:code>/door/here/", checkin.stand_here, name="door_here"),
    path("<slug:code>/door/walk-in/", checkin.walk_in, name="walk_in"),
    path("<slug:code>/badges.pdf", checkin.all_badges, name="badges"),
]

event_paths = [
    path("", event.index, name="index"),
    path("my-calendar/", event_feeds.mine, name="my_calendar"),
    path("my-calendar/new/", event_feeds.renew, name="feed_renew"),
    path("my-calendar/end/", event_feeds.revoke, name="feed_revoke"),
    path("feeds/personal/<str:token>.ics", event_feeds.personal, name="personal_feed"),
    path("feeds/<slug:code>.ics", event_feeds.alliance, name="alliance_feed"),
    path("still-coming/", still_coming.answer, name="still_coming"),
    path("still-coming/<str:token>/", still_coming.open_link, name="still_coming_link"),
    path("<slug:code>/", event.page, name="event"),
    path("<slug:code>/event.ics", event.calendar, name="calendar"),
    path("<slug:code>/report/", event_report.page, name="report"),
    path("<slug:code>/register/", registration.register, name="register"),
    path("<slug:code>/my-link/", registration.mail_link, name="mail_link"),
    path("<slug:code>/registered/", registration.registered, name="registered"),
    path("<slug:code>/participants/", registration.participants, name="participants"),
    path("<slug:code>/programme/", programme.page, name="programme"),
    path("<slug:code>/speakers/<uuid:public_id>.jpg", programme.portrait, name="portrait"),
]

# The pages of one event stand last: their address takes any word.
urlpatterns = [*mission_paths, *speaker_paths, *registration_paths, *door_paths, *event_paths]
