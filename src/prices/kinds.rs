//! The kinds of events about prices.

crate::events::kinds! {
    CREATED = "price.created";
    /// Its name or its key is another.
    RENAMED = "price.renamed";
    ARCHIVED = "price.archived";
    UNARCHIVED = "price.unarchived";
}
