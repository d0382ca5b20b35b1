//! The columns that payments bring to the list of customers, and the orders by them.

use super::figures;
use crate::{
    search::{Amount, Column, Content, Figure, Fill, Measure, OneWay, Order, Reading, SortKey},
    values::when::When,
};

const VOLUME: &str = "volume";
const LAST_PAYMENT: &str = "last_payment";

/// Orders by the total of all payments in the account's currency; no payment is the least.
pub static BY_VOLUME: Order = Order {
    name: VOLUME,
    rising: OneWay::new(b'w', "smallest volume first"),
    falling: OneWay::new(b'v', "largest volume first"),
    begins_with_greatest: true,
    key: SortKey::Figure(Figure {
        table: "payment_figures",
        column: "volume",
        measure: Measure::Number,
        in_currency: true,
        of_field: false,
    }),
};

/// Orders by the time of the last payment, in any currency; no payment is the earliest.
pub static BY_LAST_PAYMENT: Order = Order {
    name: LAST_PAYMENT,
    rising: OneWay::new(b'q', "longest without a payment first"),
    falling: OneWay::new(b'p', "latest payment first"),
    begins_with_greatest: true,
    key: SortKey::Figure(Figure {
        table: "payment_totals",
        column: "last_payment_at",
        measure: Measure::Moment,
        in_currency: false,
        of_field: false,
    }),
};

/// The columns of volume and of last payment.
pub static COLUMNS: [Column; 2] = [
    Column::number(VOLUME, "Volume", Fill::Page(&SUMMARIES)).usual("p2").classed("c-vol").sorted(&BY_VOLUME),
    Column::time(LAST_PAYMENT, "Last payment", Fill::Page(&SUMMARIES))
        .usual("p2")
        .below(VOLUME)
        .sorted(&BY_LAST_PAYMENT),
];

static SUMMARIES: Reading = Reading(|conn, scope, customers, cells| {
    for (customer, paid) in figures::of_page(conn, scope.account, customers, scope.currency)? {
        if let [money, others @ ..] = &paid.volumes[..] {
            let volume = Amount { money: *money, others: others.to_vec() };
            cells.insert((customer, VOLUME), Content::Amount(volume));
        }
        let last = When::new(paid.last_payment_at, &scope.zone, scope.now);
        cells.insert((customer, LAST_PAYMENT), Content::Time(last));
    }
    Ok(())
});
