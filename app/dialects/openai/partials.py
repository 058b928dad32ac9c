"""Previews of a job that is being painted, as OpenAI's clients read them."""

from app.dialects.openai import sent
from app.dialects.openai.asked import AskedToPaint
from app.jobs import previews
from app.jobs.models import Job


class Partials:
    """As many previews of a job's first picture as were asked for, at most, spread over the time that it takes."""

    def __init__(self, job: Job, asked: AskedToPaint, name: str) -> None:
        self.job, self.asked, self.name = job, asked, name
        self.sent, self.share = 0, 0

    def newest(self) -> str | None:
        """The event of the next one; None while there is none to tell."""
        if self.sent == self.asked.partial_images or (found := previews.newest(self.job.id)) is None:
            return None
        share, data = found
        due = 100 * (self.sent + 1) / (self.asked.partial_images + 1)
        if share < due or share == self.share:
            return None
        self.sent, self.share = self.sent + 1, share
        return sent.partial(self.job, self.asked, f"{self.name}.partial_image", self.sent - 1, data)
