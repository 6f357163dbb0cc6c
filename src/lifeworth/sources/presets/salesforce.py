"""Salesforce: an export of opportunities under the names of its programming interface.

Its columns are found by the names of any list of leads. ``CloseDate`` is the day a deal is hoped to close until it is
closed, which the stage (``Closed Won``, ``Closed Lost``) or ``IsClosed`` says.
"""

SALESFORCE = "Salesforce opportunities"
SALESFORCE_SIGNATURE = ("Id", "StageName", "CloseDate", "CreatedDate")
