//! What subscriptions mean for a wallet: a method that they charge stays, unless another one is charged instead; and what
//! is past due is tried at once when there is something else to charge.

use actix_web::http::Method;
use clientele::{subscriptions::methods, values::Mode};

use super::*;
use crate::{api::Client, world::Asker};

/// A customer whose monthly charge failed yesterday, with the shop's editor in the test account.
struct Owing {
    walk: Walk,
    editor: Asker,
    customer: CustomerId,
    bank: MethodId,
    subscription: SubscriptionId,
}

impl Owing {
    async fn begin() -> Self {
        Self::after(1).await
    }

    /// The charge failed so many days ago.
    async fn after(days: i32) -> Self {
        let today = Timestamp::now().to_zoned(zone()).date();
        let first = today - jiff::Span::new().days(days);
        let walk = Walk::over(World::empty().await, first.yesterday().unwrap());
        let (shop, email) = (&walk.world.shop, "name=Ada&email=ada%40x.example");
        let customer = walk.world.customer_in(shop.test, &shop.editor, email);
        let bank = walk.add_method(customer).await;
        walk.answers(customer, "card_declined");
        let subscription = walk.create(walk.monthly(customer, first)).unwrap().id;
        walk.to(&today.yesterday().unwrap().to_string()).await;
        let editor = walk.world.testing(&walk.world.shop.editor);
        let owing = Self { walk, editor, customer, bank, subscription };
        assert_eq!(owing.found().status, Status::PastDue);
        owing.be_now();
        owing
    }

    /// Lets the clock of the work be a minute later than that of the pages.
    fn be_now(&self) {
        self.walk.pass((Timestamp::now() - self.walk.clock().now()).get_seconds() + 60);
    }

    fn found(&self) -> Subscription {
        self.walk.find(self.subscription)
    }

    fn running(&self) -> usize {
        self.walk.payments().into_iter().filter(|status| status == "processing").count()
    }

    /// The charge that has begun succeeds, and the subscription goes on.
    async fn recovers(&self) {
        assert_eq!(self.running(), 1, "{:?}", self.walk.payments());
        self.walk.work().await;
        let found = self.found();
        assert_eq!((found.status, found.unpaid, found.given_up_on), (Status::Active, 0, None));
        assert_eq!(self.walk.payments().last().unwrap(), "succeeded");
        self.walk.check();
    }

    /// The calls of programs.
    async fn client(&self) -> Client {
        Client::unlimited(&self.walk.world, Mode::Test).await
    }

    fn card(&self) -> MethodId {
        use clientele::schema::payment_methods as table;
        use diesel::prelude::*;
        let cards = table::table.filter(table::customer_id.eq(self.customer)).filter(table::kind.eq("card"));
        self.walk.world.with(|conn| cards.select(table::id).first(conn)).unwrap()
    }

    fn wallet(&self) -> String {
        format!("/customers/{}/payment_methods", self.customer)
    }
}

#[actix_web::test]
async fn what_is_past_due_is_charged_and_active_again_when_the_card_is_replaced_on_a_page() {
    let owing = Owing::begin().await;
    let form = owing.editor.get(format!("{}/new", owing.wallet())).await.expect(200);
    let said = form.text("main #unpaid");
    assert!(said.contains("1 invoice of a subscription is unpaid"), "{said}");
    assert!(said.contains("Charge KES 4,900.00 now if it becomes the default"), "{said}");
    let form = form.form_to(&owing.wallet()).set("token", "tok_visa");
    let added = owing.editor.post(owing.wallet(), &form.encoded()[..]).await.expect(303);
    assert_eq!(added.location(), owing.wallet());
    assert_eq!(owing.running(), 0, "it is not the default");

    // Nothing asks where nothing is past due; here a page says first what is charged.
    let wallet = owing.editor.get(owing.wallet()).await.expect(200);
    let path = format!("/payment_methods/{}/default", owing.card());
    assert!(wallet.has(&format!("a[href='{path}']")));
    let page = owing.editor.get(&path).await.expect(200);
    assert!(page.text("main").contains("Charge KES 4,900.00 now"), "{}", page.text("main"));
    owing.editor.submit(&page.form_to(&path)).await.expect(303);
    let said = owing.editor.get(owing.wallet()).await.expect(200).text("#toasts");
    assert!(said.contains("A charge of what is unpaid has begun"), "{said}");
    owing.recovers().await;
}

#[actix_web::test]
async fn a_box_that_is_not_ticked_leaves_the_charge_out() {
    let owing = Owing::begin().await;
    let all = "token=tok_visa&default=on";
    owing.editor.post(owing.wallet(), all).await.expect(303);
    assert_eq!(owing.running(), 0);
    assert_eq!(owing.found().status, Status::PastDue);
    // A form that comes back keeps the box as it was left.
    let path = format!("{}/new", owing.wallet());
    assert!(owing.editor.get(&path).await.expect(200).has("main #unpaid input[checked]"));
    let again = owing.editor.post(owing.wallet(), "token=tok_nothing&key=").await;
    assert!(!again.has("main #unpaid input[checked]"), "{}", again.text("main"));
}

#[actix_web::test]
async fn a_card_that_becomes_the_default_or_expires_later_charges_at_once_also_what_stands_still() {
    // Tries are over after seven days.
    let owing = Owing::after(9).await;
    assert!(owing.found().given_up_on.is_some());
    owing.editor.post(owing.wallet(), "token=tok_visa&default=on&collect=on").await.expect(303);
    owing.recovers().await;

    let owing = Owing::begin().await;
    owing.editor.post(owing.wallet(), "token=tok_visa&default=on").await.expect(303);
    let path = format!("/payment_methods/{}", owing.card());
    let form = owing.editor.get(format!("{path}/edit")).await.expect(200);
    assert!(form.text("main #unpaid").contains("now if it expires on another day"), "{}", form.text("main"));
    let form = form.form_to(&path);
    let same = owing.editor.submit(&form).await.expect(303);
    assert_eq!(same.location(), owing.wallet());
    assert_eq!(owing.running(), 0, "nothing is new");
    owing.editor.submit(&form.set("expires", "03/2041")).await.expect(303);
    owing.recovers().await;
}

