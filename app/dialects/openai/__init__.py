"""The OpenAI dialect: the official SDKs work with `base_url` and `api_key` changed, and nothing else."""

from app.dialects.openai.errors import OpenAIError, say
from app.dialects.openai.views import blueprint

__all__ = ["OpenAIError", "blueprint", "say"]
