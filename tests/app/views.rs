//! Saved views: the tabs above the list, what a view keeps, who may change it, and the columns it chooses.

use clientele::ids::ViewId;

use crate::world::{Answer, Asker, World};

fn path(id: ViewId, part: &str) -> String {
    format!("/views/{id}{part}")
}

fn list(id: ViewId) -> String {
    format!("/customers?view={id}")
}

/// The names of the tabs, without the link to all views.
fn tabs(page: &Answer) -> Vec<String> {
    page.texts("#views a[href^='/customers'] bdi")
}

fn current(page: &Answer) -> String {
    page.text("#views [aria-current=page] bdi")
}

fn heads(page: &Answer) -> Vec<String> {
    page.texts("#results thead th")
}

async fn created(asker: &Asker, form: &str) -> ViewId {
    let answer = asker.post("/views", form).await.expect(303);
    answer.location().strip_prefix("/customers?view=").unwrap().parse().unwrap()
}

#[actix_web::test]
async fn a_search_is_saved_as_a_view_and_opened_by_its_tab() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    assert!(!viewer.get("/customers").await.has("#save-view"), "all customers are in a tab already");
    let found = viewer.get("/customers?q=example&sort=name&columns=company,email").await;
    assert_eq!(current(&found), "All");
    let form = viewer.get(found.attribute("#save-view", "href")).await.expect(200).form_to("/views");
    assert_eq!((form.value("q"), form.value("sort"), form.value("columns")), ("example", "name", "company,email"));
    let answer = viewer.submit(&form.set("name", "  Examples ")).await.expect(303);
    let page = viewer.get(answer.location()).await.expect(200);
    assert!(page.text("#toasts .toast").contains("View saved"));
    assert_eq!(tabs(&page), ["All", "Acme", "Examples", "Deleted"]);
    assert_eq!(current(&page), "Examples");
    assert_eq!(page.rows(), found.rows());
    assert_eq!(heads(&page), ["Name", "Company", "Email"]);
    assert_eq!(page.attribute("#q", "value"), "example");
    assert!(!page.has("#save-view") && !page.has(".tabs__edited"));
    let same = viewer.get("/customers?q=example&sort=name&columns=company,email").await;
    assert_eq!(current(&same), "Examples", "the same state by its parameters");
    assert_eq!(viewer.get(path(answer.location()[16..].parse().unwrap(), "")).await.location(), answer.location());
}

#[actix_web::test]
async fn a_view_is_created_once_by_a_form_sent_twice_with_its_event() {
    let (world, _) = World::populated().await;
    let editor = world.editor();
    let form = editor.get("/views/new?q=x").await.form_to("/views").set("name", "Once");
    let first = editor.submit(&form).await.expect(303).location().to_owned();
    assert_eq!(editor.submit(&form).await.expect(303).location(), first);
    let id: ViewId = first[16..].parse().unwrap();
    let events = world.view_events(id);
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].kind.as_str(), events[0].by.as_deref()), ("view.created", Some("Edgar Editor")));
    assert_eq!(events[0].after["query"], "x");
}

#[actix_web::test]
async fn what_is_wrong_with_a_view_is_said_in_its_form() {
    let (world, _) = World::populated().await;
    let editor = world.editor();
    for (form, field) in [
        ("name=", "name"),
        ("name=%00", "name"),
        ("name=X&q=foo%3Abar", "q"),
        ("name=X&sort=shoe", "sort"),
        ("name=X&columns=hat", "columns"),
        ("name=ACME&is_shared=on", "name"),
    ] {
        let page = editor.post("/views", form).await.expect(422);
        let field = if field == "columns" { "columns" } else { field };
        assert!(page.error_of(field).is_some(), "{form}: {}", page.outline());
        assert!(page.title().starts_with("Error: "));
        let dialog = editor.post("/views", form).in_place().await.expect(422);
        assert!(dialog.has("dialog form") && !dialog.is_page());
    }
    editor.post("/views", "name=Acme").await.expect(303);
    editor.post("/views", "name=acme").await.expect(422);
    world.owner().post("/views", "name=acme").await.expect(303);
    let dialog = editor.post("/views", "name=In+place&q=a").in_place().await.expect(200);
    assert!(dialog.header("HX-Redirect").unwrap().starts_with("/customers?view=view_"));
}

