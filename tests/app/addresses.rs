//! A customer's addresses: added, changed and removed in the customer's form, one default of each kind.

use clientele::{
    ids::{AddressId, CustomerId},
    values::Address,
};

use crate::world::{World, encode};

fn path(id: CustomerId) -> String {
    format!("/customers/{id}")
}

/// The stored addresses, in the order they were added.
fn stored(world: &World, id: CustomerId) -> Vec<(AddressId, Address)> {
    world.stored(id).record.addresses.into_iter().collect()
}

/// The cities of the default addresses: billing, then shipping.
fn defaults(world: &World, id: CustomerId) -> [Option<String>; 2] {
    ["billing", "shipping"].map(|kind| {
        let all = stored(world, id);
        let of_kind: Vec<_> = all.iter().filter(|(_, address)| address.kind == kind).collect();
        let defaults: Vec<_> = of_kind.iter().filter(|(_, address)| address.is_default).collect();
        assert_eq!(defaults.len(), usize::from(!of_kind.is_empty()), "one default of {kind}: {all:?}");
        defaults.first().and_then(|(_, address)| address.city.clone())
    })
}

fn cities(billing: &str, shipping: &str) -> [Option<String>; 2] {
    [billing, shipping].map(|city| (!city.is_empty()).then(|| city.to_owned()))
}

async fn save(world: &World, id: CustomerId, form: &str) {
    let version = world.stored(id).version;
    world.editor().post(path(id), format!("version={version}&{form}")).await.expect(303);
}

#[actix_web::test]
async fn the_first_of_a_kind_is_its_default_and_a_newly_chosen_one_takes_its_place() {
    let world = World::empty().await;
    let id = world.customer("name=A&email=a%40x.example");
    save(&world, id, "address.n1.city=Nairobi").await;
    assert_eq!(defaults(&world, id), cities("Nairobi", ""), "billing when no kind is given");
    save(&world, id, "address.n1.city=Mombasa&address.n1.kind=shipping").await;
    assert_eq!(defaults(&world, id), cities("Nairobi", "Mombasa"));
    save(&world, id, "address.n1.city=Kisumu").await;
    assert_eq!(defaults(&world, id), cities("Nairobi", "Mombasa"), "the old default stays");
    save(&world, id, "address.n1.city=Nakuru&address.n1.is_default=on").await;
    assert_eq!(defaults(&world, id), cities("Nakuru", "Mombasa"), "unless the new one is chosen");
    assert_eq!(stored(&world, id).len(), 4);
}

#[actix_web::test]
async fn removing_the_default_makes_the_first_one_left_the_default() {
    let world = World::empty().await;
    let id =
        world.customer("name=A&email=a%40x.example&address.a.city=Nairobi&address.b.city=Kisumu&address.c.city=Nakuru");
    let first = stored(&world, id).into_iter().find(|(_, address)| address.is_default).unwrap().0;
    save(&world, id, &format!("address.{first}.remove=on")).await;
    assert_eq!(stored(&world, id).len(), 2);
    assert!(defaults(&world, id)[0].is_some());
}

#[actix_web::test]
async fn an_address_is_changed_in_the_form_and_keeps_its_id() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let (address, _) = stored(&world, named.wanjiru).remove(0);
    let form = editor.get(format!("{}/edit", path(named.wanjiru))).await.form_to(&path(named.wanjiru));
    assert_eq!(form.value(&format!("address.{address}.city")), "Nairobi");
    assert_eq!(form.value(&format!("address.{address}.is_default")), "on");
    let form = form.set(&format!("address.{address}.city"), "Kisumu");
    editor.submit(&form).await.expect(303);
    let after = stored(&world, named.wanjiru);
    assert_eq!((after.len(), after[0].0, after[0].1.city.as_deref()), (1, address, Some("Kisumu")));
    assert_eq!(after[0].1.line1.as_deref(), Some("14 Riverside Drive"));
    let events = world.events(named.wanjiru);
    let change = &events[1].after;
    assert_eq!(change.keys().collect::<Vec<_>>(), [&format!("address.{address}")]);
}

