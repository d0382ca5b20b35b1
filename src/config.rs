//! Every setting, its default and its reason; read once, from flags or the environment.

use std::{collections::HashSet, net::SocketAddr, str::FromStr};

use actix_web::{cookie::Key, http::Uri};
use clap::Args;
use ipnet::IpNet;

use crate::error::{Error, Result};

/// The connections of a process, unless it is told otherwise: as many as leave two for jobs and one for people (see
/// [`crate::db::Db::beside_requests`]).
const DB_CONNECTIONS: u32 = 10;

/// Where the data is.
#[derive(Args, Clone, Debug)]
pub struct DatabaseSettings {
    /// PostgreSQL to use (required), like postgres://clientele:secret@db.internal/clientele
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true, value_parser = database_url)]
    pub database_url: Option<String>,

    /// A file that holds the address of the database, instead of DATABASE_URL
    #[arg(long, env = "DATABASE_URL_FILE", global = true, value_parser = database_url_in)]
    pub database_url_file: Option<String>,

    /// How many connections to keep open at most
    #[arg(long, env = "CLIENTELE_DB_CONNECTIONS", default_value_t = DB_CONNECTIONS, global = true, value_parser = clap::value_parser!(u32).range(1..=200))]
    pub db_connections: u32,

    /// How PostgreSQL plans prepared statements; force_generic_plan halves the cost of a list.
    /// Use auto on a PostgreSQL sharded by Citus.
    #[arg(long, env = "CLIENTELE_PLAN_CACHE_MODE", default_value = "force_generic_plan", global = true,
          value_parser = ["auto", "force_generic_plan", "force_custom_plan"])]
    pub plan_cache_mode: String,
}

impl DatabaseSettings {
    /// Returns the address of the database. A global flag cannot be required, so its absence is reported here.
    ///
    /// # Errors
    /// A sentence that says how to set it.
    pub fn url(&self) -> Result<&str> {
        self.database_url.as_deref().or(self.database_url_file.as_deref()).ok_or(Error::Command(
            "the database is not named. Set DATABASE_URL or DATABASE_URL_FILE, like \
             postgres://clientele:secret@db.internal/clientele"
                .into(),
        ))
    }

    /// Makes the settings for a database known only by its URL.
    pub fn at(url: &str) -> Self {
        Self {
            database_url: Some(url.to_owned()),
            database_url_file: None,
            db_connections: DB_CONNECTIONS,
            plan_cache_mode: "force_generic_plan".to_owned(),
        }
    }
}

/// How the server is reached and whom it trusts.
#[derive(Args, Clone, Debug)]
pub struct ServerSettings {
    /// Address and port to listen on, in numbers
    #[arg(long, env = "CLIENTELE_LISTEN", default_value = "127.0.0.1:8080", value_parser = socket)]
    pub listen: SocketAddr,

    /// The address people type, like https://clientele.example.com. With https, cookies are Secure and
    /// browsers are told to stay with https. Default: http:// and the listen address
    #[arg(long, env = "CLIENTELE_URL")]
    pub url: Option<PublicUrl>,

    /// Proxies whose X-Forwarded-For is believed, like 10.0.0.0/8,127.0.0.1; without, every client behind a
    /// proxy shares one sign-in limit
    #[arg(long, env = "CLIENTELE_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    #[command(flatten)]
    pub secrets: SecretSettings,

    /// Threads that answer requests. Default: one for each core
    #[arg(long, env = "CLIENTELE_WORKERS", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,

    #[command(flatten)]
    pub jobs: JobSettings,

    #[command(flatten)]
    pub outgoing: OutgoingSettings,
}

/// The secret of the installation. The same for all processes.
#[derive(Args, Clone, Debug, Default)]
pub struct SecretSettings {
    /// Signs the session cookies and encrypts what is kept to be read again, like the secrets of webhooks: at least 32 characters, kept private and the same over restarts.
    /// `openssl rand -hex 32` makes one
    #[arg(long, env = "CLIENTELE_SECRET", hide_env_values = true)]
    pub secret: Option<Secret>,

    /// A file that holds the secret, instead of CLIENTELE_SECRET
    #[arg(long, env = "CLIENTELE_SECRET_FILE", value_parser = secret_in)]
    pub secret_file: Option<Secret>,

