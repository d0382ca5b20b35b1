//! The properties that must hold for every demo customer, tested on some thousands.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::{
    agreements::Agreement,
    copying::{address_rows, customer_rows, event_rows, job_rows},
    courses::{Bill, Course, End, Numbers},
    lives::{Life, life},
    payment_rows::PaymentRows,
    prices::Prices,
    purses::{Outcome, Payment, Purse},
    *,
};
use crate::{
    customers::{kinds, record::Record},
    events::Fields,
    subscriptions::status::EndReason,
    values::{Language, Metadata, Phone, card, metadata, text},
};

const DEMO: Demo = Demo { customers: 20_000, seed: 1 };

fn now() -> Timestamp {
    "2026-11-21T09:30:00Z".parse().unwrap()
}

fn lives(demo: &Demo) -> Vec<Life> {
    (0..demo.customers).map(|number| life(demo, number, now())).collect()
}

fn owners() -> Owners {
    let staff = |n| StaffId::from_uuid(uuid::Uuid::from_u128(n));
    Owners { account: AccountId::from_uuid(uuid::Uuid::from_u128(1)), owner: staff(2), editor: staff(3) }
}

fn share(lives: &[Life], is: impl Fn(&Life) -> bool) -> f64 {
    lives.iter().filter(|life| is(life)).count() as f64 / lives.len() as f64
}

#[test]
fn the_same_seed_makes_the_same_rows_and_another_others() {
    let rows = |seed| {
        let lives = lives(&Demo { customers: 500, seed });
        let owners = owners();
        let address_rows = address_rows(&owners, &lives);
        let (mut payment_rows, mut events) = (PaymentRows::default(), event_rows(&owners, &lives).unwrap());
        for (number, life) in (0..).zip(&lives) {
            let purse = Purse::of(&Demo { customers: 500, seed }, number, life, now()).unwrap();
            payment_rows.add(&owners, life, &purse, &mut events).unwrap();
        }
        (customer_rows(&owners, &lives).unwrap(), address_rows, job_rows(&owners, &lives), payment_rows, events)
    };
    assert_eq!(rows(1), rows(1));
    assert_ne!(rows(1), rows(2));
}

#[test]
fn replaying_the_events_gives_the_record() {
    for life in lives(&DEMO) {
        let mut fields = Fields::new();
        for step in &life.steps {
            for (name, value) in &step.before {
                assert_eq!(fields.get(name).unwrap_or(&Value::Null), value, "{life:#?}");
            }
            fields.extend(step.after.clone());
            fields.retain(|_, value| !value.is_null());
        }
        assert_eq!(fields, life.record.fields());
        assert_eq!(Record::blank().with(&fields), life.record);
    }
}

#[test]
fn events_follow_each_other() {
    for life in lives(&DEMO) {
        assert_eq!(life.steps[0].kind, kinds::CREATED);
        assert_eq!(life.steps[0].id.created_at(), life.created_at());
        assert!(life.steps.is_sorted_by(|a, b| a.id < b.id && a.id.created_at() < b.id.created_at()));
        assert!(life.updated_at() <= now());
        let last_end = life.steps.iter().rfind(|step| !step.kind.ends_with("ated"));
        let is_deleted = last_end.is_some_and(|step| step.kind == kinds::DELETED);
        assert_eq!(life.deleted_at, last_end.filter(|_| is_deleted).map(|step| step.id.created_at()));
        let updates = life.steps.iter().filter(|step| step.kind == kinds::UPDATED);
        assert!(updates.clone().count() <= 3 && updates.clone().all(|step| !step.after.is_empty()));
    }
}

#[test]
fn every_value_passes_its_gate() {
    for life in lives(&DEMO) {
        let Record { kind, name, language, metadata, .. } = &life.record;
        assert!(["person", "organization"].contains(&kind.as_str()));
        assert!(name.as_ref().is_some_and(|name| !name.is_empty()));
        assert!(language.as_ref().is_none_or(|code| Language::parse(code).is_ok()));
        assert!(metadata.len() <= Metadata::MAX_KEYS && metadata.keys().all(|key| metadata::is_key(key)));
        assert!(
            life.record.addresses.values().all(|address| {
                address.is_default && CountryCode::parse(address.country.as_deref().unwrap()).is_ok()
            })
        );
    }
}

