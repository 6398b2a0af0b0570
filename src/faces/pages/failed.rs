//! What does a page say that cannot answer?
//!
//! Invariant: what is wrong, what is right, and a way on: the country that was meant, the nearest day, the form.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{Datelike, NaiveDate};

use super::Pages;
use super::dates;
use super::error::PageError;
use super::frame::{Frame, html};
use crate::access::AccessError;
use crate::domain::country::Country;
use crate::domain::ids::Position;

/// The page of an error.
#[derive(Template)]
#[template(path = "failed.html", config = "src/faces/pages/askama.toml")]
struct Failed {
    frame: Frame,
    code: u16,
    heading: String,
    lead: String,
    ways: Vec<(String, String)>,
    /// What was put into a form, where it was sent, to be sent once more.
    kept: Option<(String, Vec<(String, String)>)>,
    instrument: String,
    countries: Vec<Country>,
    request: String,
}

/// What a page of an error says: its heading, its explanation, and the ways on, each with its label.
type Said = (String, String, Vec<(String, String)>);

impl Pages {
    /// The page of an error, at the address that was asked for.
    pub(super) fn failed(&self, error: &PageError) -> Response {
        if let PageError::Access(error @ (AccessError::Token | AccessError::Scheme | AccessError::Missing(_))) = error {
            return self.locked(error);
        }
        let path = self.visitor.asked.split('?').next().unwrap_or_default();
        let (heading, lead, ways) = self.said(error, path);
        let mut frame = self.frame_now(heading.clone(), path);
        frame.describe(lead.clone());
        let instrument = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let known = self.answers.instruments().load(instrument).is_ok();
        let page = Failed {
            frame,
            code: error.status().as_u16(),
            heading,
            lead,
            ways,
            kept: self.kept(error.status()),
            instrument: if known { instrument } else { "rdp" }.to_owned(),
            countries: by_name(),
            request: crate::telemetry::request().to_string(),
        };
        html(error.status(), &page).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }

    /// What was put into a form that could not be taken for now. A token is in no page.
    fn kept(&self, status: StatusCode) -> Option<(String, Vec<(String, String)>)> {
        let for_now = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        let form = self.visitor.kept.as_ref().filter(|_| for_now && self.visitor.asked != super::SIGN_IN)?;
        let fields = form.fields().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Some((format!("{}{}", self.base, self.visitor.asked), fields.collect()))
    }

    /// Heading, explanation, and ways on.
    fn said(&self, error: &PageError, path: &str) -> Said {
        match error {
            PageError::Country { given, instrument } => self.no_country(given, instrument),
            PageError::NoSuchDay { given, name } => self.no_day(given, name, path),
            PageError::Access(AccessError::Role { needed, .. }) => {
                let (large, needed) = (dates::large(&error.to_string()), needed.as_str());
                let lead = format!("{large}. An administrator can make a token of role {needed}.");
                let ways = vec![self.way(super::SIGN_IN, "Sign in by another token"), self.overview()];
                ("Your token may not do this".to_owned(), lead, ways)
            }
            PageError::Form => {
                let lead = "The form is older than your session, or was not made by this server. Nothing was done. Open it again and send it from there.";
                let ways = vec![self.way(&self.visitor.asked, "Open the page again"), self.overview()];
                ("This form cannot be taken".to_owned(), lead.to_owned(), ways)
            }
            PageError::Server { status, message, wait, .. }
                if *status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() =>
            {
                self.not_now(*status, message, *wait)
            }
            PageError::Path(_) => {
                let lead = "An agreement is at an address such as /rdp/KR. Answers as data are below /v1/, and /graphql answers GraphQL.";
                ("There is nothing at this address".to_owned(), lead.to_owned(), vec![self.overview()])
            }
            error if error.status().is_server_error() => {
                let lead = format!("{}.", dates::large(&error.told()));
                ("This cannot be answered now".to_owned(), lead, self.again(error.status(), "Try again"))
            }
            error => {
                // What begins with the name of a parameter keeps its spelling.
                let named = matches!(error, PageError::Value { .. } | PageError::Repeated(_));
                let told = error.told();
                let lead = format!("{}.", if named { told } else { dates::large(&told) });
                let ways = vec![self.way(path, "The same page without parameters"), self.overview()];
                ("This address cannot be answered".to_owned(), lead, ways)
            }
        }
    }

    /// Of a code that no country has: those that may have been meant.
    fn no_country(&self, given: &str, instrument: &str) -> Said {
        let guesses = guesses(given);
        let lead = if guesses.is_empty() {
            "A country is addressed by its two letters in ISO 3166-1, such as KR for Korea."
        } else {
            "A country is addressed by its two letters in ISO 3166-1. Did you mean one of these?"
        };
        let way = |country: Country| self.way(&format!("/{instrument}/{}", country.code()), country.name());
        let ways = guesses.into_iter().map(way).chain([self.overview()]).collect();
        (format!("No country has the code “{given}”"), lead.to_owned(), ways)
    }

