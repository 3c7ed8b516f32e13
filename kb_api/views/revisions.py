"""The record: every revision, and the feed of changes that a mirror lives on.

Rule: what is told here is what was recorded; nothing is computed from what stands now.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import Response
from flask.views import MethodView
from sqlalchemy.orm import Session

from kb_api.errors import NotFoundError
from kb_api.models import Revision
from kb_api.queries.revisions import select_changes_of_revision, select_feed, select_revisions
from kb_api.schemas.documents_editing import FeedDocument, RevisionDocument, RevisionListDocument
from kb_api.schemas.queries import LanguageQuery
from kb_api.schemas.record_queries import FeedQuery, RecordQuery
from kb_api.shapes.revisions import shape_change, shape_revision
from kb_api.views.blueprint import Blueprint
from kb_api.views.history import shape_entry
from kb_api.views.paging import read_latest
from kb_api.views.reading import reading

blueprint = Blueprint("revisions", __name__, url_prefix="/v1/revisions", description="What changed when, by whom, why.")
feed = Blueprint("changes", __name__, url_prefix="/v1/changes", description="Every change in order, for mirrors.")

WHOLE_MAX = 1_000
"""The most changes of one revision that come on one page: a first load of the seed does, within some megabytes."""
AFTER_ALL = 2**31 - 1
"""A position after every change of a revision."""


@blueprint.route("", endpoint="list_revisions")
class Revisions(MethodView):
    @blueprint.arguments(RecordQuery, location="query")
    @blueprint.response(200, RevisionListDocument)
    def get(self, query: dict[str, Any]) -> Response:
        """List revisions

        The latest first: number, time, who, why, and how many things each changed.
        """
        with reading(query) as request:
            request.stand()
            page = read_latest(
                request.session,
                select_revisions(),
                Revision.number,
                cursor=query.get("cursor"),
                limit=query["limit"],
            )
            return request.answer([shape_revision(row) | {"changes": row.changes} for row in page.rows], page=page)


@blueprint.route("/<int(max=2147483647):number>", endpoint="get_revision")
class OneRevision(MethodView):
    @blueprint.arguments(LanguageQuery, location="query")
    @blueprint.response(200, RevisionDocument)
    def get(self, query: dict[str, Any], number: int) -> Response:
        """Get one revision

        With everything that it changed, field by field.
        """
        with reading(query) as request:
            row = request.session.execute(select_revisions().where(Revision.number == number)).first()
            if row is None:
                raise NotFoundError("revision", str(number))
            request.stand(number)
            changes = request.session.execute(select_changes_of_revision(number))
            return request.answer(shape_revision(row) | {"changes": [shape_entry(each) for each in changes]})


@feed.route("", endpoint="list_changes")
class Changes(MethodView):
    @feed.arguments(FeedQuery, location="query")
    @feed.response(200, FeedDocument)
    def get(self, query: dict[str, Any]) -> Response:
        """List changes

        Every change after a revision, in order and without a gap, each with the whole record after it, or with the
        reason of a retraction. Whoever applies all of them, revision by revision, has what stands. Ask again with
        `after` set to `meta.revision`, or follow `links.next` while there is one.
        """
        with reading(query) as request:
            page = _read_page(request.session, *_read_place(query), limit=query["limit"])
            links = {"next": _next_address(query, page.following)} if page.following else {}
            data = [shape_change(row, row.at, former_slug=row.former_slug) for row in page.rows]
            response = request.answer(data, links=links, complete="position" not in page.following)
            response.headers.pop("ETag", None)
            response.headers["Cache-Control"] = "no-store"
            return response


class _FeedPage(NamedTuple):
    """The changes of a page, and what the address of the next one says."""

    rows: Sequence[Any]
    following: Mapping[str, int]


def _read_place(query: Mapping[str, Any]) -> tuple[int, int]:
    """The last change that the reader has; revisions are numbered without a gap."""
    if query.get("position") is None:
        return query["after"], AFTER_ALL
    return query["after"] + 1, query["position"]


def _read_page(session: Session, revision: int, position: int, *, limit: int) -> _FeedPage:
    """As many whole revisions as the limit allows, and at least one: whoever goes on after the last misses nothing.

    Only a revision of more than ``WHOLE_MAX`` changes is cut.
    """
    query = select_feed(revision, position)
    rows = session.execute(query.limit(limit + 1)).all()
    if len(rows) <= limit:
        return _FeedPage(rows, {})
    if rows[0].revision == rows[limit].revision:
        rows = session.execute(query.limit(max(limit, WHOLE_MAX) + 1)).all()
    whole = [row for row in rows if row.revision == rows[0].revision or row.revision < rows[limit].revision]
    if len(whole) > max(limit, WHOLE_MAX):
        return _FeedPage(whole[:-1], {"after": whole[0].revision - 1, "position": whole[-2].position})
    return _FeedPage(whole, {"after": whole[-1].revision} if len(rows) > len(whole) else {})


def _next_address(query: Mapping[str, Any], following: Mapping[str, int]) -> str:
    place = "&".join(f"{name}={value}" for name, value in following.items())
    language = f"&lang={query['lang']}" if query.get("lang") else ""
    return f"{feed.url_prefix}?{place}&limit={query['limit']}{language}"
