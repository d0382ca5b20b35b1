//! A country is one of the places of ISO 3166-1, by its two-letter code; its name is the short English one people look
//! for.

use std::fmt;

use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};

use super::{nearest::nearest_of, text::plain};
use crate::{
    codes::Code,
    reason::{Detail, Reason},
};

/// A country by its ISO 3166-1 alpha-2 code, in upper case. `XK`, which the standard leaves to its users, is Kosovo
/// here as at the European Union and the card schemes. Sorts by code; [`CountryCode::all`] is by name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct CountryCode(&'static (&'static str, &'static str));

/// The text is no country's code or name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountryError {
    /// The country that was probably meant.
    pub near: Option<CountryCode>,
}

impl fmt::Display for CountryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(near) = self.near {
            write!(f, "Did you mean {}? ", near.name())?;
        }
        f.write_str("Use a country’s name or its two-letter code, such as Kenya or KE.")
    }
}

impl std::error::Error for CountryError {}

impl From<CountryError> for Reason {
    fn from(err: CountryError) -> Self {
        let meant = err.near.map(|near| Detail::DidYouMean(near.as_str().to_owned()));
        Code::CountryUnknown.says(err.to_string()).with(meant)
    }
}

impl CountryCode {
    /// Reads a code or a name, in either case, and a name without its accents and punctuation too.
    pub fn parse(raw: &str) -> Result<Self, CountryError> {
        let raw = raw.trim();
        Self::of_code(raw).or_else(|| Self::called(raw)).ok_or_else(|| CountryError { near: Self::near(raw) })
    }

    fn of_code(code: &str) -> Option<Self> {
        let country = COUNTRIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code));
        country.map(Self)
    }

    fn called(name: &str) -> Option<Self> {
        let name = plain(&name.replace('&', "and"));
        let other = OTHER_NAMES.iter().find(|(other, _)| *other == name);
        let named = || COUNTRIES.iter().find(|(_, known)| plain(known) == name).map(Self);
        other.and_then(|(_, code)| Self::of_code(code)).or_else(named)
    }

    /// Returns the country whose name is misspelt or cut short.
    fn near(name: &str) -> Option<Self> {
        let names: Vec<String> = COUNTRIES.iter().map(|(_, known)| plain(known)).collect();
        let near = nearest_of(&plain(name), names.iter().map(String::as_str))?;
        COUNTRIES.iter().zip(&names).find(|(_, name)| *name == near).map(|(country, _)| Self(country))
    }

    /// Returns the code, in upper case.
    pub fn as_str(self) -> &'static str {
        self.0.0
    }

    /// Returns the short English name.
    pub fn name(self) -> &'static str {
        self.0.1
    }

    /// Returns every country, by name.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        COUNTRIES.iter().map(Self)
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

text_value!(CountryCode, CountryError, stored: |text: String| CountryCode::parse(&text));

/// Names that people write instead, as [`plain`] has them. The standard reserves `UK` for the United Kingdom.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("uk", "GB"),
    ("greatbritain", "GB"),
    ("usa", "US"),
    ("unitedstatesofamerica", "US"),
    ("uae", "AE"),
    ("drc", "CD"),
    ("ivorycoast", "CI"),
    ("czechrepublic", "CZ"),
    ("thenetherlands", "NL"),
    ("thegambia", "GM"),
    ("turkey", "TR"),
    ("burma", "MM"),
    ("myanmar", "MM"),
    ("swaziland", "SZ"),
];