    /// Of a day that no calendar has, such as 30 February: the nearest one.
    fn no_day(&self, given: &str, name: &str, path: &str) -> Said {
        let form = "A date is year, month and day, such as 2017-06-30.";
        let nearest = nearest(given);
        let lead = nearest
            .map_or_else(|| form.to_owned(), |day| format!("{} has {} days. {form}", day.format("%B"), day.day()));
        let near = |day| self.way(&format!("{path}?{name}={day}"), &format!("The same on {}", dates::day(day)));
        let ways = nearest.map(near).into_iter().chain([self.way(path, "The same today")]).collect();
        (format!("There is no day {given}"), lead, ways)
    }

    /// Of what the server refuses for now: when it can be asked again.
    fn not_now(&self, status: StatusCode, message: &str, wait: Option<u64>) -> Said {
        let heading = match status {
            StatusCode::TOO_MANY_REQUESTS => "Too much was asked in a minute",
            StatusCode::SERVICE_UNAVAILABLE => "The server is too busy for this now",
            _ => "This cannot be answered now",
        };
        let when = wait.and_then(|wait| {
            let pause = chrono::TimeDelta::seconds(i64::try_from(wait).ok()?);
            let at = self.answers.now().checked_add_signed(pause)?;
            Some(format!(" It can be asked again in {wait} s, at {}.", at.format("%H:%M:%S UTC")))
        });
        let lead = format!("{}.{}", dates::large(message), when.unwrap_or_default());
        (heading.to_owned(), lead, self.again(status, "Ask again"))
    }

    /// The way to the same address once more; none where the page gives back a form, which has its own button.
    fn again(&self, status: StatusCode, label: &str) -> Vec<(String, String)> {
        if self.kept(status).is_some() { Vec::new() } else { vec![self.way(&self.visitor.asked, label)] }
    }

    fn way(&self, path: &str, label: &str) -> (String, String) {
        (format!("{}{path}", self.base), label.to_owned())
    }

    fn overview(&self) -> (String, String) {
        self.way("/", "Every country on record")
    }

    /// The end of the log, as far as this process has seen it.
    pub(super) fn end(&self) -> Position {
        self.answers.position()
    }
}

/// Every country that may have an agreement, by name.
pub fn by_name() -> Vec<Country> {
    let mut all = Country::all();
    all.retain(|country| !country.is_home());
    all.sort_by_key(Country::name);
    all
}

/// The countries that may be meant: by name, by what a name begins with, or with few letters wrong.
fn guesses(given: &str) -> Vec<Country> {
    if let Ok(country) = Country::find(given) {
        return if country.is_home() { Vec::new() } else { vec![country] };
    }
    let wanted = given.to_lowercase();
    if wanted.len() < 3 {
        return Vec::new();
    }
    let far = |country: &Country| {
        let name = country.name().to_lowercase();
        if name.starts_with(&wanted) { 0 } else { strsim::damerau_levenshtein(&name, &wanted) }
    };
    let mut near: Vec<(usize, Country)> = by_name().into_iter().map(|country| (far(&country), country)).collect();
    near.retain(|(distance, _)| *distance <= 2);
    near.sort_by_key(|(distance, country)| (*distance, country.name()));
    near.into_iter().take(3).map(|(_, country)| country).collect()
}

/// The last day of a month of which a day was given that it does not have.
fn nearest(given: &str) -> Option<NaiveDate> {
    let (year, month) = (given.get(..4)?.parse().ok()?, given.get(5..7)?.parse().ok()?);
    let asked: u32 = given.get(8..)?.parse().ok()?;
    (28..=31).rev().filter(|day| *day < asked).find_map(|day| NaiveDate::from_ymd_opt(year, month, day))
}

#[cfg(test)]
mod tests {
    use super::{guesses, nearest};

    #[test]
    fn a_name_and_a_slip_of_the_pen_lead_to_the_country() {
        let codes = |given: &str| guesses(given).iter().map(|country| country.code().to_owned()).collect::<Vec<_>>();
        assert_eq!(codes("Korea"), ["KR"]);
        assert_eq!(codes("Latvai"), ["LV"]);
        assert_eq!(codes("USA"), [""; 0]);
        assert!(codes("zz").is_empty());
    }

    #[test]
    fn a_day_that_a_month_does_not_have_is_led_to_its_last() {
        let day = |given| nearest(given).map(|day| day.to_string());
        assert_eq!(day("2017-06-31").as_deref(), Some("2017-06-30"));
        assert_eq!(day("2023-02-30").as_deref(), Some("2023-02-28"));
        assert_eq!(day("2023-13-01"), None);
    }
}
