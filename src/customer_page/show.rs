//! A customer's page: header, details, addresses, metadata and activity, and the sections of the features.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{neighbours::Neighbours, own_values::OwnValue, section::Section};
use crate::{
    activity::{self, Activity, Entry},
    codes::Code,
    customer_list::origin::{Listing, Origin},
    customer_parts::PARTS,
    customers::{
        identity::{Avatar, path},
        model::{self, Customer},
        part::{Body, Panel},
        record::language_name,
    },
    db::Db,
    error::{Error, Result},
    history::reverting::Asker,
    html::html,
    ids::{CustomerId, EventId},
    input::Parameters,
    reveal,
    shell::{Place, Shell, Toast, Visit},
    undo,
    values::{
        Address, Email, phone,
        when::{self, When},
    },
    who::SignedIn,
};

/// A customer as the page shows it.
pub struct View {
    pub customer: Customer,
    /// The list that its page was opened from.
    pub list: Listing,
    /// Its path, with which all of its other paths begin.
    pub path: String,
    /// Its title.
    pub title: String,
    pub avatar: Avatar,
    /// The time of its creation.
    pub created: When,
    /// The time of its last change.
    pub updated: When,
    /// The time of its deletion, if it is deleted.
    pub deleted: Option<When>,
    /// The date until which all of it can be restored, and whether that is over.
    pub restorable: Option<(String, bool)>,
    /// The values of the merchant's own fields.
    pub own_values: Vec<OwnValue>,
    /// True when what is private of it is hidden from who reads it.
    pub is_masked: bool,
}

impl View {
    /// Makes the view of `customer` that `who` reads, coming from `list`.
    pub fn new(customer: Customer, list: Listing, who: &SignedIn) -> Self {
        let customer = customer.behind(who.curtain());
        let is_masked = who.curtain().is_drawn();
        let (zone, now) = (&who.settings.time_zone, who.now());
        let title = customer.title();
        Self {
            path: path(customer.id),
            avatar: Avatar::new(customer.id, &title, &customer.record.kind),
            title,
            created: When::new(customer.created_at, zone, now),
            updated: When::new(customer.updated_at, zone, now),
            deleted: customer.deleted_at.map(|at| When::new(at, zone, now)),
            own_values: OwnValue::all(&customer.record, &who.settings.fields, is_masked),
            is_masked,
            restorable: customer.restorable_until().map(|until| (when::date(until, zone), until < now)),
            customer,
            list,
        }
    }

    /// Returns the address of one of its own pages, like `/edit`, which leads back to the same list.
    pub fn to(&self, page: &str) -> String {
        self.list.origin.on(&format!("{}{page}", self.path))
    }

    /// Returns the address of its activity before an event.
    pub fn earlier(&self, event: &EventId) -> String {
        self.list.origin.on_with(&format!("{}/activity", self.path), &[("before", event.to_string())])
    }

    /// Returns the address of its own page.
    pub fn here(&self) -> String {
        self.to("")
    }

    /// Returns the address of the form of a section.
    pub fn section(&self, section: Section) -> String {
        self.list.origin.on_with(&format!("{}/edit", self.path), &[("part", section.as_str().to_owned())])
    }

    /// Returns whether that person can edit it now.
    pub fn is_editable_by(&self, who: &SignedIn) -> bool {
        who.may_edit() && !self.customer.is_deleted() && !self.is_masked
    }

    /// Returns the path that undoes an entry of its activity, when that is offered to `who`. A deleted customer is
    /// restored first.
    pub fn undo_path(&self, entry: &Entry, who: &SignedIn) -> Option<String> {
        let is_offered = || undo::is_offered(&entry.event, &Asker::of(who), who.now());
        // Who takes it back may have to choose between values.
        (!self.customer.is_deleted() && !self.is_masked && is_offered()).then(|| undo::path(entry.event.id))
    }

    /// Returns whether the phone may be none that can be called.
    pub fn has_odd_phone(&self) -> bool {
        !self.is_masked && self.customer.record.phone.as_ref().is_some_and(|pair| !phone::is_callable(&pair.e164))
    }

    /// Returns the link that calls the phone, if it can be called.
    pub fn tel(&self) -> Option<String> {
        let phone = self.customer.record.phone.as_ref().filter(|_| !self.is_masked && !self.has_odd_phone())?;
        Some(format!("tel:{}", phone.e164))
    }

    /// Returns the phone as people read it.
    pub fn phone(&self) -> Option<String> {
        self.customer.record.phone.as_ref().map(|pair| phone::pretty(&pair.e164))
    }