    /// A file of the secrets that CLIENTELE_SECRET replaced, one a line: what they encrypted is still read, and is encrypted
    /// anew when it is used
    #[arg(long, env = "CLIENTELE_FORMER_SECRETS_FILE", value_parser = secrets_in)]
    pub former_secrets_file: Option<FormerSecrets>,
}

/// How `clientele work` does jobs.
#[derive(Args, Clone, Debug)]
pub struct WorkerSettings {
    #[command(flatten)]
    pub secrets: SecretSettings,

    #[command(flatten)]
    pub jobs: JobSettings,

    #[command(flatten)]
    pub outgoing: OutgoingSettings,
}

/// Where Clientele connects to, besides the internet. The same for all processes.
#[derive(Args, Clone, Debug, Default)]
pub struct OutgoingSettings {
    /// Networks that webhooks may go to although they are not on the internet, like 10.1.0.0/16,fd00::/8; without, only
    /// what everybody reaches
    #[arg(long, env = "CLIENTELE_WEBHOOK_NETWORKS", value_delimiter = ',', value_parser = network)]
    pub webhook_networks: Vec<IpNet>,
}

/// The jobs that a process does at a time with `on`: a gateway takes a second for most, and the others need not wait.
const JOBS_AT_A_TIME: u8 = 4;

/// The most jobs that a process does at a time.
const MOST_JOBS_AT_A_TIME: u8 = 32;

/// How many jobs a process does at a time.
#[derive(Args, Clone, Copy, Debug)]
pub struct JobSettings {
    /// How many of the jobs that wait are done at a time: a number from 1 to 32, or on for 4. off is for a server
    /// beside which `clientele work` does them; to that itself it says nothing, and is read as on
    #[arg(long = "jobs", env = "CLIENTELE_JOBS", value_name = "HOW_MANY", default_value = "on",
          value_parser = jobs_at_a_time)]
    at_a_time: u8,
}

impl JobSettings {
    /// Returns how many jobs a server does at a time; 0 when it does none.
    pub fn of_server(self) -> u8 {
        self.at_a_time
    }

    /// Returns how many jobs `clientele work` does at a time, which does nothing else.
    pub fn of_worker(self) -> u8 {
        if self.at_a_time == 0 { JOBS_AT_A_TIME } else { self.at_a_time }
    }
}

impl SecretSettings {
    /// Returns the secret, as set or from its file.
    ///
    /// # Errors
    /// A sentence that says how to set it.
    pub fn secret(&self) -> Result<&Secret> {
        let secret = self.secret.as_ref().or(self.secret_file.as_ref());
        secret.ok_or(Error::Command(
            "there is no secret. Set CLIENTELE_SECRET or CLIENTELE_SECRET_FILE; `openssl rand -hex 32` makes one"
                .into(),
        ))
    }

    /// Returns the keys of the secrets that it replaced.
    pub fn former(&self) -> Vec<Key> {
        self.former_secrets_file.as_ref().map(FormerSecrets::keys).unwrap_or_default()
    }
}

impl ServerSettings {
    /// Returns the address people type, as set or as follows from the listen address.
    pub fn public_url(&self) -> PublicUrl {
        self.url.clone().unwrap_or_else(|| PublicUrl { origin: format!("http://{}", self.listen), https: false })
    }
}

/// The public address: scheme, host and port, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// The origin as browsers send it in `Origin`: lower case, without a default port.
    pub origin: String,
    /// True when the scheme is https.
    pub https: bool,
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected an address without a path, like https://clientele.example.com".to_owned();
        let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| wrong())?;
        let scheme = uri.scheme_str().ok_or_else(wrong)?.to_ascii_lowercase();
        let host = uri.host().ok_or_else(wrong)?.to_ascii_lowercase();
        let plain_path = uri.path().is_empty() || uri.path() == "/";
        if !matches!(scheme.as_str(), "http" | "https") || !plain_path || uri.query().is_some() || text.contains('@') {
            return Err(wrong());
        }
        let https = scheme == "https";
        let port = uri.port_u16().filter(|port| *port != if https { 443 } else { 80 });
        let origin = match port {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        Ok(Self { origin, https })
    }
}

/// The fewest different characters of a secret. 32 random ones of any alphabet in use have more.
const FEWEST_CHARACTERS: usize = 8;

