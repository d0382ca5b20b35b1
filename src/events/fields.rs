//! Fields by name, and the difference between two states of them.

use std::collections::BTreeMap;

use serde_json::Value;

/// Fields by name, as they compare and as events keep them. `null` stands for "not there".
pub type Fields = BTreeMap<String, Value>;

/// Returns the differing fields as they are in `old` and in `new`, with absent ones as `null`.
pub fn difference(old: &Fields, new: &Fields) -> (Fields, Fields) {
    let (mut before, mut after) = (Fields::new(), Fields::new());
    for name in old.keys().chain(new.keys()) {
        let (was, is) = (value(old, name), value(new, name));
        if was != is {
            before.insert(name.clone(), was);
            after.insert(name.clone(), is);
        }
    }
    (before, after)
}

/// Returns a field's value, with an absent one as `null`.
pub fn value(fields: &Fields, name: &str) -> Value {
    fields.get(name).cloned().unwrap_or(Value::Null)
}