    /// Returns the language's name.
    pub fn language(&self) -> Option<String> {
        self.customer.record.language.as_deref().map(language_name)
    }

    /// Returns the email that was probably meant, if its domain looks mistyped.
    pub fn email_suggestion(&self) -> Option<String> {
        let email = self.customer.record.email.as_deref().filter(|_| !self.is_masked)?;
        Email::parse(email).ok()?.suggestion()
    }

    /// Returns the addresses, billing first, defaults first.
    pub fn addresses(&self) -> Vec<&Address> {
        let mut addresses: Vec<&Address> = self.customer.record.addresses.values().collect();
        addresses.sort_by_key(|address| (address.kind != "billing", !address.is_default));
        addresses
    }
}

/// The number of sections that come before the details.
const FIRST: usize = 2;

/// Returns the time of an entry.
pub fn entry_when(id: &EventId, who: &SignedIn) -> When {
    When::new(id.created_at(), &who.settings.time_zone, who.now())
}

#[derive(Template)]
#[template(path = "customer_page/show.html", blocks = ["customer"])]
pub(super) struct ShowPage {
    pub shell: Shell,
    pub view: View,
    pub neighbours: Neighbours,
    pub activity: Activity,
    /// The sections of the features.
    pub panels: Vec<Panel>,
    /// The notice, for a fragment, which brings it along.
    pub toast: Option<Toast>,
    /// The section that was edited alone just now.
    pub saved: Option<Section>,
}

impl ShowPage {
    /// Reads the page of a customer, deleted or not.
    pub async fn read(visit: &Visit, id: CustomerId, origin: &Origin, db: &Db) -> Result<Self> {
        let (reader, origin) = (visit.who.clone(), origin.clone());
        let (reader, customer, list, activity, panels) = db
            .read(move |conn| {
                let customer = model::find_or_say_where(conn, reader.account, id)?;
                // The list is masked as before.
                let list = origin.open(conn, &reader)?;
                let reader = reveal::reader(conn, &reader, id)?;
                let mut panels = Vec::new();
                for part in PARTS {
                    panels.extend(part.panels(conn, &reader, &customer)?);
                }
                let activity = activity::of(conn, &reader, id, None)?;
                Ok((reader, customer, list, activity, panels))
            })
            .await?;
        let neighbours = Neighbours::find(&visit.who, &customer, &list, db).await?;
        let view = View::new(customer, list, &reader);
        let shell = visit.shell(Place::Customers);
        Ok(Self { shell, view, neighbours, activity, panels, toast: None, saved: None })
    }

    /// Returns the sections that come before the details: notes and figures.
    fn first_panels(&self) -> impl Iterator<Item = &Panel> {
        self.panels.iter().take(FIRST)
    }

    /// Returns the sections that come after the details.
    fn other_panels(&self) -> impl Iterator<Item = &Panel> {
        self.panels.iter().skip(FIRST)
    }

    /// Returns whether the focus comes back to the button of that section.
    fn is_back_at(&self, section: &Section) -> bool {
        self.saved.as_ref() == Some(section)
    }
}

/// Answers `GET /customers/{id}`.
pub async fn show(visit: Visit, id: web::Path<CustomerId>, origin: Origin, db: web::Data<Db>) -> Result<HttpResponse> {
    let page = ShowPage::read(&visit, *id, &origin, &db).await?;
    visit.answer(&page, page.as_customer())
}

#[derive(Template)]
#[template(path = "customer_page/activity.html")]
struct ActivityPage {
    shell: Shell,
    view: View,
    activity: Activity,
}

/// Answers `GET /customers/{id}/activity`.
pub async fn activity(
    visit: Visit,
    id: web::Path<CustomerId>,
    asked: Parameters,
    origin: Origin,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let before = asked.0.filled("before").map(str::parse::<EventId>).transpose();
    let before = before.map_err(|_| {
        let sentence = "This link to earlier activity is damaged. Start again from the customer.";
        Error::BadRequest(Code::CursorDamaged.says(sentence))
    })?;
    let (who, id) = (visit.who.clone(), *id);
    let (who, customer, list, activity) = db
        .read(move |conn| {
            let customer = model::find_or_say_where(conn, who.account, id)?;
            let list = origin.open(conn, &who)?;
            let who = reveal::reader(conn, &who, id)?;
            let activity = activity::of(conn, &who, id, before)?;
            Ok((who, customer, list, activity))
        })
        .await?;
    let view = View::new(customer, list, &who);
    html(ActivityPage { shell: visit.shell(Place::Customers), view, activity })
}