#[test]
fn every_text_is_clean_short_and_no_card() {
    let fits = |text: &str, longest: usize| {
        assert_eq!(text::free_line(text, longest), Ok(Some(text.to_owned())));
        assert!(!card::holds_card_number(text));
    };
    for life in lives(&DEMO) {
        for (name, value) in life.steps.iter().flat_map(|step| &step.after) {
            let longest = if ["name", "first_name", "last_name"].contains(&name.as_str()) { 200 } else { 500 };
            match value {
                Value::String(text) => fits(text, longest),
                Value::Object(parts) if name != "phone" => {
                    parts.values().filter_map(Value::as_str).for_each(|text| fits(text, 500));
                }
                _ => {}
            }
        }
    }
}

#[test]
fn every_email_is_one_that_no_mail_reaches() {
    for life in lives(&DEMO) {
        let emails = life.steps.iter().filter_map(|step| step.after.get("email")?.as_str());
        for email in emails {
            let parsed = Email::parse(email).unwrap_or_else(|err| panic!("{email}: {err}"));
            assert_eq!(parsed.as_str(), email);
            let domain = parsed.domain().to_lowercase();
            let is_reserved =
                domain.ends_with(".example") || ["example.com", "example.org", "example.net"].contains(&&*domain);
            assert!(is_reserved, "{email}");
        }
    }
}

#[test]
fn every_phone_is_what_the_merchant_reads_in_what_was_typed() {
    let home = CountryCode::parse(phones::HOME).unwrap();
    let mut calling_codes = BTreeMap::new();
    for number in 0..DEMO.customers {
        let mut dice = dice::Dice::new(1, number, dice::Purpose::Life);
        let country = &world::world().countries[number as usize % world::world().countries.len()];
        let pair = phones::phone(&mut dice, country);
        // “00” is how most countries dial abroad; Brazil would read a carrier's number in it.
        let own = CountryCode::parse(&country.code).ok().filter(|_| pair.typed.starts_with('+'));
        for reader in [Some(home), own].into_iter().flatten() {
            let read = Phone::parse(&pair.typed, reader).unwrap_or_else(|err| panic!("{pair:?}: {err}"));
            assert_eq!((read.e164(), read.typed()), (&*pair.e164, &*pair.typed), "{}", country.code);
        }
        *calling_codes.entry(&country.calling_code).or_insert(0) += 1;
    }
    assert!(calling_codes.len() > 50);
}

#[test]
fn phones_follow_the_record_through_every_change() {
    for life in lives(&DEMO).iter().filter(|life| life.steps.len() > 1) {
        let last = life.steps.iter().rev().find_map(|step| step.after.get("phone"));
        let e164 = last.and_then(|phone| phone.get("e164")?.as_str());
        assert_eq!(e164, life.record.phone.as_ref().map(|phone| phone.e164.as_str()));
    }
}

#[test]
fn proportions_are_believable() {
    let lives = lives(&DEMO);
    let within = |is: &dyn Fn(&Life) -> bool, low: f64, high: f64, what: &str| {
        let share = share(&lives, is);
        assert!((low..high).contains(&share), "{what}: {share}");
    };
    within(&|life| life.record.kind == "organization", 0.10, 0.14, "organizations");
    within(&|life| life.record.email.is_none(), 0.03, 0.05, "no email");
    within(&|life| life.record.phone.is_none(), 0.20, 0.26, "no phone");
    within(&|life| life.record.reference.is_some(), 0.28, 0.34, "reference");
    within(&|life| life.record.description.is_some(), 0.09, 0.13, "description");
    within(&|life| !life.record.metadata.is_empty(), 0.36, 0.44, "metadata");
    within(&|life| life.record.country().is_some(), 0.43, 0.48, "address");
    within(&|life| life.record.addresses.len() > 1, 0.12, 0.18, "shipping");
    within(&|life| life.steps.iter().any(|step| step.kind == kinds::UPDATED), 0.06, 0.10, "changed");
    within(&|life| life.deleted_at.is_some(), 0.008, 0.018, "deleted");
    within(&|life| life.steps.iter().any(|step| step.kind == kinds::RESTORED), 0.001, 0.005, "restored");
    let after_window = |at: Timestamp| now().duration_since(at) > WINDOW;
    within(&|life| life.deleted_at.is_some_and(after_window), 0.002, 0.008, "past the undo window");
}

