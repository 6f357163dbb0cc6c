"""Fields of what is known of people: customers, leads, answers, subscriptions, experiments."""

from lifeworth.sources.fields.field import Field, field

# The ways files name a customer; the first is always ``customer_id`` itself.
_CUSTOMER = "customer customerno customernumber customerkey custid"

CUSTOMERS: tuple[Field, ...] = (
    field("customer_id", "id", "customer id", "customer customerno customerkey custid", required=True),
    field("created_on", "date", "creation date", "createdat signupdate firstseenat"),
    field("country", "text", "country", "countrycode defaultaddresscountrycode"),
    field("acquisition_channel", "text", "acquisition channel", "channel"),
    field("person_id", "id", "person id", "customeruniqueid"),
    field(
        "consent_email",
        "text",
        "consent to e-mail",
        "acceptsemailmarketing acceptsmarketing emailconsent emailmarketingconsent emailoptin",
    ),
    field("consent_ads", "text", "consent to advertising", "adsconsent adconsent advertisingconsent adsoptin"),
)

LEADS: tuple[Field, ...] = (
    field("lead_id", "id", "lead id", "opportunityid dealid recordid id mqlid", required=True),
    field(
        "created_on",
        "date",
        "creation date",
        "createdat createddate createdate creationdate firstcontactdate",
        required=True,
    ),
    field("closed_on", "date", "closing date", "closedat closeddate closedate"),
    field("won_on", "date", "day it was won", "wonat wondate"),
    field("updated_at", "date", "date of the last change", "systemmodstamp lastmodifieddate updatedon modifiedat"),
    field("source", "text", "source", "leadsource originalsource channel"),
    field("country", "text", "country", "countrycode countryregion"),
    field("stage", "text", "stage", "stagename dealstage leadstatus status"),
    field("amount", "money", "amount", "dealamount expectedamount"),
    field("won", "text", "won", "iswon converted isconverted"),
    field("closed", "text", "closed", "isclosed"),
    field("customer_id", "id", "customer id", "customer customerno customernumber"),
    field("account_id", "id", "account id", "account associatedcompanyids"),
    field("currency", "currency", "currency", "currencycode currencyisocode"),
)

SURVEYS: tuple[Field, ...] = (
    field("answer_id", "id", "answer id", "responseid noteid surveyid"),
    field("review_id", "id", "review id"),
    field("customer_id", "id", "customer id", _CUSTOMER),
    field("order_id", "id", "order id", "orderno ordernumber"),
    field("product_id", "id", "product id", "sku productkey"),
    # A review is written when it is answered; some systems date it by the day they asked for it.
    field(
        "answered_on",
        "date",
        "day of the answer",
        "answeredat respondedat respondedon responsedate answerdate reviewanswertimestamp reviewdate surveydate "
        "notedate reviewcreationdate submittedat createdat createdon date",
        required=True,
    ),
    field("instrument", "text", "instrument", "surveytype"),
    field("question", "text", "question", "questiontext"),
    field("score", "number", "score", "rating stars"),
    field("nps_score", "number", "score", "nps"),
    field("csat_score", "number", "score", "csat"),
    field("ces_score", "number", "score", "ces"),
    field("review_score", "number", "score", "reviewrating"),
    field("answer", "text", "answer", "choice selectedoption answeroption"),
    field("title", "text", "title", "reviewcommenttitle reviewtitle"),
    field(
        "text",
        "text",
        "text",
        "freetext verbatim comment comments feedback feedbacktext reviewcommentmessage reviewtext reviewbody message "
        "note notetext notes",
    ),
    field("updated_at", "date", "date of the last change", "updatedon modifiedat"),
)

SUBSCRIPTIONS: tuple[Field, ...] = (
    field("subscription_id", "id", "subscription id", required=True),
    field("customer_id", "id", "customer id", _CUSTOMER, required=True),
    field("plan", "text", "plan", "planname plantier"),
    field("started_on", "date", "start date", "startedat startdate startson startat subscriptionstart", required=True),
    field("ended_on", "date", "end date", "endedat enddate endson endat subscriptionend"),
    field("trial_ends_on", "date", "end of the trial", "trialendsat trialend trialenddate trialends"),
    field("is_trial", "text", "trial", "trial"),
    field(
        "cancelled_on",
        "date",
        "cancellation date",
        "cancelledat cancellationdate canceledon canceledat cancelat canceldate",
    ),
    field("quantity", "number", "quantity", "seats qty units"),
    field("amount", "money", "amount", "billedamount recurringamount"),
    field("unit_amount", "money", "amount of one seat", "unitprice priceperseat amountperseat"),
    field(
        "interval",
        "text",
        "billing interval",
        "billingfrequency billinginterval billingperiod billingcycle planinterval",
    ),
    field("interval_count", "number", "number of intervals", "billingintervalcount planintervalcount"),
    field("interval_months", "number", "months of an interval"),
    field("mrr", "money", "monthly recurring revenue", "mrramount monthlyrecurringrevenue"),
    field("arr", "money", "annual recurring revenue", "arramount annualrecurringrevenue"),
    field("discount", "money", "discount", "discountamount"),
    field("cancel_reason", "text", "reason for leaving", "cancelreason cancellationreason churnreason"),
    field("updated_at", "date", "date of the last change", "updatedon modifiedat"),
    field("currency", "currency", "currency", "currencycode"),
)

EXPERIMENTS: tuple[Field, ...] = (
    field("experiment_id", "id", "experiment id", "experiment experimentname", required=True),
    field("customer_id", "id", "customer id", _CUSTOMER, required=True),
    field("arm", "text", "arm", "armname variant treatmentgroup testgroup", required=True),
    field("assigned_on", "date", "day of the assignment", "assignedat assignmentdate assigneddate", required=True),
    field("ended_on", "date", "end date", "endedat enddate"),
    field("treatment_cost", "money", "cost of the treatment", "costpercontact unitcost cost"),
    field("offer", "text", "offer", "offername incentive"),
    field("currency", "currency", "currency", "currencycode"),
)
