//! Fields by name, and how two states of them differ.

use std::collections::BTreeMap;

use serde_json::Value;

/// Fields by name, as they compare and as events keep them. `null` stands for "not there".
pub type Fields = BTreeMap<String, Value>;

/// What differs: the differing fields as they are in `old` and in `new`, absent ones as `null`.
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

/// A field's value, absent as `null`.
pub fn value(fields: &Fields, name: &str) -> Value {
    fields.get(name).cloned().unwrap_or(Value::Null)
}
