//! A customer's wallet: a part of the customer's page that loads separately, and a page of its own.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::{civil::Date, tz::TimeZone};

use super::{path, wallet_path};
use crate::{
    customer_parts::USES,
    customers::model::{self as customers, Customer},
    db::Db,
    error::Result,
    html::html,
    ids::{CustomerId, MethodId},
    payment_methods::{
        model::{self, Method},
        uses::Charged,
        wallet::Rules,
    },
    reveal,
    shell::{Place, Shell, Toast, Visit},
    values::{expiry, when},
    who::SignedIn,
};

/// A method as a row shows it.
struct Line {
    id: MethodId,
    path: String,
    title: String,
    /// The brand in letters; empty for a bank account, which has an icon.
    mark: Option<&'static str>,
    brand: String,
    last4: String,
    about: String,
    is_default: bool,
    /// The colour and the word of a badge.
    state: Option<(&'static str, &'static str)>,
    billing: Option<String>,
    consent: Option<String>,
    /// The provider's own reference for a method as recorded.
    reference: Option<String>,
    /// The end of the time in which a removed method can be restored.
    until: Option<String>,
}

impl Line {
    fn new(method: Method, today: Date, zone: &TimeZone) -> Self {
        let expired = method.is_expired(today).then_some(("bad", "Expired"));
        let soon = method.expires_soon(today).then_some(("warn", "Expires soon"));
        let word = if expired.is_some() { "Expired" } else { "Expires" };
        let about = match method.instrument.expires_on {
            Some(last) => format!("{word} {}", expiry::shown(last)),
            None => "Bank account".to_owned(),
        };
        let consent = method.consent.as_ref().map(|consent| match consent.at {
            Some(at) => format!("{}, {}", consent.source, when::date(at, zone)),
            None => consent.source.clone(),
        });
        Self {
            id: method.id,
            path: path(method.id),
            title: method.title(),
            mark: method.instrument.kind.mark(&method.instrument.brand),
            about,
            is_default: method.is_default,
            state: expired.or(soon),
            billing: method.billing.as_ref().map(|address| address.lines().join(", ")),
            consent,
            reference: method.reference().map(str::to_owned),
            until: method.restorable_until().map(|until| when::date(until, zone)),
            brand: method.instrument.brand,
            last4: method.instrument.last4,
        }
    }
}

#[derive(Template)]
#[template(path = "wallet_page/index.html", blocks = ["wallet"])]
struct WalletPage {
    shell: Shell,
    title: String,
    customer_path: String,
    path: String,
    is_deleted: bool,
    /// True when billing addresses are masked.
    is_masked: bool,
    size: usize,
    lines: Vec<Line>,
    /// The removed methods that can still be restored.
    removed: Vec<Line>,
    /// True when something that follows the default is past due, so that another default is asked about first.
    asks: bool,
    /// The notice that a fragment brings along.
    toast: Option<Toast>,
}

impl WalletPage {
    /// Makes the wallet of `customer` as `reader` sees it.
    fn new(shell: Shell, reader: &SignedIn, customer: Customer, methods: Vec<Method>, asks: bool) -> Self {
        let curtain = reader.curtain();
        let customer = customer.behind(curtain);
        let (settings, now) = (&shell.who.settings, shell.who.now());
        let (today, zone) = (expiry::today(now, &settings.time_zone), &settings.time_zone);
        // What the undo windows took is not there any more, though its rows may wait to be cleared away.
        let is_there = |method: &Method| {
            !customers::is_over(customer.deleted_at, now) && method.restorable_until().is_none_or(|until| until > now)
        };
        let (removed, kept): (Vec<_>, Vec<_>) = methods.into_iter().filter(is_there).partition(Method::is_removed);
        let line = |method: Method| Line::new(method.behind(curtain), today, zone);
        let lines = |methods: Vec<Method>| methods.into_iter().map(line).collect();
        Self {
            title: customer.title(),
            customer_path: crate::customers::identity::path(customer.id),
            path: wallet_path(customer.id),
            is_deleted: customer.is_deleted(),
            is_masked: curtain.is_drawn(),
            size: settings.wallet_size,
            lines: lines(kept),
            removed: lines(removed),
            asks,
            toast: None,
            shell,
        }
    }

    fn is_full(&self) -> bool {
        self.lines.len() >= self.size
    }

    /// Returns whether this person can change the wallet now.
    fn may_change(&self) -> bool {
        self.shell.who.may_edit() && !self.is_deleted
    }

    fn lacks_default(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| !line.is_default)
    }
}

/// GET /customers/{id}/payment_methods
pub async fn show(visit: Visit, id: web::Path<CustomerId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let page = page(&visit, *id, &db).await?;
    visit.answer(&page, page.as_wallet())
}

async fn page(visit: &Visit, id: CustomerId, db: &Db) -> Result<WalletPage> {
    let who = visit.who.clone();
    let (reader, customer, methods, asks) = db
        .read(move |conn| {
            let customer = customers::find_or_say_where(conn, who.account, id)?;
            let reader = reveal::reader(conn, &who, id)?;
            let asks = !USES.unpaid(conn, &who.by(), id, Charged::BY_DEFAULT)?.is_empty();
            Ok((reader, customer, model::all_of(conn, who.account, id)?, asks))
        })
        .await?;
    Ok(WalletPage::new(visit.shell(Place::Customers), &reader, customer, methods, asks))
}

/// GET /payment_methods/{id}: the wallet that contains the method.
pub async fn open(visit: Visit, id: web::Path<MethodId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (account, id) = (visit.who.account, *id);
    let method = db.read(move |conn| model::find(conn, account, id)).await?;
    Ok(visit.go_to(wallet_path(method.customer)))
}

/// Answers with the wallet and a notice, in its place or through a redirect.
pub(super) async fn answer(visit: &Visit, customer: CustomerId, toast: Toast, db: &Db) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        return visit.done(toast, wallet_path(customer));
    }
    let page = WalletPage { toast: Some(toast), ..page(visit, customer, db).await? };
    html(page.as_wallet())
}

/// Returns what a notice says of charges that have begun.
pub(super) fn begun(charges: usize) -> Option<String> {
    match charges {
        0 => None,
        1 => Some("A charge of what is unpaid has begun".to_owned()),
        count => Some(format!("{count} charges of what is unpaid have begun")),
    }
}

/// Returns the title of a method, as the visitor sees it.
pub(super) fn title(visit: &Visit, method: &Method) -> String {
    method.clone().behind(visit.who.curtain()).title()
}

/// Returns the current rules of a person's merchant.
pub(super) fn rules(who: &SignedIn) -> Rules {
    Rules::new(&who.settings, who.now())
}
