//! The views that somebody of the world keeps.

use clientele::views;

use super::*;

impl World {
    /// Creates a view in the shop's live account, as its editor, from what a form would send.
    pub fn view(&self, form: &str) -> ViewId {
        self.view_of(self.shop.live, &self.shop.editor, form)
    }

    /// Creates a view of a person in an account.
    pub fn view_of(&self, account: AccountId, person: &Person, form: &str) -> ViewId {
        let typed = FormFields::parse(form.as_bytes()).unwrap();
        let content = views::input::check(&typed, None, settings().home(Default::default())).unwrap().of_new();
        let by = by_person(account, person);
        let viewer = views::model::Viewer {
            by,
            staff: person.id,
            may_share: person.role >= Role::Editor,
            home: settings().home(Default::default()),
        };
        let id = ViewId::new();
        let saved = self.with(|conn| conn.transaction(|conn| views::model::create(conn, &viewer, id, content)));
        assert!(matches!(saved.unwrap(), views::model::Saved::Done), "{form}");
        id
    }

    /// The kinds of what happened to a view of the shop's live account, oldest first.
    pub fn view_events(&self, id: ViewId) -> Vec<Event> {
        let mut events = self.with(|conn| history::of_subject(conn, self.shop.live, id.uuid(), None, 100)).unwrap();
        events.reverse();
        events
    }
}
