//! How does a browser get a page, and how does text stand in it?

use reqwest::Method;
use testkit::serving::{Served, Whole};

/// What browsers send.
pub const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A page as a browser gets it.
pub async fn shown(server: &Served, path: &str) -> String {
    let page = page(server, path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    page.body
}

/// The whole answer that a browser gets.
pub async fn page(server: &Served, path: &str) -> Whole {
    server.send(Method::GET, path, BROWSER).await
}

/// Text as it stands in a page.
pub fn escaped(text: &str) -> String {
    let text = text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;");
    text.replace('"', "&#34;").replace('\'', "&#39;")
}