/// The undo window of a delete.
const WINDOW: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

#[test]
fn some_mailboxes_are_shared_and_no_id_is() {
    let lives = lives(&DEMO);
    let mut seen = HashSet::new();
    let again = lives.iter().filter_map(|life| life.record.email.clone()).filter(|email| !seen.insert(email.clone()));
    assert!((0.005..0.2).contains(&(again.count() as f64 / lives.len() as f64)));
    assert!(lives.is_sorted_by(|a, b| a.id < b.id));
    let events: HashSet<_> = lives.iter().flat_map(|life| &life.steps).map(|step| step.id.uuid()).collect();
    assert_eq!(events.len(), lives.iter().map(|life| life.steps.len()).sum::<usize>());
    let addresses: HashSet<_> = lives.iter().flat_map(|life| life.record.addresses.keys()).collect();
    assert_eq!(addresses.len(), lives.iter().map(|life| life.record.addresses.len()).sum::<usize>());
}

#[test]
fn the_first_page_shows_many_scripts_and_nothing_broken() {
    for seed in 1..20 {
        let demo = Demo { customers: 10_000, seed };
        let newest: Vec<Life> =
            (demo.customers - 25..demo.customers).map(|number| life(&demo, number, now())).collect();
        assert!(newest.iter().all(|life| life.record.email.is_some() && life.deleted_at.is_none()));
        let is_latin = |life: &&Life| {
            life.record.name.as_ref().unwrap().chars().all(|c| c < '\u{250}' || ('\u{1e00}'..'\u{2100}').contains(&c))
        };
        assert!(newest.iter().filter(|life| !is_latin(life)).count() >= 4);
        assert!(now().duration_since(newest[24].created_at()).as_mins() < 10);
    }
}

/// Returns all customers of a demo, with their purses.
fn purses(demo: &Demo) -> Vec<(Life, Purse)> {
    let pair = |number| {
        let life = life(demo, number, now());
        let purse = Purse::of(demo, number, &life, now()).unwrap();
        (life, purse)
    };
    (0..demo.customers).map(pair).collect()
}

fn payments(purses: &[(Life, Purse)]) -> impl Iterator<Item = &Payment> {
    purses.iter().flat_map(|(_, purse)| &purse.payments)
}

#[test]
fn payments_and_methods_follow_the_customer_and_each_other() {
    let mut ids = HashSet::new();
    let mut references = HashSet::new();
    for (life, purse) in purses(&Demo { customers: 3_000, seed: 1 }) {
        let until = life.buys_until(now());
        for method in &purse.methods {
            assert!(life.created_at() <= method.created_at() && method.created_at() < until);
            assert!(method.instrument.expires_on.is_none_or(|last| calendar::date(method.created_at()) < last));
            assert!(ids.insert(method.id.uuid()) && ids.insert(method.event.uuid()));
        }
        assert_eq!(purse.methods.iter().filter(|method| method.is_default).count(), purse.methods.len().min(1));
        for payment in &purse.payments {
            assert!(life.created_at() <= payment.created_at() && payment.updated_at() < until, "{payment:#?}");
            assert!(ids.insert(payment.id.uuid()) && ids.insert(payment.event.uuid()));
            assert!(payment.reference.as_ref().is_none_or(|reference| references.insert(reference.clone())));
            for refund in &payment.refunds {
                assert!(payment.created_at() < refund.id.created_at());
                assert!(ids.insert(refund.id.uuid()) && ids.insert(refund.event.uuid()));
            }
            let of_wallet = payment.with.as_ref().and_then(|with| with.method);
            let method = purse.methods.iter().find(|method| Some(method.id) == of_wallet);
            assert!(method.is_some_and(|method| method.is_good(payment.created_at())) || of_wallet.is_none());
        }
        let times = purse.payments.iter().filter(|payment| payment.customer.is_some()).map(Payment::created_at);
        assert!(times.is_sorted());
    }
}

