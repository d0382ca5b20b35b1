//! The question that a form is answered with when other customers have its email or phone already: who they are, why
//! they may be meant, and the ways on.

use askama::Template;

use crate::{
    customers::{
        identity::{Avatar, path},
        lookalikes::{AGREED, Lookalike, Lookalikes},
    },
    db::Db,
    error::Result,
    ids::{CustomerId, PaymentId},
    payments::{figures, row},
    values::{phone, when::When},
    who::SignedIn,
};

/// The form that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    Creating,
    /// A customer is created for a payment, which another one may have made.
    CreatingFor(PaymentId),
    Editing,
}

/// A customer who may be meant.
pub struct Candidate {
    pub of: Lookalike,
    pub avatar: Avatar,
    /// The path to use it instead.
    pub path: String,
    /// The time of its deletion, if it is deleted.
    pub deleted: Option<When>,
    /// The time of its last payment, if it ever paid.
    pub last_payment: Option<When>,
}

impl Candidate {
    /// Returns its email and phone as people read them, but for what its title says already.
    pub fn written_at(&self) -> Option<String> {
        let both = [self.of.email.clone(), self.of.phone.as_deref().map(phone::pretty)];
        let said: Vec<String> = both.into_iter().flatten().filter(|text| *text != self.of.title).collect();
        (!said.is_empty()).then(|| said.join(" · "))
    }
}

/// The question, with everybody who may be meant.
#[derive(Template)]
#[template(path = "customer_page/_question.html")]
pub struct Question {
    asks: Asks,
    live: Vec<Candidate>,
    pub deleted: Vec<Candidate>,
}

impl Question {
    /// Reads what there is to say of those who were `found`, for a form of `who`.
    pub async fn read(asks: Asks, found: Lookalikes, who: &SignedIn, db: &Db) -> Result<Self> {
        let (account, currency) = (who.account, who.settings.default_currency);
        let ids: Vec<CustomerId> = found.all().map(|one| one.id).collect();
        let paid = db.read(move |conn| figures::of_page(conn, account, &ids, currency)).await?;
        let when = |at| When::new(at, &who.settings.time_zone, who.now());
        let candidate = |of: Lookalike| Candidate {
            avatar: Avatar::new(of.id, &of.title, &of.kind),
            path: match asks {
                Asks::CreatingFor(payment) => format!("{}/customer?customer={}", row::path(payment), of.id),
                _ => path(of.id),
            },
            deleted: of.deleted_at.map(when),
            last_payment: paid.get(&of.id).map(|paid| when(paid.last_payment_at)),
            of,
        };
        let all = |found: Vec<Lookalike>| found.into_iter().map(|of| of.behind(who.curtain())).map(candidate).collect();
        Ok(Self { asks, live: all(found.live), deleted: all(found.deleted) })
    }

    pub fn is_creating(&self) -> bool {
        self.asks != Asks::Editing
    }

    /// Returns whether only deleted customers may be meant, who do not stand in the way.
    pub fn is_harmless(&self) -> bool {
        self.live.is_empty()
    }

    /// Returns everybody, the live ones first.
    pub fn candidates(&self) -> impl Iterator<Item = &Candidate> {
        self.live.iter().chain(&self.deleted)
    }

    pub fn title(&self) -> &'static str {
        match (self.is_creating(), self.live.len(), self.deleted.len()) {
            (_, 0, 1) => "A deleted customer may be this one",
            (_, 0, _) => "Deleted customers may be this one",
            (true, 1, _) => "This customer may be here already",
            (true, ..) => "These customers may be this one",
            (false, 1, _) => "This is another customer’s already",
            (false, ..) => "This is other customers’ already",
        }
    }

    /// Returns the words of the button that goes on all the same.
    pub fn anyway(&self) -> &'static str {
        if self.is_creating() { "Create anyway" } else { "Save anyway" }
    }

    /// Returns the ids of everybody who is shown, for the form to carry: who agrees, agrees to these.
    pub fn ids(&self) -> String {
        self.candidates().map(|one| one.of.id.to_string()).collect::<Vec<_>>().join(" ")
    }

    /// Returns the fields that can be changed instead.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        let has = [
            ("email", self.candidates().any(|one| one.of.has_email)),
            ("phone", self.candidates().any(|one| one.of.has_phone)),
        ];
        has.into_iter().filter(|(_, has)| *has).map(|(name, _)| name)
    }
}
