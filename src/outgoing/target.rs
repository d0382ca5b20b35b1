//! The address that somebody gave, read and checked as far as it can be without asking for its name.

use std::{fmt, net::IpAddr};

use url::{Host, ParseError, Url};

use super::Networks;

/// The most characters of an address.
pub const MOST_CHARACTERS: usize = 2_000;

/// The ports that messages of live accounts go to.
const PORTS: [u16; 2] = [443, 8443];

/// Where something is sent to. Whether its name leads to where Clientele may go is looked up at each try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    url: Url,
    port: u16,
}

/// Who is meant by a target.
pub(super) enum Who<'a> {
    /// Whoever has this address.
    Address(IpAddr),
    /// Whoever has this name.
    Name(&'a str),
}

impl Target {
    /// Reads an address. Test accounts may name `http` and any port.
    ///
    /// # Errors
    /// When nothing may be sent there.
    pub fn parse(text: &str, is_test_account: bool, networks: &Networks) -> Result<Self, Refused> {
        let url = read(text.trim())?;
        let by_http = url.scheme() == "http" && is_test_account;
        if url.scheme() != "https" && !by_http {
            return Err(if is_test_account { Refused::SchemeOfTest } else { Refused::Scheme });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::User);
        }
        if url.fragment().is_some() {
            return Err(Refused::Fragment);
        }
        let port =
            url.port_or_known_default().filter(|port| if is_test_account { *port > 0 } else { PORTS.contains(port) });
        let target = Self { port: port.ok_or(Refused::Port)?, url };
        match target.who().ok_or(Refused::Unreadable)? {
            Who::Address(address) if !networks.allow(address) => Err(Refused::Inside),
            Who::Name(name) if is_this_machine(name) && !networks.hold_this_machine() => Err(Refused::ThisMachine),
            _ => Ok(target),
        }
    }

    /// Returns the address as it is to be kept and shown: lower case where case says nothing, numbers as numbers.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn who(&self) -> Option<Who<'_>> {
        Some(match self.url.host()? {
            Host::Ipv4(address) => Who::Address(address.into()),
            Host::Ipv6(address) => Who::Address(address.into()),
            Host::Domain(name) => Who::Name(name),
        })
    }
}

/// Reads a text as browsers do: an IPv4 address in one number, in octal or in full-width digits becomes what it means.
fn read(text: &str) -> Result<Url, Refused> {
    if text.chars().count() > MOST_CHARACTERS {
        return Err(Refused::TooLong);
    }
    // Browsers leave line breaks out; who reads the address would see another one.
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Refused::Unreadable);
    }
    let url = Url::parse(text).map_err(|err| match err {
        ParseError::RelativeUrlWithoutBase => Refused::Scheme,
        _ => Refused::Unreadable,
    })?;
    if url.as_str().len() > MOST_CHARACTERS { Err(Refused::TooLong) } else { Ok(url) }
}

