//! What a job does, and why it failed, as people read it.

use crate::jobs::Kind;

/// Returns what a job of a kind does.
pub fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::SettlePayment => "Ask the gateway what became of a charge",
        Kind::SettleRefund => "Ask the gateway what became of a refund",
        Kind::AdvanceSubscription => "Bill the next period of a subscription, or end it",
        Kind::CollectInvoice => "Try an invoice again, or look whether its day has passed",
        Kind::AdvanceSchedule => "Charge the next part of a payment schedule",
        Kind::DestroyDeleted => "Destroy what remains of a deleted customer",
        Kind::DestroyMethod => "Destroy a removed payment method",
        Kind::DestroyNote => "Destroy a removed note",
        Kind::FindDoubts => "Look for records that need another look",
        Kind::MoveClock => "Move the time of the test account on",
    }
}

/// Returns what waits while it is stuck.
pub fn waits(kind: Kind) -> &'static str {
    match kind {
        Kind::SettlePayment => "The payment stays processing until then.",
        Kind::SettleRefund => "The refund stays processing until then.",
        Kind::AdvanceSubscription => "The subscription is neither billed nor ended until then.",
        Kind::CollectInvoice => "The invoice is not collected until then.",
        Kind::AdvanceSchedule => "No part of the payment schedule is charged until then.",
        Kind::DestroyDeleted | Kind::DestroyMethod | Kind::DestroyNote => "It is kept until then, and shown to nobody.",
        Kind::FindDoubts => "Quality may lack some records until then.",
        Kind::MoveClock => "The time stays where it is until then.",
    }
}

/// What a worker notes of a failure, with the words for it.
const WHY: [(&str, &str); 8] = [
    ("the database does not answer", "The database did not answer."),
    ("the connection to the database broke", "The connection to the database broke."),
    ("a statement took too long", "The database took too long."),
    ("no answer from the database", "The database took too long."),
    ("the gateway’s answer was lost", "The gateway’s answer was lost."),
    ("what it is about is not there", "What it is about is not there any more."),
    ("it took longer than", "It took too long."),
    ("each time it was begun", "The program came to an end each time it was begun."),
];

/// Returns why a job failed.
pub fn why(error: &str) -> &'static str {
    let known = WHY.iter().find(|(noted, _)| error.starts_with(noted));
    known.map_or("Something went wrong within Clientele that it does not know.", |(_, says)| says)
}
