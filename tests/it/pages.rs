//! Do the pages say what the answers say, on every day, to everybody, and nothing else?

mod addresses;
mod browser;
mod deciding;
mod helping;
mod hostile;
mod looks;
mod noting;
mod proving;
mod recording;
mod signing_in;
mod words;

use reqwest::Method;

use crate::serving::{Served, Whole};

/// What browsers send.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A page as a browser gets it.
async fn shown(server: &Served, path: &str) -> String {
    let page = page(server, path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    page.body
}

/// The whole answer that a browser gets.
async fn page(server: &Served, path: &str) -> Whole {
    server.send(Method::GET, path, BROWSER).await
}

/// Text as it stands in a page.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;");
    text.replace('"', "&#34;").replace('\'', "&#39;")
}
