"""One box has one canonical address, however people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.canonical import canonical


@pytest.mark.parametrize(
    ("written", "box"),
    [
        ("ann@limn.example", "ann@limn.example"),
        (" Ann@Limn.Example ", "ann@limn.example"),
        ("ann+pictures@limn.example", "ann@limn.example"),
        ("ann+a+b@limn.example", "ann@limn.example"),
        ("a.nn@limn.example", "a.nn@limn.example"),  # elsewhere a dot makes another box
        ("a.n.n@gmail.com", "ann@gmail.com"),
        ("A.nn+News@GoogleMail.com", "ann@gmail.com"),
        ("+ann@limn.example", "+ann@limn.example"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@limn.example.", "ann@limn.example"),
        ("änn@limn.example", "änn@limn.example"),
        ("ann@localhost", "ann@localhost"),
        ("ann@my_intranet", "ann@my_intranet"),
    ],
)
def test_an_address_leads_to_its_box(written: str, box: str) -> None:
    assert canonical(written) == box


@given(st.emails())
def test_what_is_canonical_stays_so(address: str) -> None:
    assert canonical(canonical(address)) == canonical(address)
