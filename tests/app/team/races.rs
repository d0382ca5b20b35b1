//! What happens at the same moment: a hundred rounds each, on connections of their own.

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use clientele::{
    db::Db,
    team::invitations::{self, Token},
    values::Email,
};
use jiff::Timestamp;

use super::*;

const ROUNDS: usize = 25;

/// Runs `deed` on four threads at once, each with the manager of the shop, and returns how many succeeded.
fn at_once(
    world: &World,
    deed: impl Fn(usize, &mut PgConnection, &Manager) -> Result<()> + Send + Sync + 'static,
) -> usize {
    let (start, done, deed) = (Arc::new(Barrier::new(4)), Arc::new(AtomicUsize::new(0)), Arc::new(deed));
    let merchant = world.shop.merchant;
    let threads: Vec<_> = (0..4)
        .map(|n| {
            let (db, start, done, deed): (Db, _, _, _) = (world.db.clone(), start.clone(), done.clone(), deed.clone());
            thread::spawn(move || {
                start.wait();
                let outcome = db.directly(|conn| {
                    conn.transaction(|conn| {
                        let manager = Manager::command(conn, merchant)?;
                        deed(n, conn, &manager)
                    })
                });
                match outcome {
                    Ok(()) => _ = done.fetch_add(1, Ordering::SeqCst),
                    Err(Error::Conflict(_) | Error::NotFound | Error::Forbidden) => {}
                    Err(other) => panic!("{other}"),
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    done.load(Ordering::SeqCst)
}

fn owners(world: &World) -> i64 {
    world.number(&format!(
        "SELECT count(*) AS n FROM staff WHERE merchant_id = '{}' AND role = 'owner' AND state = 'enabled'",
        world.shop.merchant.uuid()
    ))
}

#[actix_web::test]
async fn one_email_is_invited_once_and_one_link_is_accepted_once() {
    let world = World::committed().await;
    for round in 0..ROUNDS {
        let email: Email = format!("round{round}@new.example").parse().unwrap();
        let invited = email.clone();
        let made = at_once(&world, move |_, conn, manager| {
            invitations::invite(conn, manager, (&invited, Role::Viewer), &Token::fresh()?, Timestamp::now()).map(|_| ())
        });
        assert_eq!(made, 1);
        let text = format!("token of round {round}");
        world.sql(&format!("UPDATE invitations SET token_hash = sha256('{text}') WHERE email = '{}'", email.as_str()));
        let accepted = at_once(&world, move |n, conn, _| {
            let (token, name) = (Token::sent(text.clone()), format!("Racer {n}"));
            invitations::accept(conn, &token, (&name, "hash"), (uuid::Uuid::nil(), Timestamp::now())).map(|_| ())
        });
        assert_eq!(accepted, 1);
        assert_eq!(world.number(&format!("SELECT count(*) AS n FROM staff WHERE email = '{}'", email.as_str())), 1);
    }
}

#[actix_web::test]
async fn an_invitation_is_accepted_or_withdrawn_and_never_both() {
    let world = World::committed().await;
    for round in 0..ROUNDS {
        let (email, text) = (format!("round{round}@new.example"), format!("token-{round}"));
        let id = world.invited(&world.shop, &email, &text);
        at_once(&world, move |n, conn, manager| match n % 2 {
            0 => invitations::withdraw(conn, manager, id, Timestamp::now()).map(|_| ()),
            _ => {
                let token = Token::sent(text.clone());
                invitations::accept(conn, &token, ("Racer", "hash"), (uuid::Uuid::nil(), Timestamp::now())).map(|_| ())
            }
        });
        let joined = world.number(&format!("SELECT count(*) AS n FROM staff WHERE email = '{email}'"));
        let accepted = format!("SELECT count(accepted_by) AS n FROM invitations WHERE id = '{}'", id.uuid());
        assert_eq!(joined, world.number(&accepted));
        let withdrawn = format!(
            "SELECT count(*) AS n FROM events WHERE kind = 'team.invitation_withdrawn' AND subject_id = '{}'",
            id.uuid()
        );
        assert_eq!(world.number(&withdrawn), 1 - joined);
    }
}

#[actix_web::test]
async fn of_owners_who_go_at_once_one_stays() {
    let world = World::committed().await;
    let people = [&world.shop.viewer, &world.shop.editor, &world.shop.admin, &world.shop.owner].map(|one| one.id);
    for _ in 0..ROUNDS {
        world.sql(&format!(
            "UPDATE staff SET role = 'owner', state = 'enabled' WHERE merchant_id = '{}'",
            world.shop.merchant.uuid()
        ));
        let gone = at_once(&world, move |n, conn, manager| match n % 2 {
            0 => team::set_state(conn, manager, people[n], State::Disabled).map(|_| ()),
            _ => team::set_role(conn, manager, people[n], Role::Owner, Role::Viewer).map(|_| ()),
        });
        assert_eq!((gone, owners(&world)), (3, 1));
    }
}

#[actix_web::test]
async fn an_inviter_who_is_removed_while_their_link_is_accepted_leaves_one_outcome() {
    let world = World::committed().await;
    for round in 0..ROUNDS {
        let (email, text) = (format!("round{round}@new.example"), format!("token-{round}"));
        let inviter = world
            .with(|conn| add_person(conn, world.shop.merchant, &format!("adam{round}@x.example"), "Adam", Role::Admin));
        let inviter = inviter.unwrap().id;
        let id = world.invited(&world.shop, &email, &text);
        world.sql(&format!("UPDATE invitations SET invited_by = '{}' WHERE id = '{}'", inviter.uuid(), id.uuid()));
        at_once(&world, move |n, conn, manager| match n % 2 {
            0 => team::set_state(conn, manager, inviter, State::Removed).map(|_| ()),
            _ => {
                let token = Token::sent(text.clone());
                invitations::accept(conn, &token, ("Racer", "hash"), (uuid::Uuid::nil(), Timestamp::now())).map(|_| ())
            }
        });
        let waits = format!("SELECT count(*) AS n FROM invitations WHERE id = '{}' AND ended_at IS NULL", id.uuid());
        assert_eq!(world.number(&waits), 0);
    }
}
