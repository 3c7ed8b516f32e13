"""A SQLite library with the WAL-reset bug."""

from tests.faults.place import Place, Verdict


def check_old_library(place: Place) -> Verdict:
    """The start says so, and several processes do not write on it."""
    broken = place.broken or "pretend-an-old-library"
    place = Place(place.engine, place.folder, place.quick, broken, place.server, place._filled)
    service = place.make_service(workers=2)
    try:
        service.start()
    except RuntimeError as error:
        refused = "WAL-reset bug" in str(error) and "pysqlite3" in str(error)
        return Verdict(refused, f"two workers on 3.40.1: refused, {'saying why' if refused else 'without a reason'}")
    finally:
        service.kill()
    return Verdict(False, "two workers serve on 3.40.1")