#[actix_web::test]
async fn programs_replace_a_card_and_what_is_past_due_is_charged_unless_they_say_not_to() {
    let owing = Owing::begin().await;
    let (client, all) = (owing.client().await, format!("/v1/customers/{}/wallet", owing.customer));
    let card = client.post(&all, r#"{"token": "tok_visa", "default": true, "collect": false}"#).await.expect(201).id();
    assert_eq!(owing.running(), 0);
    let one = format!("{all}/{card}");
    client.post(&one, r#"{"exp_year": 2040, "collect": false}"#).await.expect(200);
    assert_eq!(owing.running(), 0);
    client.post(&one, r#"{"exp_year": 2041}"#).await.expect(200);
    owing.recovers().await;

    let owing = Owing::begin().await;
    let (client, all) = (owing.client().await, format!("/v1/customers/{}/wallet", owing.customer));
    client.post(&all, r#"{"token": "tok_visa", "default": true}"#).await.expect(201);
    owing.recovers().await;
}

#[actix_web::test]
async fn a_method_that_a_subscription_charges_is_removed_only_with_another_one_in_its_place() {
    let owing = Owing::begin().await;
    let path = format!("/payment_methods/{}/deletion", owing.bank);
    let alone = owing.editor.get(&path).await.expect(200);
    let said = alone.text("main #uses");
    assert!(said.contains("Pro, KES 4,900.00 every month"), "{said}");
    assert!(said.contains("Nothing else in the wallet can be charged"), "{said}");
    assert!(!alone.has("main .btn--danger"));
    owing.editor.post(&path, "").await.expect(409);

    owing.editor.post(owing.wallet(), "token=tok_visa").await.expect(303);
    owing.editor.post(&path, "").await.expect(409);
    let page = owing.editor.get(&path).await.expect(200);
    assert_eq!(page.text("main .btn--danger"), "Charge the other instead and remove");
    owing.editor.post(&path, [("instead", owing.bank.to_string().as_str())]).await.expect(409);
    owing.editor.submit(&page.form_to(&path)).await.expect(303);
    let said = owing.editor.get(owing.wallet()).await.expect(200).text("#toasts");
    assert!(said.contains("Visa ending 4242 is charged instead. A charge of what is unpaid has begun"), "{said}");
    assert!(owing.found().method_id.is_none(), "it goes on following the default");
    owing.recovers().await;
    // Restoring it changes nobody's charge, and it can go again.
    owing.editor.post(format!("/payment_methods/{}/restoration", owing.bank), "").await.expect(303);
    owing.editor.post(&path, "").await.expect(303);
}

#[actix_web::test]
async fn a_method_that_is_named_is_refused_to_programs_and_an_undo_until_they_name_another() {
    let owing = Owing::begin().await;
    let client = owing.client().await;
    let all = format!("/v1/customers/{}/wallet", owing.customer);
    let card = client.post(&all, r#"{"token": "tok_visa"}"#).await.expect(201).id();
    let named = card.parse::<MethodId>().unwrap();
    owing.walk.held(owing.subscription, |conn, held| held.change_method(conn, Some(named), false)).unwrap();
    let one = format!("{all}/{card}");
    let refused = client.call(Method::DELETE, &one, "", &[]).await.expect(409);
    assert_eq!(refused.json["error"]["code"], "method_in_use");
    assert_eq!(refused.json["error"]["subscriptions"], json!([owing.subscription]));
    let replaced = async |with: &str| client.call(Method::DELETE, &format!("{one}?replacement={with}"), "", &[]).await;
    assert_eq!(replaced(&card).await.refused(409), "method_in_use");
    assert_eq!(replaced("x").await.refused(400), "invalid_parameter");
    let other = MethodId::new();
    assert_eq!(replaced(&other.to_string()).await.refused(409), "method_of_another");
    // Nor does an undo of its adding take it away.
    let added = owing.walk.change(|conn, by| wallet::remove(conn, by, named, methods::USES));
    assert_eq!(refusal(added), "method_in_use");
    replaced(&format!("{}&collect=false", owing.bank)).await.expect(200);
    assert_eq!((owing.found().method_id, owing.running()), (Some(owing.bank), 0));
    // One that nothing names goes as before, and what is canceled needs nothing.
    owing.walk.held(owing.subscription, |conn, held| held.cancel(conn, Unpaid::Keep)).unwrap();
    client.call(Method::DELETE, &format!("{all}/{}", owing.bank), "", &[]).await.expect(200);
    owing.walk.check();
}

#[actix_web::test]
async fn a_form_that_adds_a_method_and_is_sent_again_charges_nothing_again() {
    let owing = Owing::begin().await;
    let form = owing.editor.get(format!("{}/new", owing.wallet())).await.expect(200).form_to(&owing.wallet());
    let form = form.set("token", "tok_insufficient_funds").set("default", "on");
    owing.editor.submit(&form).await.expect(303);
    assert_eq!(owing.running(), 1);
    owing.walk.work().await;
    let before = owing.walk.payments();
    assert_eq!((owing.running(), owing.found().status), (0, Status::PastDue));
    owing.editor.submit(&form).await.expect(303);
    assert_eq!(owing.walk.payments(), before);
}
