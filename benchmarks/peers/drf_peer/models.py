"""The tables as Django's ORM has them."""

from typing import Any

from django.db import models
from wordings import SaysClaim, SaysNote, SaysPassage, SaysReference, SaysSign, SaysThing


class Thing(SaysThing, models.Model):
    id = models.BigIntegerField(primary_key=True)
    kind = models.TextField()
    slug = models.TextField()
    name = models.JSONField()
    revision = models.IntegerField()

    class Meta:
        managed, db_table = False, "thing"


def own_key() -> Any:
    return models.OneToOneField(Thing, models.CASCADE, primary_key=True, db_column="thing_id", related_name="+")


class Sign(SaysSign, models.Model):
    thing = own_key()
    position = models.IntegerField()
    body_system = models.TextField()
    summary = models.JSONField(null=True)
    aliases = models.JSONField()
    xrefs = models.JSONField()

    class Meta:
        managed, db_table = False, "sign"


class Reference(SaysReference, models.Model):
    thing = own_key()
    csl_type = models.TextField()
    authors = models.JSONField()
    et_al = models.BooleanField()
    container_title = models.TextField(null=True)
    publisher = models.TextField(null=True)
    issued = models.TextField()
    volume = models.TextField(null=True)
    issue = models.TextField(null=True)
    page = models.TextField(null=True)
    article_number = models.TextField(null=True)
    doi = models.TextField(null=True)
    pmid = models.TextField(null=True)
    pmcid = models.TextField(null=True)
    source_url = models.TextField()
    study_type = models.TextField()
    sample = models.JSONField(null=True)
    finding = models.JSONField(null=True)
    funding = models.JSONField(null=True)
    note = models.JSONField(null=True)
    verification = models.JSONField()

    class Meta:
        managed, db_table = False, "reference"


class Claim(SaysClaim, models.Model):
    thing = own_key()
    subject = models.TextField()
    claim_type = models.TextField()
    exposure = models.TextField()
    effect = models.TextField()
    effect_on = models.JSONField(null=True)
    certainty = models.TextField()
    certainty_reason = models.JSONField()
    evidence_status = models.TextField()
    note = models.JSONField(null=True)
    supports = models.IntegerField()
    mixed = models.IntegerField()
    refutes = models.IntegerField()
    background = models.IntegerField()

    class Meta:
        managed, db_table = False, "claim"


class ClaimLink(models.Model):
    pk = models.CompositePrimaryKey("claim_id", "thing_id", "role")
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="links")
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="+")
    role = models.TextField()
    position = models.IntegerField()

    class Meta:
        managed, db_table, ordering = False, "claim_link", ["position"]


class Evidence(SaysNote, models.Model):
    pk = models.CompositePrimaryKey("claim_id", "reference_id")
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="evidence")
    reference = models.ForeignKey(Reference, models.CASCADE, related_name="+")
    stance = models.TextField()
    note = models.JSONField()
    position = models.IntegerField()

    class Meta:
        managed, db_table, ordering = False, "evidence", ["position"]


class Passage(SaysPassage, models.Model):
    pk = models.CompositePrimaryKey("claim_id", "section", "sentence")
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="passages")
    section = models.IntegerField()
    sentence = models.IntegerField()
    says = models.JSONField()
    verdict = models.TextField()

    class Meta:
        managed, db_table, ordering = False, "passage", ["section", "sentence"]
