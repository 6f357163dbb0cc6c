"""What a subscription bills, and from which day on, as SQL over ``sources_subscriptions``."""

from lifeworth.contract.table import MONEY

# Whole months from one bill to the next; what is billed more often, or at odd times, is billed once a month.
_MONTHS = (
    "CASE WHEN interval_months BETWEEN 1 AND 1200 AND interval_months = floor(interval_months)"
    " THEN CAST(interval_months AS INTEGER) ELSE 1 END"
)

# A twelfth of an amount was rounded: twelve of them are the amount again, or the nearest cent where only a year's is given.
_BILL = f"""CASE WHEN abs(amount - mrr * months) <= 0.0001 * months THEN amount
    WHEN abs(mrr * months - round(mrr * months, 2)) <= 0.00005 * months THEN TRY_CAST(round(mrr * months, 2) AS {MONEY})
    ELSE TRY_CAST(mrr * months AS {MONEY}) END"""

# The discount of the file is that of an interval.
_DISCOUNT = f"""greatest(coalesce(TRY_CAST(discount * months / CASE WHEN interval_months > 0 THEN interval_months
    ELSE months END AS {MONEY}), 0), 0)"""

# One row per subscription that brings money one day. Subscriptions that are all trial, bring nothing, ended before their
# trial did, or of which nobody says what they bring, are not in it.
TERMS = f"""
SELECT subscription_id, customer_id, coalesce(plan, 'subscription') AS plan, coalesce(nullif(quantity, 0), 1) AS seats,
       pays_from, ended_on, cancelled_on, months, {_BILL} AS bill, {_DISCOUNT} AS discount, currency, file_no
FROM (SELECT *, {_MONTHS} AS months, CASE WHEN trial_ends_on > started_on THEN trial_ends_on ELSE started_on END AS pays_from
      FROM sources_subscriptions)
WHERE mrr > 0 AND NOT (coalesce(is_trial, FALSE) AND trial_ends_on IS NULL)
  AND (ended_on IS NULL OR ended_on > pays_from) AND TRY_CAST(mrr * months AS {MONEY}) IS NOT NULL"""

# An order that comes from a file of subscriptions is a bill.
ARE_BILLS = "file_no IN (SELECT file_no FROM sources_files WHERE kind = 'subscriptions')"
