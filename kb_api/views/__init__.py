"""The HTTP door: one file a resource. Flask lives here and in the application's factory, and nowhere below."""

from flask import Flask
from flask_smorest import Api

from kb_api.schemas.documents import Problem
from kb_api.views import answers, claims, concepts, facts, passages, references, search, service
from kb_api.views.guard import register_guard
from kb_api.views.problems import register_problems

BLUEPRINTS = [
    *concepts.BLUEPRINTS,
    claims.blueprint,
    references.blueprint,
    *facts.BLUEPRINTS,
    passages.blueprint,
    search.blueprint,
    answers.blueprint,
    service.blueprint,
    service.root,
]


def register_views(app: Flask) -> Api:
    """Join every resource, the guard and the problems to the application."""
    api = Api(app)
    api.spec.components.schema("Problem", schema=Problem)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    register_guard(app)
    register_problems(app)
    return api
