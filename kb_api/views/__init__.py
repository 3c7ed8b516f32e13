"""The HTTP door: one file a resource. Flask lives here and in the application's factory, and nowhere below."""

from typing import Any

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
from kb_api.views.authorising import describe_keys, register_authorising
from kb_api.views.blueprint import Blueprint
from kb_api.views.bodies import register_bodies
from kb_api.views.gate import Gate
from kb_api.views.guard import register_guard
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


class DescribedApi(Api):
    """Describes its resources when somebody first wants the description: no request does, and it is half of a start."""

    _spec: Any

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Blueprint] = []
        super().__init__(app)

    def register_blueprint(self, blueprint: Blueprint) -> None:
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undescribed.append(blueprint)

    @property
    def spec(self) -> Any:
        """The description of every resource that was registered until now."""
        while self._undescribed:
            blueprint = self._undescribed.pop(0)
            blueprint.register_views_in_doc(self, self._app, self._spec, name=blueprint.name, parameters=None)
            self._spec.tag({"name": blueprint.name, "description": blueprint.description})
        return self._spec

    @spec.setter
    def spec(self, spec: Any) -> None:
        self._spec = spec


def register_views(app: Flask, settings: Settings) -> Api:
    """Join every resource, and what each request passes on its way in and out, to the application."""
    api = DescribedApi(app)
    api.spec.components.schema("Problem", schema=Problem)
    describe_keys(api)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.register_blueprint(explorer.blueprint)
    limit = RateLimit(settings)
    register_observing(app, settings)
    register_guard(app, settings)
    limit.register(app)
    register_authorising(app)
    register_bodies(app, settings)
    register_problems(app)
    app.extensions["kb_gate"] = Gate(app, limit, settings)
    app.wsgi_app = app.extensions["kb_gate"]  # type: ignore[method-assign]
    return api
