//! Everything that somebody can reach who sees customers masked, page by page, form by form, link by link.

use std::collections::{BTreeSet, VecDeque};

use crate::{
    curtain::{Private, decide},
    guards::rules::{EDITOR, RULES, Rule, VIEWER},
    world::{Answer, Asker, World, encode},
};

/// Returns the paths of a rule for each thing that it may name.
fn paths(rule: &Rule, private: &Private) -> Vec<String> {
    let customers = [private.jane, private.by_email, private.by_phone, private.gone];
    let findings = ["phone", "domain", "capitals", "contact", "country", "card"];
    let keys = ["country", "email", "phone", "metadata", "field", "note", "status", "customer"];
    let with = |paths: Vec<String>, name: &str, values: &[String]| -> Vec<String> {
        let each = |path: String| match path.contains(name) {
            true => values.iter().map(|value| path.replace(name, value)).collect(),
            false => vec![path],
        };
        paths.into_iter().flat_map(each).collect()
    };
    let of = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let paths = with(vec![rule.path.to_owned()], "{id}", &customers.map(|id| id.to_string()));
    let paths = with(paths, "{finding}", &of(&findings));
    let paths = with(paths, "{key}", &of(&keys));
    let paths = with(paths, "{method}", &[private.method.to_string()]);
    let paths = with(paths, "{note}", &[private.note.to_string()]);
    let paths = with(paths, "{payment}", &[private.payment.to_string()]);
    let paths = with(paths, "{view}", &[private.view.to_string()]);
    with(paths, "{event}", &[private.event.to_string()])
}

/// Looks at every page of a role, as a page and as a fragment, at everything that these link to, and at the answer of
/// every form.
async fn crawl(private: &Private, asker: &Asker, may_change: bool) {
    let mut leaks = Vec::new();
    let mut look = |path: &str, answer: &Answer| {
        let found = private.leaks(answer);
        if !found.is_empty() {
            leaks.push(format!("{path} ({}): {found:?}", answer.status));
        }
    };
    let mut seen = BTreeSet::new();
    let mut queue: VecDeque<String> = VecDeque::new();
    let is_of = |rule: &&Rule| rule.least == VIEWER || may_change && rule.least == EDITOR;
    for rule in RULES.iter().filter(is_of).filter(|rule| !rule.changes()) {
        queue.extend(paths(rule, private));
    }
    for word in ["jane", "shown", "locl", "mail.example", "77", "sikug", "mwanzo", "order"] {
        for path in ["/customers?q=", "/customers/count?q=", "/palette?q=", "/payments?q="] {
            queue.push_back(format!("{path}{word}"));
        }
        for at in [0, word.len()] {
            queue.push_back(format!("/customers/completions?q={word}&at={at}"));
            queue.push_back(format!("/payments/completions?q={word}&at={at}"));
        }
    }
    for q in ["metadata.contact:", "field.memo:", "field.second:", "email:", "phone:", "note:", "company:"] {
        queue.push_back(format!("/customers/completions?q={}&at={}", encode(q), q.len()));
    }
    let all =
        "email,phone,company,country,language,kind,reference,metadata.contact,metadata.line,field.memo,field.second";
    for sort in ["name", "-name", "email", "-email", "created", "field.memo", "-field.second"] {
        queue.push_back(format!("/customers?columns={all}&sort={sort}&limit=1"));
        queue.push_back(format!("/customers?q=status%3Adeleted&sort={sort}&limit=1"));
    }
    queue.push_back(format!("/customers?columns={}", &all[..all.len() - 12]));
    while let Some(path) = queue.pop_front() {
        if !seen.insert(path.clone()) || seen.len() > 900 {
            continue;
        }
        let page = asker.get(&path).await;
        look(&path, &page);
        look(&path, &asker.fragment(&path).await);
        if page.is_page() {
            for (css, name) in [("[href]", "href"), ("[data-hx-get]", "data-hx-get")] {
                let links = page.all(css);
                let links = links.iter().filter_map(|link| link.attr(name));
                let ours = |link: &&str| link.starts_with('/') && !link.starts_with("/static");
                queue.extend(links.filter(ours).map(|link| link.split('#').next().unwrap_or_default().to_owned()));
            }
        }
    }
    for rule in RULES
        .iter()
        .filter(is_of)
        .filter(|rule| rule.changes() && rule.path != "/logout" && !rule.path.ends_with("/reveal"))
    {
        for path in paths(rule, private).into_iter().filter(|path| !path.ends_with("/mode")) {
            let answer = asker.post(&path, rule.form).await;
            look(&path, &answer);
            if answer.status == 303 {
                look(&path, &asker.get(answer.location()).await);
            }
            look(&path, &asker.post(&path, rule.form).in_place().await);
        }
    }
    assert!(leaks.is_empty(), "{} of {}: {leaks:#?}", leaks.len(), seen.len());
    assert!(seen.len() > 150, "{}", seen.len());
}

#[actix_web::test]
async fn a_viewer_reaches_no_private_value() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    decide(&world, None, None);
    crawl(&private, &world.viewer(), false).await;
}

#[actix_web::test]
async fn an_editor_who_asked_for_nothing_reaches_no_private_value() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    decide(&world, Some("masked"), Some("revealed"));
    crawl(&private, &world.editor(), true).await;
}

#[actix_web::test]
async fn the_same_pages_have_them_for_who_sees_everything() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    let owner = world.owner();
    let mut seen = BTreeSet::new();
    for path in [
        format!("/customers/{}", private.jane),
        format!("/customers/{}/activity", private.jane),
        format!("/customers/{}", private.by_email),
        format!("/customers/{}", private.by_phone),
        format!("/customers/{}", private.gone),
        format!("/customers/{}/payment_methods", private.jane),
        format!("/customers/{}/file", private.jane),
        format!("/notes/{}/history", private.note),
        format!("/payments/{}", private.payment),
        "/views".to_owned(),
    ] {
        seen.extend(private.leaks(&owner.get(path).await.expect(200)));
    }
    // A phone is written in some of its ways only.
    let is_text = |value: &&String| value.contains(|c: char| c.is_ascii_alphabetic());
    let missing: Vec<&String> = private.values.iter().filter(is_text).filter(|value| !seen.contains(*value)).collect();
    assert!(missing.is_empty(), "a value that nobody sees proves nothing: {missing:?}");
    assert!(seen.len() > 40, "{seen:?}");
}