#[actix_web::test]
async fn an_emptied_address_is_removed_and_a_blank_one_is_none() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let (address, _) = stored(&world, named.wanjiru).remove(0);
    let form = editor.get(format!("{}/edit", path(named.wanjiru))).await.form_to(&path(named.wanjiru));
    let form = ["line1", "city", "country"]
        .iter()
        .fold(form, |form, part| form.set(&format!("address.{address}.{part}"), " "));
    editor.submit(&form.set("address.new1.kind", "shipping")).await.expect(303);
    assert_eq!(stored(&world, named.wanjiru), []);
}

#[actix_web::test]
async fn a_box_removes_an_address() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let (address, _) = stored(&world, named.wanjiru).remove(0);
    let form = editor.get(format!("{}/edit", path(named.wanjiru))).await.form_to(&path(named.wanjiru));
    editor.submit(&form.set(&format!("address.{address}.remove"), "on")).await.expect(303);
    assert_eq!(stored(&world, named.wanjiru), []);
    assert_eq!(
        world.number("SELECT count(*) AS n FROM customers WHERE country IS NOT NULL"),
        0,
        "its country leaves the list's column"
    );
}

#[actix_web::test]
async fn an_address_of_another_customer_is_refused() {
    let (world, named) = World::populated().await;
    let (address, before) = stored(&world, named.wanjiru).remove(0);
    let editor = world.editor();
    let form = format!("version=1&address.{address}.city=Stolen");
    let answer = editor.post(path(named.jose), form.as_str()).await.expect(409);
    assert!(answer.text("main").contains("belongs to another customer"), "{}", answer.outline());
    assert_eq!(stored(&world, named.wanjiru), [(address, before.clone())]);
    assert_eq!(stored(&world, named.jose), []);
    assert_eq!(world.stored(named.jose).version, 1, "nothing of the change is stored");

    // Removing it does nothing, since José does not have it.
    let form = format!("version=1&address.{address}.remove=on");
    editor.post(path(named.jose), form.as_str()).await.expect(303);
    assert_eq!(stored(&world, named.wanjiru), [(address, before)]);

    let id = editor.post("/customers", format!("name=New&email=new%40x.example&address.{address}.city=Stolen")).await;
    assert_eq!(id.status, 409, "{}", id.outline());
    assert_eq!(world.named("New").len(), 0);
}

#[actix_web::test]
async fn two_people_can_each_add_an_address() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let open = editor.get(format!("{}/edit", path(named.wanjiru))).await.form_to(&path(named.wanjiru));
    world
        .owner()
        .post(path(named.wanjiru), "version=1&address.n.city=Theirs&address.n.is_default=on")
        .await
        .expect(303);
    let form = open.set("address.new9.city", "Mine").set("address.new9.kind", "billing");
    editor.submit(&form).await.expect(303);
    assert_eq!(stored(&world, named.wanjiru).len(), 3);
    assert_eq!(defaults(&world, named.wanjiru), cities("Theirs", ""));
}

#[actix_web::test]
async fn an_address_changed_by_both_is_chosen_between_as_a_whole() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let (address, _) = stored(&world, named.wanjiru).remove(0);
    let open = editor.get(format!("{}/edit", path(named.wanjiru))).await.form_to(&path(named.wanjiru));
    world.owner().post(path(named.wanjiru), format!("version=1&address.{address}.remove=on")).await.expect(303);
    let page = editor.submit(&open.set(&format!("address.{address}.city"), "Kisumu")).await.expect(409);
    assert_eq!(page.texts("[role=radiogroup] .choice")[1], "Empty");
    assert!(page.texts("[role=radiogroup] .choice")[0].contains("Kisumu"));
    editor.submit(&page.form_to(&path(named.wanjiru))).await.expect(303);
    let after = stored(&world, named.wanjiru);
    assert_eq!((after[0].0, after[0].1.city.as_deref()), (address, Some("Kisumu")));
    assert_eq!(defaults(&world, named.wanjiru), cities("Kisumu", ""));
}

