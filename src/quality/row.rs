//! A customer of a finding, with the fields that mend it, filled in as far as can be told.

use crate::{
    customers::{
        doubts::{Doubt, better, lowered, names_in_capitals},
        identity::{Avatar, path},
        lookalikes::AGREED,
        model::Customer,
        record::ADDRESS,
    },
    input::{FieldErrors, FormFields},
    merchants::Settings,
    payment_methods::model::Method,
    values::{CountryCode, Phone, phone},
    who::SignedIn,
};

use super::findings::Finding;

/// A customer of a finding.
pub struct Row {
    pub id: String,
    pub path: String,
    pub avatar: Avatar,
    pub title: String,
    /// What is known besides, to tell one from another.
    pub sub: Option<String>,
    /// The version that a mend starts from.
    pub version: i32,
    pub inputs: Vec<Input>,
    /// What is in doubt, which a dismissal is about.
    pub doubtful: String,
    /// What the form carries besides.
    pub carried: Vec<(String, String)>,
    /// True when the fields are filled in, so that one press mends it.
    pub is_proposed: bool,
    /// The default card that expired.
    pub expired: Option<Method>,
    /// The methods that can be the default instead.
    pub others: Vec<Method>,
    /// What stood against the mend, to be read first.
    pub problem: Option<String>,
    /// True when what is in doubt is hidden from who reads it: it is mended on the customer's page, once it is revealed.
    pub is_masked: bool,
}

/// A field that mends something.
pub struct Input {
    pub name: String,
    /// The id on the page, which has many of that name.
    pub id: String,
    pub label: &'static str,
    pub value: String,
    /// The type, as HTML has it.
    pub kind: &'static str,
    pub is_email: bool,
    pub error: Option<String>,
}

impl Row {
    /// Makes the row of a customer with `wallet`.
    pub fn new(finding: Finding, customer: &Customer, wallet: Vec<Method>, who: &SignedIn) -> Self {
        let (settings, is_masked) = (&who.settings, who.curtain().is_drawn());
        let customer = &customer.clone().behind(who.curtain());
        let record = &customer.record;
        let title = customer.title();
        let phone = record.phone.as_ref();
        let known = [record.email.clone(), phone.map(|phone| phone::pretty(&phone.e164)), record.company.clone()];
        let known: Vec<String> = known.into_iter().flatten().filter(|text| *text != title).collect();
        let (expired, others) = wallet.into_iter().partition(|method| method.is_default);
        let id = customer.id.to_string();
        let fields = match finding {
            Finding::Of(doubt) if !is_masked => mends(doubt, customer, settings),
            _ => Vec::new(),
        };
        let input = |(name, label, value): (String, &'static str, String)| Input {
            id: format!("{id}-{name}"),
            kind: if name == "phone" { "tel" } else { "text" },
            is_email: name == "email",
            error: None,
            name,
            label,
            value,
        };
        let inputs: Vec<Input> = fields.into_iter().map(input).collect();
        let new_address = inputs.iter().any(|input| input.name.starts_with(NEW_ADDRESS));
        Self {
            path: path(customer.id),
            avatar: Avatar::new(customer.id, &title, &record.kind),
            title,
            sub: (!known.is_empty()).then(|| known.join(" · ")),
            version: customer.version,
            is_proposed: matches!(finding, Finding::Of(Doubt::Domain | Doubt::Capitals)) && !is_masked
                || finding == Finding::Of(Doubt::Country) && inputs.iter().any(|input| !input.value.is_empty()),
            inputs,
            carried: if new_address { vec![(format!("{NEW_ADDRESS}kind"), "billing".to_owned())] } else { Vec::new() },
            expired: Vec::into_iter(expired).next(),
            others,
            doubtful: match finding {
                Finding::Of(doubt) if !is_masked => doubt.of(record).unwrap_or_default(),
                _ => String::new(),
            },
            is_masked: is_masked && matches!(finding, Finding::Of(_)),
            problem: None,
            id,
        }
    }

    /// Puts what was typed in the place of what was proposed, with its errors. It goes on from `version`.
    #[must_use]
    pub fn typed(mut self, typed: &FormFields, errors: &FieldErrors, version: i32) -> Self {
        self.version = version;
        for input in &mut self.inputs {
            input.value = typed.first(&input.name).unwrap_or(&input.value).to_owned();
            input.error = errors.on(&input.name).map(str::to_owned);
        }
        let is_input = |name: &str| self.inputs.iter().any(|input| input.name == name);
        let others = errors.all().iter().filter(|error| !is_input(&error.field)).map(|error| error.message.clone());
        let others: Vec<String> = others.collect();
        if !others.is_empty() {
            self.problem = Some(others.join(" "));
        }
        self
    }

    /// Says what stands against the mend; `agreed` are the customers who may have the same email or phone, for the next
    /// try.
    #[must_use]
    pub fn with_problem(mut self, problem: String, agreed: Option<String>) -> Self {
        self.carried.extend(agreed.map(|ids| (AGREED.to_owned(), ids)));
        Self { problem: Some(problem), ..self }
    }
}

/// What the names of a new address begin with.
const NEW_ADDRESS: &str = "address.new1.";

/// Returns the fields that mend a doubt: the name in the form, the label, and the value that is probably right.
fn mends(doubt: Doubt, customer: &Customer, settings: &Settings) -> Vec<(String, &'static str, String)> {
    let record = &customer.record;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match doubt {
        Doubt::Phone => {
            let typed = record.phone.as_ref().map(|phone| phone.typed.clone()).unwrap_or_default();
            vec![("phone".to_owned(), "Phone", typed)]
        }
        Doubt::Domain => {
            let email = text(&record.email);
            vec![("email".to_owned(), "Email", better(&email).unwrap_or(email))]
        }
        Doubt::Capitals => {
            let field = |(field, name): (&str, &str)| {
                let label = match field {
                    "first_name" => "First name",
                    "last_name" => "Last name",
                    _ => "Name",
                };
                (field.to_owned(), label, lowered(name))
            };
            let named: Vec<_> = names_in_capitals(record).map(field).collect();
            // Somebody put it right, while another was at it.
            if named.is_empty() { vec![field(("name", record.name.as_deref().unwrap_or_default()))] } else { named }
        }
        Doubt::Contact => {
            vec![("email".to_owned(), "Email", String::new()), ("phone".to_owned(), "Phone", String::new())]
        }
        Doubt::Country => {
            let mut billing = record.addresses.iter().filter(|(_, address)| address.kind == "billing");
            let default = billing.find(|(_, address)| address.is_default);
            let at = default.map_or(NEW_ADDRESS.to_owned(), |(id, _)| format!("{ADDRESS}{id}."));
            let other = record.addresses.values().find_map(|address| address.country.as_deref());
            let other = other.and_then(|code| CountryCode::parse(code).ok());
            let called = || Phone::parse(&record.phone.as_ref()?.e164, settings.default_country).ok()?.country();
            let country = other.or_else(called).map(CountryCode::name).unwrap_or_default();
            vec![(format!("{at}country"), "Country", country.to_owned())]
        }
    }
}