#[actix_web::test]
async fn a_form_opened_in_the_other_account_is_not_saved_into_this_one() {
    let (world, _) = World::populated().await;
    let form = world.testing(&world.shop.editor).get("/views/new").await.form_to("/views").set("name", "Stray");
    let page = world.editor().submit(&form).await.expect(409);
    assert!(page.error_of("name").unwrap().contains("the other one"));
    assert_eq!(page.form_to("/views").value("name"), "Stray");
}

#[actix_web::test]
async fn parameters_win_over_the_view_and_every_link_keeps_both() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let people: Vec<_> = (0..40).map(|n| (format!("Acme {n:02}"), format!("a{n}@acme.example"))).collect();
    world.crowd(&people);
    let page = editor.get(format!("{}&columns=company&limit=10", list(named.view))).await.expect(200);
    assert_eq!(current(&page), "Acme");
    assert_eq!(page.text(".tabs__edited"), "edited");
    assert_eq!(page.attribute("th[aria-sort]", "aria-sort"), "ascending", "the order is the view's");
    for css in ["a[rel=next]", "#sort-name", "#count"] {
        let name = if css == "#count" { "data-hx-get" } else { "href" };
        let href = page.attribute(css, name);
        assert!(href.contains(&format!("view=view%5F{}", &named.view.to_string()[5..])), "{css}: {href}");
        assert!(href.contains("columns=company"), "{css}: {href}");
        assert!(!href.contains("q="), "what is the view's own is not repeated: {href}");
    }
    let search = page.form("#search");
    assert_eq!(search.value("q"), "acme");
    let searched = editor.submit(&search.set("q", "")).await.expect(200);
    assert_eq!(searched.attribute("#q", "value"), "", "an empty search wins too");
    assert_eq!(heads(&searched), ["Name", "Company"]);
    assert_eq!(page.form("form:has(#limit)").value("columns"), "company");
    let back = editor.get(page.attribute("#sort-name", "href")).await.expect(200);
    assert_eq!(back.attribute("th[aria-sort]", "aria-sort"), "descending");
    let count = editor.fragment(page.attribute("#count", "data-hx-get")).await.expect(200);
    assert_eq!(count.text("#count"), "41 customers");
}

#[actix_web::test]
async fn an_edited_view_is_saved_over_or_as_a_new_one() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let page = editor.get(format!("{}&q=example", list(named.view))).await;
    assert_eq!(page.text("#save-view"), "Save as new");
    let answer = editor.submit(&page.form_to(&path(named.view, ""))).await.expect(303);
    assert_eq!(answer.location(), list(named.view));
    let saved = editor.get(answer.location()).await;
    assert_eq!(saved.attribute("#q", "value"), "example");
    assert_eq!(tabs(&saved), ["All", "Acme", "Deleted"], "the name stays");
    assert!(!saved.has(".tabs__edited"));
    let event = world.view_events(named.view).pop().unwrap();
    assert_eq!((event.kind.as_str(), event.version), ("view.updated", 2));
    assert_eq!((&event.before["query"], &event.after["query"]), (&"acme".into(), &"example".into()));
    assert_eq!(event.after.len(), 1, "only what changed");

    let looked = world.viewer().get(format!("{}&q=li", list(named.view))).await;
    assert_eq!(looked.text("#save-view"), "Save as new");
    assert!(!looked.has(&format!("form[action='{}']", path(named.view, ""))), "a viewer may not change a shared one");
}

