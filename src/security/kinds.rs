//! The kinds of security events, each with the event of the log.

use crate::logging::SecurityEvent;

crate::events::kinds! {
    SIGNED_IN = "security.signed_in";
    SIGN_IN_FAILED = "security.sign_in_failed";
    SIGN_IN_LIMITED = "security.sign_in_limited";
    SIGNED_OUT = "security.signed_out";
    PASSWORD_CHANGED = "security.password_changed";
    PASSWORD_REFUSED = "security.password_refused";
    SESSIONS_ENDED = "security.sessions_ended";
    SESSION_OUTDATED = "security.session_outdated";
    ROLE_REFUSED = "security.role_refused";
    CROSS_SITE_REFUSED = "security.cross_site_refused";
    OTHER_ACCOUNT_REFUSED = "security.other_account_refused";
    KEY_REFUSED = "security.key_refused";
    EXPORTED = "security.exported";
    CONFIRMED = "security.confirmed";
    CONFIRMATION_FAILED = "security.confirmation_failed";
    SECOND_FACTOR_ASKED = "security.sign_in_second_factor_asked";
    SECOND_FACTOR_FAILED = "security.sign_in_second_factor_failed";
    SECOND_FACTOR_LIMITED = "security.sign_in_second_factor_limited";
}

/// Returns the kind of what the log tells; nothing for what has an event of its own already.
pub fn of(event: SecurityEvent) -> Option<&'static str> {
    Some(match event {
        SecurityEvent::SignedIn => SIGNED_IN,
        SecurityEvent::SignInFailed => SIGN_IN_FAILED,
        SecurityEvent::SignInLimited => SIGN_IN_LIMITED,
        SecurityEvent::SignedOut => SIGNED_OUT,
        SecurityEvent::PasswordChanged => PASSWORD_CHANGED,
        SecurityEvent::PasswordRefused => PASSWORD_REFUSED,
        SecurityEvent::SessionsEnded => SESSIONS_ENDED,
        SecurityEvent::SessionOutdated => SESSION_OUTDATED,
        SecurityEvent::RoleRefused => ROLE_REFUSED,
        SecurityEvent::CrossSiteRefused => CROSS_SITE_REFUSED,
        SecurityEvent::OtherAccount => OTHER_ACCOUNT_REFUSED,
        SecurityEvent::KeyRefused => KEY_REFUSED,
        SecurityEvent::Confirmed => CONFIRMED,
        SecurityEvent::ConfirmationFailed => CONFIRMATION_FAILED,
        SecurityEvent::SecondFactorAsked => SECOND_FACTOR_ASKED,
        SecurityEvent::SecondFactorFailed => SECOND_FACTOR_FAILED,
        SecurityEvent::SecondFactorLimited => SECOND_FACTOR_LIMITED,
        SecurityEvent::SecondFactorChanged
        | SecurityEvent::RecoveryCodeUsed
        | SecurityEvent::SecurityChanged
        | SecurityEvent::SecondFactorReset
        | SecurityEvent::Revealed => return None,
    })
}

/// Returns whether the person is proven to be the one who did it. Who fails to sign in may be anybody.
pub fn is_proven(kind: &str) -> bool {
    !matches!(
        kind,
        SIGN_IN_FAILED
            | SIGN_IN_LIMITED
            | SESSION_OUTDATED
            | CONFIRMATION_FAILED
            | SECOND_FACTOR_ASKED
            | SECOND_FACTOR_FAILED
            | SECOND_FACTOR_LIMITED
    )
}
