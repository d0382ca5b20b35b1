//! The commands about merchants.

use clap::{Args, Subcommand};
use diesel::{Connection, PgConnection};
use jiff::Timestamp;

use super::{not_found, refuse, say};
use crate::{
    clock::Clock,
    error::Result,
    events::By,
    input::FormFields,
    merchants::{self, NewMerchant},
    settings::{
        changing::{self, Stored},
        content::{Content, NAMES, label},
        effects, input,
    },
    values::{CountryCode, Currency},
};

#[derive(Subcommand, Debug)]
pub enum MerchantCommand {
    /// Add a merchant, with a live and a test account
    Add {
        /// Its name, unique
        name: String,
        /// The zone its times are shown in, like Africa/Nairobi
        #[arg(long, default_value = "UTC")]
        time_zone: String,
        /// The country in which phones without a country code are read, like KE
        #[arg(long, default_value = "US", value_parser = CountryCode::parse)]
        country: CountryCode,
        /// Its main currency, like KES
        #[arg(long, default_value = "USD", value_parser = Currency::parse_offered)]
        currency: Currency,
    },
    /// List the merchants: name, time zone, country, currency, required fields, payment methods of a customer at most
    List,
    /// Change a merchant's settings, and say what that does, in numbers
    Change(ChangeCommand),
}

#[derive(Args, Debug)]
pub struct ChangeCommand {
    /// The merchant's name
    merchant: String,
    /// Its new name, unique
    #[arg(long)]
    name: Option<String>,
    /// The zone its times are shown in, like Africa/Nairobi
    #[arg(long)]
    time_zone: Option<String>,
    /// The country in which phones without a country code are read, like KE
    #[arg(long)]
    country: Option<String>,
    /// Its main currency, like KES; nothing is converted
    #[arg(long)]
    currency: Option<String>,
    /// What a customer must have: a list of name, email and phone, or "none" for any one of them
    #[arg(long, value_delimiter = ',')]
    require: Vec<String>,
    /// The most payment methods of a customer, from 1 to 20
    #[arg(long)]
    wallet_size: Option<String>,
    /// Save nothing, and say what it would do
    #[arg(long)]
    dry_run: bool,
}

impl ChangeCommand {
    /// Returns what was typed, as the form sends it.
    fn typed(&self) -> FormFields {
        let settings = [
            ("name", &self.name),
            ("time_zone", &self.time_zone),
            ("default_country", &self.country),
            ("default_currency", &self.currency),
            ("wallet_size", &self.wallet_size),
        ];
        let settings = settings.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.clone()?)));
        let required = self.require.iter().map(|name| if name == "none" { String::new() } else { name.clone() });
        FormFields(settings.chain(required.map(|name| ("required_fields".to_owned(), name))).collect())
    }
}

/// Runs a command about merchants.
pub fn run(conn: &mut PgConnection, command: MerchantCommand) -> Result<()> {
    match command {
        MerchantCommand::Add { name, time_zone, country, currency } => {
            let new =
                NewMerchant { name: name.clone(), time_zone, default_country: country, default_currency: currency };
            merchants::add(conn, &new)?;
            say(format_args!("Added the merchant “{}”.", name.trim()))
        }
        MerchantCommand::List => list(conn),
        MerchantCommand::Change(wanted) => change(conn, &wanted),
    }
}

fn list(conn: &mut PgConnection) -> Result<()> {
    for merchant in merchants::list(conn)? {
        let Content { name, time_zone, country, currency, required, wallet_size } = Content::of(&merchant)?;
        let required = if required.is_empty() { "none".to_owned() } else { required.join(",") };
        say(format_args!("{name}\t{time_zone}\t{}\t{currency}\t{required}\t{wallet_size}", country.as_str()))?;
    }
    Ok(())
}

fn change(conn: &mut PgConnection, wanted: &ChangeCommand) -> Result<()> {
    let name = &wanted.merchant;
    let id = merchants::named(conn, name).map_err(|err| not_found(err, format!("There is no merchant “{name}”.")))?;
    let typed = wanted.typed();
    if typed.0.is_empty() {
        return Err(refuse("Nothing is to be changed. See: clientele merchant change --help"));
    }
    conn.transaction(|conn| {
        let stored = changing::find_for_update(conn, id)?;
        let next = checked(&typed, &stored)?;
        for effect in effects::of_change(conn, &stored, &next, Timestamp::now())? {
            say(format_args!("{} {}", effect.says, effect.then))?;
        }
        if wanted.dry_run {
            return say(format_args!("Nothing is saved."));
        }
        match changing::store(conn, &By::system(stored.live, Clock::system()), &stored, &next)? {
            Some(_) => say(format_args!("Changed the merchant “{}”: {}.", next.name, changed(&stored.content, &next))),
            None => say(format_args!("The merchant “{}” is so already.", next.name)),
        }
    })
}

fn checked(typed: &FormFields, stored: &Stored) -> Result<Content> {
    input::check(typed, &stored.content).map_err(|errors| {
        let sentences = errors.all().iter().map(|error| format!("{}: {}", error.label, error.message));
        refuse(sentences.collect::<Vec<_>>().join(" "))
    })
}

/// Returns what differs, in words.
fn changed(old: &Content, new: &Content) -> String {
    let (old, new) = (old.fields(), new.fields());
    let names = NAMES.into_iter().filter(|name| old.get(*name) != new.get(*name));
    names.map(|name| label(name).to_lowercase()).collect::<Vec<_>>().join(", ")
}
