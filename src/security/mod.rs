//! Security: what concerns the safety of the product and a known person, kept as events of their merchant's live account,
//! beside its line in the log. What concerns nobody who is known stays in the log alone.
//!
//! It never delays or fails a request: the events of one are written behind it. A flood is cut twice: by the log's own
//! limit, and here for each person. What was left out is counted in the next one.

mod keeping;
pub mod kinds;
mod told;

pub use keeping::{admit_key, forget_old, keep, record_key_refusal};
pub use told::TELLS;
