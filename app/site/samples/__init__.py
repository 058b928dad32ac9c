"""Programs that call the API, in the languages of those who call it, written from the document."""

from app.site.samples import curl, go, javascript, php, python_httpx, python_requests, ruby
from app.site.samples.call import Language

LANGUAGES = (
    Language("curl", "curl", curl.write, "sh"),
    Language("requests", "Python", python_requests.write, "py"),
    Language("httpx", "Python, async", python_httpx.write, "py"),
    Language("javascript", "JavaScript", javascript.write, "mjs"),
    Language("php", "PHP", php.write, "php"),
    Language("ruby", "Ruby", ruby.write, "rb"),
    Language("go", "Go", go.write, "go"),
)
BY_NAME = {language.name: language for language in LANGUAGES}
