//! A browser in words, by which people know their own sessions: "Firefox on Linux".
//!
//! Nothing but the words is kept of what a browser says of itself, and nothing is decided by them.

/// The browsers by what stands in their text, those whose text also has another's mark before that one.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// The systems, in the same way.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// Returns the browser and its system in words, from the header `User-Agent`.
pub fn named(agent: &str) -> String {
    let first =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (first(&BROWSERS), first(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Another browser on {system}"),
        (None, None) => "Another program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        for (agent, words) in [
            (format!("{windows} Chrome/141.0.0.0 Safari/537.36"), "Chrome on Windows"),
            (format!("{windows} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"), "Edge on Windows"),
            (format!("{windows} Chrome/141.0.0.0 Safari/537.36 OPR/120.0.0.0"), "Opera on Windows"),
            (format!("{mac} Version/18.1 Safari/605.1.15"), "Safari on macOS"),
            (format!("{iphone} Version/18.1 Mobile/15E148 Safari/604.1"), "Safari on iPhone"),
            (format!("{iphone} CriOS/141.0 Mobile/15E148 Safari/604.1"), "Chrome on iPhone"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(), "Firefox on Linux"),
            (
                "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36"
                    .to_owned(),
                "Chrome on Android",
            ),
            ("curl/8.5.0".to_owned(), "Another program"),
            ("<script>alert(1)</script> Linux".to_owned(), "Another browser on Linux"),
            (String::new(), "Another program"),
        ] {
            assert_eq!(named(&agent), words, "{agent}");
        }
    }
}
