"""What schemathesis looks for besides its own checks."""

import schemathesis

# With these statuses a call is refused for what there is: an id of nobody, a declined card, a wallet that has the card, a
# version that is not the one there is, a limit, which schemathesis waits for. No document can tell that.
OF_WHAT_THERE_IS = {402, 404, 409, 412, 429}

# For other reasons a request of the document's form may be refused only if a schema cannot say them:
REASONS = {
    "idempotency_key_reused": "the key was sent with another request",
    "cursor_damaged": "a cursor is a text of ours that says nothing to others",
    "cursor_of_other_sort": "the same",
    "query_not_understood": "a search has a language of its own",
}
FIELDS = {
    # what a text means
    "character_refused": "control characters, which no text has",
    "email_invalid": "an email",
    "phone_unreadable": "a phone as people write it",
    "language_unknown": "a language that there is",
    "country_unknown": "a country in many languages, or its code",
    "currency_unknown": "a currency that there is",
    "date_invalid": "a day or a time that has passed",
    "metadata_key_invalid": "letters and digits that a key is of",
    "custom_field_key_invalid": "the same, for a custom field",
    "price_key_invalid": "the same, for a price, which is not written like an id either",
    "amount_invalid": "a limit of a custom field, which is a text so that it keeps its digits; what the lines of an invoice come to",
    "card_number_in_text": "the number of a card in a text that is none",
    "number_invalid": "the check digit of a card or an account",
    "url_not_allowed": "an address of the internet",
    "type_unknown": "events that there are",
    "token_unknown": "a token that was made",
    "payment_unknown": "a payment that was made",
    # several fields at once
    "given_twice": "a token or a payment",
    "required": "a card or a bank account; some part of an address; whom to charge",
    "not_one_of": "choices and limits of a custom field, which not every type has",
    "unknown_field": "a recorded payment has no token, a charge no day",
    "too_many": "how many lines an invoice has",
    "out_of_range": "how many days, weeks, months or years make 3 years",
    # a decision
    "wrong_type": "a whole number is sent without a fraction: 25.0 is more often a mistake than 25",
}
PARAMETERS = {
    "before": "after or before",
    "reference": "control characters, which no text has",
    "sort": "a custom field that there is",
    "subject": "an id of any kind",
    "type": "events that there are",
}


def is_known(error):
    fields = error.get("fields", [])
    if error["code"] == "invalid_fields":
        return all(one["code"] in FIELDS for one in fields)
    if error["code"] == "invalid_parameter":
        return fields != [] and all(one["param"] in PARAMETERS for one in fields)
    return error["code"] in REASONS


def is_empty(case, header):
    """Schemathesis 4.32 takes an empty header for one that matches whatever pattern it has."""
    return (case.headers or {}).get(header) == ""


@schemathesis.check
def what_the_document_takes_is_refused_for_known_reasons(ctx, response, case):
    """Fails on any other refusal of a request that is as the document says."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code < 400:
        return
    if response.status_code in OF_WHAT_THERE_IS or is_empty(case, "If-Match") or is_empty(case, "Idempotency-Key"):
        return
    error = response.json()["error"]
    assert is_known(error), f"{error['code']}: {error['message']}"
