"""The pages of the manual, in the order of its contents."""

from typing import NamedTuple

from app.site.openapi.sections import SECTIONS, Section


class Guide(NamedTuple):
    slug: str
    title: str
    told: str


GUIDES = (
    Guide("quick-start", "Quick start", "From nothing to a picture on your disk in three steps."),
    Guide(
        "authentication",
        "Authentication",
        "Keys with scopes for programs, tokens that end soon, the cookie of a browser.",
    ),
    Guide("errors", "Errors", "Every way the API says no, and what to do about each."),
    Guide("retries", "Retries", "Try again without paying twice: back-off and Idempotency-Key."),
    Guide("batches", "Batches", "Many pictures at once, as many in flight as is good."),
    Guide("webhooks", "Receiving webhooks", "Be told when a job has ended, and know that it was us who told you."),
    Guide("limits", "Limits", "How often, how many, how large, and where each answer tells what is left."),
    Guide(
        "client", "Python and the command line", "A library, a command and an MCP server, which do all of this for you."
    ),
    Guide("from-openai", "Coming from OpenAI", "Change the address and the key; what differs besides."),
    Guide("from-stable-diffusion", "Coming from Stable Diffusion", "txt2img and img2img, field by field."),
    Guide("changelog", "Changes", "What changed in the API, and what came with which version."),
)
BY_SLUG = {guide.slug: guide for guide in GUIDES}
SECTION_BY_SLUG: dict[str, Section] = {section.slug: section for section in SECTIONS}
