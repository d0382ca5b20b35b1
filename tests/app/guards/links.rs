//! What pages offer: no link or button that the person may not use.

use super::*;

#[actix_web::test]
async fn nobody_sees_a_link_or_button_that_they_may_not_use() {
    let (world, named) = World::populated().await;
    let mut seen = 0;
    for person in [&world.shop.viewer, &world.shop.editor, &world.shop.owner] {
        for (place, page) in every_page(&named, &world.asker(person)).await {
            for (method, path) in controls(&page) {
                let rule = rule_for(method, &path);
                let rule = rule.unwrap_or_else(|| panic!("{place} leads to {method} {path}, which is no route"));
                let allowed = match rule.least {
                    Least::Anybody => true,
                    Least::Role(least) => person.role >= least,
                };
                assert!(allowed, "{place} offers {method} {path} to a {:?}", person.role);
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "only {seen} controls were looked at");
}

#[actix_web::test]
async fn an_account_without_customers_offers_to_create_one_only_to_who_may() {
    let world = World::empty().await;
    for (person, offered) in [(&world.shop.viewer, false), (&world.shop.editor, true)] {
        let page = world.asker(person).get("/customers").await.expect(200);
        assert_eq!(page.text("#results h2"), "No customers yet");
        assert_eq!(page.has("#results a[href='/customers/new']"), offered);
    }
}

#[actix_web::test]
async fn an_editor_finds_what_a_viewer_does_not_see() {
    let (world, named) = World::populated().await;
    for (path, css) in [
        ("/customers".to_owned(), "main a[href='/customers/new']"),
        (format!("/customers/{}", named.wanjiru), "a[href$='/edit']"),
        (format!("/customers/{}", named.wanjiru), "a[href$='/deletion']"),
        (format!("/customers/{}", named.gone), "form[action$='/restoration']"),
        ("/customers?q=status%3Adeleted".to_owned(), "tbody form[action*='/restoration']"),
    ] {
        assert!(world.editor().get(&path).await.has(css), "{css} on {path}");
        assert!(!world.viewer().get(&path).await.has(css), "{css} on {path}");
    }
}

/// Every page that the person may read, in each state that has other controls.
async fn every_page(named: &Named, asker: &Asker) -> Vec<(String, Answer)> {
    let id = named.wanjiru;
    let mut places: Vec<String> = [
        "/customers",
        "/customers?q=nobody-has-this",
        "/customers?q=status%3Adeleted",
        "/customers?q=foo%3Abar",
        "/customers/filters/country?q=country%3AKE&place=0",
        "/customers/filters/created",
        "/customers/help",
        "/profile",
        "/customers?q=kamau&columns=company",
        "/views",
        "/views/new",
        "/palette",
        "/palette?q=a",
        "/palette?q=foo%3Abar",
        "/payments",
        "/payments?q=zzz",
        "/payments?q=foo%3Abar",
        "/payments/new",
        "/settings",
        "/settings/audit",
        "/settings/audit?q=kind%3Acustomer",
        "/settings/audit/export",
        "/settings/fields",
        "/settings/fields/new",
        "/settings/api_keys",
        "/settings/api_keys/new",
        "/settings/webhooks",
        "/settings/webhooks/new",
    ]
    .map(str::to_owned)
    .into();
    places.extend(["", "/refunds/new", "/customer?q=a"].map(|part| format!("/payments/{}{part}", named.payment)));
    places.extend(["/payments", "/figures", "/charges/new"].map(|part| format!("/customers/{id}{part}")));
    places.push(format!("/customers?view={}&q=kamau", named.view));
    places.push(format!("/views/{}/edit", named.view));
    places.extend(["", "/activity", "/edit", "/deletion"].map(|part| format!("/customers/{id}{part}")));
    places.extend(["", "/new"].map(|part| format!("/customers/{id}/payment_methods{part}")));
    places.push(format!("/customers/{id}/notes"));
    places.extend(["/edit", "/history"].map(|part| format!("/notes/{}{part}", named.note)));
    places.extend(["/edit", "/deletion"].map(|part| format!("/payment_methods/{}{part}", named.method)));
    places.push("/customers/new".to_owned());
    places.extend(["rotation", "revocation"].map(|part| format!("/settings/api_keys/{}/{part}", named.api_key)));
    places.extend(["", "/edit", "/secret"].map(|part| format!("/settings/webhooks/{}{part}", named.endpoint)));
    places.push(format!("/settings/webhooks/{}/deliveries/{}", named.endpoint, named.sent));
    places.push(format!("/customers/{}", named.gone));
    places.push("/customers?limit=2".to_owned());
    let mut pages = Vec::new();
    for place in places {
        let page = asker.get(&place).await;
        if page.status != 403 {
            assert!(page.is_page(), "{place}: {}", page.outline());
            pages.push((place.clone(), page));
            let fragment = asker.fragment(&place).await;
            pages.push((format!("the fragment of {place}"), fragment));
        }
    }
    pages
}

/// Method and path of everything on a page that sends a request.
fn controls(page: &Answer) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (css, attribute, method) in [
        ("a[href^='/']", "href", "GET"),
        ("[data-hx-get]", "data-hx-get", "GET"),
        ("[data-hx-post]", "data-hx-post", "POST"),
        ("[formaction]", "formaction", "POST"),
        ("form[method=get]", "action", "GET"),
        ("form[method=post]", "action", "POST"),
    ] {
        for element in page.all(css) {
            found.push((method, element.attr(attribute).unwrap().to_owned()));
        }
    }
    assert!(!page.has("form:not([method])"), "a form without a method");
    found
}

fn rule_for(method: &str, path: &str) -> Option<&'static Rule> {
    let path = path.split(['?', '#']).next().unwrap();
    let fits = |rule: &&Rule| {
        let (wanted, given): (Vec<_>, Vec<_>) = (rule.path.split('/').collect(), path.split('/').collect());
        let is_id = |want: &str, have: &str| match want {
            "{id}" => have.starts_with("cust_"),
            "{view}" => have.starts_with("view_"),
            "{endpoint}" => have.starts_with("we_"),
            "{sent}" => have.starts_with("evt_"),
            "{key}" => have.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
            "{method}" => have.starts_with("pm_"),
            "{note}" => have.starts_with("note_"),
            "{payment}" => have.starts_with("pay_"),
            "{api_key}" => have.starts_with("key_"),
            "{event}" => have.starts_with("evt_"),
            _ => false,
        };
        let same = |(want, have): (&&str, &&str)| want == have || is_id(want, have);
        rule.method == method && wanted.len() == given.len() && wanted.iter().zip(&given).all(same)
    };
    RULES.iter().find(fits)
}

#[actix_web::test]
async fn links_arrive_though_chat_and_mail_mangle_them() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let page = format!("/customers/{}", named.wanjiru);
    for behind in ["/", ".", "%E2%80%A6", "%E2%80%8B", ")", "/?tab=x"] {
        let lead = editor.get(format!("{page}{behind}")).await.expect(308);
        assert_eq!(lead.location().split('?').next(), Some(&*page), "{behind}");
    }
    let capitals = editor.get(format!("/customers/{}", named.wanjiru.to_string().to_uppercase())).await.expect(308);
    assert_eq!(capitals.location(), page);
    assert_eq!(editor.get("/payments/").await.expect(308).location(), "/payments");
    // Where what is meant is not there either, its page says so.
    let nobody = editor.get("/customers/cust_01h2xcejqtf2nbrexx3vqjhp41.").await.expect(308);
    editor.get(nobody.location()).await.expect(404);
    for path in ["/nothing", "/customers/jane.doe", "/customers/cust_1."] {
        editor.get(path).await.expect(404);
    }
    // A form is never sent elsewhere.
    editor.post(format!("{page}/"), "version=1").await.expect(404);
}
