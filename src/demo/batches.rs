//! Batches of rows, invented on threads of their own while the database copies those before.

use std::{sync::mpsc, thread};

use jiff::Timestamp;

use super::{
    Demo,
    copying::{Owners, Rows, address_rows, customer_rows, doubt_rows, event_rows, job_rows},
    courses::Numbers,
    dice::{Dice, Purpose},
    lives::life,
    payment_rows::PaymentRows,
    plans::price_rows,
    purses::Purse,
    remarks::note_rows,
    schedule_rows::ScheduleRows,
    stories::{Books, Story},
    subscription_rows::SubscriptionRows,
};
use crate::error::Result;

/// The customers of a batch, with some 5,000 payments.
pub const BATCH: u32 = 1_000;

/// The most customers that a demo with payments can have; in a larger one nobody pays. Fifty million payments would
/// take an hour and 80 GB, and a measurement of searches over ten million customers does not need them.
pub const MOST_WITH_PAYMENTS: u32 = 2_000_000;

/// The threads that invent. One keeps ahead of PostgreSQL; a second helps while the first waits for the disk.
const THREADS: u32 = 2;

/// The rows of some customers, and of all that is theirs.
pub struct Batch {
    /// The number of the first customer.
    pub begin: u32,
    /// The number after the last customer.
    pub end: u32,
    pub customers: Rows,
    pub addresses: Rows,
    pub doubts: Rows,
    pub jobs: Rows,
    pub notes: Rows,
    /// The rows of all tables about payments.
    pub payments: PaymentRows,
    /// The rows of `prices`, with the first customers.
    pub prices: Rows,
    /// The rows of all tables about subscriptions.
    pub subscriptions: SubscriptionRows,
    /// The rows of all tables about payment schedules.
    pub schedules: ScheduleRows,
    pub events: Rows,
}

impl Batch {
    fn new(demo: &Demo, now: Timestamp, owners: &Owners, numbers: &Numbers, begin: u32) -> Result<Self> {
        let end = demo.customers.min(begin.saturating_add(BATCH));
        let lives: Vec<_> = (begin..end).map(|number| life(demo, number, now)).collect();
        let mut events = event_rows(owners, &lives)?;
        let notes = note_rows(owners, (demo, begin, now), &lives, &mut events)?;
        let (mut payments, mut jobs) = (PaymentRows::default(), job_rows(owners, &lives));
        let (mut rows, mut schedules) = (SubscriptionRows::default(), ScheduleRows::default());
        let paying = if pays(demo) { begin..end } else { 0..0 };
        for (number, life) in paying.zip(&lives) {
            let mut purse = Purse::of(demo, number, life, now)?;
            purse.name_transfers(numbers.of_customer(number));
            payments.add(owners, life, &purse, &mut events)?;
            let dice = |purpose| Dice::new(demo.seed, number, purpose);
            if let Some(course) = &purse.course {
                let books = Books { owners, jobs: &mut jobs, events: &mut events };
                let story = Story::new(books, dice(Purpose::Happenings), life.id);
                rows.add(story, life, course, numbers.of_customer(number))?;
            }
            if let Some(agreement) = &purse.agreement {
                let books = Books { owners, jobs: &mut jobs, events: &mut events };
                schedules.add(Story::new(books, dice(Purpose::Parts), life.id), life, agreement)?;
            }
        }
        let has_prices = begin == 0 && pays(demo);
        let prices = if has_prices { price_rows(demo, owners, now, &mut events)? } else { Rows::default() };
        Ok(Self {
            begin,
            end,
            customers: customer_rows(owners, &lives)?,
            addresses: address_rows(owners, &lives),
            doubts: doubt_rows(owners, &lives),
            jobs,
            notes,
            payments,
            prices,
            subscriptions: rows,
            schedules,
            events,
        })
    }
}

/// Returns whether the customers of a demo pay.
fn pays(demo: &Demo) -> bool {
    demo.customers <= MOST_WITH_PAYMENTS
}

/// Calls `take` with all batches in order, from the customer with the number `begin` to the last. Only a few batches
/// wait in memory, however slow `take` is.
///
/// # Errors
/// The error of `take`, which stops the work.
pub fn each(
    demo: &Demo,
    now: Timestamp,
    owners: &Owners,
    begin: u32,
    mut take: impl FnMut(&Batch) -> Result<()>,
) -> Result<()> {
    let numbers = &if pays(demo) { Numbers::of(demo, now)? } else { Numbers::default() };
    thread::scope(|scope| {
        let makers: Vec<_> = (0..THREADS)
            .map(|place| {
                let (give, taken) = mpsc::sync_channel(1);
                let own = (begin.saturating_add(place * BATCH)..demo.customers).step_by((THREADS * BATCH) as usize);
                scope.spawn(move || {
                    for begin in own {
                        if give.send(Batch::new(demo, now, owners, numbers, begin)).is_err() {
                            return; // nobody takes any more
                        }
                    }
                });
                taken
            })
            .collect();
        // In turn, so in order; the first who has no more would have made the one after the last.
        for maker in makers.iter().cycle() {
            let Ok(batch) = maker.recv() else { break };
            take(&batch?)?;
        }
        Ok(())
    })
}