#[actix_web::test]
async fn a_view_is_renamed_shared_and_kept() {
    let (world, _) = World::populated().await;
    let editor = world.editor();
    let id = created(&editor, "name=Mine&q=a").await;
    assert_eq!(tabs(&world.owner().get("/customers").await), ["All", "Acme", "Deleted"], "nobody else's business");
    let edit = async || editor.get(path(id, "/edit")).await.expect(200).form_to(&path(id, ""));
    editor.submit(&edit().await.set("name", "Ours").set("is_shared", "on")).await.expect(303);
    assert_eq!(tabs(&world.viewer().get("/customers").await), ["All", "Acme", "Ours", "Deleted"]);
    let theirs = world.owner().get(path(id, "/edit")).await.expect(200);
    assert!(!theirs.has("[name=is_shared]"), "only who keeps it can take it from the team");
    world.owner().post(path(id, ""), "version=2&is_shared=no").await.expect(403);
    editor.submit(&edit().await.set("is_shared", "no")).await.expect(303);
    assert_eq!(tabs(&world.viewer().get("/customers").await), ["All", "Acme", "Deleted"]);
    let unchanged = world.view_events(id).len();
    editor.submit(&edit().await).await.expect(303);
    assert_eq!(world.view_events(id).len(), unchanged, "nothing differs, nothing happened");
}

#[actix_web::test]
async fn a_viewer_keeps_views_and_shares_none() {
    let (world, named) = World::populated().await;
    let viewer = world.viewer();
    assert!(!viewer.get("/views/new").await.has("[name=is_shared]"));
    viewer.post("/views", "name=Shared&is_shared=on").await.expect(403);
    let id = created(&viewer, "name=Own&q=a").await;
    viewer.post(path(id, ""), "version=1&is_shared=on").await.expect(403);
    viewer.post(path(id, ""), "version=1&name=Still+own").await.expect(303);
    viewer.post(path(id, "/deletion"), "").await.expect(303);
    let page = viewer.get("/views").await.expect(200);
    assert!(!page.has(&format!("#{} a[href$='/edit']", named.view)));
    assert!(page.has(&format!("form[action='{}']", path(named.view, "/default"))));
}

#[actix_web::test]
async fn a_save_against_an_older_version_loses_nothing_of_either_side() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = editor.get(path(named.view, "/edit")).await.form_to(&path(named.view, ""));
    world.owner().post(path(named.view, ""), "version=1&name=Theirs&q=li").await.expect(303);
    let mine = form.set("name", "Mine");
    let page = editor.submit(&mine).await.expect(409);
    assert!(page.title().starts_with("Conflict: "));
    let said = page.text("[role=alert]");
    assert!(said.contains("Theirs instead of Mine") && said.contains("li instead of acme"), "{said}");
    let again = page.form_to(&path(named.view, ""));
    assert_eq!((again.value("name"), again.value("q"), again.value("version")), ("Mine", "acme", "2"));
    assert_eq!(tabs(&editor.get("/customers").await)[1], "Theirs");
    let dialog = editor.submit(&mine).in_place().await.expect(409);
    assert!(dialog.text("dialog [role=alert]").contains("Nothing of yours was saved or lost"));
    editor.submit(&again).await.expect(303);
    assert_eq!(tabs(&editor.get("/customers").await)[1], "Mine");

    // The button beside the search sends no name: what it does not send is as stored.
    let page = editor.post(path(named.view, ""), "version=1&q=jose&sort=name&columns=company").await.expect(409);
    let kept = page.form_to(&path(named.view, ""));
    assert_eq!((kept.value("name"), kept.value("q"), kept.value("columns")), ("Mine", "jose", "company"));
    editor.post(path(named.view, ""), "q=x").await.expect(400);
}

