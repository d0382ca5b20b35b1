//! The page that a pasted ID opens, or the reason why none does.

use diesel::PgConnection;

use crate::{
    error::{Error, Result},
    ids::{AccountId, AnyId, StaffId},
    merchants,
    query::Query,
    routes::IdPage,
    values::Mode,
};

/// An ID in a search, with the place of what it names.
pub struct Opening {
    pub id: AnyId,
    pub place: Opens,
}

/// The place of what an ID names.
pub enum Opens {
    /// It has this page.
    Here(&'static IdPage, String),
    /// It has this page in the merchant's other account.
    Elsewhere(&'static IdPage, Mode, String),
    /// Neither account has it.
    Nowhere(&'static IdPage),
    /// Nothing with such an ID has a page.
    Without,
}

impl Opening {
    /// Finds what the first ID of a search opens for a person in an account.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(
        conn: &mut PgConnection,
        (account, staff): (AccountId, StaffId),
        pages: &[&'static IdPage],
        query: &Query,
    ) -> Result<Option<Self>> {
        let Some(id) = query.ids().next() else { return Ok(None) };
        let Some(page) = pages.iter().copied().find(|page| page.prefix == id.prefix()) else {
            return Ok(Some(Self { id, place: Opens::Without }));
        };
        let path = |conn: &mut PgConnection, account| match (page.path)(conn, (account, staff), id.uuid()) {
            Err(Error::NotFound | Error::InOtherAccount(_)) => Ok(None),
            found => found.map(Some),
        };
        if let Some(path) = path(conn, account)? {
            return Ok(Some(Self { id, place: Opens::Here(page, path) }));
        }
        let (other, mode) = merchants::other_account(conn, account)?;
        let place = match path(conn, other)? {
            Some(path) => Opens::Elsewhere(page, mode, path),
            None => Opens::Nowhere(page),
        };
        Ok(Some(Self { id, place }))
    }

    /// Returns what is to be said of it.
    pub fn sentence(&self) -> String {
        match &self.place {
            Opens::Here(page, _) => format!("This is the ID of a {}.", page.word),
            Opens::Elsewhere(page, mode, _) => {
                format!("This {} is not in this account, but in your {} account.", page.word, mode.as_str())
            }
            Opens::Nowhere(page) => format!("No {} with this ID is known here.", page.word),
            Opens::Without => "This ID names something that has no page of its own.".to_owned(),
        }
    }
}
