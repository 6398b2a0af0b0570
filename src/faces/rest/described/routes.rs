//! Which plain URLs are there, and what does each take and give?
//!
//! Invariant: what is served is what is in this table; a route that is not described cannot be served.

mod kept;
mod reports;

use axum::routing::get;

use super::asked::{
    AFTER_OF_AGREEMENTS, AFTER_OF_MILESTONES, ANY_INSTRUMENT, AS_OF, AT_POSITION, BASIS, CERTAINTY,
    CHANGED_AFTER_OF_AGREEMENTS, CHANGED_AFTER_OF_MILESTONES, COUNTRIES, COUNTRIES_OF_LISTS, COUNTRY, FIRST, FORMAT,
    HAVING, HEADLINE, INSTRUMENT, KIND, KNOWN_AT, LACKING, LISTING, MIN_POSITION, ORDER_BY_OF_AGREEMENTS,
    ORDER_BY_OF_MILESTONES, RECORDED_AFTER, RECORDED_UP_TO, STAGE_OF_AGREEMENTS, STANDING,
};
use super::reported::{AFTER_PLACE, DORMANT_OF_STALLS, ORDER_BY_OF_STALLS};
use super::{Gives, Route, shape};
use crate::answers::view::{
    AgreementStatus, Counts, List, Milestone, Pinned, PinnedAt, StalledAgreement, StatusHeld, Timeline,
    WaitingAgreement, WithPossible,
};
use crate::faces::rest::{lists, milestones, status, timeline, waiting};

/// The questions about agreements.
const QUESTIONS: &[Route] = &[
    Route {
        path: "/status/{country}",
        id: "status",
        summary: "A country's status under an instrument on a day, and what decided it.",
        description: "A country without an agreement has the status `NO_AGREEMENT`.",
        parameters: &[MIN_POSITION, COUNTRY, INSTRUMENT, AS_OF, KNOWN_AT, BASIS, AT_POSITION, FORMAT],
        gives: Gives::Rows {
            name: "StatusAnswer",
            shape: shape::<Pinned<StatusHeld>>,
            about: "The status, with the instrument's effects on offers and since when each part of the status holds.",
            sheet: &status::SHEET,
        },
        answer: || get(status::status),
    },
    Route {
        path: "/agreements",
        id: "agreements",
        summary: "The agreements whose status on a day passes every filter, in the order of their ids unless `orderBy` names another.",
        description: "A filter that is left out sets no condition. A header `Link` with `rel=\"next\"` leads to the next part of the list.",
        parameters: &[
            MIN_POSITION,
            ANY_INSTRUMENT,
            COUNTRIES,
            HEADLINE,
            STAGE_OF_AGREEMENTS,
            STANDING,
            LISTING,
            CERTAINTY,
            HAVING,
            LACKING,
            CHANGED_AFTER_OF_AGREEMENTS,
            ORDER_BY_OF_AGREEMENTS,
            AS_OF,
            KNOWN_AT,
            BASIS,
            AT_POSITION,
            FIRST,
            AFTER_OF_AGREEMENTS,
            FORMAT,
        ],
        gives: Gives::Rows {
            name: "AgreementsAnswer",
            shape: shape::<List<WithPossible, AgreementStatus>>,
            about: "A part of the list.",
            sheet: &lists::AGREEMENTS,
        },
        answer: || get(lists::agreements),
    },
    Route {
        path: "/timeline/{country}",
        id: "timeline",
        summary: "The whole history of a country's status under an instrument, as periods, with its milestones.",
        description: "The CSV form has only the periods.",
        parameters: &[MIN_POSITION, COUNTRY, INSTRUMENT, KNOWN_AT, BASIS, AT_POSITION, FORMAT],
        gives: Gives::Rows {
            name: "TimelineAnswer",
            shape: shape::<Pinned<Timeline>>,
            about: "The periods in which the status stayed the same, and the milestones in the order in which they happened.",
            sheet: &timeline::SHEET,
        },
        answer: || get(timeline::timeline),
    },
    Route {
        path: "/milestones",
        id: "milestones",
        summary: "The milestones of all agreements with their sources, also those that were retracted.",
        description: "A program that keeps a copy and asks for what changed after the `position` of its last answer misses nothing, also no correction and no retraction. Under `basis=PUBLISHED`, the list leaves out what was retracted. A header `Link` with `rel=\"next\"` leads to the next part of the list.",
        parameters: &[
            MIN_POSITION,
            ANY_INSTRUMENT,
            COUNTRIES_OF_LISTS,
            KIND,
            RECORDED_AFTER,
            RECORDED_UP_TO,
            CHANGED_AFTER_OF_MILESTONES,
            ORDER_BY_OF_MILESTONES,
            KNOWN_AT,
            BASIS,
            AT_POSITION,
            FIRST,
            AFTER_OF_MILESTONES,
            FORMAT,
        ],
        gives: Gives::Rows {
            name: "MilestonesAnswer",
            shape: shape::<List<PinnedAt, Milestone>>,
            about: "A part of the list; as CSV, a row for each source.",
            sheet: &milestones::MILESTONES,
        },
        answer: || get(milestones::milestones),
    },
    Route {
        path: "/stalled",
        id: "stalled",
        summary: "The stalled rounds: open rounds that have waited in their stage longer than the limit; the one that is the most days over its limit first.",
        description: "A header `Link` with `rel=\"next\"` leads to the next part of the list.",
        parameters: &[
            MIN_POSITION,
            ANY_INSTRUMENT,
            DORMANT_OF_STALLS,
            ORDER_BY_OF_STALLS,
            AS_OF,
            KNOWN_AT,
            BASIS,
            AT_POSITION,
            FIRST,
            AFTER_PLACE,
            FORMAT,
        ],
        gives: Gives::Rows {
            name: "StalledAnswer",
            shape: shape::<List<PinnedAt, StalledAgreement>>,
            about: "A part of the list.",
            sheet: &lists::STALLED,
        },
        answer: || get(lists::stalled),
    },
    Route {
        path: "/waiting",
        id: "waiting",
        summary: "The open rounds that wait in their stage, stalled or not, the one that has waited longest first.",
        description: "The list has renewals whose outcome no source gives; their `outcomeUnknown` is true. A header `Link` with `rel=\"next\"` leads to the next part of the list.",
        parameters: &[MIN_POSITION, ANY_INSTRUMENT, AS_OF, KNOWN_AT, BASIS, AT_POSITION, FIRST, AFTER_PLACE, FORMAT],
        gives: Gives::Rows {
            name: "WaitingAnswer",
            shape: shape::<List<PinnedAt, WaitingAgreement>>,
            about: "A part of the list.",
            sheet: &waiting::WAITING,
        },
        answer: || get(waiting::waiting),
    },
    Route {
        path: "/counts",
        id: "counts",
        summary: "How many agreements under an instrument have each stage, standing and listing on a day.",
        description: "An agreement with several possible values counts as possible for each of them, and as certain for none.",
        parameters: &[MIN_POSITION, INSTRUMENT, AS_OF, KNOWN_AT, BASIS, AT_POSITION, FORMAT],
        gives: Gives::Rows {
            name: "CountsAnswer",
            shape: shape::<Pinned<Counts>>,
            about: "The counts; as CSV, a row for each value of each part of the status.",
            sheet: &waiting::COUNTS,
        },
        answer: || get(waiting::counts),
    },
];

/// Every plain URL, in the order in which they are best read.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    QUESTIONS.iter().chain(reports::REPORTS).chain(kept::KEPT)
}
