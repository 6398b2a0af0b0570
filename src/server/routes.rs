//! Which paths are served, and through which layers does a request come?
//!
//! Invariant: everything but the health of the process and the files that hold no answers passes the gate.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware;
use axum::routing::get;
use ipnet::IpNet;
use tower::ServiceBuilder;

use crate::faces::behind::Behind;
use crate::faces::graphql;
use crate::faces::open::Open;
use crate::faces::pages::{self, Pages};
use crate::faces::{explorer, rest, tlog};
use crate::store::Store;
use crate::work::alerts::Looks;

use super::error::ServeError;
use super::gate::{self, Gate};
use super::holding::{self, Holding};
use super::hosts::{self, Hosts};
use super::metrics::{self, Metrics};
use super::ready::{self, Readiness};
use super::repeating::{self, Repeating};
use super::scrape::{self, Scrape};
use super::{caching, compressing, cors, headers, helping, paths, reached, requests};

/// Every route. Anyone may ask whether the process is alive and ready, and for the files of the explorer and the pages, which
/// hold no answers; everything else passes the gate (`server/gate.rs`).
///
/// # Errors
/// [`ServeError::Metrics`].
pub fn router(
    store: Store,
    behind: Behind,
    looks: Looks,
    open: Open,
    proxies: Arc<[IpNet]>,
) -> Result<Router, ServeError> {
    let metrics = Metrics::new()?;
    let scrape = Scrape::of(metrics.clone(), &store, &behind, looks, &open);
    let gate = Gate::new(&behind, proxies, (!open.no_pages).then_some(pages::SIGN_IN));
    let hosts = Hosts { names: open.hosts.clone(), struck: open.struck.clone() };
    let holding = Holding::new(open.room.clone(), open.limits, open.struck.clone());
    let caching = middleware::from_fn_with_state(behind.access.clone(), caching::tell);
    let repeating = Repeating::new(behind.answers.clone(), behind.access.clone());
    let repeating = middleware::from_fn_with_state(repeating, repeating::repeat);
    let readiness = Readiness::of(store, behind.tracker.clone(), behind.answers.clone(), open.must_write);
    let cors = cors::layer(&open.origins);
    let shown = (!open.no_pages).then(|| {
        let (answers, site) = (behind.answers.clone(), behind.webhooks.public_url().clone());
        Pages::new(answers, behind.access.clone(), behind.tracker.clone(), site, !open.no_index)
    });
    let answers = behind.answers.clone();
    let guarded = graphql::transport::router(behind, open).merge(rest::router(answers.clone()));
    // The plain URLs wait for a position by themselves, since they take it as a parameter too.
    let reached = || middleware::from_fn_with_state(answers.clone(), reached::wait);
    let guarded = guarded.merge(tlog::router(answers.clone()).layer(reached()));
    let (guarded, assets) = match &shown {
        Some(shown) => (guarded.merge(pages::router(shown.clone()).layer(reached())), pages::assets()),
        None => (guarded, Router::new()),
    };
    let helping = shown.clone().map(|shown| middleware::from_fn_with_state(shown, helping::help));
    let guarded = guarded
        .fallback(async move |request: Request| paths::nothing(shown.as_ref(), request))
        .layer(caching)
        .layer(repeating)
        .layer(middleware::from_fn_with_state(holding, holding::hold))
        .route("/metrics", get(scrape::scrape).with_state(scrape));
    let guarded = guarded.layer(middleware::from_fn_with_state(gate, gate::identify));
    let guarded = guarded.layer(ServiceBuilder::new().option_layer(helping));
    let router = Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready::ready).with_state(readiness))
        .merge(explorer::router())
        .merge(assets)
        .merge(guarded)
        .layer(middleware::from_fn(compressing::mark))
        .layer(compressing::layer())
        .layer(middleware::map_response(compressing::weaken))
        .layer(middleware::from_fn(paths::without_slash))
        .layer(middleware::from_fn_with_state(hosts, hosts::check));
    let counting = middleware::from_fn_with_state(metrics, metrics::count);
    let numbering = middleware::from_fn(requests::number);
    let guarding = middleware::map_response(headers::guarded);
    Ok(router.layer(ServiceBuilder::new().layer(guarding).layer(counting).layer(numbering).option_layer(cors)))
}