fn is_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// The reason why nothing may be sent to an address. It reads as a sentence that says how to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// More than [`MOST_CHARACTERS`], as typed or as it is sent.
    TooLong,
    /// No address at all.
    Unreadable,
    /// Not `https`.
    Scheme,
    /// Neither `https` nor `http`, in a test account.
    SchemeOfTest,
    /// A user or a password.
    User,
    /// A part after `#`.
    Fragment,
    /// A port that is not allowed.
    Port,
    /// `localhost`, or a name below it.
    ThisMachine,
    /// An address in numbers that is not of the internet.
    Inside,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "This address is too long. Enter one of at most 2,000 characters.",
            Self::Unreadable => "This is no address. Enter one like https://shop.example.com/hooks.",
            Self::Scheme => "Enter an address that begins with https://.",
            Self::SchemeOfTest => "Enter an address that begins with https:// or http://.",
            Self::User => "There is a user or a password in this address. Leave them out: what is sent is signed.",
            Self::Fragment => "Leave out the “#” and what follows it: that is never sent.",
            Self::Port => "This port is not allowed. Use 443, which need not be named, or 8443.",
            Self::ThisMachine => {
                "localhost is the machine that Clientele runs on. Enter an address that is reached from the internet."
            }
            Self::Inside => {
                "This address is not on the internet. Enter one that is, or ask who runs Clientele to allow its network."
            }
        })
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(text: &str) -> Result<Target, Refused> {
        Target::parse(text, false, &Networks::default())
    }

    fn test(text: &str) -> Result<Target, Refused> {
        Target::parse(text, true, &Networks::default())
    }

    #[test]
    fn an_address_is_kept_as_it_is_meant() {
        for (text, kept) in [
            (" https://Shop.Example.com/Hooks?key=A ", "https://shop.example.com/Hooks?key=A"),
            ("https://shop.example.com:443", "https://shop.example.com/"),
            ("https://shop.example.com:8443/", "https://shop.example.com:8443/"),
            ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
            ("https://134744072/", "https://8.8.8.8/"),
            ("https://[2606:4700:4700:0::1111]/", "https://[2606:4700:4700::1111]/"),
        ] {
            assert_eq!(live(text).unwrap().as_str(), kept);
        }
        assert_eq!(test("http://shop.example.com:8000/x").unwrap().as_str(), "http://shop.example.com:8000/x");
        assert_eq!(test("https://shop.example.com:22/x").unwrap().as_str(), "https://shop.example.com:22/x");
    }

    #[test]
    fn what_may_not_be_sent_to_is_refused_with_a_reason_of_its_own() {
        for (text, refused) in [
            ("", Refused::Scheme),
            ("shop.example.com/hooks", Refused::Scheme),
            ("//shop.example.com", Refused::Scheme),
            ("http://shop.example.com", Refused::Scheme),
            ("ftp://shop.example.com", Refused::Scheme),
            ("file:///etc/passwd", Refused::Scheme),
            ("gopher://127.0.0.1:25/", Refused::Scheme),
            ("javascript:alert(1)", Refused::Scheme),
            ("https://", Refused::Unreadable),
            ("https://?x", Refused::Unreadable),
            ("https://shop.exa\nmple.com", Refused::Unreadable),
            ("https://shop.example.com/a b", Refused::Unreadable),
            ("https://shop.example.com\u{0}", Refused::Unreadable),
            ("https://shop.example.com:99999", Refused::Unreadable),
            ("https://1.2.3.4.5/", Refused::Unreadable),
            ("https://256.1.1.1/", Refused::Unreadable),
            ("https://[fe80::1%25eth0]/", Refused::Unreadable),
            ("https://a<b/", Refused::Unreadable),
            ("https://amina@shop.example.com", Refused::User),
            ("https://:secret@shop.example.com", Refused::User),
            ("https://shop.example.com@10.0.0.1/", Refused::User),
            ("https://shop.example.com/#top", Refused::Fragment),
            ("https://shop.example.com/#", Refused::Fragment),
            ("https://shop.example.com:80", Refused::Port),
            ("https://shop.example.com:0", Refused::Port),
            ("https://shop.example.com:22", Refused::Port),
            ("https://localhost", Refused::ThisMachine),
            ("https://LOCALHOST./", Refused::ThisMachine),
            ("https://shop.localhost:8443", Refused::ThisMachine),
            ("https://10.0.0.1", Refused::Inside),
            ("https://[::1]", Refused::Inside),
        ] {
            assert_eq!(live(text), Err(refused), "{text}");
        }
        assert_eq!(test("ftp://shop.example.com"), Err(Refused::SchemeOfTest));
        assert_eq!(test("http://shop.example.com:0"), Err(Refused::Port));
        assert_eq!(live(&format!("https://shop.example.com/{}", "a".repeat(1_975))).map(|_| ()), Ok(()));
        assert_eq!(live(&format!("https://shop.example.com/{}", "a".repeat(1_976))), Err(Refused::TooLong));
        assert_eq!(
            live(&format!("https://shop.example.com/{}", "ä".repeat(400))),
            Err(Refused::TooLong),
            "as it is sent"
        );
    }

    #[test]
    fn an_operator_can_allow_this_machine() {
        let networks = Networks::from(vec!["127.0.0.0/8".parse().unwrap()]);
        for text in ["http://localhost:8000/", "http://127.0.0.1/", "http://[::ffff:127.0.0.1]/"] {
            assert!(Target::parse(text, true, &networks).is_ok(), "{text}");
        }
        assert_eq!(Target::parse("https://[::1]/", false, &networks), Err(Refused::Inside));
    }
}
