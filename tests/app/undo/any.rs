//! Any changes by several people, a key and the worker, and then an undo of any of them: the exact inverse, or a refusal
//! that changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use clientele::{
    clock::Clock,
    customers::{
        doubts::{Doubt, dismissal},
        model,
        saving::{self, Save, Saved},
    },
    deletion,
    error::Error,
    events::{Actor, By, Fields},
    history::{self, Event, reverting::Asker},
    ids::{AddressId, CustomerId, MethodId, NoteId},
    merchants::Settings,
    notes::{self, writing},
    payment_methods::{
        destruction, editing,
        model::{self as methods, Method},
        wallet::{self, Rules},
    },
    schema::doubts,
    undo::{self, Undone},
    who::{Role, SecondFactor, SignedIn},
};
use diesel::{Connection, PgConnection, prelude::*, result::Error as DieselError};
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{World, by_person, settings};

/// A change that somebody makes.
#[derive(Clone, Debug)]
enum Deed {
    /// A field, with its value.
    Field(&'static str, Value),
    /// A part of one of two addresses; without a text the whole address goes.
    Address(usize, &'static str, Option<&'static str>),
    /// One of the customer's methods becomes the default.
    Default(usize),
    Remove(usize),
    Restore(usize),
    Consent(usize, Option<&'static str>),
    Delete,
    RestoreCustomer,
    /// One of the customer's notes gets another text, is pinned or unpinned, removed or restored.
    EditNote(usize, &'static str),
    PinNote(usize, bool),
    RemoveNote(usize),
    RestoreNote(usize),
    /// The worker destroys what was removed from the wallet.
    Destroy(usize),
    /// That no address says the country is right as it is.
    Dismiss,
    /// Another undo, of an event from the end.
    Undo(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    let fields = select(vec!["name", "company", "description", "metadata.tier", "language"]);
    let texts = select(vec![json!("en"), json!("sw"), json!("fr"), Value::Null]);
    let parts = (0..2usize, select(vec!["line1", "city", "country"]), select(vec![Some("KE"), Some("UG"), None]));
    prop_oneof![
        6 => (fields, texts).prop_map(|(name, value)| Deed::Field(name, value)),
        5 => parts.prop_map(|(which, part, text)| Deed::Address(which, part, text)),
        2 => (0..3usize).prop_map(Deed::Default),
        2 => (0..3usize).prop_map(Deed::Remove),
        2 => (0..3usize).prop_map(Deed::Restore),
        2 => (0..3usize, select(vec![Some("Form"), Some("Phone"), None])).prop_map(|(n, text)| Deed::Consent(n, text)),
        1 => Just(Deed::Delete),
        1 => Just(Deed::RestoreCustomer),
        2 => (0..2usize, select(vec!["One", "Two"])).prop_map(|(n, text)| Deed::EditNote(n, text)),
        2 => (0..2usize, any::<bool>()).prop_map(|(n, is_pinned)| Deed::PinNote(n, is_pinned)),
        1 => (0..2usize).prop_map(Deed::RemoveNote),
        1 => (0..2usize).prop_map(Deed::RestoreNote),
        1 => (0..3usize).prop_map(Deed::Destroy),
        2 => Just(Deed::Dismiss),
        3 => (0..6usize).prop_map(Deed::Undo),
    ]
}

/// All that is known of the customer but versions and times.
#[derive(Clone, Debug, PartialEq)]
struct State {
    fields: Fields,
    is_deleted: bool,
    /// The methods by id: their fields, and whether they are removed.
    methods: BTreeMap<MethodId, (Fields, bool)>,
    /// The notes by id: their text, and whether they are pinned and removed.
    notes: BTreeMap<NoteId, (String, bool, bool)>,
    /// Whether a country is known, and of the doubt about it whether it is dismissed.
    country: (bool, Option<bool>),
}

struct Play<'w> {
    world: &'w World,
    customer: CustomerId,
    methods: Vec<MethodId>,
    notes: Vec<NoteId>,
    addresses: [AddressId; 2],
    settings: Settings,
}

impl Play<'_> {
    fn by(&self, turn: usize) -> By {
        let shop = &self.world.shop;
        let people = [&shop.editor, &shop.owner, &shop.admin];
        let by = by_person(shop.live, people[turn % 3]);
        let actor = if turn % 4 == 3 { Actor::System } else { by.actor };
        By { actor, request: Some(Uuid::now_v7()), ..by }
    }

    fn asker(&self) -> Asker {
        let shop = &self.world.shop;
        Asker::of(&SignedIn {
            clock: Clock::system(),
            staff: shop.editor.id,
            email: "edgar@shop.example".to_owned(),
            name: "Edgar Editor".to_owned(),
            role: Role::Editor,
            sees: clientele::merchants::Sees::Shown,
            single_keys: true,
            theme: None,
            second_factor: SecondFactor::default(),
            is_proven: true,
            notices: Vec::new(),
            merchant_id: shop.merchant,
            merchant: "Shop".to_owned(),
            settings: settings(),
            account: shop.live,
            mode: clientele::values::Mode::Live,
            request: Uuid::now_v7(),
        })
    }

    fn state(&self, conn: &mut PgConnection) -> State {
        let account = self.world.shop.live;
        let customer = model::find(conn, account, self.customer).unwrap();
        let methods = methods::all_of(conn, account, self.customer).unwrap();
        let notes = notes::model::all_of(conn, account, self.customer).unwrap();
        let doubt = doubts::table.find((account, self.customer, Doubt::Country.as_str()));
        let doubt = doubt.select(doubts::is_dismissed).first(conn).optional().unwrap();
        let of = |method: Method| (method.id, (method.fields(), method.is_removed()));
        State {
            fields: customer.record.fields(),
            is_deleted: customer.is_deleted(),
            methods: methods.into_iter().map(of).collect(),
            notes: notes
                .into_iter()
                .map(|note| (note.id, (note.text.clone(), note.is_pinned, note.is_removed())))
                .collect(),
            country: (customer.record.country().is_some(), doubt),
        }
    }

    fn events(&self, conn: &mut PgConnection) -> Vec<Event> {
        history::of_customer(conn, self.world.shop.live, self.customer, None, 200).unwrap()
    }

    /// Does it, or what of it can be done.
    fn act(&self, conn: &mut PgConnection, turn: usize, deed: &Deed) {
        let by = self.by(turn);
        let rules = Rules { size: 4, today: jiff::civil::date(2026, 11, 21) };
        let method = |n: usize| self.methods[n % self.methods.len()];
        let done: Result<(), Error> = match deed.clone() {
            Deed::Field(name, value) => self.save(conn, &by, Fields::from([(name.to_owned(), value)])),
            Deed::Address(which, part, text) => {
                let parts = match text {
                    Some(text) => json!({part: text}),
                    None => json!({"line1": null, "city": null, "country": null}),
                };
                self.save(conn, &by, Fields::from([(format!("address.{}", self.addresses[which]), parts)]))
            }
            Deed::Default(n) => wallet::make_default(conn, &by, method(n)).map(drop),
            Deed::Remove(n) => wallet::remove(conn, &by, method(n), clientele::subscriptions::methods::USES).map(drop),
            Deed::Restore(n) => wallet::restore(conn, &by, method(n), rules).map(drop),
            Deed::Consent(n, text) => methods::find(conn, by.account, method(n)).and_then(|stored| {
                let given = Fields::from([("consent_source".to_owned(), json!(text))]);
                editing::edit(conn, &by, method(n), stored.version, &given).map(drop)
            }),
            Deed::EditNote(n, text) => notes::model::find(conn, by.account, self.notes[n])
                .and_then(|note| writing::edit(conn, &by, note.id, note.version, text).map(drop)),
            Deed::PinNote(n, true) => writing::pin(conn, &by, self.notes[n]).map(drop),
            Deed::PinNote(n, false) => writing::unpin(conn, &by, self.notes[n]).map(drop),
            Deed::RemoveNote(n) => writing::remove(conn, &by, self.notes[n]).map(drop),
            Deed::RestoreNote(n) => writing::restore(conn, &by, self.notes[n]).map(drop),
            Deed::Delete => deletion::delete(conn, &by, self.customer, None).map(drop),
            Deed::RestoreCustomer => deletion::restore(conn, &by, self.customer).map(drop),
            Deed::Dismiss => dismissal::dismiss(conn, &by, self.customer, Doubt::Country, "").map(drop),
            Deed::Destroy(n) => {
                // As if it had been removed long ago.
                diesel::sql_query(
                    "UPDATE payment_methods SET removed_at = removed_at - interval '31 days' WHERE id = $1",
                )
                .bind::<diesel::sql_types::Uuid, _>(method(n).uuid())
                .execute(conn)
                .unwrap();
                destruction::destroy(conn, &by, method(n)).map(drop)
            }
            Deed::Undo(back) => {
                let Some(event) = self.events(conn).into_iter().nth(back) else { return };
                self.undo(conn, &event).map(drop)
            }
        };
        assert!(matches!(done, Ok(()) | Err(Error::Conflict(_) | Error::NotFound)), "{deed:?}: {done:?}");
    }

    fn save(&self, conn: &mut PgConnection, by: &By, change: Fields) -> Result<(), Error> {
        let version = model::find(conn, by.account, self.customer)?.version;
        let (agreed, id) = (BTreeSet::new(), self.customer);
        let settings = &self.settings;
        let save = Save { id, version, change: &change, settings, even_deleted: false, agreed: &agreed, key: None };
        let saved = saving::save(conn, by, &save)?;
        assert!(matches!(saved, Saved::Done(_) | Saved::Deleted | Saved::Invalid(_)), "{saved:?}");
        Ok(())
    }

    /// Takes an event back in a transaction of its own, which is as good as never begun when it is refused.
    fn undo(&self, conn: &mut PgConnection, event: &Event) -> Result<Undone, Error> {
        let nobody = BTreeSet::new();
        conn.transaction(|conn| undo::undo(conn, &self.asker(), self.world.shop.live, event.id, &nobody))
    }

    /// Takes each event back in turn, from the same state, and compares what became of it.
    fn check(&self, conn: &mut PgConnection) -> usize {
        let before = self.state(conn);
        let mut done = 0;
        for event in self.events(conn) {
            let _ = conn.transaction::<(), _, _>(|conn| {
                let outcome = self.undo(conn, &event);
                let after = self.state(conn);
                match outcome {
                    Ok(Undone::Done(_)) => {
                        done += 1;
                        self.compare(&event, &before, &after);
                    }
                    Ok(Undone::Not(..)) | Err(Error::Conflict(_)) => assert_eq!(after, before, "{event:?}"),
                    Err(err) => panic!("{err:?} of {event:?}"),
                }
                Err(DieselError::RollbackTransaction)
            });
        }
        done
    }

    /// What the event changed is as before it, and all else is untouched.
    fn compare(&self, event: &Event, before: &State, after: &State) {
        let mut expected = before.clone();
        let method = MethodId::from_uuid(event.subject);
        let set = |fields: &mut Fields, values: &Fields| {
            for (name, value) in values {
                if value.is_null() {
                    fields.remove(name)
                } else {
                    fields.insert(name.clone(), value.clone())
                };
            }
        };
        match event.kind.as_str() {
            "customer.updated" => set(&mut expected.fields, &event.before),
            "customer.doubt_dismissed" => expected.country.1 = before.country.1.map(|_| false),
            "customer.doubt_raised" => expected.country.1 = before.country.1.map(|_| true),
            "customer.deleted" => expected.is_deleted = false,
            "customer.restored" => expected.is_deleted = true,
            "payment_method.updated" => set(&mut expected.methods.get_mut(&method).unwrap().0, &event.before),
            "payment_method.added" | "payment_method.restored" => {
                let removed = expected.methods.get_mut(&method).unwrap();
                removed.1 = true;
                removed.0.insert("is_default".to_owned(), json!(false));
            }
            "payment_method.removed" => {
                let has_default = before.methods.values().any(|(fields, _)| fields["is_default"] == json!(true));
                let is_alone = before.methods.values().all(|(_, is_removed)| *is_removed);
                let restored = expected.methods.get_mut(&method).unwrap();
                if restored.1 {
                    let is_default = is_alone || (event.before["is_default"] == json!(true) && !has_default);
                    restored.0.insert("is_default".to_owned(), json!(is_default));
                }
                restored.1 = false;
            }
            "payment_method.made_default" | "payment_method.unmade_default" => {
                let former = event.before["default"].as_str().map(|id| id.parse::<MethodId>().unwrap());
                for (id, (fields, _)) in &mut expected.methods {
                    fields.insert("is_default".to_owned(), json!(Some(*id) == former));
                }
            }
            kind => self.compare_notes(kind, event, &mut expected),
        }
        // Whether there is a doubt follows from the record, and what was said of it holds as long as its value.
        if ["customer.updated", "customer.deleted", "customer.restored"].contains(&event.kind.as_str()) {
            expected.country = after.country;
            assert_eq!(after.country.1.is_some(), !after.country.0 && !after.is_deleted, "{event:?}");
        }
        // When an address comes or goes, another of its kind may have to be the default.
        let settled = |mut state: State| {
            let addresses = state.fields.iter_mut().filter(|(name, _)| name.starts_with("address."));
            addresses.for_each(|(_, address)| address["is_default"] = json!(null));
            state
        };
        match event.after.keys().any(|name| name.starts_with("address.")) {
            true => assert_eq!(settled(after.clone()), settled(expected), "{event:?}"),
            false => assert_eq!(*after, expected, "{event:?}"),
        }
    }

    fn compare_notes(&self, kind: &str, event: &Event, expected: &mut State) {
        let note = NoteId::from_uuid(event.subject);
        let stored = expected.notes.get_mut(&note);
        match kind {
            "note.written" | "note.restored" => stored.unwrap().2 = true,
            "note.removed" => stored.unwrap().2 = false,
            "note.edited" => stored.unwrap().0 = event.before["text"].as_str().unwrap().to_owned(),
            "note.pinned" | "note.unpinned" => {
                let former = event.before["pinned"].as_str().map(|id| id.parse::<NoteId>().unwrap());
                // One that is removed keeps its own mark for when it comes back.
                for (id, (_, is_pinned, is_removed)) in &mut expected.notes {
                    *is_pinned = Some(*id) == former || (*is_removed && *is_pinned);
                }
            }
            kind => panic!("{kind} was undone"),
        }
    }
}

#[actix_web::test]
async fn any_change_is_taken_back_exactly_or_refused() {
    let (world, named) = World::populated().await;
    let addresses = {
        let record = world.stored(named.wanjiru).record;
        [*record.addresses.keys().next().unwrap(), AddressId::new()]
    };
    for last4 in ["1881", "0005"] {
        let form = format!("kind=card&brand=Amex&last4={last4}&expires=11%2F2041");
        world.editor().post(format!("/customers/{}/payment_methods", named.wanjiru), form).await.expect(303);
    }
    let methods = world.with(|conn| methods::all_of(conn, world.shop.live, named.wanjiru)).unwrap();
    let methods: Vec<MethodId> = methods.into_iter().map(|method| method.id).collect();
    assert_eq!(methods.len(), 3);
    let notes = vec![named.note, world.note(world.shop.live, named.wanjiru, "Another")];
    let settings = Settings { required_fields: Vec::new(), ..settings() };
    let play = Play { world: &world, customer: named.wanjiru, methods, notes, addresses, settings };
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let done = std::cell::Cell::new(0);
    let outcome = runner.run(&vec(deed(), 1..12), |deeds| {
        world.with(|conn| {
            let _ = conn.transaction::<(), _, _>(|conn| {
                for (turn, deed) in deeds.iter().enumerate() {
                    let _ = conn.transaction::<(), Error, _>(|conn| {
                        play.act(conn, turn, deed);
                        Ok(())
                    });
                }
                done.set(done.get() + play.check(conn));
                Err(DieselError::RollbackTransaction)
            });
        });
        Ok(())
    });
    outcome.unwrap();
    assert!(done.get() > 200, "only {} were taken back", done.get());
}
