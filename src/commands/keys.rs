//! The commands about keys of the API.

use clap::Subcommand;
use diesel::{Connection, PgConnection};
use jiff::Timestamp;

use super::{not_found, refuse, say};
use crate::{
    api_keys::{
        Access, Permission, Permissions, Resource, Secret, input,
        model::{self, Key, NewKey},
    },
    clock::Clock,
    error::{Error, Result},
    events::By,
    ids::ApiKeyId,
    merchants::{self, OfMerchant},
    values::Mode,
};

#[derive(Subcommand, Debug)]
pub enum KeyCommand {
    /// Make a key, and print its secret, which is shown this once
    Add {
        /// Its name, shown with what it changes
        name: String,
        /// The merchant's name
        #[arg(long)]
        merchant: String,
        /// The account: live or test
        #[arg(long, value_parser = mode)]
        mode: Mode,
        /// What it may change and read: all, or a list like customers,payments
        #[arg(long, value_delimiter = ',', value_parser = wanted)]
        write: Vec<Wanted>,
        /// What it may read: all, or a list like customers,events
        #[arg(long, value_delimiter = ',', value_parser = wanted)]
        read: Vec<Wanted>,
        /// Tell it emails, phones, addresses and numbers in texts masked
        #[arg(long)]
        masked: bool,
        /// Its last day, in the merchant's time zone, like 2027-03-31. Default: it works until it is revoked
        #[arg(long)]
        expires: Option<String>,
    },
    /// List the keys of all merchants: ID, name, merchant, account, what they may, state, last use
    List,
    /// End a key for good; what it did keeps its name
    Revoke {
        /// Which, like key_01h2xcejqtf2nbrexx3vqjhp41
        id: ApiKeyId,
    },
}

/// A word after --write or --read.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    /// Whatever the account has.
    All,
    /// One kind of thing.
    One(Resource),
}

fn wanted(word: &str) -> Result<Wanted, String> {
    if word == "all" { Ok(Wanted::All) } else { word.parse().map(Wanted::One) }
}

fn mode(word: &str) -> Result<Mode, String> {
    Mode::parse(word).ok_or_else(|| "expected live or test".to_owned())
}

/// Runs a command about keys.
pub fn run(conn: &mut PgConnection, command: KeyCommand) -> Result<()> {
    match command {
        KeyCommand::Add { name, merchant, mode, write, read, masked, expires } => {
            let may = (permissions(mode, &write, &read)?, masked);
            add(conn, &merchant, mode, &name, may, expires.as_deref())
        }
        KeyCommand::List => list(conn),
        KeyCommand::Revoke { id } => revoke(conn, id),
    }
}

/// Returns what a key of an account of that mode is to do. Of all it gets what there is; what is named must be there.
fn permissions(mode: Mode, write: &[Wanted], read: &[Wanted]) -> Result<Permissions> {
    let mut granted = Permissions::default();
    for (access, words) in [(Access::Read, read), (Access::Write, write)] {
        for word in words {
            granted = match *word {
                Wanted::All => grant_all(granted, mode, access),
                Wanted::One(resource) => granted.with(named(resource, mode, access)?),
            };
        }
    }
    match granted.is_empty() {
        true => Err(refuse("A key needs something that it may do. Add --write or --read, with all or a list.")),
        false => Ok(granted),
    }
}

fn grant_all(granted: Permissions, mode: Mode, access: Access) -> Permissions {
    let all = Resource::ALL.into_iter().filter(|resource| resource.is_in(mode)).map(Resource::most);
    all.fold(granted, |granted, most| match access {
        Access::Write => granted.with(most),
        Access::Read if most.resource.accesses().contains(&access) => granted.with(Permission { access, ..most }),
        Access::Read => granted,
    })
}

fn named(resource: Resource, mode: Mode, access: Access) -> Result<Permission> {
    let permission = Permission { resource, access };
    if resource.is_in(mode) && resource.accesses().contains(&access) {
        return Ok(permission);
    }
    Err(refuse(format!("No key of a {} account can have {permission}.", mode.as_str())))
}

fn add(
    conn: &mut PgConnection,
    merchant: &str,
    mode: Mode,
    name: &str,
    (permissions, is_masked): (Permissions, bool),
    expires: Option<&str>,
) -> Result<()> {
    let merchant = merchants::named(conn, merchant)
        .map_err(|err| not_found(err, format!("There is no merchant “{merchant}”.")))?;
    let account = merchants::account(conn, merchant, mode)?;
    let zone = merchants::time_zone(conn, account)?;
    let last_day = |day| input::day_after(day, &zone, Timestamp::now()).map_err(refuse);
    let new = NewKey {
        name: input::name(name).map_err(refuse)?,
        permissions,
        is_masked,
        expires_at: expires.map(last_day).transpose()?,
    };
    let (id, secret) = (ApiKeyId::new(), Secret::new(mode)?);
    let by = By::system(account, merchants::clock(conn, account, &Clock::system())?);
    conn.transaction(|conn| model::create(conn, &by, id, &new, &secret))?;
    // The secret stands alone on standard output, for who puts it into a file.
    eprintln!("Made {id} “{}”: {}.", new.name, new.permissions.words());
    say(format_args!("{}", secret.reveal()))
}

fn list(conn: &mut PgConnection) -> Result<()> {
    let now = Timestamp::now();
    for OfMerchant { account, merchant, mode } in merchants::accounts(conn)? {
        for key in model::list(conn, account, now)? {
            let (state, used) = (state(&key, now), used(&key));
            let masked = if key.is_masked { ",masked" } else { "" };
            let (may, mode) = (format!("{}{masked}", key.permissions.to_stored().join(",")), mode.as_str());
            say(format_args!("{}\t{}\t{merchant}\t{mode}\t{may}\t{state}\t{used}", key.id, key.name))?;
        }
    }
    Ok(())
}

fn state(key: &Key, now: Timestamp) -> &'static str {
    match () {
        () if key.revoked_at.is_some() => "revoked",
        () if key.is_expired(now) => "expired",
        () => "works",
    }
}

fn used(key: &Key) -> String {
    key.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {at:.0}"))
}

fn revoke(conn: &mut PgConnection, id: ApiKeyId) -> Result<()> {
    let none = |err: Error| not_found(err, format!("There is no key {id}. See: clientele key list"));
    let account = model::account_of(conn, id).map_err(none)?;
    let by = By::system(account, merchants::clock(conn, account, &Clock::system())?);
    let key = conn.transaction(|conn| model::revoke(conn, &by, id, Timestamp::now()))?;
    say(format_args!("{id} “{}” is revoked.", key.name))
}
