"""Every question that can be asked: ``select_*`` builds a ``Select``, ``get_*`` gives one or raises, ``find_*`` may be
empty, ``shape_*`` completes rows that are at hand."""
