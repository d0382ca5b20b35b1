//! The kinds of the events about invoicing. They stand in the live account of the merchant.

crate::events::kinds! {
    INVOICING_CHANGED = "merchant.invoicing_changed";
    NEXT_NUMBER_RAISED = "merchant.next_number_raised";
}
