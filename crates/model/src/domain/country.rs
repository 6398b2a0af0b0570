//! Which country is meant, whatever it is called?
//!
//! Invariant: a [`Country`] is an officially assigned ISO 3166-1 alpha-2 code.

use std::fmt;
use std::sync::LazyLock;

/// A country, held as its two letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// Why a text is no country; it says what to write in its place where that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CountryError(pub String);

impl fmt::Display for CountryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.trim();
        if text.is_empty() {
            return f.write_str("the country is missing: give its ISO 3166-1 alpha-2 code, such as LV");
        }
        if WITHOUT_CODE.contains(&text.to_ascii_uppercase().as_str()) {
            return write!(
                f,
                "`{text}` is no code that ISO 3166-1 assigns today, and an agreement's id is made of one, so none is recorded"
            );
        }
        match Country::find(text) {
            Ok(meant) => write!(f, "`{text}` is not an ISO 3166-1 alpha-2 code; write {meant} for {}", meant.name()),
            Err(_) => write!(f, "`{text}` is not a country: give its ISO 3166-1 alpha-2 code, such as LV"),
        }
    }
}

/// Names that DFARS 225.003 and 225.872-1 use, or used, and ISO 3166-1 does not.
const REGULATION_NAMES: &[(&str, &str)] = &[
    ("czech republic", "CZ"),
    ("federal republic of germany", "DE"),
    ("korea", "KR"),
    ("south korea", "KR"),
    ("republic of korea", "KR"),
    ("turkey", "TR"),
    ("türkiye", "TR"),
    ("turkiye", "TR"),
    ("united kingdom", "GB"),
    ("united kingdom of great britain and northern ireland", "GB"),
    ("netherlands", "NL"),
    ("the netherlands", "NL"),
];

/// Codes that people type and ISO 3166-1 does not assign: it reserves UK, and the European Union writes EL.
const TYPED: &[(&str, &str)] = &[("UK", "GB"), ("EL", "GR"), ("TURKIYE", "TR"), ("TÜRKIYE", "TR")];

/// Kosovo, and states of the past, which people ask for by codes that ISO 3166-1 does not assign, or no longer.
const WITHOUT_CODE: &[&str] = &["XK", "YU", "CS", "SU", "DD", "AN", "ZR", "TP"];

/// Names that people expect where ISO's are long or formal.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("CZ", "Czech Republic"),
    ("GB", "United Kingdom"),
    ("KR", "Korea"),
    ("NL", "Netherlands"),
    ("TR", "Turkey"),
    ("US", "United States"),
];

/// Countries whose English name takes "the".
const WITH_ARTICLE: &[&str] = &[
    "AE", "AX", "BS", "CC", "CF", "CK", "CX", "CZ", "DO", "FK", "FO", "GB", "GM", "GS", "IM", "IO", "KM", "KY", "MH",
    "MP", "MV", "NL", "PH", "PN", "SB", "SC", "TC", "TF", "UM", "US", "VA", "VG", "VI",
];

/// Every assigned code, sorted: every request looks one up.
static ASSIGNED: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let letters = |code: &str| <[u8; 2]>::try_from(code.as_bytes()).ok().map(Country);
    let mut all: Vec<Country> = rust_iso3166::ALL_ALPHA2.iter().filter_map(|code| letters(code)).collect();
    all.sort_unstable();
    all
});

impl Country {
    /// The country with this code, in any case.
    ///
    /// # Errors
    /// [`CountryError`] when ISO 3166-1 assigns no such code.
    pub fn from_code(text: &str) -> Result<Self, CountryError> {
        match *text.as_bytes() {
            [first, second] => Some(Self([first.to_ascii_uppercase(), second.to_ascii_uppercase()])),
            _ => None,
        }
        .filter(|country| ASSIGNED.binary_search(country).is_ok())
        .ok_or_else(|| CountryError(text.chars().take(60).collect()))
    }

    /// The country that a question means by a code: ISO's, its alpha-3, or one that people type in its place. What is
    /// recorded takes [`Country::from_code`] alone, so that a country has one spelling.
    ///
    /// # Errors
    /// [`CountryError`] when it is none of these. Kosovo (`XK`) and states of the past (`YU`, `SU`, `DD`, `AN`) are refused,
    /// since ISO 3166-1 assigns them no code and an agreement's id is made of one.
    pub fn asked(text: &str) -> Result<Self, CountryError> {
        let text = text.trim();
        let code = text.to_uppercase();
        let typed = TYPED.iter().find(|(typed, _)| *typed == code).map(|(_, code)| *code);
        let alpha3 = || rust_iso3166::ALL.iter().find(|country| country.alpha3 == code).map(|country| country.alpha2);
        Self::from_code(typed.or_else(alpha3).unwrap_or(text))
            .map_err(|_| CountryError(text.chars().take(60).collect()))
    }

    /// The country with this code or name, by ISO 3166-1 or by the regulation's wording.
    ///
    /// # Errors
    /// [`CountryError`] when neither knows it.
    pub fn find(text: &str) -> Result<Self, CountryError> {
        let name = text.trim().to_lowercase();
        if let Some((_, code)) = REGULATION_NAMES.iter().find(|(alias, _)| *alias == name) {
            return Self::from_code(code);
        }
        let by_name = || rust_iso3166::ALL.iter().find(|country| country.name.to_lowercase() == name);
        Self::asked(text.trim()).or_else(|error| by_name().map_or(Err(error), |found| Self::from_code(found.alpha2)))
    }

    /// Every country, in the order of the codes.
    #[must_use]
    pub fn all() -> Vec<Self> {
        ASSIGNED.clone()
    }

    /// Every country with which there can be an agreement: all but the one that makes them with all others.
    #[must_use]
    pub fn partners() -> Vec<Self> {
        ASSIGNED.iter().copied().filter(|country| !country.is_home()).collect()
    }

    /// The country's ISO 3166-1 alpha-2 code: two letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The country whose government makes the agreements with all others, so that it has none itself.
    #[must_use]
    pub fn is_home(&self) -> bool {
        self.code() == "US"
    }

    /// The English name within a sentence: with "the" where English wants it.
    #[must_use]
    pub fn in_a_sentence(&self) -> String {
        let name = self.name();
        if WITH_ARTICLE.contains(&self.code()) { format!("the {name}") } else { name.to_owned() }
    }

    /// The English name, as the regulation writes it where it names the country.
    #[must_use]
    pub fn name(&self) -> &'static str {
        SHORT_NAMES
            .iter()
            .find(|(code, _)| *code == self.code())
            .map(|(_, name)| *name)
            .or_else(|| rust_iso3166::from_alpha2(self.code()).map(|country| country.name))
            .unwrap_or_default()
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}
