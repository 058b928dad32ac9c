"""Which box an address leads to, however it is written: by this, and by nothing else, two accounts are one box's.

Mail goes to the address as it was given.
"""

from app.mail.domains import in_ascii

GOOGLE = "gmail.com"
GOOGLES = (GOOGLE, "googlemail.com")  # one box under both, and with dots in any place


def canonical(address: str) -> str:
    """`A.nn+News@GoogleMail.com` and `ann@gmail.com` are `ann@gmail.com`."""
    local, _, domain = address.strip().lower().rpartition("@")
    local = local.split("+", 1)[0] or local
    domain = in_ascii(domain.rstrip("."))
    if domain in GOOGLES:
        local, domain = local.replace(".", ""), GOOGLE
    return f"{local}@{domain}"
