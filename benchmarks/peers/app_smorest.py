"""flask-smorest, marshmallow and the ORM, as their documentation shows it."""

from typing import Any

from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields
from tables import load_claims, load_references, load_signs, open_session


class LinkSchema(Schema):
    kind = fields.String(attribute="thing.kind")
    slug = fields.String(attribute="thing.slug")
    name = fields.String(attribute="thing.label")
    url = fields.String(attribute="thing.url")
    role = fields.String()


class HeadSchema(Schema):
    kind = fields.String()
    slug = fields.String()
    url = fields.String()
    revision = fields.Integer()


class ClaimSchema(HeadSchema):
    text = fields.String(attribute="label")
    claim_type = fields.String()
    exposure = fields.String()
    effect = fields.String()
    effect_on = fields.String(attribute="effect_on_text")
    certainty = fields.String()
    certainty_reason = fields.String(attribute="certainty_reason_text")
    balance = fields.Dict()
    links = fields.Nested(LinkSchema, many=True)


class ReferenceLinkSchema(Schema):
    kind = fields.String()
    slug = fields.String()
    name = fields.String(attribute="label")
    url = fields.String()


class EvidenceSchema(Schema):
    stance = fields.String()
    study_type = fields.String(attribute="reference.study_type")
    note = fields.String(attribute="note_text")
    reference = fields.Nested(
        Schema.from_dict(
            {
                "kind": fields.String(),
                "slug": fields.String(),
                "name": fields.String(attribute="label"),
                "url": fields.String(),
            }
        )
    )


class PassageSchema(Schema):
    section = fields.Integer()
    sentence = fields.Integer()
    says = fields.String(attribute="says_text")
    verdict = fields.String()


class ClaimDetailSchema(ClaimSchema):
    subject = fields.String()
    evidence_status = fields.String()
    note = fields.String(attribute="note_text")
    evidence = fields.Nested(EvidenceSchema, many=True)
    passages = fields.Nested(PassageSchema, many=True)


class ReferenceSchema(HeadSchema):
    title = fields.String(attribute="label")
    csl_type = fields.String()
    authors = fields.List(fields.Dict())
    et_al = fields.Boolean()
    container_title = fields.String()
    publisher = fields.String()
    issued = fields.String()
    volume = fields.String()
    issue = fields.String()
    page = fields.String()
    article_number = fields.String()
    doi = fields.String()
    pmid = fields.String()
    pmcid = fields.String()
    source_url = fields.String()
    study_type = fields.String()
    sample = fields.String(attribute="sample_text")
    finding = fields.String(attribute="finding_text")
    funding = fields.String(attribute="funding_text")
    note = fields.String(attribute="note_text")
    verification = fields.Dict()


class SignSchema(HeadSchema):
    name = fields.String(attribute="label")
    summary = fields.String(attribute="summary_text")
    aliases = fields.List(fields.String(), attribute="alias_list")
    position = fields.Integer()
    body_system = fields.String()
    xrefs = fields.List(fields.Dict())


class PageQuery(Schema):
    limit = fields.Integer(load_default=50)


class SignQuery(Schema):
    mechanism = fields.String(required=True)


class ClaimPage(Schema):
    data = fields.Nested(ClaimSchema, many=True)
    total = fields.Integer()


class ReferencePage(Schema):
    data = fields.Nested(ReferenceSchema, many=True)
    total = fields.Integer()


class Included(Schema):
    claims = fields.Nested(ClaimDetailSchema, many=True)
    references = fields.Nested(ReferenceSchema, many=True)


class SignPage(Schema):
    data = fields.Nested(SignSchema, many=True)
    included = fields.Nested(Included)
    total = fields.Integer()


blueprint = Blueprint("peer", __name__)


@blueprint.route("/claims")
class Claims(MethodView):
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, ClaimPage)
    def get(self, query: dict[str, Any]) -> Any:
        with open_session() as session:
            claims, total = load_claims(session, query["limit"])
            return {"data": claims, "total": total}


@blueprint.route("/claims/<slug>/references")
class References(MethodView):
    @blueprint.response(200, ReferencePage)
    def get(self, slug: str) -> Any:
        with open_session() as session:
            references = load_references(session, slug)
            return {"data": references, "total": len(references)}


@blueprint.route("/signs")
class Signs(MethodView):
    @blueprint.arguments(SignQuery, location="query")
    @blueprint.response(200, SignPage)
    def get(self, query: dict[str, Any]) -> Any:
        with open_session() as session:
            signs, claims, references = load_signs(session, query["mechanism"])
            return {"data": signs, "included": {"claims": claims, "references": references}, "total": len(signs)}


app = Flask(__name__)
app.config.update(API_TITLE="peer", API_VERSION="v1", OPENAPI_VERSION="3.0.3")
Api(app).register_blueprint(blueprint)
