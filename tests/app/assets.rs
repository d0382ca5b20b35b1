//! What stands under `static/`: files short enough to read, in an order that one number says, and no style without use.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Classes that no file names in full: the end is filled in, or htmx sets them.
const BUILT: &[&str] = &["avatar--", "badge--", "icon-dot--", "htmx-"];

/// All files below a folder with one extension.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let deep = |path: PathBuf| if path.is_dir() { files(&path, extension) } else { vec![path] };
    paths.flat_map(deep).filter(|path| path.extension().is_some_and(|e| e == extension)).collect()
}

fn texts(folder: &str, extension: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let read = |path: PathBuf| (path.display().to_string(), fs::read_to_string(&path).unwrap());
    let found: Vec<_> = files(&root, extension).into_iter().map(read).collect();
    assert!(!found.is_empty(), "no .{extension} in {folder}");
    found
}

/// A text without what stands from each opening mark to the closing one after it.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + " " + part.split_once(close).map_or("", |(_, rest)| rest))
}

/// Every word that could be a class.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').filter(|word| !word.is_empty())
}

#[test]
fn one_number_is_one_file() {
    for extension in ["css", "js"] {
        let mut numbers = BTreeMap::new();
        for (path, _) in texts(&format!("static/{extension}"), extension) {
            let name = path.rsplit('/').next().unwrap().to_owned();
            let number = name.split('-').next().and_then(|digits| digits.parse::<u8>().ok());
            let number = number.unwrap_or_else(|| panic!("{name} has no number"));
            let other = numbers.insert(number, name.clone());
            assert_eq!(other, None, "{name} has the number of another");
        }
    }
}

#[test]
fn a_script_is_short_and_says_its_subject() {
    for (path, text) in texts("static/js", "js") {
        assert!(text.lines().count() < 90, "{path} has {} lines", text.lines().count());
        assert!(text.starts_with("/* "), "{path} does not open with its subject");
    }
}

/// Scripts only ask for classes, so they do not count as a use.
#[test]
fn every_class_with_a_style_is_used() {
    let mut used = BTreeSet::new();
    let mut use_all = |value: &str| used.extend(words(value).map(str::to_owned));
    for (_, text) in texts("templates", "html") {
        // The quotes of an expression must not end the attribute around it. Attributes within one count as well.
        let plain = without(&without(&text, "{{", "}}"), "{%", "%}");
        for attribute in plain.split("class=\"").skip(1).chain(text.split("class=\"").skip(1)) {
            attribute.split('"').take(1).for_each(&mut use_all);
        }
        text.split("page_class %}").skip(1).for_each(|block| block.split('{').take(1).for_each(&mut use_all));
    }
    for (_, text) in texts("src", "rs") {
        text.lines().flat_map(|line| line.split('"').skip(1).step_by(2)).for_each(&mut use_all);
    }
    for (path, text) in texts("static/css", "css") {
        let rules: String = without(&text, "/*", "*/").split('"').step_by(2).collect();
        let selectors = rules.split('.').skip(1).filter(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()));
        for class in selectors.filter_map(|part| words(part).next()) {
            let is_built = BUILT.iter().any(|prefix| class.starts_with(prefix));
            assert!(is_built || used.contains(class), "{path}: .{class} is used nowhere");
        }
    }
}

#[test]
fn no_line_of_a_template_is_longer_than_a_reader_can_take_in() {
    for (path, text) in texts("templates", "html") {
        for (n, line) in text.lines().enumerate() {
            assert!(line.chars().count() <= 140, "{path}:{} has {} characters", n + 1, line.chars().count());
        }
    }
}
