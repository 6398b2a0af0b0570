//! Which numbers do sources give, as GraphQL objects?
//!
//! Invariant: a figure is the view's own, so every face returns the same.

use async_graphql::{Context, Error, ErrorExtensions, InputObject, Result};

use super::connection::Connection;
use super::context::answers;
use super::error::outward;
use super::scalars::{CountryCode, Date};
use super::words::FigureFit;
use crate::answers::view::Figure;
use crate::answers::{self, Page, Pin};
use crate::domain::codes::ErrorCode;
use crate::domain::words::Word;

/// Conditions that a figure must fulfil; an omitted or empty field sets no condition.
#[derive(InputObject, Debug, Clone, Default)]
pub struct FigureFilter {
    /// Only figures about the instrument with this code, such as `rdp`, or about agreements under it; when omitted, all
    /// instruments.
    instrument: Option<String>,
    /// Only figures about agreements with these countries, and none about an instrument as a whole; when omitted, all
    /// figures.
    countries: Option<Vec<CountryCode>>,
    /// Only figures of these measures, such as `listed_partners`; when omitted or empty, all measures.
    measures: Option<Vec<String>>,
    /// Only figures whose span may include this day; when omitted, all figures.
    on: Option<Date>,
    /// Only counts of partners that fit the record in one of these ways; `DIFFERS` finds the counts that contradict it.
    /// When omitted or empty, all figures.
    fits: Option<Vec<FigureFit>>,
}

impl FigureFilter {
    /// The day that is asked about.
    pub const fn on(&self) -> Option<Date> {
        self.on
    }

    fn read(self) -> Result<answers::FigureFilter> {
        let wrong = |error: crate::domain::ids::IdError| {
            let wrong = Error::new(error.to_string());
            wrong.extend_with(|_, extensions| extensions.set("code", ErrorCode::BadUserInput.as_str()))
        };
        let measures = self.measures.unwrap_or_default();
        Ok(answers::FigureFilter {
            instrument: self.instrument,
            countries: self.countries.unwrap_or_default().into_iter().map(|code| code.0).collect(),
            measures: measures.iter().map(|name| name.parse()).collect::<Result<_, _>>().map_err(wrong)?,
            on: self.on.map(|day| day.0),
            fits: self.fits.unwrap_or_default().into_iter().map(|fit| fit.0).collect(),
        })
    }
}

/// The figures at a pin, a page at a time.
pub async fn figures(
    ctx: &Context<'_>,
    pin: Pin,
    filter: Option<FigureFilter>,
    page: &Page<u64>,
) -> Result<Connection<Figure>> {
    let filter = filter.unwrap_or_default().read()?;
    let slice = answers(ctx)?.figures(&pin, &filter, page).await.map_err(|error| outward(&error))?;
    Ok(Connection::of(slice, |row| (row.place.to_string(), (&row).into())))
}
