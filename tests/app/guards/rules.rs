//! The table of every route: the least role that may use it, and a form that it would take.

use clientele::{
    ids::{CustomerId, JobId, PaymentId, ViewId},
    who::Role,
};

use super::fields;
use crate::world::{Answer, Asker, Named, Person, World};

/// A route, the least role that may use it, and a form that it would take.
pub struct Rule {
    pub method: &'static str,
    pub path: &'static str,
    pub least: Least,
    pub form: &'static str,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Least {
    /// Nobody needs to be signed in.
    Anybody,
    Role(Role),
}

pub const ANYBODY: Least = Least::Anybody;
pub const VIEWER: Least = Least::Role(Role::Viewer);
pub const EDITOR: Least = Least::Role(Role::Editor);
pub const ADMIN: Least = Least::Role(Role::Admin);
pub const OWNER: Least = Least::Role(Role::Owner);

const fn get(path: &'static str, least: Least) -> Rule {
    Rule { method: "GET", path, least, form: "" }
}

const fn post(path: &'static str, least: Least, form: &'static str) -> Rule {
    Rule { method: "POST", path, least, form }
}

/// Every route there is. The view is a shared one.
pub const RULES: &[Rule] = &[
    get("/healthz", ANYBODY),
    get("/readyz", ANYBODY),
    get("/docs/api", ANYBODY),
    get("/", VIEWER),
    get("/login", ANYBODY),
    post("/login", ANYBODY, "email=nobody%40example.com&password=wrong"),
    get("/invitations/{token}", ANYBODY),
    post("/invitations/{token}", ANYBODY, "name=Nia"),
    get("/login/second_factor", ANYBODY),
    post("/login/second_factor", ANYBODY, "one_time_code=000000"),
    post("/login/passkey", ANYBODY, "credential=nonsense"),
    post("/login/passkey/challenge", ANYBODY, ""),
    post("/logout", VIEWER, ""),
    post("/mode", VIEWER, "mode=test"),
    get("/profile", VIEWER),
    get("/quality", VIEWER),
    get("/quality/{finding}", VIEWER),
    get("/quality/{finding}/{id}", VIEWER),
    post("/quality/{finding}/{id}", EDITOR, "version=1&address.new1.kind=billing&address.new1.country=KE"),
    post("/quality/{finding}/{id}/dismissal", EDITOR, "doubtful="),
    post("/profile/password", VIEWER, "current_password=a&new_password=b&repeated_password=c"),
    post("/profile", VIEWER, "name=Another"),
    post("/profile/preferences", VIEWER, "theme=dark&start=payments&single_keys=on"),
    post("/profile/notices", VIEWER, "notice=01939f7e-0000-7000-8000-000000000000"),
    post("/profile/sign-outs", VIEWER, ""),
    get("/profile/second_factor", VIEWER),
    get("/profile/second_factor/app", VIEWER),
    post("/profile/second_factor/app", VIEWER, "one_time_code=000000"),
    get("/profile/second_factor/app/removal", VIEWER),
    post("/profile/second_factor/app/removal", VIEWER, ""),
    get("/profile/second_factor/codes", VIEWER),
    post("/profile/second_factor/codes", VIEWER, ""),
    post("/profile/second_factor/passkeys/new", VIEWER, "name=Laptop&credential=nonsense"),
    get("/profile/second_factor/passkeys/new", VIEWER),
    post("/profile/second_factor/passkeys/challenge", VIEWER, ""),
    get("/profile/second_factor/passkeys/removal", VIEWER),
    post("/profile/second_factor/passkeys/removal", VIEWER, ""),
    post("/confirmation/challenge", VIEWER, ""),
    get("/confirmation", VIEWER),
    post("/confirmation", VIEWER, "password=wrong"),
    get("/palette", VIEWER),
    get("/customers", VIEWER),
    post("/customers", EDITOR, "name=Nia+New&email=nia%40new.example"),
    get("/customers/new", EDITOR),
    get("/customers/email", EDITOR),
    get("/customers/phone", EDITOR),
    get("/customers/count", VIEWER),
    get("/customers/help", VIEWER),
    get("/customers/columns", VIEWER),
    get("/customers/completions", VIEWER),
    get("/customers/filters", VIEWER),
    get("/customers/filters/{key}", VIEWER),
    get("/customers/{id}", VIEWER),
    post("/customers/{id}", EDITOR, "version=1&company=Changed"),
    // Viewers of the world see everything; where they do not, their merchant decides.
    post("/customers/{id}/reveal", VIEWER, ""),
    get("/customers/{id}/edit", EDITOR),
    get("/customers/{id}/activity", VIEWER),
    get("/customers/{id}/place", VIEWER),
    get("/customers/{id}/deletion", EDITOR),
    post("/customers/{id}/deletion", EDITOR, "cancel=on"),
    post("/customers/{id}/restoration", EDITOR, ""),
    get("/customers/{id}/notes", VIEWER),
    post("/customers/{id}/notes", EDITOR, "note=Deliver+to+the+gate"),
    post("/notes/{note}", EDITOR, "version=1&text=Deliver+to+the+door"),
    get("/notes/{note}/edit", EDITOR),
    get("/notes/{note}/history", VIEWER),
    post("/notes/{note}/pin", EDITOR, "pinned=yes"),
    post("/notes/{note}/deletion", EDITOR, ""),
    post("/notes/{note}/restoration", EDITOR, ""),
    get("/customers/{id}/payment_methods", VIEWER),
    post("/customers/{id}/payment_methods", EDITOR, "token=tok_visa"),
    get("/customers/{id}/payment_methods/new", EDITOR),
    get("/payment_methods/{method}", VIEWER),
    post("/payment_methods/{method}", EDITOR, "version=1&expires=01%2F2041"),
    get("/payment_methods/{method}/edit", EDITOR),
    get("/payment_methods/{method}/default", EDITOR),
    post("/payment_methods/{method}/default", EDITOR, ""),
    get("/payment_methods/{method}/deletion", EDITOR),
    post("/payment_methods/{method}/deletion", EDITOR, ""),
    post("/payment_methods/{method}/restoration", EDITOR, ""),
    get("/sandbox/tokens/new", EDITOR),
    post("/sandbox/tokens/new", EDITOR, "card_number=4242424242424242&expires=01%2F2041"),
    get("/customers/{id}/payments", VIEWER),
    get("/customers/{id}/figures", VIEWER),
    get("/customers/{id}/charges/new", EDITOR),
    post("/customers/{id}/charges", EDITOR, "amount=5&token=tok_visa"),
    get("/payments", VIEWER),
    post("/payments", EDITOR, "amount=5&description=Rent"),
    get("/payments/new", EDITOR),
    get("/payments/count", VIEWER),
    get("/payments/help", VIEWER),
    get("/payments/completions", VIEWER),
    get("/payments/filters", VIEWER),
    get("/payments/filters/{key}", VIEWER),
    get("/payments/{payment}", VIEWER),
    get("/payments/{payment}/refunds/new", ADMIN),
    post("/payments/{payment}/refunds", ADMIN, "amount=0.01"),
    post("/payments/{payment}/cancellation", EDITOR, ""),
    post("/payments/{payment}/outcome", EDITOR, "status=failed"),
    get("/payments/{payment}/customer", EDITOR),
    post("/payments/{payment}/customer", EDITOR, "customer=nobody"),
    get("/prices", VIEWER),
    post("/prices", EDITOR, "name=Pro&amount=4900"),
    get("/prices/new", EDITOR),
    get("/prices/monthly", EDITOR),
    get("/prices/{price}", VIEWER),
    post("/prices/{price}", EDITOR, "version=1&name=Plus&price_key=plus"),
    post("/prices/{price}/archiving", ADMIN, ""),
    post("/prices/{price}/restoration", ADMIN, ""),
    get("/customers/{id}/subscriptions", VIEWER),
    post("/customers/{id}/subscriptions", EDITOR, "price=own&name=Pro&amount=49&method=bills"),
    get("/customers/{id}/subscriptions/new", EDITOR),
    get("/customers/{id}/subscriptions/preview", EDITOR),
    get("/customers/{id}/schedules", VIEWER),
    post("/customers/{id}/schedules", EDITOR, "description=Roof&amount=90&count=2&first_on=2040-01-01"),
    get("/customers/{id}/schedules/new", EDITOR),
    get("/customers/{id}/schedules/preview", EDITOR),
    get("/schedules/{schedule}", VIEWER),
    get("/schedules/{schedule}/method", EDITOR),
    post("/schedules/{schedule}/method", EDITOR, "method=default"),
    get("/schedules/{schedule}/collection", EDITOR),
    post("/schedules/{schedule}/collection", EDITOR, ""),
    get("/schedules/{schedule}/payoff", EDITOR),
    post("/schedules/{schedule}/payoff", EDITOR, ""),
    get("/schedules/{schedule}/cancellation", EDITOR),
    post("/schedules/{schedule}/cancellation", EDITOR, ""),
    get("/schedules/{schedule}/parts/{no}", EDITOR),
    post("/schedules/{schedule}/parts/{no}", EDITOR, "due_on=2040-02-01&amount=45"),
    get("/schedules/{schedule}/parts/{no}/skipping", EDITOR),
    post("/schedules/{schedule}/parts/{no}/skipping", EDITOR, ""),
    get("/schedule_parts/{part}", VIEWER),
    get("/schedules", VIEWER),
    get("/schedules/count", VIEWER),
    get("/schedules/help", VIEWER),
    get("/schedules/completions", VIEWER),
    get("/schedules/filters", VIEWER),
    get("/schedules/filters/{key}", VIEWER),
    get("/subscriptions/{subscription}", VIEWER),
    get("/subscriptions/{subscription}/amount", EDITOR),
    post("/subscriptions/{subscription}/amount", EDITOR, "amount=5900"),
    get("/subscriptions/{subscription}/method", EDITOR),
    post("/subscriptions/{subscription}/method", EDITOR, "method=default"),
    get("/subscriptions/{subscription}/next_charge", EDITOR),
    post("/subscriptions/{subscription}/next_charge", EDITOR, "next_on=2040-02-01"),
    get("/subscriptions/{subscription}/cancellation", EDITOR),
    post("/subscriptions/{subscription}/cancellation", EDITOR, "at=period"),
    post("/subscriptions/{subscription}/keeping", EDITOR, ""),
    get("/customers/{id}/invoices", VIEWER),
    get("/invoices", VIEWER),
    get("/invoices/count", VIEWER),
    get("/invoices/help", VIEWER),
    get("/invoices/completions", VIEWER),
    get("/invoices/filters", VIEWER),
    get("/invoices/filters/{key}", VIEWER),
    get("/revenue", VIEWER),
    get("/subscriptions", VIEWER),
    get("/subscriptions/count", VIEWER),
    get("/subscriptions/help", VIEWER),
    get("/subscriptions/completions", VIEWER),
    get("/subscriptions/filters", VIEWER),
    get("/subscriptions/filters/{key}", VIEWER),
    post("/customers/{id}/invoices", EDITOR, "currency=KES&line.0.description=Work&line.0.unit_amount=9"),
    get("/customers/{id}/invoices/new", EDITOR),
    get("/invoices/{invoice}", VIEWER),
    post("/invoices/{invoice}", EDITOR, "version=1&memo=Thanks"),
    get("/invoices/{invoice}/edit", EDITOR),
    get("/invoices/{invoice}/print", VIEWER),
    get("/invoices/{invoice}/charge", EDITOR),
    post("/invoices/{invoice}/charge", EDITOR, "token=tok_visa"),
    get("/invoices/{invoice}/payment", EDITOR),
    post("/invoices/{invoice}/payment", EDITOR, "amount=0.01"),
    get("/invoices/{invoice}/voiding", ADMIN),
    post("/invoices/{invoice}/voiding", ADMIN, ""),
    get("/invoices/{invoice}/write_off", ADMIN),
    post("/invoices/{invoice}/write_off", ADMIN, ""),
    post("/invoices/{invoice}/reopening", ADMIN, ""),
    get("/settings", ADMIN),
    post("/settings", ADMIN, "version=1&wallet_size=5"),
    get("/settings/invoicing", ADMIN),
    post("/settings/invoicing", ADMIN, "invoices_restart=yes&days_until_due=9&after_tries=keep"),
    get("/settings/jobs", ADMIN),
    post("/settings/jobs/{job}/retry", ADMIN, ""),
    get("/settings/audit", ADMIN),
    get("/settings/audit/help", ADMIN),
    get("/settings/audit/completions", ADMIN),
    get("/settings/audit/filters", ADMIN),
    get("/settings/audit/filters/{key}", ADMIN),
    get("/settings/audit/export", ADMIN),
    post("/settings/audit/export", ADMIN, "q=&format=csv"),
    get("/settings/fields", VIEWER),
    post("/settings/fields", ADMIN, "label=Region&kind=text"),
    get("/settings/fields/new", ADMIN),
    post("/settings/fields/preview", ADMIN, "label=Region&kind=text"),
    get("/settings/fields/{field}/edit", ADMIN),
    post("/settings/fields/{field}", ADMIN, "version=1&label=VAT"),
    post("/settings/fields/{field}/position", ADMIN, "to=down"),
    get("/settings/fields/{field}/archiving", ADMIN),
    post("/settings/fields/{field}/archiving", ADMIN, ""),
    post("/settings/fields/{field}/restoration", ADMIN, ""),
    get("/settings/api_keys", ADMIN),
    post("/settings/api_keys", ADMIN, "name=Web+shop&may.customers=read"),
    get("/settings/api_keys/new", ADMIN),
    get("/settings/api_keys/{api_key}/rotation", ADMIN),
    post("/settings/api_keys/{api_key}/rotation", ADMIN, "overlap=1h"),
    get("/settings/api_keys/{api_key}/revocation", ADMIN),
    post("/settings/api_keys/{api_key}/revocation", ADMIN, ""),
    get("/settings/webhooks", ADMIN),
    post("/settings/webhooks", ADMIN, "url=https://shop.example.com/hooks&types=*"),
    get("/settings/webhooks/new", ADMIN),
    get("/settings/webhooks/{endpoint}", ADMIN),
    post("/settings/webhooks/{endpoint}", ADMIN, "version=1&url=https://shop.example.com/&types=note.*"),
    get("/settings/webhooks/{endpoint}/edit", ADMIN),
    get("/settings/webhooks/{endpoint}/secret", ADMIN),
    post("/settings/webhooks/{endpoint}/secret", ADMIN, "overlap=0"),
    post("/settings/webhooks/{endpoint}/enabling", ADMIN, ""),
    post("/settings/webhooks/{endpoint}/disabling", ADMIN, ""),
    post("/settings/webhooks/{endpoint}/test", ADMIN, ""),
    get("/settings/webhooks/{endpoint}/deliveries/{sent}", ADMIN),
    post("/settings/webhooks/{endpoint}/deliveries/{sent}/attempts", ADMIN, ""),
    post("/settings/webhooks/{endpoint}/removal", ADMIN, ""),
    get("/settings/team", ADMIN),
    get("/settings/team/invitations", ADMIN),
    post("/settings/team/invitations", ADMIN, "email=nia%40new.example&role=viewer"),
    post("/settings/team/invitations/{invitation}/link", ADMIN, ""),
    post("/settings/team/invitations/{invitation}/withdrawal", ADMIN, ""),
    get("/settings/team/handover", OWNER),
    post("/settings/team/handover", OWNER, "heir="),
    get("/settings/team/{member}", ADMIN),
    post("/settings/team/{member}/role", ADMIN, "was=viewer&role=viewer"),
    post("/settings/team/{member}/state", ADMIN, "state=enabled"),
    post("/settings/team/{member}/sign-outs", ADMIN, ""),
    get("/settings/team/{member}/second_factor", OWNER),
    post("/settings/team/{member}/second_factor", OWNER, ""),
    get("/settings/team/{member}/removal", ADMIN),
    post("/settings/team/{member}/removal", ADMIN, ""),
    get("/settings/security", ADMIN),
    post("/settings/security", ADMIN, "factor=optional&most_sessions=9&viewers_see=masked&editors_see=shown"),
    get("/views", VIEWER),
    post("/views", VIEWER, "name=New&q=kamau"),
    get("/views/new", VIEWER),
    get("/views/counts", VIEWER),
    get("/views/default", VIEWER),
    get("/views/{view}", VIEWER),
    post("/views/{view}", EDITOR, "version=1&q=kamau"),
    get("/views/{view}/edit", EDITOR),
    post("/views/{view}/position", EDITOR, "to=left"),
    post("/views/{view}/default", VIEWER, "is_default=on"),
    post("/views/{view}/deletion", EDITOR, ""),
    post("/views/{view}/restoration", EDITOR, ""),
    post("/events/{event}/undo", EDITOR, ""),
    get("/customers/{id}/file", VIEWER),
    get("/customers/{id}/file/download", VIEWER),
    get("/customers/{id}/erasure", OWNER),
    post("/customers/{id}/erasure", OWNER, "confirmation=nobody"),
    get("/customers/{id}/hold", OWNER),
    post("/customers/{id}/hold", OWNER, "reason=Law"),
    post("/customers/{id}/hold/lifting", OWNER, ""),
    get("/test-clock", EDITOR),
    get("/test-clock/progress", EDITOR),
    post("/test-clock/moves", EDITOR, "to=2000-01-01T00%3A00%3A00Z"),
    post("/test-clock/stop", EDITOR, ""),
];

