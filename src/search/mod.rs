//! A search finds customers: the text in the box becomes a tree, the tree a condition on the customers table, and that
//! a page of a list.
//!
//! [`listing`] is that page; [`statements`] what PostgreSQL is asked, with [`figured`] for the orders by what was paid;
//! [`finding`] decides which of them.

mod asked;
pub mod columns;
mod edit;
mod figured;
mod filter;
mod finding;
mod keys;
pub mod listing;
mod needs;
mod paid;
mod parse;
mod print;
pub mod scope;
mod statements;
pub mod suggest;
#[cfg(test)]
mod tests;

pub use filter::Filter;
pub use keys::{KEYS, Key};
pub use needs::{Need, needs};
pub use paid::Candidates;
pub use parse::parse;

use crate::{
    ids::CustomerId,
    query::{Period, amounts::Amounts},
    values::{CountryCode, Language},
};

/// What a search asks for: the customers of any of its branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What stands between `OR`s. There is always one; only a single one may be without terms.
    pub branches: Vec<Branch>,
}

/// Customers who meet all of its terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branch {
    /// In the order they were typed.
    pub terms: Vec<Term>,
}

/// One condition, or its opposite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether the customers that do not meet it are meant.
    pub negated: bool,
    /// What is asked of the customer.
    pub test: Test,
}

/// What is asked of a customer. Where there are several values, any of them will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Text without a key.
    Text(Text),
    /// `name:` words or phrases in the name.
    Name(Vec<String>),
    /// `company:` words or phrases in the company.
    Company(Vec<String>),
    /// `email:`
    Email(Vec<EmailPattern>),
    /// `phone:` digits in a row in the phone, those of the whole number when it was one.
    Phone(Vec<String>),
    /// `id:`
    Id(Vec<CustomerId>),
    /// `country:` of the default billing address.
    Country(Vec<CountryCode>),
    /// `lang:`
    Language(Vec<Language>),
    /// `kind:`
    Kind(Vec<Kind>),
    /// `status:`
    Status(Vec<Status>),
    /// `created:`
    Created(Vec<Period>),
    /// `metadata.KEY:`
    Metadata {
        /// In the case it is stored in.
        key: String,
        /// Whole values.
        values: Vec<String>,
    },
    /// `has:`
    Has(Vec<Thing>),
    /// `spent:` what all payments come to, in one currency.
    Spent(Vec<Amounts>),
    /// `payments:` how many succeeded.
    Payments(Vec<Amounts>),
    /// `last_payment:` when the last of them was made.
    LastPayment(Vec<Period>),
    /// `last4:` the end of a card or bank account in the wallet.
    Last4(Vec<String>),
    /// `card:` whether a card's time is over, or soon will be.
    Card(Vec<CardState>),
}

/// Text without a key: in name, email, company or phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// As it was typed, white space collapsed.
    pub typed: String,
    /// Whether in quotes, which keep it from being anything but words.
    pub quoted: bool,
    /// What it looks like.
    pub shape: Shape,
}

/// What a text looks like, and so where it is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// In name, email, company or phone: anywhere for three and more characters, at the start of a word for fewer.
    Words,
    /// The start of an email.
    Email(String),
    /// The start of what follows an email's @.
    Domain(String),
    /// Digits in a row, in the phone or anywhere else.
    Digits(String),
    /// That customer.
    Id(CustomerId),
}

/// What is asked of an email; case does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailPattern {
    /// The whole email, where `*` stands for anything.
    Glob(String),
    /// The whole email.
    Whole(String),
    /// Any part of it.
    Part(String),
}

/// What a customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One human being.
    Person,
    /// Anything else that buys.
    Organization,
}

/// Whether a customer is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not deleted.
    Active,
    /// Deleted, and not erased.
    Deleted,
}

/// What a customer can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// An email.
    Email,
    /// A phone.
    Phone,
    /// An address of any kind.
    Address,
    /// A card in the wallet.
    Card,
    /// A bank account in the wallet.
    Bank,
}

/// How long a card is still valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardState {
    /// Valid, but not for long.
    Expiring,
    /// Not valid any more.
    Expired,
}

impl Default for Query {
    /// Everybody who is not deleted.
    fn default() -> Self {
        Self { branches: vec![Branch::default()] }
    }
}

impl Query {
    /// Whether nothing is asked but the status.
    pub fn is_everything(&self) -> bool {
        let is_status = |term: &Term| matches!(term.test, Test::Status(_));
        self.branches.iter().any(|branch| branch.terms.iter().all(is_status))
    }

    /// Whether deleted customers alone are asked for.
    pub fn is_deleted(&self) -> bool {
        self.branches.iter().all(|branch| branch.allows(Status::Deleted) && !branch.allows(Status::Active))
    }
}

impl Branch {
    /// Whether customers of this status can be among the found. Unless a term is about the status, only the active are.
    pub fn allows(&self, status: Status) -> bool {
        let mut asked = self.terms.iter().filter_map(|term| match &term.test {
            Test::Status(statuses) => Some(statuses.contains(&status) != term.negated),
            _ => None,
        });
        match asked.next() {
            None => status == Status::Active,
            Some(first) => first && asked.all(|allowed| allowed),
        }
    }
}

impl Branch {
    /// Whether single customers are named by their id.
    pub fn has_id(&self) -> bool {
        self.asks(|test| match test {
            Test::Id(_) => true,
            Test::Text(text) => matches!(text.shape, Shape::Id(_)),
            _ => false,
        })
    }

    /// Whether a whole email is asked for, or the start of one.
    pub fn has_email(&self) -> bool {
        self.asks(|test| match test {
            Test::Email(patterns) => matches!(patterns[..], [EmailPattern::Whole(_)]),
            Test::Text(text) => matches!(text.shape, Shape::Email(_)),
            _ => false,
        })
    }

    fn asks(&self, what: impl Fn(&Test) -> bool) -> bool {
        self.terms.iter().any(|term| !term.negated && what(&term.test))
    }
}

impl Term {
    /// The term that asks for `test`.
    pub fn of(test: Test) -> Self {
        Self { negated: false, test }
    }
}

/// A value that is one of a few words.
trait Word: Sized + Copy + 'static {
    /// All of them, as they are typed and stored.
    const ALL: &'static [(&'static str, Self)];

    fn word(self) -> &'static str
    where
        Self: PartialEq,
    {
        Self::ALL.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| word)
    }
}

impl Word for Kind {
    const ALL: &'static [(&'static str, Self)] = &[("person", Self::Person), ("organization", Self::Organization)];
}

impl Word for Status {
    const ALL: &'static [(&'static str, Self)] = &[("active", Self::Active), ("deleted", Self::Deleted)];
}

impl Word for Thing {
    const ALL: &'static [(&'static str, Self)] = &[
        ("email", Self::Email),
        ("phone", Self::Phone),
        ("address", Self::Address),
        ("card", Self::Card),
        ("bank", Self::Bank),
    ];
}

impl Word for CardState {
    const ALL: &'static [(&'static str, Self)] = &[("expiring", Self::Expiring), ("expired", Self::Expired)];
}
