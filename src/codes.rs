//! A code names the reason of a refusal for programs: one stable word, with its HTTP status, its family and its meaning.
//! This file is the only list of them; the documents of the API are drawn from it.

use actix_web::http::StatusCode;
use serde::{Serialize, Serializer};

/// Makes the enum of all codes from groups that share a status, a family and a place. The comment above a code is its
/// meaning, so that none can be without.
macro_rules! codes {
    ($($status:ident $family:ident $place:ident {
        $(#[doc = $meaning:literal] $name:ident = $word:literal,)+
    })+) => {
        /// A reason, as one word for programs. Programs act on it, so a word never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $meaning] $name,)+)+
        }

        impl Code {
            /// All codes, in the order of their statuses.
            pub const ALL: &[Self] = &[$($(Self::$name,)+)+];

            /// Returns the word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$name => $word,)+)+
                }
            }

            /// Returns the HTTP status of the API's answer.
            pub const fn status(self) -> StatusCode {
                match self {
                    $($(Self::$name)|+ => StatusCode::$status,)+
                }
            }

            /// Returns the family.
            pub const fn family(self) -> Family {
                match self {
                    $($(Self::$name)|+ => Family::$family,)+
                }
            }

            /// Returns whether it is about a whole request or about one field of it.
            pub const fn place(self) -> Place {
                match self {
                    $($(Self::$name)|+ => Place::$place,)+
                }
            }

            /// Returns its meaning as one or two sentences.
            pub fn meaning(self) -> &'static str {
                let comment = match self {
                    $($(Self::$name => $meaning,)+)+
                };
                comment.trim_start()
            }
        }
    };
}

