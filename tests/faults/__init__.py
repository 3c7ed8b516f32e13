"""Faults, made on purpose, and what must hold during and after each: ``make faults``.

Rule: the product knows nothing of this. A deliberately broken build is made here, in ``broken.py``, to show that each
check can fail. Signals go only to processes that the check itself started.
"""