#[actix_web::test]
async fn a_view_whose_search_is_no_longer_understood_is_kept() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    world.sql(&format!("UPDATE views SET query = 'foo:bar' WHERE id = '{}'", named.view.uuid()));
    let page = editor.get(list(named.view)).await.expect(422);
    assert_eq!((current(&page), page.attribute("#q", "value")), ("Acme".to_owned(), "foo:bar".to_owned()));
    assert!(page.text("#search-problem").contains("“foo”"));
    assert!(page.text("#results .empty").contains("“Acme” is kept as it is"));
    let counts = editor.fragment("/views/counts").await.expect(200);
    assert!(counts.text_body().contains(&format!("#tab-count-{}\" hx-swap=\"innerHTML\">—<", named.view)));
    editor.post(path(named.view, ""), "version=1&name=Renamed&q=foo%3Abar").await.expect(303);
    editor.post(path(named.view, ""), "version=2&q=bar%3Afoo").await.expect(422);
    let mended = editor.get(format!("{}&q=li", list(named.view))).await.expect(200);
    editor.submit(&mended.form_to(&path(named.view, ""))).await.expect(303);
    editor.get(list(named.view)).await.expect(200);
}

#[actix_web::test]
async fn home_leads_to_the_view_that_a_person_begins_with() {
    let (world, named) = World::populated().await;
    let (editor, viewer) = (world.editor(), world.viewer());
    assert_eq!(editor.get("/views/default").await.expect(303).location(), "/customers");
    editor.post(path(named.view, "/default"), "is_default=on").await.expect(303);
    assert_eq!(editor.get("/views/default").await.location(), list(named.view));
    assert_eq!(editor.get("/customers").await.rows().len(), 5, "the list alone is all customers");
    assert!(editor.get("/customers").await.has(".sidebar a[href='/']"));
    assert_eq!(viewer.get("/views/default").await.location(), "/customers", "everybody chooses for themselves");
    assert_eq!(
        world.testing(&world.shop.editor).get("/views/default").await.location(),
        "/customers",
        "in each account"
    );
    assert!(editor.get("/views").await.text(&format!("#{}", named.view)).contains("Opens by default"));

    let other = created(&editor, "name=Other&q=a&is_default=on").await;
    assert_eq!(editor.get("/views/default").await.location(), list(other));
    let form = editor.get(path(other, "/edit")).await.form_to(&path(other, "")).set("is_default", "no");
    editor.submit(&form).await.expect(303);
    assert_eq!(editor.get("/views/default").await.location(), "/customers");
    let kinds: Vec<_> = world.view_events(other).into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, ["view.created", "view.made_default", "view.unmade_default"]);

    // A view that the team loses is nobody else's beginning any more.
    viewer.post(path(named.view, "/default"), "").await.expect(303);
    assert_eq!(viewer.get("/views/default").await.location(), list(named.view));
    editor.post(path(named.view, ""), "version=1&is_shared=no").await.expect(303);
    assert_eq!(viewer.get("/views/default").await.location(), "/customers");
}

#[actix_web::test]
async fn views_are_ordered_by_moving_them() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let beta = world.view("name=Beta&is_shared=on&q=b");
    world.view("name=Own&q=o");
    let gamma = world.view("name=Gamma&is_shared=on&q=c");
    let order = async || tabs(&editor.get("/customers").await);
    assert_eq!(order().await, ["All", "Acme", "Beta", "Gamma", "Own", "Deleted"]);
    let page = editor.get("/views").await;
    assert_eq!(page.all(&format!("#{} form[action$=position]", named.view)).len(), 1, "the first moves one way only");
    let left = page.form(&format!("#{gamma} form:has([value=left])"));
    assert_eq!(editor.submit(&left).await.expect(303).location(), format!("/views#{gamma}"));
    assert_eq!(order().await, ["All", "Acme", "Gamma", "Beta", "Own", "Deleted"]);
    editor.post(path(named.view, "/position"), "to=right").await.expect(303);
    assert_eq!(order().await, ["All", "Gamma", "Acme", "Beta", "Own", "Deleted"]);
    editor.post(path(beta, "/position"), "to=right").await.expect(303);
    assert_eq!(order().await, ["All", "Gamma", "Acme", "Beta", "Own", "Deleted"], "the last stays the last");
    editor.post(path(beta, "/position"), "to=up").await.expect(400);
    let event = world.view_events(gamma).pop().unwrap();
    assert_eq!((event.kind.as_str(), event.version, &event.after["position"]), ("view.moved", 1, &1.into()));
}

