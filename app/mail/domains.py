"""Names of hosts as every server reads them."""

import idna


def in_ascii(domain: str) -> str:
    """`bücher.example` is `xn--bcher-kva.example`. What is no name of the Internet stays as it is."""
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:  # such as a name that only an intranet knows
        return domain