/// All countries by name, accents aside. Codes are from ISO 3166-1 as of 2026, names from Unicode CLDR 48 with “Saint”
/// and “and” written out.
static COUNTRIES: [(&str, &str); 250] = [
    ("AF", "Afghanistan"),
    ("AX", "Åland Islands"),
    ("AL", "Albania"),
    ("DZ", "Algeria"),
    ("AS", "American Samoa"),
    ("AD", "Andorra"),
    ("AO", "Angola"),
    ("AI", "Anguilla"),
    ("AQ", "Antarctica"),
    ("AG", "Antigua and Barbuda"),
    ("AR", "Argentina"),
    ("AM", "Armenia"),
    ("AW", "Aruba"),
    ("AU", "Australia"),
    ("AT", "Austria"),
    ("AZ", "Azerbaijan"),
    ("BS", "Bahamas"),
    ("BH", "Bahrain"),
    ("BD", "Bangladesh"),
    ("BB", "Barbados"),
    ("BY", "Belarus"),
    ("BE", "Belgium"),
    ("BZ", "Belize"),
    ("BJ", "Benin"),
    ("BM", "Bermuda"),
    ("BT", "Bhutan"),
    ("BO", "Bolivia"),
    ("BA", "Bosnia and Herzegovina"),
    ("BW", "Botswana"),
    ("BV", "Bouvet Island"),
    ("BR", "Brazil"),
    ("IO", "British Indian Ocean Territory"),
    ("VG", "British Virgin Islands"),
    ("BN", "Brunei"),
    ("BG", "Bulgaria"),
    ("BF", "Burkina Faso"),
    ("BI", "Burundi"),
    ("KH", "Cambodia"),
    ("CM", "Cameroon"),
    ("CA", "Canada"),
    ("CV", "Cape Verde"),
    ("BQ", "Caribbean Netherlands"),
    ("KY", "Cayman Islands"),
    ("CF", "Central African Republic"),
    ("TD", "Chad"),
    ("CL", "Chile"),
    ("CN", "China"),
    ("CX", "Christmas Island"),
    ("CC", "Cocos (Keeling) Islands"),
    ("CO", "Colombia"),
    ("KM", "Comoros"),
    ("CD", "Congo (DRC)"),
    ("CG", "Congo (Republic)"),
    ("CK", "Cook Islands"),
    ("CR", "Costa Rica"),
    ("CI", "Côte d’Ivoire"),
    ("HR", "Croatia"),
    ("CU", "Cuba"),
    ("CW", "Curaçao"),
    ("CY", "Cyprus"),
    ("CZ", "Czechia"),
    ("DK", "Denmark"),
    ("DJ", "Djibouti"),
    ("DM", "Dominica"),
    ("DO", "Dominican Republic"),
    ("EC", "Ecuador"),
    ("EG", "Egypt"),
    ("SV", "El Salvador"),
    ("GQ", "Equatorial Guinea"),
    ("ER", "Eritrea"),
    ("EE", "Estonia"),
    ("SZ", "Eswatini"),
    ("ET", "Ethiopia"),
    ("FK", "Falkland Islands"),
    ("FO", "Faroe Islands"),
    ("FJ", "Fiji"),
    ("FI", "Finland"),
    ("FR", "France"),
    ("GF", "French Guiana"),
    ("PF", "French Polynesia"),
    ("TF", "French Southern Territories"),
    ("GA", "Gabon"),
    ("GM", "Gambia"),
    ("GE", "Georgia"),
    ("DE", "Germany"),
    ("GH", "Ghana"),
    ("GI", "Gibraltar"),
    ("GR", "Greece"),
    ("GL", "Greenland"),
    ("GD", "Grenada"),
    ("GP", "Guadeloupe"),
    ("GU", "Guam"),
    ("GT", "Guatemala"),
    ("GG", "Guernsey"),
    ("GN", "Guinea"),
    ("GW", "Guinea-Bissau"),
    ("GY", "Guyana"),
    ("HT", "Haiti"),
    ("HM", "Heard and McDonald Islands"),
    ("HN", "Honduras"),
    ("HK", "Hong Kong"),
    ("HU", "Hungary"),
    ("IS", "Iceland"),
    ("IN", "India"),
    ("ID", "Indonesia"),
    ("IR", "Iran"),
    ("IQ", "Iraq"),
    ("IE", "Ireland"),
    ("IM", "Isle of Man"),
    ("IL", "Israel"),
    ("IT", "Italy"),
    ("JM", "Jamaica"),
    ("JP", "Japan"),
    ("JE", "Jersey"),
    ("JO", "Jordan"),
    ("KZ", "Kazakhstan"),
    ("KE", "Kenya"),
    ("KI", "Kiribati"),
    ("XK", "Kosovo"),
    ("KW", "Kuwait"),
    ("KG", "Kyrgyzstan"),
    ("LA", "Laos"),
    ("LV", "Latvia"),
    ("LB", "Lebanon"),
    ("LS", "Lesotho"),
    ("LR", "Liberia"),
    ("LY", "Libya"),
    ("LI", "Liechtenstein"),
    ("LT", "Lithuania"),
    ("LU", "Luxembourg"),
    ("MO", "Macao"),
    ("MG", "Madagascar"),
    ("MW", "Malawi"),
    ("MY", "Malaysia"),
    ("MV", "Maldives"),
    ("ML", "Mali"),
    ("MT", "Malta"),
    ("MH", "Marshall Islands"),
    ("MQ", "Martinique"),
    ("MR", "Mauritania"),
    ("MU", "Mauritius"),
    ("YT", "Mayotte"),
    ("MX", "Mexico"),
    ("FM", "Micronesia"),
    ("MD", "Moldova"),
    ("MC", "Monaco"),
    ("MN", "Mongolia"),
    ("ME", "Montenegro"),
    ("MS", "Montserrat"),
    ("MA", "Morocco"),
    ("MZ", "Mozambique"),
    ("MM", "Myanmar (Burma)"),
    ("NA", "Namibia"),
    ("NR", "Nauru"),
    ("NP", "Nepal"),
    ("NL", "Netherlands"),
    ("NC", "New Caledonia"),
    ("NZ", "New Zealand"),
    ("NI", "Nicaragua"),
    ("NE", "Niger"),
    ("NG", "Nigeria"),
    ("NU", "Niue"),
    ("NF", "Norfolk Island"),
    ("KP", "North Korea"),
    ("MK", "North Macedonia"),
    ("MP", "Northern Mariana Islands"),
    ("NO", "Norway"),
    ("OM", "Oman"),
    ("PK", "Pakistan"),
    ("PW", "Palau"),
    ("PS", "Palestine"),
    ("PA", "Panama"),
    ("PG", "Papua New Guinea"),
    ("PY", "Paraguay"),
    ("PE", "Peru"),
    ("PH", "Philippines"),
    ("PN", "Pitcairn Islands"),
    ("PL", "Poland"),
    ("PT", "Portugal"),
    ("PR", "Puerto Rico"),
    ("QA", "Qatar"),
    ("RE", "Réunion"),
    ("RO", "Romania"),
    ("RU", "Russia"),
    ("RW", "Rwanda"),
    ("BL", "Saint Barthélemy"),
    ("SH", "Saint Helena"),
    ("KN", "Saint Kitts and Nevis"),
    ("LC", "Saint Lucia"),
    ("MF", "Saint Martin"),
    ("PM", "Saint Pierre and Miquelon"),
    ("VC", "Saint Vincent and the Grenadines"),
    ("WS", "Samoa"),
    ("SM", "San Marino"),
    ("ST", "São Tomé and Príncipe"),
    ("SA", "Saudi Arabia"),
    ("SN", "Senegal"),
    ("RS", "Serbia"),
    ("SC", "Seychelles"),
    ("SL", "Sierra Leone"),
    ("SG", "Singapore"),
    ("SX", "Sint Maarten"),
    ("SK", "Slovakia"),
    ("SI", "Slovenia"),
    ("SB", "Solomon Islands"),
    ("SO", "Somalia"),
    ("ZA", "South Africa"),
    ("GS", "South Georgia and the South Sandwich Islands"),
    ("KR", "South Korea"),
    ("SS", "South Sudan"),
    ("ES", "Spain"),
    ("LK", "Sri Lanka"),
    ("SD", "Sudan"),
    ("SR", "Suriname"),
    ("SJ", "Svalbard and Jan Mayen"),
    ("SE", "Sweden"),
    ("CH", "Switzerland"),
    ("SY", "Syria"),
    ("TW", "Taiwan"),
    ("TJ", "Tajikistan"),
    ("TZ", "Tanzania"),
    ("TH", "Thailand"),
    ("TL", "Timor-Leste"),
    ("TG", "Togo"),
    ("TK", "Tokelau"),
    ("TO", "Tonga"),
    ("TT", "Trinidad and Tobago"),
    ("TN", "Tunisia"),
    ("TR", "Türkiye"),
    ("TM", "Turkmenistan"),
    ("TC", "Turks and Caicos Islands"),
    ("TV", "Tuvalu"),
    ("UG", "Uganda"),
    ("UA", "Ukraine"),
    ("AE", "United Arab Emirates"),
    ("GB", "United Kingdom"),
    ("US", "United States"),
    ("UY", "Uruguay"),
    ("UM", "US Outlying Islands"),
    ("VI", "US Virgin Islands"),
    ("UZ", "Uzbekistan"),
    ("VU", "Vanuatu"),
    ("VA", "Vatican City"),
    ("VE", "Venezuela"),
    ("VN", "Vietnam"),
    ("WF", "Wallis and Futuna"),
    ("EH", "Western Sahara"),
    ("YE", "Yemen"),
    ("ZM", "Zambia"),
    ("ZW", "Zimbabwe"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn reads_codes_in_either_case() {
        for (raw, code, name) in [
            ("KE", "KE", "Kenya"),
            ("ke", "KE", "Kenya"),
            (" nL ", "NL", "Netherlands"),
            ("uk", "GB", "United Kingdom"),
            ("US", "US", "United States"),
            ("TZ", "TZ", "Tanzania"),
            ("BO", "BO", "Bolivia"),
            ("KR", "KR", "South Korea"),
            ("TR", "TR", "Türkiye"),
            ("XK", "XK", "Kosovo"),
        ] {
            let country = CountryCode::parse(raw).unwrap();
            assert_eq!((country.as_str(), country.name()), (code, name));
        }
        for bad in ["", "K", "ZZ", "AN", "EU", "ＫＥ", "K\0", "!", "Atlantis"] {
            assert_eq!(CountryCode::parse(bad), Err(CountryError { near: None }), "{bad:?}");
        }
    }

    #[test]
    fn reads_names_as_people_write_them() {
        for (raw, code) in [
            ("United States", "US"),
            ("united states of america", "US"),
            ("U.S.A.", "US"),
            ("Kenya", "KE"),
            ("KENYA", "KE"),
            ("Côte d'Ivoire", "CI"),
            ("COTE D’IVOIRE", "CI"),
            ("ivory coast", "CI"),
            ("U.K.", "GB"),
            ("türkiye", "TR"),
            ("Turkiye", "TR"),
            ("Guinea Bissau", "GW"),
            ("Saint Barthelemy", "BL"),
            ("the Netherlands", "NL"),
            ("Congo (DRC)", "CD"),
            ("aland islands", "AX"),
        ] {
            assert_eq!(CountryCode::parse(raw).map(CountryCode::as_str), Ok(code), "{raw}");
        }
    }

    #[test]
    fn every_name_and_code_is_read_as_its_country() {
        for country in CountryCode::all() {
            for text in [country.name().to_uppercase(), plain(country.name()), country.as_str().to_lowercase()] {
                assert_eq!(CountryCode::parse(&text), Ok(country), "{text}");
            }
        }
        for (name, code) in OTHER_NAMES {
            assert_eq!((plain(name).as_str(), CountryCode::of_code(code).is_some()), (*name, true));
        }
    }

    #[test]
    fn an_error_names_the_country_that_was_meant() {
        for (raw, near) in [
            ("Kenia", "Kenya"),
            ("Untied States", "United States"),
            ("Tanzanya", "Tanzania"),
            ("Cote d'Ivoir", "Côte d’Ivoire"),
            ("Philipines", "Philippines"),
            ("Republic of Kenya", ""),
        ] {
            let error = CountryCode::parse(raw).unwrap_err();
            assert_eq!(error.near.map_or("", CountryCode::name), near, "{raw}");
            assert_eq!(error.to_string().contains("Did you mean"), !near.is_empty());
        }
    }

    #[test]
    fn the_table_is_sorted_by_name_without_accents_and_has_each_code_once() {
        let plain = |country: &CountryCode| -> String {
            let letters = country.name().nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c));
            letters.collect::<String>().to_lowercase()
        };
        assert!(CountryCode::all().collect::<Vec<_>>().is_sorted_by_key(plain));
        let codes: std::collections::BTreeSet<_> = CountryCode::all().collect();
        assert_eq!(codes.len(), CountryCode::all().len());
        assert!(codes.iter().all(|c| c.as_str().len() == 2 && c.as_str().bytes().all(|b| b.is_ascii_uppercase())));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = CountryCode::parse(&text);
        }
    }
}