#[actix_web::test]
async fn a_deleted_view_is_brought_back_by_the_notice() {
    let (world, named) = World::populated().await;
    let (editor, viewer) = (world.editor(), world.viewer());
    viewer.post(path(named.view, "/default"), "is_default=on").await.expect(303);
    let form = editor.get("/views").await.form_to(&path(named.view, "/deletion"));
    assert_eq!(editor.submit(&form).await.expect(303).location(), "/views");
    let page = editor.get("/views").await;
    assert!(page.text("#toasts .toast").contains("View deleted"));
    assert_eq!(tabs(&editor.get("/customers").await), ["All", "Deleted"]);
    assert_eq!(viewer.get("/views/default").await.location(), "/customers");
    editor.get(list(named.view)).await.expect(404);
    viewer.post(path(named.view, "/restoration"), "").await.expect(403);
    world.testing(&world.shop.editor).post(path(named.view, "/restoration"), "").await.expect(404);

    let undo = page.form("#toasts form");
    editor.submit(&undo).await.expect(303);
    editor.submit(&undo).await.expect(303);
    let back = editor.get(list(named.view)).await.expect(200);
    assert_eq!(
        (tabs(&back), back.attribute("#q", "value")),
        (vec!["All".into(), "Acme".into(), "Deleted".into()], "acme".into())
    );
    assert_eq!(viewer.get("/views/default").await.location(), list(named.view), "and who began with it does again");
    let events: Vec<_> = world.view_events(named.view).into_iter().map(|event| (event.kind, event.version)).collect();
    let expected = [("created", 1), ("made_default", 1), ("deleted", 2), ("restored", 3)];
    assert_eq!(events, expected.map(|(kind, version)| (format!("view.{kind}"), version)));

    editor.post(path(named.view, "/deletion"), "").await.expect(303);
    editor.post(path(named.view, "/deletion"), "").await.expect(303);
    world.view("name=acme&is_shared=on");
    let taken = editor.post(path(named.view, "/restoration"), "").await.expect(409);
    assert!(taken.text("main").contains("another view “Acme”"));
}

#[actix_web::test]
async fn counts_arrive_apart_and_those_of_searches_stop_at_a_thousand() {
    let (world, named) = World::populated().await;
    let viewer = world.viewer();
    let page = viewer.get("/customers").await;
    assert!(page.texts(".tabs__count").iter().all(String::is_empty), "the list does not wait for them");
    assert!(page.has("[data-hx-get='/views/counts']"));
    let count = async |tab: &str| {
        let counts = viewer.fragment("/views/counts").await.expect(200);
        let target = format!("hx-target=\"#tab-count-{tab}\" hx-swap=\"innerHTML\">");
        let rest = counts.text_body().split_once(&target).unwrap_or_else(|| panic!("no count of {tab}")).1.to_owned();
        rest.split_once('<').unwrap().0.to_owned()
    };
    let view = named.view.to_string();
    assert_eq!((count("all").await, count("deleted").await, count(&view).await), ("5".into(), "1".into(), "1".into()));
    let people: Vec<_> = (0..1000).map(|n| (format!("Acme {n}"), format!("a{n}@x.example"))).collect();
    world.crowd(&people);
    assert_eq!((count("all").await, count(&view).await), ("1,005".into(), "1,000+".into()));
    assert_eq!(viewer.get("/views/counts").await.expect(303).location(), "/customers");
}

