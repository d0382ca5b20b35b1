//! The removal of a payment method after a page that shows its effects, and the restoration. One that
//! subscriptions or payment schedules charge is removed only together with the choice of another one for them.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    panel::{self, begun, rules, title},
    path, wallet_path,
};
use crate::{
    codes::Code,
    customer_parts::USES,
    customers::model::{self as customers, Customer, UNDO_WINDOW},
    db::Db,
    error::{Error, Result},
    form::Sent,
    html::DIALOG,
    ids::MethodId,
    input::FormFields,
    payment_methods::{
        model::{self, Method},
        uses::{self, Charged, Unpaid, Use},
        wallet,
    },
    shell::{Place, Shell, Toast, Undo, Visit},
    staff::guard::Editor,
    values::when,
};

/// A method that can be charged instead.
struct Other {
    id: MethodId,
    title: String,
    is_default: bool,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "wallet_page/deletion.html", blocks = ["dialog"])]
struct RemovalPage {
    shell: Shell,
    customer_title: String,
    customer_path: String,
    wallet: String,
    path: String,
    title: String,
    is_default: bool,
    /// What charges it.
    uses: Vec<Use>,
    /// The other methods in the wallet, as far as they can be charged.
    others: Vec<Other>,
    /// How many others there are, also of those that cannot be charged.
    others_kept: usize,
    /// What of it is past due.
    unpaid: Unpaid,
    /// True when that is to be charged at once.
    collects: bool,
    until: String,
    /// Why it was not removed.
    conflict: Option<String>,
}

impl RemovalPage {
    /// Returns whether nothing else can be charged for what needs it.
    fn is_closed(&self) -> bool {
        !self.uses.is_empty() && self.others.is_empty()
    }

    /// Returns how many things charge it, in words.
    fn used(&self) -> String {
        uses::counted(&self.uses)
    }

    /// Returns when what is past due is charged: in any case.
    fn collect_when(&self) -> &'static str {
        ""
    }

    /// Returns what it does, as the button says it.
    fn button(&self) -> &'static str {
        if self.uses.is_empty() { "Remove payment method" } else { "Charge the other instead and remove" }
    }
}

/// What the page is made of.
struct Stored {
    customer: Customer,
    method: Method,
    kept: Vec<Method>,
    uses: Vec<Use>,
    unpaid: Unpaid,
}

async fn stored(visit: &Visit, id: MethodId, db: &Db) -> Result<Stored> {
    let (account, by) = (visit.who.account, visit.who.by());
    db.read(move |conn| {
        let method = model::find(conn, account, id)?;
        let customer = customers::find(conn, account, method.customer)?;
        customer.refuse_deleted()?;
        let kept = model::of_customer(conn, account, customer.id)?;
        let uses = USES.of(conn, account, &method)?;
        let unpaid = USES.unpaid(conn, &by, customer.id, Charged::of(&method))?;
        Ok(Stored { customer, method, kept, uses, unpaid })
    })
    .await
}

fn page(visit: &Visit, stored: Stored, typed: &FormFields, conflict: Option<String>) -> RemovalPage {
    let Stored { customer, method, kept, uses, unpaid } = stored;
    let (today, curtain) = (rules(&visit.who).today, visit.who.curtain());
    let chargeable = kept.iter().filter(|one| one.id != method.id && !one.is_expired(today));
    let mut others: Vec<Other> = chargeable
        .map(|one| Other {
            id: one.id,
            title: title(visit, one),
            is_default: one.is_default,
            is_chosen: typed.filled("instead") == Some(one.id.to_string().as_str()),
        })
        .collect();
    if !others.iter().any(|one| one.is_chosen) {
        // The usual one is proposed.
        let usual = others.iter().position(|one| one.is_default).unwrap_or_default();
        others.get_mut(usual).into_iter().for_each(|one| one.is_chosen = true);
    }
    RemovalPage {
        customer_path: crate::customers::identity::path(customer.id),
        wallet: wallet_path(customer.id),
        customer_title: customer.behind(curtain).title(),
        path: path(method.id),
        title: title(visit, &method),
        is_default: method.is_default,
        uses: uses.into_iter().map(|one| one.behind(curtain)).collect(),
        others,
        others_kept: kept.iter().filter(|one| one.id != method.id).count(),
        unpaid,
        collects: typed.0.is_empty() || typed.first("collect").is_some(),
        until: when::date(visit.who.now() + UNDO_WINDOW, &visit.who.settings.time_zone),
        conflict,
        shell: visit.shell(Place::Customers),
    }
}

/// GET /payment_methods/{id}/deletion
pub async fn plan(Editor(visit): Editor, id: web::Path<MethodId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let stored = stored(&visit, *id, &db).await?;
    if stored.method.is_removed() {
        return Ok(visit.go_to(wallet_path(stored.customer.id)));
    }
    let page = page(&visit, stored, &FormFields::default(), None);
    visit.answer(&page, page.as_dialog())
}

/// POST /payment_methods/{id}/deletion: `instead` names the method that is charged from now on for what needs this one.
pub async fn remove(
    Editor(visit): Editor,
    id: web::Path<MethodId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    if sent.is_review() {
        let page = page(&visit, stored(&visit, id, &db).await?, &sent.typed, None);
        return visit.answer(&page, page.as_dialog());
    }
    let collects = sent.typed.first("collect").is_some();
    let instead = sent.typed.filled("instead").map(str::parse::<MethodId>).transpose();
    let instead = instead.map_err(|err| Error::BadRequest(Code::IdMalformed.says(err.to_string())))?;
    let removed = match db.write(move |conn| uses::remove(conn, &by, id, (instead, collects), USES)).await {
        Err(Error::Conflict(reason)) if reason.code != Code::CustomerDeleted => {
            let says = match reason.code {
                Code::MethodInUse => "Choose what is charged instead. Nothing was removed.".to_owned(),
                _ => reason.sentence.into_owned(),
            };
            let page = page(&visit, stored(&visit, id, &db).await?, &sent.typed, Some(says));
            return Ok(visit.retargeted(visit.answer_with(StatusCode::CONFLICT, &page, page.as_dialog())?, DIALOG));
        }
        removed => removed?,
    };
    let mut toast = Toast::new(format!("{} was removed", title(&visit, &removed.method)));
    let instead = removed.instead.as_ref().filter(|_| removed.changed > 0).map(|other| title(&visit, other));
    let mut details = Vec::new();
    match instead {
        Some(other) => details.push(format!("{other} is charged instead")),
        None if removed.was_default && removed.instead.is_none() => {
            details.push("There is no default payment method now".to_owned());
        }
        None => {}
    }
    details.extend(begun(removed.begun));
    details.push("Can be restored for 30 days".to_owned());
    toast.detail = Some(details.join(". "));
    toast.undo = Some(Undo { action: format!("{}/restoration", path(id)) });
    panel::answer(&visit, removed.method.customer, toast, &db).await
}

/// POST /payment_methods/{id}/restoration
pub async fn restore(Editor(visit): Editor, id: web::Path<MethodId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id, rules) = (visit.who.by(), *id, rules(&visit.who));
    let method = db.write(move |conn| wallet::restore(conn, &by, id, rules)).await?;
    let mut toast = Toast::new(format!("{} is back in the wallet", title(&visit, &method)));
    toast.detail = (!method.is_default).then(|| "It is not the default".to_owned());
    panel::answer(&visit, method.customer, toast, &db).await
}
