"""The HTTP door: one file a resource. Flask lives here and in the application's factory, and nowhere below."""

from flask import Flask
from flask_smorest import Api

from kb_api.schemas.documents import Problem
from kb_api.settings import Settings
from kb_api.views import (
    answers,
    batch,
    changesets,
    claims,
    concepts,
    explorer,
    export,
    facts,
    graph,
    llms,
    observing,
    passages,
    proposals,
    references,
    revisions,
    search,
    service,
    vocabulary,
)
from kb_api.views.authorising import register_authorising
from kb_api.views.bodies import register_bodies
from kb_api.views.gate import Gate
from kb_api.views.guard import register_guard
from kb_api.views.headers import register_headers
from kb_api.views.limiting import RateLimit
from kb_api.views.observing import register_observing
from kb_api.views.problems import register_problems

BLUEPRINTS = [
    *concepts.BLUEPRINTS,
    claims.blueprint,
    references.blueprint,
    *facts.BLUEPRINTS,
    passages.blueprint,
    search.blueprint,
    answers.blueprint,
    batch.blueprint,
    graph.blueprint,
    export.blueprint,
    changesets.blueprint,
    proposals.blueprint,
    revisions.blueprint,
    revisions.feed,
    service.blueprint,
    service.root,
    vocabulary.blueprint,
    observing.blueprint,
    llms.blueprint,
]


def register_views(app: Flask, settings: Settings) -> Api:
    """Join every resource, and what each request passes on its way in and out, to the application."""
    api = Api(app)
    api.spec.components.schema("Problem", schema=Problem)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.register_blueprint(explorer.blueprint)
    limit = RateLimit(settings)
    register_observing(app, settings)
    register_headers(app, settings)
    register_guard(app, settings)
    limit.register(app)
    register_authorising(app, api)
    register_bodies(app, settings)
    register_problems(app)
    app.extensions["kb_gate"] = Gate(app, limit, settings)
    app.wsgi_app = app.extensions["kb_gate"]  # type: ignore[method-assign]
    return api
