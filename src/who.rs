//! The person who asks: what they may do, and the account they are in. `staff` finds out; the frame and the features
//! read it.

use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

use crate::{
    clock::Clock,
    db::Searcher,
    error::Result,
    events::{Actor, By},
    gateway,
    ids::{AccountId, MerchantId, StaffId},
    merchants::{Privacy, Sees, Settings},
    query::Home,
    values::{Mode, curtain::Curtain, when::When},
};

/// The person who asks, their merchant, and the account their session is in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub staff: StaffId,
    pub email: String,
    pub name: String,
    /// Their role.
    pub role: Role,
    /// What they see of customers.
    pub sees: Sees,
    /// True when keys like / and c work alone for them.
    pub single_keys: bool,
    /// The colours of their pages; nothing when they are those of their system.
    pub theme: Option<Theme>,
    /// What they prove beside the password.
    pub second_factor: SecondFactor,
    /// True when they have proved within the last 10 minutes that it is them.
    pub is_proven: bool,
    pub merchant_id: MerchantId,
    /// Their merchant's name.
    pub merchant: String,
    /// The decisions of their merchant.
    pub settings: Settings,
    /// The account that every finder starts with.
    pub account: AccountId,
    /// The mode of the account.
    pub mode: Mode,
    /// The account's clock.
    pub clock: Clock,
    /// The request they ask in.
    pub request: Uuid,
    /// What they have to know, on every page until they dismiss it.
    pub notices: Vec<Notice>,
}

/// A notice that stays until it is dismissed.
#[derive(Clone, Debug)]
pub struct Notice {
    pub id: Uuid,
    /// A sentence without a full stop that says what happened.
    pub text: String,
    /// The sentences that say what it means.
    pub detail: &'static str,
    pub at: Timestamp,
}

impl Notice {
    /// Returns when it happened, as people of a zone read it.
    pub fn when(&self, zone: &TimeZone) -> When {
        // It is of the person, not of an account.
        When::new(self.at, zone, Timestamp::now())
    }
}

impl SignedIn {
    /// Returns whether they may create, edit, delete and restore.
    pub fn may_edit(&self) -> bool {
        self.role >= Role::Editor
    }

    /// Returns whether they may also refund.
    pub fn may_refund(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Returns whether they may also make, replace and revoke keys of the API.
    pub fn may_manage_keys(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Returns whether they may also invite, change and remove people; only owners do so with owners.
    pub fn may_manage_team(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Returns whether they may also change the merchant's settings, and read the log of all that happened.
    pub fn may_change_settings(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Returns whether they may also decide how everybody signs in.
    pub fn may_secure(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Returns whether they may also erase customers, and forbid that.
    pub fn may_erase(&self) -> bool {
        self.role >= Role::Owner
    }

    /// Returns whether they may also define fields, change and archive them.
    pub fn may_define_fields(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Returns whether they may also archive prices, and bring them back.
    pub fn may_archive_prices(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Returns whether they may also void invoices and write them off.
    pub fn may_close_invoices(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Returns what hides the private data of customers from them.
    pub fn curtain(&self) -> Curtain {
        self.sees.curtain()
    }

    /// Returns whether they may have that of one customer shown.
    pub fn may_reveal(&self) -> bool {
        self.sees == Sees::Revealed
    }

    /// Returns them as one who sees everything of the customer that they look at.
    #[must_use]
    pub fn revealed(self) -> Self {
        Self { sees: Sees::Shown, ..self }
    }

    /// Returns where they are at home, for what they type into a search.
    pub fn home(&self) -> Home {
        self.settings.home(self.curtain())
    }

    /// Returns whether the account has a gateway, so that customers can be charged in it.
    pub fn has_gateway(&self) -> bool {
        gateway::has(self.mode)
    }

    /// Returns whether the account is the test one.
    pub fn is_testing(&self) -> bool {
        self.mode == Mode::Test
    }

    /// Returns the person as one who searches.
    pub fn searcher(&self) -> Searcher {
        let is_even = self.curtain().is_drawn();
        Searcher { merchant: self.merchant_id.uuid(), person: self.staff.uuid(), is_even }
    }

    /// Returns the time of the account in words, where it is not that of the world.
    pub fn time_ahead(&self) -> Option<String> {
        let is_other = self.clock.ahead().is_positive() || self.is_moving();
        is_other.then(|| When::new(self.now(), &self.settings.time_zone, self.now()).full)
    }

    /// Returns whether the clock of the account is on its way, so that nothing is changed there.
    pub fn is_moving(&self) -> bool {
        self.clock.way_to().is_some()
    }

    /// Returns the time in the account.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the person as the author of a change.
    pub fn by(&self) -> By {
        By::new(self.account, self.clock.clone(), Actor::Staff(self.staff), Some(self.request))
    }
}

/// The colours of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    /// Returns the name as stored, sent and known to CSS.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Returns the theme of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.as_str() == text)
    }
}

/// The ways in which a person proves a second time, beside the password, that it is them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecondFactor {
    /// Codes of an authenticator app.
    pub app: bool,
    /// Passkeys.
    pub passkeys: bool,
}

impl SecondFactor {
    /// Returns whether there is one at all.
    pub fn is_set_up(self) -> bool {
        self.app || self.passkeys
    }
}

/// The role of a person; each may also do what the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// May only read.
    Viewer,
    /// May also create, edit, delete and restore.
    Editor,
    /// May also refund, define fields, manage API keys, the team and settings, and will do bulk actions.
    Admin,
    /// May also erase and appoint owners.
    Owner,
}

impl Role {
    /// Returns what a person of this role sees of the customers of a merchant that decided so.
    pub fn sees(self, privacy: Privacy) -> Sees {
        match self {
            Self::Viewer => privacy.viewers,
            Self::Editor => privacy.editors,
            Self::Admin | Self::Owner => Sees::Shown,
        }
    }

    /// All roles, the least powerful first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Editor, Self::Admin, Self::Owner];

    /// Returns the name as stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| "expected viewer, editor, admin or owner".to_owned())
    }
}
