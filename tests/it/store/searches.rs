//! Do the searches of the tables find what the projections say, page by page, in both databases?

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use depositary::domain::country::Country;
use depositary::domain::ids::{AgreementId, InstrumentCode, MilestoneId, Position};
use depositary::domain::words::{Headline, Listing, MilestoneKind, Stage, Standing, Word};
use depositary::projections::rows::{PeriodRow, Rows};
use depositary::store::{AgreementSearch, Keyset, MilestoneSearch, Store};
use testkit::databases::for_each_database;
use testkit::facts::{Process, id, instruments};

fn all<K>() -> Keyset<K> {
    Keyset { after: None, before: None, limit: 10_000, from_end: false }
}

fn on(day: NaiveDate) -> AgreementSearch {
    AgreementSearch {
        day,
        instrument: None,
        countries: Vec::new(),
        masks: [0; 4],
        possible: false,
        having: 0,
        lacking: 0,
        changed_after: None,
    }
}

/// The rows of every agreement, by the projections alone.
async fn rows(store: &Store) -> Vec<Rows> {
    let instruments = instruments();
    let ids = store.agreement_ids(None, None, 10_000).await.unwrap();
    let streams = store.streams(&ids).await.unwrap();
    streams.iter().map(|(id, events)| Rows::of(events, instruments.find(&id.instrument).unwrap()).unwrap()).collect()
}

fn holds(period: &PeriodRow, day: NaiveDate) -> bool {
    period.from_day.is_none_or(|from| from <= day) && period.to_day.is_none_or(|to| day < to)
}

/// Whether a period passes, said anew.
fn passes(period: &PeriodRow, search: &AgreementSearch) -> bool {
    let bits = [period.headlines.bits(), period.stages.bits(), period.standings.bits(), period.listings.bits()];
    let masked = bits.iter().zip(search.masks).all(|(bits, mask)| match (mask, search.possible) {
        (0, _) => true,
        (_, true) => bits & mask != 0,
        (_, false) => *bits != 0 && bits & !mask == 0,
    });
    let happened = (0..32).filter(|bit| period.kinds >> bit & 1 == 1).collect::<BTreeSet<u32>>();
    let asked = |mask: u32| (0..32).filter(move |bit| mask >> bit & 1 == 1);
    masked
        && asked(search.having).all(|kind| happened.contains(&kind))
        && !asked(search.lacking).any(|kind| happened.contains(&kind))
}

/// Searches of every word of every vocabulary, certain and possible, of every kind, and of some together.
fn searches(day: NaiveDate) -> Vec<AgreementSearch> {
    let base = on(day);
    let mut searches = vec![base.clone()];
    let sizes = [Headline::ALL.len(), Stage::ALL.len(), Standing::ALL.len(), Listing::ALL.len()];
    for (facet, size) in sizes.into_iter().enumerate() {
        for word in 0..size {
            // Each word alone, and with its neighbour.
            for mask in [1_u16 << word, 3_u16 << word] {
                let mut masks = [0; 4];
                *masks.get_mut(facet).unwrap() = mask;
                searches.extend([false, true].map(|possible| AgreementSearch { masks, possible, ..base.clone() }));
            }
        }
    }
    for kind in 0..MilestoneKind::ALL.len() {
        searches.push(AgreementSearch { having: 1 << kind, ..base.clone() });
        searches.push(AgreementSearch { lacking: 1 << kind, ..base.clone() });
        searches.push(AgreementSearch { having: 1 << kind, lacking: 2 << kind, masks: [0, 0, 4, 0], ..base.clone() });
    }
    searches
}

#[tokio::test]
async fn every_search_of_agreements_finds_what_the_rows_of_their_streams_say() {
    for_each_database(async |store| {
        let _process = Process::seeded(store.clone()).await;
        let rows = rows(&store).await;
        let boundaries: BTreeSet<NaiveDate> =
            rows.iter().flat_map(|rows| rows.periods.iter().filter_map(|period| period.from_day)).collect();
        // The first and last boundary, and some between, each with the day before it.
        let step = boundaries.len() / 5;
        let days = boundaries.iter().step_by(step).chain(boundaries.last()).flat_map(|day| [*day, *day - Days::new(1)]);
        let mut found_some = 0;
        for search in days.flat_map(searches) {
            let expected: Vec<AgreementId> = rows
                .iter()
                .filter(|rows| {
                    let mut on_day = rows.periods.iter().filter(|period| holds(period, search.day));
                    let (only, more) = (on_day.next().unwrap(), on_day.next());
                    assert_eq!(more, None, "periods overlap");
                    passes(only, &search)
                })
                .map(|rows| rows.agreement.agreement.clone())
                .collect();
            let searched = store.search_agreements(&search, &all()).await.unwrap();
            assert_eq!(searched.found, expected, "{search:?}");
            assert_eq!((searched.total, searched.head), (expected.len(), store.head().await.unwrap().position));
            found_some += usize::from(!expected.is_empty());
        }
        assert!(found_some > 300, "only {found_some} searches found anything");
    })
    .await;
}

