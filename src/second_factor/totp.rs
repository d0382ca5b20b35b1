//! Codes of an authenticator app (TOTP, RFC 6238): six digits of SHA-1, another each 30 seconds. What apps understand.

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qrcodegen::{QrCode, QrCodeEcc};
use rand::Rng;
use totp_rs::{Builder, Secret, Totp};

use crate::error::{Error, Result};

/// The length of a secret in bytes: that of the hash, as RFC 4226 wants it.
const SECRET: usize = 20;

/// The codes before and after the current one that are taken too, for clocks that are wrong by a little.
const SKEW: u16 = 1;

/// The name under which apps list the code.
const ISSUER: &str = "Clientele";

/// An app's codes.
pub struct App(Totp);

impl App {
    /// Makes a new secret.
    pub fn fresh_secret() -> [u8; SECRET] {
        let mut secret = [0; SECRET];
        rand::rng().fill_bytes(&mut secret);
        secret
    }

    /// Makes the one with a secret.
    ///
    /// # Errors
    /// When the secret is none.
    pub fn of(secret: &[u8]) -> Result<Self> {
        let app = Builder::new().with_secret(secret.to_vec()).with_skew(SKEW).build();
        app.map(Self).map_err(|err| Error::internal(err.to_string()))
    }

    /// Returns the step that a code is of, if it is one of these minutes. White space within it does not matter.
    pub fn step_of(&self, typed: &str, now: Timestamp) -> Option<i64> {
        let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let is_code = code.len() == usize::from(self.0.digits()) && code.bytes().all(|byte| byte.is_ascii_digit());
        let step = is_code.then(|| self.0.check(&code, u64::try_from(now.as_second()).ok()?)).flatten()?;
        i64::try_from(step).ok()
    }

    /// Returns the secret as people type it into an app, in groups of four.
    pub fn typed_secret(&self) -> String {
        let base32: Vec<char> = self.secret().chars().collect();
        base32.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    fn secret(&self) -> String {
        let secret: &Secret = self.0.secret();
        secret.to_base32()
    }

    /// Returns the address that apps read from the QR code.
    pub fn address(&self, email: &str) -> String {
        let email = utf8_percent_encode(email, NON_ALPHANUMERIC);
        format!("otpauth://totp/{ISSUER}:{email}?secret={}&issuer={ISSUER}", self.secret())
    }
}

/// A QR code as a drawing of [`Picture::SIDE`] pixels on each side.
pub struct Picture {
    /// The dark squares, as the path of an SVG.
    pub path: String,
}

impl Picture {
    /// The pixels on each side, as the style sheet has them.
    pub const SIDE: i32 = 240;

    /// Draws a text, in squares of whole pixels.
    ///
    /// # Errors
    /// When it is too long.
    pub fn of(text: &str) -> Result<Self> {
        /// The quiet zone around it, which readers need, in squares.
        const QUIET: i32 = 4;
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|err| Error::internal(err.to_string()))?;
        let square = (Self::SIDE / (code.size() + 2 * QUIET)).max(1);
        let margin = (Self::SIDE - code.size() * square) / 2;
        let squares = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let dark = squares.filter(|(x, y)| code.get_module(*x, *y));
        let drawn = |(x, y)| format!("M{} {}h{square}v{square}h-{square}z", margin + x * square, margin + y * square);
        Ok(Self { path: dark.map(drawn).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Its test vectors have eight digits, of which six are the last.
        let app = App::of(b"12345678901234567890").unwrap();
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(app.step_of(code, at(second)), Some(second / 30), "{code}");
        }
        assert_eq!(app.step_of(" 287 082 ", at(59)), Some(1));
        for nonsense in ["", "28708", "2870821", "28708a", "٢٨٧٠٨٢", "-28708"] {
            assert_eq!(app.step_of(nonsense, at(59)), None, "{nonsense}");
        }
    }

    #[test]
    fn a_code_is_taken_a_step_before_and_after_its_time_and_not_longer() {
        let app = App::of(b"12345678901234567890").unwrap();
        for (second, taken) in [(0, true), (30, true), (60, true), (89, true), (90, false), (120, false)] {
            assert_eq!(app.step_of("287082", at(second)).is_some(), taken, "{second}");
        }
    }

    #[test]
    fn an_app_is_told_the_secret_by_a_picture_and_by_text() {
        let app = App::of(b"12345678901234567890").unwrap();
        assert_eq!(app.typed_secret(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = app.address("a+b@shop.example");
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let whole = format!("otpauth://totp/Clientele:a%2Bb%40shop%2Eexample?secret={secret}&issuer=Clientele");
        assert_eq!(address, whole);
        let picture = Picture::of(&address).unwrap();
        assert!(picture.path.starts_with("M38 38h4v4h-4z"), "{}", &picture.path[..20]);
        // The longest email that there may be.
        let longest = format!("{}@{}.example", "a".repeat(64), "b-".repeat(90));
        assert!(Picture::of(&app.address(&longest)).unwrap().path.contains("h2v2h-2z"));
        assert_ne!(App::fresh_secret(), App::fresh_secret());
    }
}