/// The secret that signs the cookies; never shown.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Returns the key that the session cookies are signed with.
    pub fn key(&self) -> Key {
        Key::derive_from(self.0.as_bytes())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl FromStr for Secret {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.chars().count() < 32 {
            return Err("expected at least 32 characters, like the output of: openssl rand -hex 32".to_owned());
        }
        if text.chars().collect::<HashSet<_>>().len() < FEWEST_CHARACTERS {
            return Err("expected random characters, like the output of: openssl rand -hex 32".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

/// Secrets that were replaced, the latest first.
#[derive(Clone, Debug)]
pub struct FormerSecrets(Vec<Secret>);

impl FormerSecrets {
    /// Returns the keys that were derived from them.
    pub fn keys(&self) -> Vec<Key> {
        self.0.iter().map(Secret::key).collect()
    }
}

fn secrets_in(path: &str) -> Result<FormerSecrets, String> {
    let text = contents(path)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::parse).collect::<Result<_, _>>().map(FormerSecrets)
}

fn secret_in(path: &str) -> Result<Secret, String> {
    contents(path)?.parse()
}

fn database_url_in(path: &str) -> Result<String, String> {
    database_url(&contents(path)?)
}

/// Reads a file that holds one setting. Its text is never repeated.
fn contents(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|err| format!("the file cannot be read: {err}"))
}

fn socket(text: &str) -> Result<SocketAddr, String> {
    text.trim().parse().map_err(|_| "expected an address and a port in numbers, like 127.0.0.1:8080".to_owned())
}

fn database_url(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        Ok(text.to_owned())
    } else {
        Err("expected an address like postgres://clientele:secret@db.internal/clientele".to_owned())
    }
}

fn jobs_at_a_time(text: &str) -> Result<u8, String> {
    match text.trim() {
        "on" => Ok(JOBS_AT_A_TIME),
        "off" => Ok(0),
        number => match number.parse() {
            Ok(count @ 1..=MOST_JOBS_AT_A_TIME) => Ok(count),
            _ => Err(format!("expected on, off, or a number from 1 to {MOST_JOBS_AT_A_TIME}")),
        },
    }
}

/// Reads a network, or one address as the network that holds only it.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let one = text.parse().map(|address: std::net::IpAddr| IpNet::from(address));
    one.or_else(|_| text.parse::<IpNet>())
        .map_err(|_| format!("“{text}” is no address or network; expected something like 127.0.0.1 or 10.0.0.0/8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_what_browsers_send_as_origin() {
        for (text, origin) in [
            ("https://Clientele.Example.com", "https://clientele.example.com"),
            ("https://clientele.example.com:443/", "https://clientele.example.com"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap().origin, origin);
        }
        for text in ["clientele.example.com", "ftp://a.b", "https://a.b/path", "https://u@a.b", ""] {
            assert!(text.parse::<PublicUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_short_secret_is_refused_and_none_is_shown() {
        assert!("short".parse::<Secret>().unwrap_err().contains("32"));
        for monotone in ["a".repeat(32), "ab".repeat(40), "1234567".repeat(9)] {
            assert!(monotone.parse::<Secret>().unwrap_err().contains("random"), "{monotone}");
        }
        let secret: Secret = "0123456789abcdef0123456789abcdef".parse().unwrap();
        assert!(!format!("{secret:?}").contains("0123"));
    }

    #[test]
    fn jobs_are_on_off_or_so_many_at_a_time() {
        let read = |text| jobs_at_a_time(text).map(|at_a_time| JobSettings { at_a_time });
        for (text, of_server, of_worker) in [("on", 4, 4), ("off", 0, 4), ("1", 1, 1), (" 32 ", 32, 32)] {
            let jobs = read(text).unwrap();
            assert_eq!((jobs.of_server(), jobs.of_worker()), (of_server, of_worker), "{text}");
        }
        for text in ["0", "33", "-1", "300", "2.5", "many", "ON", ""] {
            assert!(read(text).unwrap_err().contains("from 1 to 32"), "{text}");
        }
    }

    #[test]
    fn networks_are_networks_or_addresses() {
        assert_eq!(network(" 127.0.0.1").unwrap().to_string(), "127.0.0.1/32");
        assert_eq!(network("10.0.0.0/8").unwrap().to_string(), "10.0.0.0/8");
        assert_eq!(network("fd00::/8").unwrap().to_string(), "fd00::/8");
        for text in ["proxy.internal", "10.0.0.0/33", "10.0.0/8", "10.*", ""] {
            assert!(network(text).unwrap_err().contains("10.0.0.0/8"), "{text}");
        }
    }
}
