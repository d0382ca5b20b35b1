//! Pages in every state that somebody meets, asked for as page and as fragment: none breaks, and each is HTML of the
//! status that it should have.
//!
//! With `CLIENTELE_STATES` naming a folder each answer is also written there, without what is new in every run, so that
//! two folders show what a change of the code did to the pages:
//!
//! ```sh
//! CLIENTELE_STATES=/tmp/before cargo test --locked --test app states
//! CLIENTELE_STATES=/tmp/after cargo test --locked --test app states
//! diff -r /tmp/before /tmp/after
//! ```

mod audit;
mod curtain;
mod customers;
mod fields;
mod lists;
mod notes;
mod others;
mod own_fields;
mod payments;
mod persons;
mod prices;
mod recurring;
mod second_factors;
mod settings;
mod team;
mod tidy;
mod wallets;

use std::{collections::BTreeSet, fs, path::PathBuf};

use crate::world::{Answer, Asker, Form, World, encode};
use tidy::Tidy;

/// What is told of an answer besides its text.
const HEADERS: [&str; 11] = [
    "Location",
    "Content-Type",
    "Cache-Control",
    "Retry-After",
    "HX-Location",
    "HX-Push-Url",
    "HX-Redirect",
    "HX-Replace-Url",
    "HX-Reswap",
    "HX-Retarget",
    "HX-Trigger",
];

/// The states of a run.
struct States {
    folder: Option<PathBuf>,
    names: BTreeSet<String>,
    tidy: Tidy,
}

impl States {
    fn new() -> Self {
        let folder = std::env::var_os("CLIENTELE_STATES").map(PathBuf::from);
        if let Some(folder) = &folder {
            fs::create_dir_all(folder).unwrap();
            assert_eq!(fs::read_dir(folder).unwrap().count(), 0, "{} has files already", folder.display());
        }
        Self { folder, names: BTreeSet::new(), tidy: Tidy::default() }
    }

    /// A state with the status that it must have.
    #[track_caller]
    fn keep(&mut self, name: &str, status: u16, answer: &Answer) {
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.outline());
        let is_html = answer.header("Content-Type").is_some_and(|kind| kind.starts_with("text/html"));
        assert!(is_html || answer.body.is_empty(), "{name} is HTML");
        let is_told = is_html && !answer.body.is_empty() && answer.has("#unknown-parameters");
        assert!(!is_told, "{name}: the app's own addresses have only what their pages take");
        assert!(self.names.insert(name.to_owned()), "{name} is there already");
        let Some(folder) = &self.folder else { return };
        let mut head = format!("{status}\n");
        for header in HEADERS {
            let value = answer.header(header).map(|value| format!("{header}: {value}\n"));
            head.push_str(&value.unwrap_or_default());
        }
        let text = self.tidy.tidied(&format!("{head}\n{}", tidy::lines(answer.text_body())));
        fs::write(folder.join(format!("{:03}-{name}.html", self.names.len())), text).unwrap();
    }

    /// A page alone.
    async fn page(&mut self, name: &str, asker: &Asker, path: impl AsRef<str>, status: u16) -> Answer {
        let answer = asker.get(path).await;
        self.keep(name, status, &answer);
        answer
    }

    /// A page, and the fragment of the same status that htmx gets instead.
    async fn both(&mut self, name: &str, asker: &Asker, path: impl AsRef<str>, status: u16) -> Answer {
        let page = self.page(name, asker, path.as_ref(), status).await;
        self.keep(&format!("{name}.part"), status, &asker.fragment(path).await);
        page
    }

    /// What a form is answered with that changes nothing, as page and as fragment.
    async fn refused(&mut self, name: &str, asker: &Asker, form: &Form, status: u16) -> Answer {
        let page = asker.submit(form).await;
        self.keep(name, status, &page);
        self.keep(&format!("{name}.part"), status, &asker.submit(form).in_place().await);
        page
    }

    /// What a form is answered with that changes something, and the page that it leads to.
    async fn done(&mut self, name: &str, asker: &Asker, form: &Form) -> String {
        let answer = asker.submit(form).await;
        self.keep(name, 303, &answer);
        self.page(&format!("{name}.next"), asker, answer.location(), 200).await;
        answer.location().to_owned()
    }

    /// What htmx is answered with after a change.
    async fn in_place(&mut self, name: &str, asker: &Asker, form: &Form) {
        self.keep(name, 200, &asker.submit(form).in_place().await);
    }
}

/// The list of customers with a search.
fn searched(q: &str) -> String {
    format!("/customers?q={}", encode(q))
}

/// A form with texts in some of its fields.
fn filled(form: Form, fields: &[(&str, &str)]) -> Form {
    fields.iter().fold(form, |form, (name, text)| form.set(name, text))
}

/// Records a payment of a day so many months ago, so that no two are of the same day and none is of this month; its path.
async fn recorded(world: &World, months: i8, day: i8, form: &str) -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Africa/Nairobi").unwrap()).date();
    let month = today.first_of_month().saturating_sub(jiff::Span::new().months(months));
    let form = format!("date={}-{day:02}&{form}", month.strftime("%Y-%m"));
    world.editor().post("/payments", form).await.expect(303).location().to_owned()
}

/// Charges a customer of the test account; the payment's path.
async fn charged(world: &World, customer: &str, form: &str) -> String {
    let editor = world.testing(&world.shop.editor);
    editor.post(format!("{customer}/charges"), form).await.expect(303).location().to_owned()
}

#[actix_web::test]
async fn every_state_of_every_page_is_html_of_its_status() {
    let mut states = States::new();
    lists::first_use(&mut states).await;
    lists::orders(&mut states).await;
    lists::searches(&mut states).await;
    lists::filters(&mut states).await;
    customers::shown(&mut states).await;
    customers::created(&mut states).await;
    customers::edited(&mut states).await;
    customers::deleted(&mut states).await;
    own_fields::values(&mut states).await;
    payments::lists(&mut states).await;
    payments::each(&mut states).await;
    payments::charges(&mut states).await;
    payments::forms(&mut states).await;
    payments::figures(&mut states).await;
    wallets::wallets(&mut states).await;
    wallets::methods(&mut states).await;
    wallets::sandbox(&mut states).await;
    notes::notes(&mut states).await;
    persons::persons(&mut states).await;
    persons::quality(&mut states).await;
    others::views(&mut states).await;
    others::palette(&mut states).await;
    others::staff(&mut states).await;
    others::keys(&mut states).await;
    team::team(&mut states).await;
    second_factors::second_factors(&mut states).await;
    fields::fields(&mut states).await;
    prices::prices(&mut states).await;
    recurring::recurring(&mut states).await;
    recurring::test_clock(&mut states).await;
    settings::settings(&mut states).await;
    audit::audit(&mut states).await;
    curtain::curtain(&mut states).await;
    others::troubles(&mut states).await;
    let count = states.names.len();
    assert!(count > 950, "{count} states");
}