#[test]
fn every_payment_is_possible() {
    for payment in payments(&purses(&Demo { customers: 3_000, seed: 1 })) {
        let Prices { low, high, unit, .. } = Prices::of(payment.currency);
        assert!((low * unit..=high * unit).contains(&payment.amount), "{payment:#?}");
        assert!(payment.refunded() <= payment.amount && payment.refunds.iter().all(|refund| refund.amount > 0));
        let is_charged_well = payment.with.is_some() && payment.outcome == Outcome::Succeeded;
        assert!(is_charged_well || payment.refunds.is_empty());
        assert!(payment.with.is_some() || payment.outcome == Outcome::Succeeded && payment.reference.is_some());
        if let Outcome::Failed(reason) = payment.outcome {
            assert_ne!(crate::gateway::reason(reason), reason);
        }
        for line in [&payment.description, &payment.reference].into_iter().flatten() {
            assert_eq!(text::free_line(line, 500), Ok(Some(line.clone())));
            assert!(!card::holds_card_number(line));
        }
    }
}

#[test]
fn payments_come_in_believable_proportions() {
    let demo = Demo { customers: 10_000, seed: 1 };
    let purses = purses(&demo);
    let all: Vec<&Payment> = payments(&purses).collect();
    let within = |share: f64, low: f64, high: f64, what: &str| assert!((low..high).contains(&share), "{what}: {share}");
    let each = all.len() as f64 / purses.len() as f64;
    within(each, 4.5, 6.0, "payments of a customer");
    let of = |is: &dyn Fn(&Payment) -> bool| all.iter().filter(|one| is(one)).count() as f64 / all.len() as f64;
    within(of(&|one| one.status() == "failed"), 0.03, 0.05, "failed");
    within(of(&|one| one.status() == "canceled"), 0.005, 0.015, "canceled");
    within(of(&|one| !one.refunds.is_empty()), 0.015, 0.025, "given back");
    within(of(&|one| one.status() == "partially_refunded"), 0.004, 0.014, "given back in part");
    within(of(&|one| one.with.is_none()), 0.05, 0.25, "recorded");
    within(of(&|one| one.customer.is_none()), 0.01, 0.03, "of nobody");
    within(of(&|one| one.with.as_ref().is_some_and(|with| with.method.is_some())), 0.5, 0.8, "by wallet");
    within(of(&|one| one.currency == "KES"), 0.5, 0.75, "in KES");
    let whose =
        |is: &dyn Fn(&Purse) -> bool| purses.iter().filter(|(_, purse)| is(purse)).count() as f64 / purses.len() as f64;
    let own = |purse: &Purse| purse.payments.iter().filter(|payment| payment.customer.is_some()).count();
    within(whose(&|purse| own(purse) == 0), 0.23, 0.29, "customers without payments");
    within(whose(&|purse| own(purse) <= 20), 0.9, 0.99, "customers with up to 20");
    within(whose(&|purse| purse.figures().len() > 1), 0.02, 0.08, "customers with two currencies");
    within(whose(&|purse| !purse.methods.is_empty()), 0.57, 0.63, "wallets");
    let cards = || purses.iter().flat_map(|(_, purse)| &purse.methods).filter_map(|one| one.instrument.expires_on);
    let today = calendar::date(now());
    within(cards().filter(|last| *last < today).count() as f64 / cards().count() as f64, 0.03, 0.14, "expired");
}