#[actix_web::test]
async fn columns_are_chosen_in_the_address() {
    let (world, named) = World::populated().await;
    let viewer = world.viewer();
    let all = "company,country,language,kind,updated,reference,metadata.tier,phone,email,created";
    for q in ["", "wanjiru", "wanjiru@example.com"] {
        let page = viewer.get(format!("/customers?columns={all}&q={q}")).await.expect(200);
        let labels = [
            "Name",
            "Company",
            "Country",
            "Language",
            "Kind",
            "Updated",
            "Reference",
            "tier",
            "Phone",
            "Email",
            "Created",
        ];
        assert_eq!(heads(&page), labels);
        let row = page.texts(&format!("#customer-{} td", named.wanjiru));
        let cells = [
            "Duka Moja",
            "Kenya",
            "Swahili",
            "Person",
            "just now",
            "C-17",
            "gold",
            "+254 712 345 678",
            "Wanjiru@example.com",
            "just now",
        ];
        assert_eq!(row, cells, "{q}");
    }
    let page = viewer.get("/customers?columns=kind,company").await;
    assert_eq!(page.texts(&format!("#customer-{} td", named.acme)), ["Organization", "—"]);
    let deleted = viewer.get("/customers?q=status%3Adeleted&columns=company,created").await;
    assert_eq!(heads(&deleted), ["Name", "Company", "Deleted", "Restorable"]);
    assert_eq!(
        heads(&viewer.get("/customers?columns=").await),
        ["Name", "Email", "Phone", "Created", "Volume", "Volume, Last payment"]
    );
    let deleted = viewer.get("/customers?q=status%3Adeleted").await;
    assert_eq!(heads(&deleted), ["Name", "Email", "Deleted", "Restorable"]);
}

#[actix_web::test]
async fn a_view_keeps_an_order_by_what_was_paid() {
    let (world, named) = World::populated().await;
    world.figured(named.wanjiru, &["KES"], 1_000, "2026-01-02T03:04:05Z");
    world.figured(named.acme, &["KES"], 2_000, "2026-01-01T03:04:05Z");
    let viewer = world.viewer();
    let form = viewer.get("/views/new").await.expect(200);
    let words = form.texts("#sort option");
    for (sort, order, first) in [
        ("-volume", "largest volume first", "Acme Ltd"),
        ("-last_payment", "latest payment first", "Wanjiru Kamau"),
        ("volume", "smallest volume first", "José Álvarez"),
        ("last_payment", "longest without a payment first", "José Álvarez"),
    ] {
        assert!(words.contains(&order.to_owned()), "{order}: {words:?}");
        let view = created(&viewer, &format!("name=By+{sort}&sort={sort}&columns=volume,last_payment")).await;
        let page = viewer.get(list(view)).await.expect(200);
        assert_eq!(page.text("caption"), format!("Customers, {order}"));
        assert_eq!(page.rows()[0], first, "{sort}");
    }
}

#[actix_web::test]
async fn columns_that_do_not_exist_are_told_with_a_way_back() {
    let world = World::empty().await;
    let eleven = (0..11).map(|n| format!("metadata.k{n}")).collect::<Vec<_>>().join(",");
    for columns in ["shoe", "name", "email,email", "metadata.", "metadata.a%20b", "EMAIL", "email,", "%00", &eleven] {
        let answer = world.viewer().get(format!("/customers?columns={columns}")).await.expect(400);
        assert_eq!(answer.text("h1"), "This address or form is damaged");
        assert!(answer.has("main a[href='/customers']"), "a way back from {columns}");
    }
    world.viewer().get("/customers?view=nonsense").await.expect(400);
}

