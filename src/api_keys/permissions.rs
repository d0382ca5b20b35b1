//! What a key may do: for each kind of thing nothing, reading, or reading and writing.

use std::{collections::BTreeMap, fmt, str::FromStr};

use crate::values::Mode;

/// A kind of thing that the API gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// Customers with their addresses.
    Customers,
    /// Payment methods.
    Wallet,
    /// Payments, and what they come to.
    Payments,
    /// Refunds.
    Refunds,
    /// Amounts with how often they are charged.
    Prices,
    /// What customers are charged for again and again.
    Subscriptions,
    /// Sums that customers agreed to pay on days to come.
    Schedules,
    /// Bills, made by subscriptions or by hand.
    Invoices,
    /// The definitions of the merchant's own fields; their values are the customers'.
    CustomFields,
    /// What happened.
    Events,
    /// Where it is told. Who may write these has all of it told, whatever else the key may read.
    Webhooks,
    /// The sandbox's tokens, in test accounts.
    Tokens,
}

impl Resource {
    /// All of them, as pages list them.
    pub const ALL: [Self; 12] = [
        Self::Customers,
        Self::Wallet,
        Self::Payments,
        Self::Refunds,
        Self::Prices,
        Self::Subscriptions,
        Self::Schedules,
        Self::Invoices,
        Self::CustomFields,
        Self::Events,
        Self::Webhooks,
        Self::Tokens,
    ];

    /// Returns the name as stored, sent and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Wallet => "wallet",
            Self::Payments => "payments",
            Self::Refunds => "refunds",
            Self::Prices => "prices",
            Self::Subscriptions => "subscriptions",
            Self::Schedules => "payment_schedules",
            Self::Invoices => "invoices",
            Self::CustomFields => "custom_fields",
            Self::Events => "events",
            Self::Webhooks => "webhook_endpoints",
            Self::Tokens => "tokens",
        }
    }

    /// Returns the heading over its choices.
    pub fn label(self) -> &'static str {
        match self {
            Self::Customers => "Customers",
            Self::Wallet => "Payment methods",
            Self::Payments => "Payments",
            Self::Refunds => "Refunds",
            Self::Prices => "Prices",
            Self::Subscriptions => "Subscriptions",
            Self::Schedules => "Payment schedules",
            Self::Invoices => "Invoices",
            Self::CustomFields => "Custom fields",
            Self::Events => "Events",
            Self::Webhooks => "Webhooks",
            Self::Tokens => "Sandbox tokens",
        }
    }

    /// Returns what can be done with it, the least first. Events happen, so nobody writes them; tokens are only made.
    pub fn accesses(self) -> &'static [Access] {
        match self {
            Self::Events => &[Access::Read],
            Self::Tokens => &[Access::Write],
            _ => &[Access::Read, Access::Write],
        }
    }

    /// Returns the most that can be done with it.
    pub fn most(self) -> Permission {
        let access = if self.accesses().contains(&Access::Write) { Access::Write } else { Access::Read };
        Permission { resource: self, access }
    }

    /// Returns whether accounts of that mode have it.
    pub fn is_in(self, mode: Mode) -> bool {
        self != Self::Tokens || mode == Mode::Test
    }
}

impl FromStr for Resource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|resource| resource.as_str() == text)
            .ok_or_else(|| format!("“{text}” is none of {}.", Self::ALL.map(Self::as_str).join(", ")))
    }
}

/// How far a key may go. Writing includes reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// May look.
    Read,
    /// May also change.
    Write,
}

impl Access {
    /// Returns the name as stored, sent and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Read, Self::Write].into_iter().find(|access| access.as_str() == text)
    }
}

/// A permission that a call needs, written like `customers:write`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Of what.
    pub resource: Resource,
    /// How far.
    pub access: Access,
}

impl Permission {
    /// Makes the permission to read.
    pub const fn read(resource: Resource) -> Self {
        Self { resource, access: Access::Read }
    }

    /// Makes the permission to write.
    pub const fn write(resource: Resource) -> Self {
        Self { resource, access: Access::Write }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.resource.as_str(), self.access.as_str())
    }
}

/// All that a key may do; what is not there it may not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions(BTreeMap<Resource, Access>);

impl Permissions {
    /// Adds one. Of two for the same resource the farther one counts.
    #[must_use]
    pub fn with(mut self, Permission { resource, access }: Permission) -> Self {
        let there = self.0.entry(resource).or_insert(access);
        *there = access.max(*there);
        self
    }

    /// Reads what is stored. What only a later version knows is not granted by this one.
    pub fn of_stored<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let permission = |word: &str| {
            let (resource, access) = word.split_once(':')?;
            Some(Permission { resource: resource.parse().ok()?, access: Access::parse(access)? })
        };
        words.into_iter().filter_map(permission).fold(Self::default(), Self::with)
    }

    /// Returns the words to store, like `customers:write`.
    pub fn to_stored(&self) -> Vec<String> {
        self.iter().map(|permission| permission.to_string()).collect()
    }

    /// Returns each of them, in the order of pages.
    pub fn iter(&self) -> impl Iterator<Item = Permission> {
        self.0.iter().map(|(resource, access)| Permission { resource: *resource, access: *access })
    }

    /// Returns whether what `needed` says is allowed.
    pub fn allow(&self, needed: Permission) -> bool {
        self.access(needed.resource).is_some_and(|access| access >= needed.access)
    }

    /// Returns how far it goes with a resource.
    pub fn access(&self, resource: Resource) -> Option<Access> {
        self.0.get(&resource).copied()
    }

    /// Returns whether nothing is allowed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns them in words, like "Write customers, payments · Read events".
    pub fn words(&self) -> String {
        let of = |(access, verb): (Access, &str)| {
            let named: Vec<&str> =
                self.iter().filter(|one| one.access == access).map(|one| one.resource.as_str()).collect();
            (!named.is_empty()).then(|| format!("{verb} {}", named.join(", ")))
        };
        let all = [(Access::Write, "Write"), (Access::Read, "Read")].into_iter().filter_map(of);
        all.collect::<Vec<_>>().join(" · ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_includes_reading_and_nothing_else() {
        let may = Permissions::of_stored(["customers:write", "payments:read"]);
        assert!(may.allow(Permission::read(Resource::Customers)) && may.allow(Permission::write(Resource::Customers)));
        assert!(may.allow(Permission::read(Resource::Payments)) && !may.allow(Permission::write(Resource::Payments)));
        assert!(!may.allow(Permission::read(Resource::Refunds)));
    }

    #[test]
    fn they_are_stored_as_words_and_what_nobody_knows_is_not_granted() {
        let stored = ["events:read", "customers:write", "flights:write", "wallet:own", "payments", ""];
        let may = Permissions::of_stored(stored);
        assert_eq!(may.to_stored(), ["customers:write", "events:read"]);
        assert_eq!(Permissions::of_stored(may.to_stored().iter().map(String::as_str)), may);
    }

    #[test]
    fn they_are_told_in_words() {
        let told = |words: &[&str]| Permissions::of_stored(words.iter().copied()).words();
        assert_eq!(told(&["wallet:write", "customers:write", "events:read"]), "Write customers, wallet · Read events");
        assert_eq!(told(&["payments:read"]), "Read payments");
        assert_eq!(told(&[]), "");
    }

    #[test]
    fn tokens_are_of_test_accounts_alone() {
        assert!(Resource::Tokens.is_in(Mode::Test) && !Resource::Tokens.is_in(Mode::Live));
        assert!(Resource::ALL.iter().filter(|one| !one.is_in(Mode::Live)).eq([&Resource::Tokens]));
    }
}
