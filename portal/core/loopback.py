"""Whether a request comes from the machine the portal runs on: what the demonstration trusts."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
# A proxy on the same machine also comes from the loopback address: its headers give it away.
FORWARDED = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SERVER",
    "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_CF_CONNECTING_IP",
)  # fmt: skip


def is_at_the_machine(meta: dict) -> bool:
    """`meta` is the request's META."""
    return meta.get("REMOTE_ADDR") in LOOPBACK and not any(header in meta for header in FORWARDED)
