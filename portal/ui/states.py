"""What the state of a thing means to a reader: one of six tones, the same in every app."""

from enum import StrEnum


class Tone(StrEnum):
    DONE = "done"
    ACTIVE = "active"
    WAITING = "waiting"
    ATTENTION = "attention"
    STOPPED = "stopped"
    NEUTRAL = "neutral"


# Each tone has a shape of its own, so that nothing is told by colour alone.
TONE_ICONS = {
    Tone.DONE: "check-circle",
    Tone.ACTIVE: "play-circle",
    Tone.WAITING: "clock",
    Tone.ATTENTION: "exclamation-triangle",
    Tone.STOPPED: "x-circle",
    Tone.NEUTRAL: "minus-circle",
}

_STATES = {
    Tone.DONE: """
        accepted adopted approved approved_both archived arrived attended charged cleared closed completed
        confirmed departed done exited filed graduated granted held host_ok home_ok funded in_force issued
        licensed locked maintained met minutes_approved precheck_cleared published published_openly renewed
        reported results_announced scheduled selected sent signed submitted used verified yes
    """,
    Tone.ACTIVE: """
        active admitted announced assigned call_open in_progress open registration_open running shortlisted
        recommended demo_day
    """,
    Tone.WAITING: """
        applied eligibility_check evidence expert_review export_precheck host_and_home internal_review
        legal_review licence_applied negotiating pending pending_screening pre_arrival prepared queued renewing
        requested rescreened screened screening_hold selecting sending standard_proposed triage under_review
        waiting waitlisted
    """,
    Tone.ATTENTION: """
        attention cleared_with_conditions due ending expiring follow_up late licence_required missing paused
        postponed report_due rescreen_needed returned suspended withheld
    """,
    Tone.STOPPED: """
        abandoned cancelled closed_down curtailed declined denied dissolved expired failed ineligible missed
        no_show refused rejected rescinded stopped terminated withdrawn
    """,
}
TONES = {state: tone for tone, states in _STATES.items() for state in states.split()}


def tone_of(state: str) -> Tone:
    """The tone of a state by its name; an unknown name stays neutral."""
    return TONES.get(str(state).lower(), Tone.NEUTRAL)