codes! {
    BAD_REQUEST InvalidRequest Request {
        /// The body is not JSON; the message says where it stops being that.
        InvalidJson = "invalid_json",
        /// The body is JSON, but no object.
        NotAnObject = "not_an_object",
        /// An object of the body has a key twice.
        DuplicateKey = "duplicate_key",
        /// One or more fields need a change; `fields` has a code for each.
        InvalidFields = "invalid_fields",
        /// The address has a parameter that there is not; the message names the nearest known one.
        UnknownParameter = "unknown_parameter",
        /// A parameter of the address, or the form as a whole, is not what it may be.
        InvalidParameter = "invalid_parameter",
        /// The text is no place in a list, or was cut or changed on the way. Start again from the first page.
        CursorDamaged = "cursor_damaged",
        /// The place is one in another order of the list. Start again from the first page.
        CursorOfOtherSort = "cursor_of_other_sort",
        /// The search is not understood; `span` is the place of the word, `did_you_mean` what was probably meant.
        QueryNotUnderstood = "query_not_understood",
    }
    BAD_REQUEST InvalidRequest Field {
        /// There is no such field; `did_you_mean` is the nearest known one.
        UnknownField = "unknown_field",
        /// The field cannot be set, and has another value than was sent.
        ReadOnlyField = "read_only_field",
        /// The same thing is said twice, where one is allowed.
        GivenTwice = "given_twice",
        /// Nothing is there, and something has to be.
        Required = "required",
        /// The value has another JSON type than the field.
        WrongType = "wrong_type",
        /// The text has more characters than fit.
        TooLong = "too_long",
        /// There are more than are kept.
        TooMany = "too_many",
        /// The value is none of those that can be chosen.
        NotOneOf = "not_one_of",
        /// The text is no id of the kind that is asked for.
        IdMalformed = "id_malformed",
        /// The text has a control character, or an invisible one that turns the reading direction.
        CharacterRefused = "character_refused",
        /// The text is no email address.
        EmailInvalid = "email_invalid",
        /// Nothing may be sent to this address.
        UrlNotAllowed = "url_not_allowed",
        /// There are no events of this type.
        TypeUnknown = "type_unknown",
        /// The text cannot be read as one phone number.
        PhoneUnreadable = "phone_unreadable",
        /// The text is no two-letter code of a language.
        LanguageUnknown = "language_unknown",
        /// The text is no country's code or name; `did_you_mean` is the code of the one that was probably meant.
        CountryUnknown = "country_unknown",
        /// The text is no code of a currency that is in use.
        CurrencyUnknown = "currency_unknown",
        /// The amount cannot be read, or is not one that is possible here.
        AmountInvalid = "amount_invalid",
        /// The date cannot be read, or is not one that is possible here.
        DateInvalid = "date_invalid",
        /// The text cannot be a key of metadata.
        MetadataKeyInvalid = "metadata_key_invalid",
        /// The text cannot be the key of a custom field; `did_you_mean` is one that can.
        CustomFieldKeyInvalid = "custom_field_key_invalid",
        /// The text cannot be the key of a price; `did_you_mean` is one that can.
        PriceKeyInvalid = "price_key_invalid",
        /// The text holds what looks like a card number, which is kept nowhere.
        CardNumberInText = "card_number_in_text",
        /// The text is no number, or none of the kind that is asked for: of a card or an account in the sandbox.
        NumberInvalid = "number_invalid",
        /// The text is no whole web address.
        UrlInvalid = "url_invalid",
        /// The value is beyond a limit of its field; the message says which.
        OutOfRange = "out_of_range",
        /// The gateway does not know the token, or it is too old. Make a new one.
        TokenUnknown = "token_unknown",
        /// The customer has no such payment that succeeded, so its card or bank account cannot be kept.
        PaymentUnknown = "payment_unknown",
        /// The typed password is not the person's own.
        PasswordWrong = "password_wrong",
        /// The typed code of the second factor is wrong, was used already, or is too old.
        OneTimeCodeWrong = "one_time_code_wrong",
        /// The new password is too short, too long, or easily guessed.
        PasswordRefused = "password_refused",
        /// The two new passwords differ.
        PasswordsDiffer = "passwords_differ",
    }
    UNAUTHORIZED Authentication Request {
        /// The request has no key.
        KeyMissing = "key_missing",
        /// What stands in the place of the key is not one, or was cut or changed on the way.
        KeyMalformed = "key_malformed",
        /// There is no such key.
        KeyUnknown = "key_unknown",
        /// The key was revoked.
        KeyRevoked = "key_revoked",
        /// The key's time is over.
        KeyExpired = "key_expired",
        /// Nobody is signed in, or no longer. Only pages answer this.
        SignInFirst = "sign_in_first",
    }
    PAYMENT_REQUIRED PaymentFailed Request {
        /// The bank declined the card without a reason.
        CardDeclined = "card_declined",
        /// There is not enough money on the card.
        InsufficientFunds = "insufficient_funds",
        /// The bank says that the card has expired.
        ExpiredCard = "expired_card",
        /// The card was reported lost.
        LostCard = "lost_card",
        /// The card was reported stolen.
        StolenCard = "stolen_card",
        /// The security code is wrong.
        IncorrectCvc = "incorrect_cvc",
        /// The bank wants the customer to confirm the payment.
        AuthenticationRequired = "authentication_required",
        /// The gateway could not process the card. Try again.
        ProcessingError = "processing_error",
        /// The bank account is closed.
        AccountClosed = "account_closed",
        /// The gateway never received the order, so no money moved.
        NeverArrived = "never_arrived",
        /// The payment was canceled before it was paid.
        PaymentCanceled = "payment_canceled",
        /// The bank refused the refund.
        RefundRefused = "refund_refused",
    }
    FORBIDDEN Permission Request {
        /// The key or the person may not do this.
        PermissionMissing = "permission_missing",
        /// This exists in test accounts alone.
        TestOnly = "test_only",
        /// The change came from a page of another address than the one Clientele is set to. Only pages answer this.
        CrossSite = "cross_site",
    }
    NOT_FOUND NotFound Request {
        /// There is no such thing in this account.
        NotFound = "not_found",
        /// There is no such path; `did_you_mean` is the nearest one.
        UnknownPath = "unknown_path",
    }
    METHOD_NOT_ALLOWED InvalidRequest Request {
        /// The path exists, but not for this method; `Allow` names those it has.
        MethodNotAllowed = "method_not_allowed",
    }
    NOT_ACCEPTABLE InvalidRequest Request {
        /// The request accepts nothing that can be answered, which is JSON.
        NotAcceptable = "not_acceptable",
    }
    REQUEST_TIMEOUT InvalidRequest Request {
        /// The body did not arrive completely in time. Nothing was done.
        BodyTooSlow = "body_too_slow",
    }
    PAYLOAD_TOO_LARGE InvalidRequest Request {
        /// The body is larger than is accepted.
        BodyTooLarge = "body_too_large",
    }
    UNSUPPORTED_MEDIA_TYPE InvalidRequest Request {
        /// The body is of another type than JSON.
        UnsupportedMediaType = "unsupported_media_type",
    }
    CONFLICT Conflict Request {
        /// Customers have this email or phone already, the `candidates`; or the customer has the price, by `subscription`.
        PossibleDuplicate = "possible_duplicate",
        /// The customer is deleted; `restorable_until` is the end of the time in which all of it can be restored.
        CustomerDeleted = "customer_deleted",
        /// The customer's personal data was erased, which is for good.
        CustomerErased = "customer_erased",
        /// What would be edited is masked for who asks, or what was sent is a mask.
        Masked = "masked",
        /// Something has to end before the customer can be deleted; `plan` says what.
        DeletionBlocked = "deletion_blocked",
        /// What a delete would do has changed since it was agreed to; `plan` says what it would do now.
        PlanChanged = "plan_changed",
        /// One of the addresses belongs to another customer.
        AddressOfAnother = "address_of_another",
        /// The wallet holds as many methods as it may; `wallet_size` is their number.
        WalletFull = "wallet_full",
        /// The wallet has this card or bank account; `payment_method` is the one.
        AlreadyInWallet = "already_in_wallet",
        /// The card has expired; `payment_method` is it, when it is in the wallet.
        CardExpired = "card_expired",
        /// The token was used before. Each works once; make a new one.
        TokenUsed = "token_used",
        /// The payment method was removed from the wallet; `payment_method` is it. Restore it first.
        MethodRemoved = "method_removed",
        /// What `subscriptions` and `payment_schedules` name still charges the payment method. Name another one as `replacement`.
        MethodInUse = "method_in_use",
        /// The payment method is not in this customer's wallet.
        MethodOfAnother = "method_of_another",
        /// The note was removed. Restore it first.
        NoteRemoved = "note_removed",
        /// The time in which it could be restored is over.
        TooLateToRestore = "too_late_to_restore",
        /// There is no payment method to charge: none is named, and the wallet has no default.
        NoPaymentMethod = "no_payment_method",
        /// The account has no gateway, or none that knows this payment, so nothing can be charged or refunded.
        NoGateway = "no_gateway",
        /// The subscription has ended already.
        AlreadyCanceled = "already_canceled",
        /// The subscription ends with its period already.
        EndsAlready = "ends_already",
        /// The subscription is not in a state in which that can be done; the message says what can.
        NotActive = "not_active",
        /// The payment schedule is finished or canceled.
        ScheduleEnded = "schedule_ended",
        /// The part of the payment schedule is paid or skipped.
        PartClosed = "part_closed",
        /// A charge for the invoice, or for a part of the payment schedule, is under way.
        ChargeUnderWay = "charge_under_way",
        /// The invoice is paid or void.
        InvoiceClosed = "invoice_closed",
        /// Part of the invoice is paid, so it cannot be taken back.
        InvoicePaidInPart = "invoice_paid_in_part",
        /// The invoice that would be replaced is not void, or not this customer’s.
        InvoiceNotVoid = "invoice_not_void",
        /// Another payment has this reference.
        ReferenceTaken = "reference_taken",
        /// The payment cannot be canceled: no gateway knows it, or it is not under way.
        NotCancelable = "not_cancelable",
        /// Nothing of the payment can be refunded, or no more.
        NotRefundable = "not_refundable",
        /// Less than that is left of the payment; `remaining` is how much.
        RefundTooLarge = "refund_too_large",
        /// The payment belongs to another customer already.
        AlreadyAttached = "already_attached",
        /// The payment has its outcome, and this one may not follow.
        OutcomeFinal = "outcome_final",
        /// The gateway alone decides the outcome of this payment.
        OutcomeOfGateway = "outcome_of_gateway",
        /// A custom field has this key already, perhaps an archived one; `custom_field` is its id.
        CustomFieldExists = "custom_field_exists",
        /// The custom field is archived. Restore it first.
        CustomFieldArchived = "custom_field_archived",
        /// There are as many custom fields as there may be. Archive one first.
        TooManyCustomFields = "too_many_custom_fields",
        /// Another price has this key already, perhaps an archived one; `price` is its id.
        PriceKeyTaken = "price_key_taken",
        /// The price is archived, so nothing new is agreed by it; `price` is its id.
        PriceArchived = "price_archived",
        /// The account has as many webhook endpoints as it may.
        TooManyEndpoints = "too_many_endpoints",
        /// The secret was replaced a short time ago, and the one before still signs.
        RotationUnderWay = "rotation_under_way",
        /// The event is older than 30 days, so it is not sent any more.
        EventTooOld = "event_too_old",
        /// There are as many views as there may be. Only pages answer this.
        TooManyViews = "too_many_views",
        /// There are as many API keys as there may be. Only pages answer this.
        TooManyKeys = "too_many_keys",
        /// The API key is revoked or has expired. Only pages answer this.
        KeyEnded = "key_ended",
        /// Such a change is never undone; the message says why.
        NotUndoable = "not_undoable",
        /// A change of somebody's access is not done; the message says why. Only pages answer this.
        AccessRefused = "access_refused",
        /// Somebody with this email signs in already, or is invited. Only pages answer this.
        EmailInTeam = "email_in_team",
        /// There are as many invitations as there may be. Only pages answer this.
        TooManyInvitations = "too_many_invitations",
        /// The change was undone before.
        AlreadyUndone = "already_undone",
        /// The change is too old to be undone.
        TooLateToUndo = "too_late_to_undo",
        /// What the change did was changed again since; `changed` names the fields.
        ChangedSince = "changed_since",
        /// Another view has this name. Only pages answer this.
        NameTaken = "name_taken",
        /// The time of the test account is moving, and nothing is changed there meanwhile. Wait until it has arrived, or stop it.
        ClockMoving = "clock_moving",
        /// More would be charged on the way than in one move of the clock. Go a shorter way first.
        TooManyCharges = "too_many_charges",
    }
    CONFLICT Idempotency Request {
        /// The first request with this key is still under way; `Retry-After` says when to ask again.
        IdempotencyInProgress = "idempotency_in_progress",
    }
    PRECONDITION_FAILED Conflict Request {
        /// It is not in the version that was named; `current_version` is the one it has.
        VersionMismatch = "version_mismatch",
    }
    UNPROCESSABLE_ENTITY Idempotency Request {
        /// The key was sent before with another request.
        IdempotencyKeyReused = "idempotency_key_reused",
    }
    TOO_MANY_REQUESTS RateLimit Request {
        /// Too much is asked at once; `Retry-After` says when to ask again.
        TooManyRequests = "too_many_requests",
    }
    INTERNAL_SERVER_ERROR Server Request {
        /// A fault of ours. It is noted under the `request_id`.
        Internal = "internal",
    }
    SERVICE_UNAVAILABLE Server Request {
        /// The database is away or too slow; `Retry-After` says when to ask again.
        Unavailable = "unavailable",
    }
}