/// The lists that are searched by a status.
const LISTS: [&str; 4] = ["/payments", "/invoices", "/subscriptions", "/schedules"];

impl Rule {
    /// As the program has it: one name for all ids.
    pub fn route(&self) -> String {
        self.path
            .replace("{view}", "{id}")
            .replace("{method}", "{id}")
            .replace("{note}", "{id}")
            .replace("{payment}", "{id}")
            .replace("{price}", "{id}")
            .replace("{invoice}", "{id}")
            .replace("{subscription}", "{id}")
            .replace("{schedule}", "{id}")
            .replace("{part}", "{id}")
            .replace("{field}", "{id}")
            .replace("{job}", "{id}")
            .replace("{api_key}", "{id}")
            .replace("{endpoint}", "{id}")
            .replace("{event}", "{id}")
            .replace("{sent}", "{event}")
    }

    pub fn path_of(&self, named: &Named) -> String {
        self.path_with(named.wanjiru, named.view, named.payment)
            .replace("{method}", &named.method.to_string())
            .replace("{field}", &fields::FIELD.to_string())
            .replace("{note}", &named.note.to_string())
            .replace("{price}", &named.price.to_string())
            .replace("{invoice}", &named.invoice.to_string())
            .replace("{subscription}", &named.subscription.to_string())
            .replace("{schedule}", &named.schedule.to_string())
            .replace("{part}", &named.part.to_string())
            .replace("{no}", "1")
            .replace("{api_key}", &named.api_key.to_string())
            .replace("{event}", &named.event.to_string())
            .replace("{endpoint}", &named.endpoint.to_string())
            .replace("{sent}", &named.sent.to_string())
            .replace("{member}", &named.member.to_string())
            .replace("{invitation}", &named.invitation.to_string())
            .replace("{token}", &named.token)
    }