#[actix_web::test]
async fn only_the_parts_that_are_given_change() {
    let world = World::empty().await;
    let id = world.customer(
        "name=A&email=a%40x.example&address.n.kind=shipping&address.n.line1=1+Kloof+St&address.n.city=Cape+Town",
    );
    let (address, _) = stored(&world, id).remove(0);
    save(&world, id, &format!("address.{address}.city=Durban")).await;
    let (_, after) = stored(&world, id).remove(0);
    assert_eq!(after.city.as_deref(), Some("Durban"));
    assert_eq!(
        (after.kind.as_str(), after.line1.as_deref()),
        ("shipping", Some("1 Kloof St")),
        "what was not given stays"
    );
}

#[actix_web::test]
async fn more_addresses_than_fit_are_refused() {
    let world = World::empty().await;
    let editor = world.editor();
    let form = |count: usize| (0..count).map(|n| format!("&address.n{n}.city=City+{n}")).collect::<String>();
    editor.post("/customers", format!("name=A&email=a%40x.example{}", form(50))).await.expect(303);
    assert_eq!(stored(&world, world.named("A")[0]).len(), 50);
    editor.post("/customers", format!("name=B&email=b%40x.example{}", form(51))).await.expect(422);
    let id = world.named("A")[0];
    let page = editor.post(path(id), format!("version=1{}", form(1))).await;
    assert_eq!(page.status, 422, "a form of fifty-one could not be saved any more: {}", page.outline());
}

#[actix_web::test]
async fn the_list_and_filters_know_the_country_of_the_default_billing_address() {
    let world = World::empty().await;
    let id =
        world.customer("name=A&email=a%40x.example&address.n.country=KE&address.s.kind=shipping&address.s.country=ZA");
    let country = || world.number("SELECT count(*) AS n FROM customers WHERE country = 'KE'");
    assert_eq!(country(), 1);
    save(&world, id, "address.n.country=UG&address.n.is_default=on").await;
    assert_eq!(country(), 0);
    assert_eq!(world.number("SELECT count(*) AS n FROM customers WHERE country = 'UG'"), 1);
}

#[actix_web::test]
async fn a_country_is_read_by_its_code_or_name() {
    let world = World::empty().await;
    let (editor, id) = (world.editor(), world.customer("name=A&email=a%40x.example"));
    for (typed, code) in [
        ("United States", "US"),
        ("kenya", "KE"),
        ("cote d'ivoire", "CI"),
        ("CÔTE D’IVOIRE", "CI"),
        ("UK", "GB"),
        ("South  Korea", "KR"),
        ("são tomé & principe", "ST"),
    ] {
        let refused = format!("name=&address.n.country={}", encode(typed));
        let again = editor.post(path(id), format!("version=1&{refused}")).await.expect(422);
        let chosen = again.attribute("[id='address.n.country'] option[selected]", "value");
        assert_eq!(chosen, code, "{typed}: the form that comes back has it chosen");
        save(&world, id, &format!("address.n.country={}", encode(typed))).await;
        let newest = stored(&world, id).pop().unwrap().1;
        assert_eq!(newest.country.as_deref(), Some(code), "{typed}");
    }
    for (typed, meant) in [("Kenia", Some("Kenya")), ("Untied Kingdom", Some("United Kingdom")), ("Atlantis", None)] {
        let form = format!("name=A&email=b%40x.example&address.n.country={}", encode(typed));
        let error = editor.post("/customers", form).await.expect(422).error_of("address.n.country").unwrap();
        assert_eq!(error.starts_with("Did you mean"), meant.is_some(), "{error}");
        assert!(error.contains(meant.unwrap_or("Use a country’s name")), "{error}");
    }
}