impl Code {
    /// Returns whether only pages answer it, so that no call ever does.
    pub fn is_of_pages(self) -> bool {
        matches!(
            self,
            Self::SignInFirst
                | Self::CrossSite
                | Self::TooManyViews
                | Self::NameTaken
                | Self::TooManyKeys
                | Self::KeyEnded
                | Self::AccessRefused
                | Self::EmailInTeam
                | Self::TooManyInvitations
                | Self::PasswordWrong
                | Self::OneTimeCodeWrong
                | Self::PasswordRefused
                | Self::PasswordsDiffer
        )
    }

    /// Returns the code that a word names.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == word)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a code is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The whole request.
    Request,
    /// One field; the request as a whole then has [`Code::InvalidFields`].
    Field,
}

/// The family of a code, for a program that does not know the code itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The request has to be changed.
    InvalidRequest,
    /// The key has to be another one.
    Authentication,
    /// The bank or the gateway said no.
    PaymentFailed,
    /// The key may not do this.
    Permission,
    /// There is no such thing.
    NotFound,
    /// The request contradicts what is stored.
    Conflict,
    /// The one-time key of the request was used before.
    Idempotency,
    /// Ask again later.
    RateLimit,
    /// It is not the request's fault. Send it again.
    Server,
}

impl Family {
    /// Returns the word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::Authentication => "authentication",
            Self::PaymentFailed => "payment_failed",
            Self::Permission => "permission",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Idempotency => "idempotency",
            Self::RateLimit => "rate_limit",
            Self::Server => "server",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_one_word_of_its_own() {
        let words: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for code in Code::ALL {
            let word = code.as_str();
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{word}");
            let of_name: String = format!("{code:?}")
                .chars()
                .map(|c| if c.is_uppercase() { format!("_{}", c.to_lowercase()) } else { c.to_string() })
                .collect();
            assert_eq!(of_name.trim_start_matches('_'), word, "the name in Rust is the word");
            assert_eq!(Code::find(word), Some(*code));
        }
        assert_eq!(Code::find("no_such_code"), None);
    }

    #[test]
    fn every_code_has_a_meaning_of_its_own() {
        let meanings: BTreeSet<&str> = Code::ALL.iter().map(|code| code.meaning()).collect();
        assert_eq!(meanings.len(), Code::ALL.len());
        for meaning in meanings {
            assert!(meaning.starts_with(char::is_uppercase) && meaning.ends_with('.'), "{meaning}");
        }
    }

    #[test]
    fn a_family_tells_the_kind_of_status() {
        for code in Code::ALL {
            let status = code.status();
            assert_eq!(code.family() == Family::Server, status.is_server_error(), "{code}");
            assert!(status.is_client_error() || status.is_server_error(), "{code}");
            assert!(code.place() == Place::Request || status == StatusCode::BAD_REQUEST, "{code}");
        }
    }
}
