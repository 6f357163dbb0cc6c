"""How healthy is the customer base, and what is it worth with the customers still to come?

Comes in: the ``audit_`` tables. Goes out: :class:`Audit`. ``lenses.py`` holds what is known of the past, ``ahead.py`` what lies ahead,
``gather.py`` asks for all of it.
"""

from lifeworth.answers.audit.gather import Audit, customer_base_audit

__all__ = ["Audit", "customer_base_audit"]
