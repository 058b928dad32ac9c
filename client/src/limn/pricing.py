"""The server's price list: plans by the month and the year, and packs of credits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Plan:
    """Prices in US dollars; `credits` are those of a month."""

    id: str
    title: str
    monthly_usd: float
    yearly_usd: float
    credits: int
    trial_days: int

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        return cls(
            id=str(body["id"]),
            title=str(body.get("title", body["id"])),
            monthly_usd=float(body["monthly_usd"]),
            yearly_usd=float(body["yearly_usd"]),
            credits=int(body["credits"]),
            trial_days=int(body.get("trial_days", 0)),
        )


@dataclass(frozen=True)
class Pack:
    """Credits that are bought once and never expire."""

    id: str
    usd: float
    credits: int

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        return cls(id=str(body["id"]), usd=float(body["usd"]), credits=int(body["credits"]))


@dataclass(frozen=True)
class Pricing:
    plans: Sequence[Plan]
    packs: Sequence[Pack]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        plans, packs = body.get("plans") or (), body.get("packs") or ()
        return cls(tuple(Plan.of(plan) for plan in plans), tuple(Pack.of(pack) for pack in packs))
