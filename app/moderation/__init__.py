"""What is not painted: a prompt is read as people would read it, whatever letters it is written in."""

from app.moderation.policy import Verdict as Verdict
from app.moderation.policy import categories as categories
from app.moderation.policy import check as check
from app.moderation.policy import verdict_in as verdict_in
from app.moderation.text import essence as essence
