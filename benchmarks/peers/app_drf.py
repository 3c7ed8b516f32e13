"""Django REST framework and Django's ORM, as their documentation shows it."""

import os
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from sqlalchemy import make_url

url = make_url(os.environ["BENCH_DATABASE_URL"])
settings.configure(
    DEBUG=False,
    SECRET_KEY="of no meaning here",  # noqa: S106 - nothing is signed
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["rest_framework", "drf_peer"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(url.database or "")}},
    REST_FRAMEWORK={
        "UNAUTHENTICATED_USER": None,
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - Django wants its settings first
from django.urls import path  # noqa: E402
from drf_peer.models import Claim, Evidence, Sign  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class LinkSerializer(serializers.Serializer):
    kind = serializers.CharField(source="thing.kind")
    slug = serializers.CharField(source="thing.slug")
    name = serializers.CharField(source="thing.label")
    url = serializers.CharField(source="thing.url")
    role = serializers.CharField()


class HeadSerializer(serializers.Serializer):
    kind = serializers.CharField()
    slug = serializers.CharField()
    url = serializers.CharField()
    revision = serializers.IntegerField()


class ClaimSerializer(HeadSerializer):
    text = serializers.CharField(source="label")
    claim_type = serializers.CharField()
    exposure = serializers.CharField()
    effect = serializers.CharField()
    effect_on = serializers.CharField(source="effect_on_text")
    certainty = serializers.CharField()
    certainty_reason = serializers.CharField(source="certainty_reason_text")
    balance = serializers.DictField()
    links = LinkSerializer(many=True)


class ReferenceLinkSerializer(serializers.Serializer):
    kind = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField(source="label")
    url = serializers.CharField()


class EvidenceSerializer(serializers.Serializer):
    stance = serializers.CharField()
    study_type = serializers.CharField(source="reference.study_type")
    note = serializers.CharField(source="note_text")
    reference = ReferenceLinkSerializer()


class PassageSerializer(serializers.Serializer):
    section = serializers.IntegerField()
    sentence = serializers.IntegerField()
    says = serializers.CharField(source="says_text")
    verdict = serializers.CharField()


class ClaimDetailSerializer(ClaimSerializer):
    subject = serializers.CharField()
    evidence_status = serializers.CharField()
    note = serializers.CharField(source="note_text")
    evidence = EvidenceSerializer(many=True)
    passages = PassageSerializer(many=True)


class ReferenceSerializer(HeadSerializer):
    title = serializers.CharField(source="label")
    csl_type = serializers.CharField()
    authors = serializers.JSONField()
    et_al = serializers.BooleanField()
    container_title = serializers.CharField()
    publisher = serializers.CharField()
    issued = serializers.CharField()
    volume = serializers.CharField()
    issue = serializers.CharField()
    page = serializers.CharField()
    article_number = serializers.CharField()
    doi = serializers.CharField()
    pmid = serializers.CharField()
    pmcid = serializers.CharField()
    source_url = serializers.CharField()
    study_type = serializers.CharField()
    sample = serializers.CharField(source="sample_text")
    finding = serializers.CharField(source="finding_text")
    funding = serializers.CharField(source="funding_text")
    note = serializers.CharField(source="note_text")
    verification = serializers.JSONField()


class SignSerializer(HeadSerializer):
    name = serializers.CharField(source="label")
    summary = serializers.CharField(source="summary_text")
    aliases = serializers.JSONField(source="alias_list")
    position = serializers.IntegerField()
    body_system = serializers.CharField()
    xrefs = serializers.JSONField()


class Claims(APIView):
    def get(self, request: Any) -> Response:
        limit = int(request.query_params.get("limit", 50))
        claims = Claim.objects.select_related("thing").prefetch_related("links__thing").order_by("thing_id")[:limit]
        return Response({"data": ClaimSerializer(claims, many=True).data, "total": Claim.objects.count()})


class References(APIView):
    def get(self, _request: Any, slug: str) -> Response:
        pieces = Evidence.objects.filter(claim__thing__kind="claim", claim__thing__slug=slug)
        references = [piece.reference for piece in pieces.select_related("reference__thing")]
        return Response({"data": ReferenceSerializer(references, many=True).data, "total": len(references)})


class Signs(APIView):
    def get(self, request: Any) -> Response:
        mechanism = request.query_params["mechanism"]
        claims = list(
            Claim.objects.filter(links__thing__kind="mechanism", links__thing__slug=mechanism)
            .select_related("thing")
            .prefetch_related("links__thing", "evidence__reference__thing", "passages")
            .order_by("thing_id")
            .distinct()
        )
        sign_ids = {link.thing_id for claim in claims for link in claim.links.all() if link.thing.kind == "sign"}
        claims = [claim for claim in claims if any(link.thing_id in sign_ids for link in claim.links.all())]
        references = {piece.reference_id: piece.reference for claim in claims for piece in claim.evidence.all()}
        signs = Sign.objects.filter(thing_id__in=sign_ids).select_related("thing").order_by("position")
        included = {
            "claims": ClaimDetailSerializer(claims, many=True).data,
            "references": ReferenceSerializer(list(references.values()), many=True).data,
        }
        return Response({"data": SignSerializer(signs, many=True).data, "included": included, "total": len(signs)})


settings.ROOT_URLCONF = (
    path("claims", Claims.as_view()),
    path("claims/<slug:slug>/references", References.as_view()),
    path("signs", Signs.as_view()),
)
app = get_wsgi_application()
