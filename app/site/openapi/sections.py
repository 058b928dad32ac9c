"""The parts of the API, in the order in which somebody meets them."""

from typing import NamedTuple


class Section(NamedTuple):
    name: str  # as endpoints call it
    title: str
    told: str

    @property
    def slug(self) -> str:
        return self.name.replace(" ", "-")


SECTIONS = (
    Section("pictures", "Pictures", "Words into pictures."),
    Section("tools", "Tools", "Convert, cut out, enlarge and change pictures of your own."),
    Section("jobs", "Jobs", "Whatever takes time is a job: look how far it is, fetch what came of it, stop it."),
    Section("account", "Account", "Who you are here, and what is left to spend."),
    Section("keys", "API keys", "Made for one program each, with scopes, an end and a cap of their own."),
    Section("billing", "Plans and payments", "What it costs, and how to buy it."),
    Section("webhooks", "Webhooks", "Be told when a job has ended, instead of asking."),
    Section("content policy", "Content policy", "What is refused, and how to contest a refusal."),
    Section("key dialect", "The images API", "One call from words to the address of a picture."),
    Section("openai dialect", "The OpenAI dialect", "For OpenAI’s own libraries: only the address and the key change."),
    Section("description", "This description", "The API, for machines that read."),
)
