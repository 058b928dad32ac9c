"""What existing clients already speak, translated onto the same jobs: no logic of its own."""

from flask import Flask

from app.dialects import auth, key, openai, public
from app.dialects.errors import KeyDialectError, say_at_entrance, say_to_key
from app.web.dialects import speak


def init_app(app: Flask) -> None:
    for room in (auth, key, public, openai):
        app.register_blueprint(room.blueprint)
    speak(app, "/api/auth", say_at_entrance, KeyDialectError)
    speak(app, "/api/images", say_to_key, KeyDialectError)
    speak(app, "/v1", openai.say, openai.OpenAIError)