#[actix_web::test]
async fn the_columns_form_leads_to_the_list_with_them() {
    let (world, named) = World::populated().await;
    let viewer = world.viewer();
    let page = viewer.get("/customers?q=a&sort=name").await;
    let form = viewer.get(page.attribute("#choose-columns", "href")).await.expect(200).form("#columns-form");
    let ticked: Vec<_> =
        form.fields.iter().filter(|(name, _)| name == "column").map(|(_, value)| value.as_str()).collect();
    assert_eq!(ticked, ["email", "phone", "created", "volume", "last_payment"]);
    let chosen = viewer.submit(&form.clone().set("metadata_key", "tier")).await.expect(303);
    assert_eq!(
        chosen.location(),
        "/customers?q=a&sort=name&columns=email%2Cphone%2Ccreated%2Cvolume%2Cmetadata%2Etier%2Clast%5Fpayment",
        "a time at the end stays there"
    );
    assert!(heads(&viewer.get(chosen.location()).await).contains(&"tier".to_owned()));
    let none = viewer.submit(&form.clone().without("column")).await.expect(303);
    assert_eq!(none.location(), "/customers?q=a&sort=name", "none is as usual");
    viewer.submit(&form.set("metadata_key", "a b")).await.expect(400);
    let open = viewer.get(list(named.view)).await.attribute("#choose-columns", "href");
    let open = viewer.get(open).await.form("#columns-form").set("metadata_key", "tier");
    assert!(viewer.submit(&open).await.location().contains("view=view"));
}

#[actix_web::test]
async fn a_column_moves_before_the_columns_are_shown() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    let order = |page: &Answer| -> Vec<String> {
        page.all(".columns input").iter().map(|tick| tick.attr("value").unwrap().to_owned()).collect()
    };
    let page = viewer.get("/customers/columns?columns=email,phone,created&q=a").await.expect(200);
    assert_eq!(order(&page), ["email", "phone", "created"]);
    assert!(!page.has("#up-email") && !page.has("#down-created"), "there is no place beyond the ends");
    assert_eq!(page.attribute("#up-phone", "formaction"), "/customers/columns");
    let sent = page.form("#columns-form").set("up", "phone").encoded();
    let moved = viewer.get(format!("/customers/columns?{sent}")).await.expect(200);
    assert_eq!(order(&moved), ["phone", "email", "created"]);
    let shown = viewer.submit(&moved.form("#columns-form")).await.expect(303);
    assert!(shown.location().contains("columns=phone%2Cemail%2Ccreated"), "{}", shown.location());
    assert!(shown.location().contains("q=a"));
    let untouched = moved.form("#columns-form").set("down", "hat").encoded();
    assert_eq!(order(&viewer.get(format!("/customers/columns?{untouched}")).await), ["phone", "email", "created"]);
}

#[actix_web::test]
async fn metadata_keys_that_occur_are_columns_to_choose() {
    let (world, _) = World::populated().await;
    world.customer("name=A&metadata.store=Nakuru");
    let page = world.viewer().get("/customers/columns").await.expect(200);
    assert!(page.has("#columns-form .checks input[value='metadata.store']:not([checked])"));
}

#[actix_web::test]
async fn a_fragment_brings_the_tabs_and_the_tools_along() {
    let (world, named) = World::populated().await;
    let fragment = world.editor().fragment(format!("{}&q=li", list(named.view))).await.expect(200);
    assert!(fragment.has("hx-partial[hx-target='#views'] .tabs__edited"));
    assert!(fragment.has("hx-partial[hx-target='#view-tools'] #save-view"));
    assert!(fragment.has("#results input[form=search][name=view]"));
}

#[actix_web::test]
async fn fifty_views_of_a_kind_are_enough() {
    let (world, _) = World::populated().await;
    let editor = world.editor();
    for n in 0..50 {
        world.view(&format!("name=View+{n}&q=v{n}"));
    }
    let refused = editor.post("/views", "name=One+more").await.expect(409);
    assert!(refused.text("main").contains("Delete one first"));
    editor.post("/views", "name=One+more&is_shared=on").await.expect(303);
}
