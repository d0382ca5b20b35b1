//! A language is one of ISO 639-1, by its two-letter code: the one a customer is written to in.

use std::fmt;

use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};

use crate::{codes::Code, reason::Reason};

/// A language by its ISO 639-1 code, in lower case. Sorts by code; [`Language::all`] is by name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Language(&'static (&'static str, &'static str));

/// The text is no two-letter language code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LanguageError;

impl fmt::Display for LanguageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Use a two-letter language code, such as en or sw.")
    }
}

impl std::error::Error for LanguageError {}

impl From<LanguageError> for Reason {
    fn from(err: LanguageError) -> Self {
        Code::LanguageUnknown.says(err.to_string())
    }
}

impl Language {
    /// Reads a code in either case; a locale such as `en-GB` is refused.
    pub fn parse(raw: &str) -> Result<Self, LanguageError> {
        let code: [u8; 2] = raw.trim().as_bytes().try_into().map_err(|_| LanguageError)?;
        let code = code.map(|letter| letter.to_ascii_lowercase());
        let found = LANGUAGES.iter().find(|(known, _)| known.as_bytes() == code);
        found.map(Self).ok_or(LanguageError)
    }

    /// Returns the code, in lower case.
    pub fn as_str(self) -> &'static str {
        self.0.0
    }

    /// Returns the English name.
    pub fn name(self) -> &'static str {
        self.0.1
    }

    /// Returns every language, by name.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        LANGUAGES.iter().map(Self)
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

text_value!(Language, LanguageError, stored: |text: String| Language::parse(&text));