#[test]
fn about_a_tenth_subscribes_and_every_state_is_there() {
    let demo = Demo { customers: 3_000, seed: 1 };
    let courses: Vec<Course> = purses(&demo).into_iter().filter_map(|(_, purse)| purse.course).collect();
    let share = courses.len() as f64 / f64::from(demo.customers);
    assert!((0.07..0.13).contains(&share), "{share}");
    let count = |is: &dyn Fn(&Course) -> bool| courses.iter().filter(|course| is(course)).count();
    let goes_on = |course: &Course| course.end == End::None;
    let last_is_paid = |course: &Course| course.bills.last().is_none_or(Bill::is_paid);
    assert!(count(&|course| goes_on(course) && course.bills.is_empty()) > 1, "in their trial");
    assert!(count(&|course| goes_on(course) && !course.bills.is_empty() && last_is_paid(course)) > 50, "active");
    assert!(count(&|course| goes_on(course) && !last_is_paid(course)) > 1, "past due");
    assert!(count(&|course| course.end == End::StandsStill) > 1, "stand still");
    assert!(count(&|course| matches!(course.end, End::Ending(..))) > 1, "to end");
    for reason in [EndReason::ByStaff, EndReason::PeriodEnd, EndReason::CustomerDeleted] {
        assert!(count(&|course| matches!(course.end, End::Ended { reason: why, .. } if why == reason)) > 0, "{reason}");
    }
    for course in &courses {
        for (bill, no) in course.bills.iter().zip(1..) {
            assert!(bill.no == no && bill.from < bill.until && bill.tries.is_sorted_by(|a, b| a.at < b.at));
            let but_the_last = bill.tries.iter().rev().skip(1);
            assert!(but_the_last.clone().all(|one| one.failure.is_some()), "{bill:#?}");
        }
        assert!(course.bills.windows(2).all(|pair| pair[0].until == pair[1].from));
        let is_sent = course.days_until_due.is_some();
        assert!(is_sent || course.bills.windows(2).all(|pair| pair[0].is_paid()));
        assert!(!is_sent || course.bills.iter().all(|bill| bill.tries.is_empty()));
    }
}

#[test]
fn invoices_are_numbered_in_the_order_of_their_days() {
    let demo = Demo { customers: 2_000, seed: 3 };
    let numbers = Numbers::of(&demo, now()).unwrap();
    let mut all: Vec<((i16, i64), jiff::civil::Date)> = Vec::new();
    for (number, (_, purse)) in (0..).zip(purses(&demo)) {
        let bills = purse.course.map_or_else(Vec::new, |course| course.bills);
        assert_eq!(bills.len(), numbers.of_customer(number).len());
        all.extend(numbers.of_customer(number).iter().copied().zip(bills.iter().map(|bill| calendar::date(bill.at))));
    }
    all.sort_unstable();
    assert!(all.len() > 1_000 && all.is_sorted_by(|(_, day), (_, next)| day <= next));
    for (place, ((year, no), day)) in all.iter().enumerate() {
        assert_eq!(*year, day.year());
        assert!(*no == 1 || all[place - 1].0 == (*year, no - 1), "no gap before {no} of {year}");
    }
}

#[test]
fn some_are_sent_bills_and_these_stand_in_all_ways() {
    for seed in 1..6 {
        let purses = purses(&Demo { customers: 700, seed });
        let sent = || purses.iter().filter_map(|(life, purse)| Some((life, purse.course.as_ref()?)));
        let sent: Vec<_> = sent().filter(|(_, course)| course.days_until_due.is_some()).collect();
        assert!((7..40).contains(&sent.len()), "seed {seed}: {}", sent.len());
        assert!(sent.iter().any(|(life, _)| life.record.kind == "organization"));
        let last = |course: &Course| course.bills.last().map(|bill| (bill.is_paid(), bill.overdue_at.is_some()));
        for standing in [(true, false), (false, false)] {
            assert!(sent.iter().any(|(_, course)| last(course) == Some(standing)), "seed {seed}: {standing:?}");
        }
        let is_late = |course: &Course| course.bills.iter().any(|bill| bill.overdue_at.is_some() && !bill.is_paid());
        assert!(sent.iter().any(|(_, course)| course.end == End::None && is_late(course)), "seed {seed}: overdue");
        assert!(sent.iter().any(|(_, course)| course.end == End::StandsStill), "seed {seed}: stands still");
        for (life, course) in sent {
            assert!(!course.bills.is_empty() && course.started_at > life.created_at() && course.started_at < now());
            assert_eq!(course.first_on, calendar::date(course.started_at));
            let in_order = |bill: &Bill| bill.paid_at.is_none_or(|paid| bill.at < paid && paid < now());
            assert!(course.bills.iter().all(in_order), "{course:#?}");
        }
    }
}

