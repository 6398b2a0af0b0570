//! What may search engines list, and what is there?
//!
//! Invariant: an operator who wants no listing is obeyed at once: by robots.txt, by a header on every page, and without a sitemap.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::error::PageError;
use super::markup::escaped;
use crate::answers::{AgreementFilter, Ask};

/// `GET /robots.txt`: the answers as data and past days are no pages of their own.
pub async fn robots(pages: Pages) -> String {
    if !pages.listed {
        return "User-agent: *\nDisallow: /\n".to_owned();
    }
    format!("User-agent: *\nDisallow: /v1/\nDisallow: /graphql\nDisallow: /*?\nSitemap: {}/sitemap.xml\n", pages.site)
}

/// `GET /sitemap.xml`: the pages that are about today.
pub async fn sitemap(pages: Pages) -> Result<Response, PageError> {
    if !pages.listed {
        return Err(PageError::Path("/sitemap.xml".to_owned()));
    }
    let pin = pages.answers.pin(&Ask::default(), pages.end()).await?;
    let mut paths: Vec<String> = ["/", "/waiting", "/changes", "/table", "/method"].map(str::to_owned).into();
    for id in pages.answers.all_agreements(&pin, &AgreementFilter::default()).await? {
        paths.push(format!("/{id}"));
    }
    let places =
        paths.iter().map(|path| format!("<url><loc>{}</loc></url>", escaped(&format!("{}{path}", pages.site))));
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{}</urlset>",
        places.collect::<String>()
    );
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"))], body).into_response())
}
