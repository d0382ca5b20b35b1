//! The tabs above the list: all customers, the saved views, the deleted ones; and the offer to save what is shown as a
//! view.

use super::state::{DELETED, State};
use crate::{
    ids::ViewId,
    search_box::address,
    views::model::{View, Viewer},
};

/// A tab above the list.
pub struct Tab {
    /// The id of its count's element.
    pub id: String,
    /// The name.
    pub name: String,
    /// The address that it opens.
    pub href: String,
    /// True when it is what the list shows.
    pub is_current: bool,
    /// True when everybody in the account sees it.
    pub is_shared: bool,
}

/// The tabs, and the ways to save.
#[derive(Default)]
pub struct Tabs {
    /// The tabs: All, the views, Deleted.
    pub tabs: Vec<Tab>,
    /// The address of the form that saves what the list shows as a new view, when no tab shows it.
    pub new: Option<String>,
    /// The open view, with its version, when the list is not shown as saved and the person may change the view.
    pub save: Option<(ViewId, i32)>,
    /// The name of the open view.
    pub open: Option<String>,
}

impl Tabs {
    /// Makes the tabs above a list in `state`, which is one of deleted customers or not.
    pub fn new(state: &State, views: &[View], deleted: bool, viewer: &Viewer) -> Self {
        let tab = |id: &str, name: &str, href: &str| Tab {
            id: format!("tab-count-{id}"),
            name: name.to_owned(),
            href: href.to_owned(),
            is_current: false,
            is_shared: false,
        };
        let mut tabs = vec![tab("all", "All", "/customers")];
        tabs.extend(views.iter().map(|view| Tab {
            is_shared: view.content.is_shared,
            ..tab(&view.id.to_string(), &view.content.name, &view.href())
        }));
        tabs.push(tab("deleted", "Deleted", &address("/customers", &[("q", DELETED.to_owned())])));
        let last = tabs.len() - 1;
        let is_plain = |q: &str| state.shows(q, state.usual_sort(), &state.usual_columns());
        let same = match &state.view {
            Some(open) => views.iter().position(|view| view.id == open.id).map(|n| n + 1),
            None if is_plain("") => Some(0),
            None if is_plain(DELETED) => Some(last),
            None => views.iter().position(|view| state.is_as_saved(view)).map(|n| n + 1),
        };
        tabs[same.unwrap_or(if deleted { last } else { 0 })].is_current = true;
        let is_saved = same.is_some() && !state.is_edited();
        let own = state.view.as_ref().filter(|view| state.is_edited() && viewer.may_change(view));
        Self {
            tabs,
            new: (!is_saved).then(|| state.new_view()),
            save: own.map(|view| (view.id, view.version)),
            open: state.view.as_ref().map(|view| view.content.name.clone()),
        }
    }
}
