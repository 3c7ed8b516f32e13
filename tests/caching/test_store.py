"""The store: bounded in bytes, of one revision, and not to be washed out."""

from kb_api.caching import AnswerStore
from kb_api.caching.answers import Answer

BODY = b"x" * 1_000


def make_answer(revision: int = 1, body: bytes = BODY) -> Answer:
    return Answer(revision, [("ETag", '"1"')], body)


def test_what_was_added_is_found_in_its_revision_only() -> None:
    store = AnswerStore(1_000_000)
    store.find(1, "a")
    store.add("a", make_answer())

    assert store.find(1, "a") is not None
    assert store.find(2, "a") is None
    assert len(store) == 0


def test_an_answer_of_another_revision_is_not_kept() -> None:
    store = AnswerStore(1_000_000)
    store.find(1, "a")

    store.add("a", make_answer(revision=2))

    assert len(store) == 0


def test_the_store_never_holds_more_than_its_bytes() -> None:
    store = AnswerStore(200_000)
    store.find(1, 0)

    for key in range(1_000):
        store.add(key, make_answer())
        store.find(1, key)
        assert store.size_bytes <= store.max_bytes


def test_a_flood_of_new_answers_leaves_what_was_asked_for_twice() -> None:
    store = AnswerStore(400_000)
    store.find(1, "wanted")
    store.add("wanted", make_answer())
    store.find(1, "wanted")

    for key in range(1_000):
        store.find(1, key)
        store.add(key, make_answer())

    assert store.find(1, "wanted") is not None


def test_one_huge_answer_is_not_kept() -> None:
    store = AnswerStore(1_000_000)
    store.find(1, "huge")

    store.add("huge", make_answer(body=b"x" * 100_000))

    assert len(store) == 0


def test_a_store_without_room_keeps_nothing() -> None:
    store = AnswerStore(0)
    store.find(1, "a")

    store.add("a", make_answer())

    assert store.find(1, "a") is None
