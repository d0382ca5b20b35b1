//! The relying party: this Clientele, as browsers and passkeys know it by `CLIENTELE_URL`. Its challenges wait in the
//! session, each for one answer within 5 minutes.

use actix_session::Session;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder,
};
use webauthn_rs_proto::ResidentKeyRequirement;

use crate::{
    codes::Code,
    config::PublicUrl,
    error::{Error, Result},
    ids::StaffId,
    staff::{guard::kept, pages::put},
};

/// The name under which devices list a passkey.
const NAME: &str = "Clientele";

/// The name of the challenge in the session's state.
const CHALLENGE: &str = "challenge";

/// The time in which a challenge is answered.
const LONGEST: SignedDuration = SignedDuration::from_mins(5);

/// The relying party, if the address is one that browsers take: a name with https, or localhost.
#[derive(Clone)]
pub struct RelyingParty(Option<Webauthn>);

/// A challenge that was given and not answered yet.
#[derive(Serialize, Deserialize)]
struct Given<T> {
    at: Timestamp,
    state: T,
}

impl RelyingParty {
    /// Makes the one that is reached at an address.
    pub fn at(url: &PublicUrl) -> Self {
        let build = || {
            let origin = Url::parse(&url.origin).ok()?;
            let name = origin.domain().filter(|name| url.https || *name == "localhost")?;
            WebauthnBuilder::new(name, &origin).ok()?.rp_name(NAME).build().ok()
        };
        Self(build())
    }

    /// Returns whether browsers take passkeys for this address.
    pub fn is_possible(&self) -> bool {
        self.0.is_some()
    }

    fn webauthn(&self) -> Result<&Webauthn> {
        let sentence = "Browsers take passkeys only where the address is a name with https, or localhost.";
        self.0.as_ref().ok_or(Error::BadRequest(Code::InvalidParameter.says(sentence)))
    }

    /// Gives the challenge for a new passkey of a person who has those others.
    ///
    /// # Errors
    /// When none can be made.
    pub fn registration(
        &self,
        session: &Session,
        staff: StaffId,
        (email, name): (&str, &str),
        others: Vec<CredentialID>,
    ) -> Result<Value> {
        let started = self.webauthn()?.start_passkey_registration(staff.uuid(), email, name, Some(others));
        let (mut asked, state) = started.map_err(refused)?;
        // So that it can be used in place of the password: the device finds it without being told whose it is.
        let selection = asked.public_key.authenticator_selection.get_or_insert_default();
        selection.resident_key = Some(ResidentKeyRequirement::Required);
        selection.require_resident_key = true;
        give(session, state)?;
        serde_json::to_value(asked).map_err(Error::internal)
    }

    /// Takes the answer to it; nothing when it is none, is late, or comes a second time.
    pub fn registered(&self, session: &Session, answer: &str) -> Option<Passkey> {
        let state: PasskeyRegistration = taken(session)?;
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).ok()?;
        told(self.0.as_ref()?.finish_passkey_registration(&answer, &state))
    }

    /// Gives the challenge for one of a person's passkeys.
    ///
    /// # Errors
    /// When none can be made.
    pub fn authentication(&self, session: &Session, passkeys: &[Passkey]) -> Result<Value> {
        let (asked, state) = self.webauthn()?.start_passkey_authentication(passkeys).map_err(refused)?;
        give(session, Proof::Known(state))?;
        serde_json::to_value(asked).map_err(Error::internal)
    }

    /// Gives the challenge for any passkey that the device has of us.
    ///
    /// # Errors
    /// When none can be made.
    pub fn sign_in(&self, session: &Session) -> Result<Value> {
        let (mut asked, state) = self.webauthn()?.start_discoverable_authentication().map_err(refused)?;
        // A button asks, not the field of the email.
        asked.mediation = None;
        give(session, Proof::Anybody(state))?;
        serde_json::to_value(asked).map_err(Error::internal)
    }

    /// Takes the answer to the last challenge of the session, which counts once; nothing when there is none, or it is late.
    pub fn answered(&self, session: &Session, answer: &str) -> Option<Answered> {
        let proof: Proof = taken(session)?;
        Some(Answered { proof, credential: serde_json::from_str(answer).ok()? })
    }

    /// Checks an answer with the passkey that it names, and returns the passkey as it is to be kept from now on.
    pub fn check(&self, answered: Answered, mut passkey: Passkey) -> Option<Passkey> {
        let webauthn = self.0.as_ref()?;
        let result = match answered.proof {
            Proof::Known(state) => webauthn.finish_passkey_authentication(&answered.credential, &state),
            Proof::Anybody(state) => {
                webauthn.finish_discoverable_authentication_v2(&answered.credential, state, &passkey)
            }
        };
        let result = told(result)?;
        passkey.update_credential(&result)?;
        Some(passkey)
    }
}

/// What was asked for.
#[derive(Serialize, Deserialize)]
enum Proof {
    /// One of a known person's passkeys.
    Known(PasskeyAuthentication),
    /// Any.
    Anybody(DiscoverableAuthentication),
}

/// An answer to a challenge, not checked yet.
pub struct Answered {
    proof: Proof,
    credential: PublicKeyCredential,
}

impl Answered {
    /// Returns the name of the passkey that it says it is of.
    pub fn credential_id(&self) -> Vec<u8> {
        self.credential.get_credential_id().to_vec()
    }

    /// Returns the person whose passkey the device says it is, where anybody was asked.
    pub fn person(&self) -> Option<StaffId> {
        let id = matches!(self.proof, Proof::Anybody(_)).then(|| self.credential.get_user_unique_id()).flatten()?;
        uuid::Uuid::from_slice(id).ok().map(StaffId::from_uuid)
    }
}

fn give(session: &Session, state: impl Serialize) -> Result<()> {
    put(session, CHALLENGE, Given { at: Timestamp::now(), state })
}

fn taken<T: DeserializeOwned>(session: &Session) -> Option<T> {
    let given: Option<Given<T>> = kept(session, CHALLENGE);
    session.remove(CHALLENGE);
    given.filter(|given| Timestamp::now().duration_since(given.at) < LONGEST).map(|given| given.state)
}

/// Returns what was proved. Why something was not is for the log, at a level of its own, since anybody can send anything.
fn told<T, E: std::fmt::Display>(result: std::result::Result<T, E>) -> Option<T> {
    result.map_err(|err| tracing::debug!(error = %err, "a passkey was refused")).ok()
}

fn refused(err: impl std::fmt::Display) -> Error {
    Error::internal(err.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_name_with_https_or_localhost() {
        for (address, possible) in [
            ("https://clientele.example.com", true),
            ("https://clientele.example.com:8443", true),
            ("http://localhost:8080", true),
            ("http://clientele.example.com", false),
            ("http://127.0.0.1:8080", false),
            ("https://192.0.2.7", false),
            ("https://[2001:db8::1]", false),
        ] {
            assert_eq!(RelyingParty::at(&address.parse().unwrap()).is_possible(), possible, "{address}");
        }
    }
}