#[tokio::test]
async fn certain_wants_all_that_is_possible_within_the_mask_and_possible_wants_one() {
    for_each_database(async |store| {
        let _process = Process::seeded(store.clone()).await;
        // Austria may have been unlisted or listed case by case on this day.
        let austria = vec![Country::from_code("AT").unwrap()];
        let rdp = Some(InstrumentCode::parse("rdp").unwrap());
        let day = "2005-01-01".parse().unwrap();
        let bit = |listing: Listing| 1_u16 << listing.index();
        let (unlisted, by_case) = (bit(Listing::Unlisted), bit(Listing::CaseByCase));
        for (mask, certain, possible) in
            [(unlisted, 0, 1), (by_case, 0, 1), (unlisted | by_case, 1, 1), (bit(Listing::Blanket), 0, 0)]
        {
            for (asked, expected) in [(false, certain), (true, possible)] {
                let search = AgreementSearch {
                    masks: [0, 0, 0, mask],
                    possible: asked,
                    instrument: rdp.clone(),
                    countries: austria.clone(),
                    ..on(day)
                };
                let total = store.search_agreements(&search, &all()).await.unwrap().total;
                assert_eq!(total, expected, "{mask:b}, possible: {asked}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn instruments_and_countries_narrow_both_searches() {
    for_each_database(async |store| {
        let _process = Process::seeded(store.clone()).await;
        let sosa = Some(InstrumentCode::parse("sosa").unwrap());
        let countries = vec![Country::from_code("IN").unwrap(), Country::from_code("LV").unwrap()];
        let search = AgreementSearch { countries: countries.clone(), ..on("2026-01-01".parse().unwrap()) };
        let found = store.search_agreements(&search, &all()).await.unwrap().found;
        assert_eq!(
            found,
            [id("rdp/IN"), id("rdp/LV"), id("sosa/IN"), id("sosa/LV")]
                .into_iter()
                .filter(|id| found.contains(id))
                .collect::<Vec<_>>()
        );
        assert!(found.len() >= 3);
        let search = AgreementSearch { instrument: sosa.clone(), ..search };
        let of_one = store.search_agreements(&search, &all()).await.unwrap().found;
        assert_eq!(of_one, found.iter().filter(|id| id.instrument.as_str() == "sosa").cloned().collect::<Vec<_>>());
        assert_eq!(store.agreement_ids(sosa.as_ref(), None, 1).await.unwrap(), [id("sosa/AU")]);
        let after = store.agreement_ids(sosa.as_ref(), Some(&id("sosa/AU")), 1).await.unwrap();
        assert_eq!(after, [id("sosa/CA")]);
        let milestones = MilestoneSearch { instrument: sosa, countries, ..MilestoneSearch::default() };
        let found = store.search_milestones(&milestones, &all()).await.unwrap().found;
        assert!(!found.is_empty() && found.iter().all(|(agreement, ..)| of_one.contains(agreement)), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn a_list_of_countries_longer_than_the_world_drops_none() {
    for_each_database(async |store| {
        let _process = Process::seeded(store.clone()).await;
        let (latvia, korea) = (Country::from_code("LV").unwrap(), Country::from_code("KR").unwrap());
        let mut countries = vec![latvia; 40_000];
        countries.push(korea);
        let search = AgreementSearch {
            countries: countries.clone(),
            instrument: Some(InstrumentCode::parse("rdp").unwrap()),
            ..on("2026-01-01".parse().unwrap())
        };
        let searched = store.search_agreements(&search, &all()).await.unwrap();
        assert_eq!((searched.found, searched.total), (vec![id("rdp/KR"), id("rdp/LV")], 2));
        let milestones = MilestoneSearch { countries, ..MilestoneSearch::default() };
        let found = store.search_milestones(&milestones, &all()).await.unwrap().found;
        assert!(found.iter().any(|(agreement, ..)| agreement.country == korea), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn a_milestone_tells_whose_it_is_and_an_unknown_one_nothing() {
    for_each_database(async |store| {
        let _process = Process::seeded(store.clone()).await;
        let everything = store.search_milestones(&MilestoneSearch::default(), &all()).await.unwrap().found;
        let expected: BTreeMap<_, _> =
            everything.into_iter().map(|(agreement, milestone, _)| (milestone, agreement)).collect();
        let mut asked: Vec<MilestoneId> = expected.keys().copied().collect();
        asked.push(MilestoneId(uuid::Uuid::nil()));
        assert!(asked.len() > 500, "more than one statement holds");
        assert_eq!(store.owners(&asked).await.unwrap(), expected);
        assert_eq!(store.owners(&[]).await.unwrap(), BTreeMap::new());
    })
    .await;
}

#[tokio::test]
async fn every_search_of_milestones_finds_what_the_rows_of_their_streams_say() {
    for_each_database(async |store| {
        let _process = Process::seeded(store.clone()).await;
        let rows = rows(&store).await;
        let of_rows = |rows: &Rows| {
            let agreement = rows.agreement.agreement.clone();
            rows.milestones
                .iter()
                .map(move |row| (row.kind, (agreement.clone(), row.milestone, row.position)))
                .collect::<Vec<_>>()
        };
        let mut everything: Vec<_> = rows.iter().flat_map(of_rows).collect();
        everything.sort_by_key(|(_, (.., position))| *position);
        let middle = everything.get(everything.len() / 2).unwrap().1.2;
        let kinds =
            (0..MilestoneKind::ALL.len()).map(|kind| MilestoneKind::ALL.iter().skip(kind).take(2).copied().collect());
        for kinds in std::iter::once(Vec::new()).chain(kinds) {
            for (after, up_to) in
                [(None, None), (Some(middle), None), (None, Some(middle)), (Some(middle), Some(middle))]
            {
                let expected: Vec<_> = everything
                    .iter()
                    .filter(|(kind, _)| kinds.is_empty() || kinds.contains(kind))
                    .filter(|(_, (.., at))| {
                        after.is_none_or(|after| *at > after) && up_to.is_none_or(|up_to| *at <= up_to)
                    })
                    .map(|(_, found)| found.clone())
                    .collect();
                let search = MilestoneSearch { kinds: kinds.clone(), after, up_to, ..MilestoneSearch::default() };
                let searched = store.search_milestones(&search, &all()).await.unwrap();
                assert_eq!(searched.total, expected.len());
                assert_eq!(searched.found, expected, "{search:?}");
            }
        }
    })
    .await;
}

/// Walks a list in pages, forward or backward, and gives what it saw in the order of the list.
async fn walk<T: Clone, K: Clone>(
    limit: usize,
    from_end: bool,
    key: impl Fn(&T) -> K,
    load: impl AsyncFn(Keyset<K>) -> Vec<T>,
) -> Vec<T> {
    let mut seen: Vec<T> = Vec::new();
    let mut page = Keyset { after: None, before: None, limit, from_end };
    loop {
        let mut found = load(page.clone()).await;
        assert!(found.len() <= limit + 1);
        let more = found.len() > limit;
        if from_end {
            let some = found.split_off(found.len().saturating_sub(limit));
            page.before = some.first().map(&key);
            seen.splice(0..0, some);
        } else {
            found.truncate(limit);
            page.after = found.last().map(&key);
            seen.extend(found);
        }
        if !more {
            return seen;
        }
    }
}

#[tokio::test]
async fn pages_forward_and_backward_neither_skip_nor_repeat() {
    for_each_database(async |store| {
        let _process = Process::seeded(store.clone()).await;
        let search = on("2020-01-01".parse().unwrap());
        let agreements = store.search_agreements(&search, &all()).await.unwrap().found;
        let milestones = store.search_milestones(&MilestoneSearch::default(), &all()).await.unwrap().found;
        assert!(agreements.len() > 40 && milestones.len() > 500);
        let load_agreements = async |page| store.search_agreements(&search, &page).await.unwrap().found;
        let load_milestones =
            async |page| store.search_milestones(&MilestoneSearch::default(), &page).await.unwrap().found;
        // One an odd page, one that divides the list, one as long as the list, one longer.
        for limit in [7, 1, agreements.len(), 100] {
            for from_end in [false, true] {
                let walked = walk(limit, from_end, AgreementId::to_string, load_agreements).await;
                assert_eq!(walked, agreements, "{limit}, from the end: {from_end}");
            }
        }
        for limit in [97, milestones.len()] {
            for from_end in [false, true] {
                let key = |found: &(AgreementId, MilestoneId, Position)| found.2;
                assert_eq!(walk(limit, from_end, key, load_milestones).await, milestones, "{limit}, {from_end}");
            }
        }
        let [after, before] = [agreements.first(), agreements.get(4)].map(|id| id.map(ToString::to_string));
        let page = Keyset { after, before, limit: 2, from_end: true };
        assert_eq!(store.search_agreements(&search, &page).await.unwrap().found, agreements.get(1..4).unwrap());
    })
    .await;
}