    pub fn path_with(&self, customer: CustomerId, view: ViewId, payment: PaymentId) -> String {
        self.path
            .replace("{id}", &customer.to_string())
            .replace("{view}", &view.to_string())
            .replace("{payment}", &payment.to_string())
            .replace("{finding}", "country")
            .replace("{job}", &JobId::from_uuid(uuid::Uuid::nil()).to_string())
            .replace(
                "{key}",
                match self.path {
                    path if LISTS.iter().any(|list| path.starts_with(list)) => "status",
                    path if path.starts_with("/settings/audit") => "kind",
                    _ => "country",
                },
            )
    }

    /// The sandbox and the clock are in test accounts alone.
    pub fn is_of_the_sandbox(&self) -> bool {
        self.path.starts_with("/sandbox") || self.path.starts_with("/test-clock")
    }

    pub fn asker(&self, world: &World, person: &Person) -> Asker {
        if self.is_of_the_sandbox() { world.testing(person) } else { world.asker(person) }
    }

    pub fn changes(&self) -> bool {
        self.method == "POST"
    }

    pub fn names_a_customer(&self) -> bool {
        self.path.contains("{id}")
    }

    pub fn names_a_view(&self) -> bool {
        self.path.contains("{view}")
    }

    pub fn is_open(&self) -> bool {
        self.least == Least::Anybody
    }

    pub async fn asked(&self, asker: &Asker, named: &Named) -> Answer {
        self.asked_at(asker, self.path_of(named)).await
    }

    pub async fn asked_at(&self, asker: &Asker, path: String) -> Answer {
        if self.changes() { asker.post(path, self.form).await } else { asker.get(path).await }
    }
}
