"""The evidence of a claim, with the client that openapi-python-client made of openapi.yaml."""

import sys

from kb_api_client import Client
from kb_api_client.api.claims import get_claim
from kb_api_client.models import ClaimDocument


def main(base_url: str = "http://127.0.0.1:8000", slug: str = "supplement-cramps") -> None:
    """Print what speaks for the claim and against it."""
    with Client(base_url=base_url) as client:
        answer = get_claim.sync(slug, client=client)
    if not isinstance(answer, ClaimDocument):
        sys.exit(f"no answer: {answer}")
    claim = answer.data
    print(f"{claim.text} (certainty {claim.certainty})")
    for piece in claim.evidence or []:
        print(f"- {piece.stance}: {piece.reference.slug}: {piece.note}")


if __name__ == "__main__":
    main(*sys.argv[1:])