#[test]
fn a_fortieth_of_those_who_buy_pays_in_parts_and_every_state_is_there() {
    let purses = purses(&Demo { customers: 10_000, seed: 1 });
    let buyers = purses.iter().filter(|(_, purse)| purse.payments.iter().any(|one| one.customer.is_some())).count();
    let agreements: Vec<(&Life, &Agreement)> =
        purses.iter().filter_map(|(life, purse)| Some((life, purse.agreement.as_ref()?))).collect();
    let share = agreements.len() as f64 / buyers as f64;
    assert!((0.02..0.03).contains(&share), "{share}");
    for (life, agreement) in &agreements {
        let (until, limits) = (life.buys_until(now()), Prices::of(agreement.currency));
        assert!(life.created_at() < agreement.made_at && agreement.made_at < until, "{agreement:#?}");
        assert!(agreement.parts.is_sorted_by(|a, b| a.due_on < b.due_on) && agreement.parts.len() > 1);
        assert!(agreement.parts[0].due_on >= calendar::date(agreement.made_at));
        let fits = |amount: i64| (limits.low * limits.unit..=limits.high * limits.unit).contains(&amount);
        assert!(agreement.parts.iter().all(|part| fits(part.amount)), "{agreement:#?}");
        let times: Vec<_> = agreement.charges().map(|(_, charge)| charge.at).collect();
        assert!(times.is_sorted_by(|a, b| a < b) && times.iter().all(|at| agreement.made_at < *at && *at < until));
        // No part is charged before those due earlier are paid.
        let unpaid = agreement.parts.iter().position(|part| !part.is_paid()).unwrap_or(agreement.parts.len());
        assert!(agreement.parts[unpaid..].iter().skip(1).all(|part| part.charges.is_empty()), "{agreement:#?}");
    }
    let paid = |one: &Agreement| one.parts.iter().filter(|part| part.is_paid()).count();
    let count = |is: &dyn Fn(&Agreement) -> bool| agreements.iter().filter(|(_, one)| is(one)).count();
    let tries = |one: &Agreement| one.charges().filter(|(place, _)| !one.parts[*place].is_paid()).count();
    let living = |one: &Agreement| one.canceled.is_none() && paid(one) < one.parts.len();
    for (what, found) in [
        ("ahead", count(&|one| living(one) && one.charges().count() == 0)),
        ("under way", count(&|one| living(one) && paid(one) > 0)),
        ("retrying", count(&|one| living(one) && (1..5).contains(&tries(one)))),
        ("past due", count(&|one| living(one) && 5 == tries(one))),
        ("finished", count(&|one| paid(one) == one.parts.len())),
        ("canceled", count(&|one| one.canceled.is_some() && paid(one) > 0)),
        ("skipping", count(&|one| living(one) && one.parts.iter().any(|part| part.skipped.is_some()))),
    ] {
        assert!(found > 10, "{what}: {found}");
    }
}

#[test]
fn one_or_two_of_ten_thousand_are_regulars() {
    for seed in 1..6 {
        let demo = Demo { customers: 10_000, seed };
        let numbers = 0..demo.customers;
        let regulars: Vec<u32> = numbers.filter(|number| habits::is_regular(&demo, *number)).collect();
        assert!((1..=2).contains(&regulars.len()), "{regulars:?}");
        for number in regulars {
            let purse = Purse::of(&demo, number, &life(&demo, number, now()), now()).unwrap();
            assert!((1_000..=5_001).contains(&purse.payments.len()), "{}", purse.payments.len());
        }
    }
}