/// All languages by name, accents aside. Codes are from ISO 639-1, names from Unicode CLDR 48, a few as they are better
/// known.
static LANGUAGES: [(&str, &str); 184] = [
    ("ab", "Abkhazian"),
    ("aa", "Afar"),
    ("af", "Afrikaans"),
    ("ak", "Akan"),
    ("sq", "Albanian"),
    ("am", "Amharic"),
    ("ar", "Arabic"),
    ("an", "Aragonese"),
    ("hy", "Armenian"),
    ("as", "Assamese"),
    ("av", "Avaric"),
    ("ae", "Avestan"),
    ("ay", "Aymara"),
    ("az", "Azerbaijani"),
    ("bm", "Bambara"),
    ("ba", "Bashkir"),
    ("eu", "Basque"),
    ("be", "Belarusian"),
    ("bn", "Bengali"),
    ("bh", "Bihari"),
    ("bi", "Bislama"),
    ("bs", "Bosnian"),
    ("br", "Breton"),
    ("bg", "Bulgarian"),
    ("my", "Burmese"),
    ("ca", "Catalan"),
    ("ch", "Chamorro"),
    ("ce", "Chechen"),
    ("zh", "Chinese"),
    ("cu", "Church Slavic"),
    ("cv", "Chuvash"),
    ("kw", "Cornish"),
    ("co", "Corsican"),
    ("cr", "Cree"),
    ("hr", "Croatian"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("dv", "Divehi"),
    ("nl", "Dutch"),
    ("dz", "Dzongkha"),
    ("en", "English"),
    ("eo", "Esperanto"),
    ("et", "Estonian"),
    ("ee", "Ewe"),
    ("fo", "Faroese"),
    ("fj", "Fijian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("ff", "Fula"),
    ("gl", "Galician"),
    ("ka", "Georgian"),
    ("de", "German"),
    ("el", "Greek"),
    ("gn", "Guarani"),
    ("gu", "Gujarati"),
    ("ht", "Haitian Creole"),
    ("ha", "Hausa"),
    ("he", "Hebrew"),
    ("hz", "Herero"),
    ("hi", "Hindi"),
    ("ho", "Hiri Motu"),
    ("hu", "Hungarian"),
    ("is", "Icelandic"),
    ("io", "Ido"),
    ("ig", "Igbo"),
    ("id", "Indonesian"),
    ("ia", "Interlingua"),
    ("ie", "Interlingue"),
    ("iu", "Inuktitut"),
    ("ik", "Inupiaq"),
    ("ga", "Irish"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("jv", "Javanese"),
    ("kl", "Kalaallisut (Greenlandic)"),
    ("kn", "Kannada"),
    ("kr", "Kanuri"),
    ("ks", "Kashmiri"),
    ("kk", "Kazakh"),
    ("km", "Khmer"),
    ("ki", "Kikuyu"),
    ("rw", "Kinyarwanda"),
    ("kv", "Komi"),
    ("kg", "Kongo"),
    ("ko", "Korean"),
    ("kj", "Kuanyama"),
    ("ku", "Kurdish"),
    ("ky", "Kyrgyz"),
    ("lo", "Lao"),
    ("la", "Latin"),
    ("lv", "Latvian"),
    ("li", "Limburgish"),
    ("ln", "Lingala"),
    ("lt", "Lithuanian"),
    ("lu", "Luba-Katanga"),
    ("lg", "Luganda"),
    ("lb", "Luxembourgish"),
    ("mk", "Macedonian"),
    ("mg", "Malagasy"),
    ("ms", "Malay"),
    ("ml", "Malayalam"),
    ("mt", "Maltese"),
    ("gv", "Manx"),
    ("mi", "Māori"),
    ("mr", "Marathi"),
    ("mh", "Marshallese"),
    ("mn", "Mongolian"),
    ("na", "Nauru"),
    ("nv", "Navajo"),
    ("ng", "Ndonga"),
    ("ne", "Nepali"),
    ("nd", "North Ndebele"),
    ("se", "Northern Sami"),
    ("no", "Norwegian"),
    ("nb", "Norwegian Bokmål"),
    ("nn", "Norwegian Nynorsk"),
    ("ny", "Nyanja (Chichewa)"),
    ("oc", "Occitan"),
    ("or", "Odia"),
    ("oj", "Ojibwa"),
    ("om", "Oromo"),
    ("os", "Ossetic"),
    ("pi", "Pali"),
    ("ps", "Pashto"),
    ("fa", "Persian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("pa", "Punjabi"),
    ("qu", "Quechua"),
    ("ro", "Romanian"),
    ("rm", "Romansh"),
    ("rn", "Rundi (Kirundi)"),
    ("ru", "Russian"),
    ("sm", "Samoan"),
    ("sg", "Sango"),
    ("sa", "Sanskrit"),
    ("sc", "Sardinian"),
    ("gd", "Scottish Gaelic"),
    ("sr", "Serbian"),
    ("sn", "Shona"),
    ("ii", "Sichuan Yi"),
    ("sd", "Sindhi"),
    ("si", "Sinhala"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("so", "Somali"),
    ("nr", "South Ndebele"),
    ("st", "Southern Sotho"),
    ("es", "Spanish"),
    ("su", "Sundanese"),
    ("sw", "Swahili"),
    ("ss", "Swati"),
    ("sv", "Swedish"),
    ("tl", "Tagalog (Filipino)"),
    ("ty", "Tahitian"),
    ("tg", "Tajik"),
    ("ta", "Tamil"),
    ("tt", "Tatar"),
    ("te", "Telugu"),
    ("th", "Thai"),
    ("bo", "Tibetan"),
    ("ti", "Tigrinya"),
    ("to", "Tongan"),
    ("ts", "Tsonga"),
    ("tn", "Tswana"),
    ("tr", "Turkish"),
    ("tk", "Turkmen"),
    ("tw", "Twi"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("ug", "Uyghur"),
    ("uz", "Uzbek"),
    ("ve", "Venda"),
    ("vi", "Vietnamese"),
    ("vo", "Volapük"),
    ("wa", "Walloon"),
    ("cy", "Welsh"),
    ("fy", "Western Frisian"),
    ("wo", "Wolof"),
    ("xh", "Xhosa"),
    ("yi", "Yiddish"),
    ("yo", "Yoruba"),
    ("za", "Zhuang"),
    ("zu", "Zulu"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn reads_codes_in_either_case() {
        for (raw, code, name) in [
            ("en", "en", "English"),
            ("SW", "sw", "Swahili"),
            (" nl ", "nl", "Dutch"),
            ("el", "el", "Greek"),
            ("zh", "zh", "Chinese"),
        ] {
            let language = Language::parse(raw).unwrap();
            assert_eq!((language.as_str(), language.name()), (code, name));
        }
        for bad in ["", "e", "eng", "en-GB", "en_GB", "xx", "English"] {
            assert_eq!(Language::parse(bad), Err(LanguageError), "{bad:?}");
        }
    }

    #[test]
    fn the_table_is_sorted_by_name_without_accents_and_has_each_code_once() {
        let plain = |language: &Language| -> String {
            let letters = language.name().nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c));
            letters.collect::<String>().to_lowercase()
        };
        assert!(Language::all().collect::<Vec<_>>().is_sorted_by_key(plain));
        let codes: std::collections::BTreeSet<_> = Language::all().collect();
        assert_eq!(codes.len(), Language::all().len());
        assert!(codes.iter().all(|l| l.as_str().len() == 2 && l.as_str().bytes().all(|b| b.is_ascii_lowercase())));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = Language::parse(&text);
        }
    }
}
