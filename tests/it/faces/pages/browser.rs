//! A browser without script: it keeps cookies, and sends forms as they stand on the page.

use std::collections::BTreeMap;

use depositary::access::Role;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use testkit::serving::{Served, Whole};

use super::shown::BROWSER;

/// Somebody who looks at the pages of a server.
pub struct Browser {
    address: String,
    cookies: BTreeMap<String, String>,
    client: Client,
    from: Option<String>,
}

impl Browser {
    /// Somebody who has not been here.
    pub fn at(server: &Served) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { address: format!("http://{}", server.address), cookies: BTreeMap::new(), client, from: None }
    }

    /// Somebody who has signed in by a new token.
    pub async fn signed_in(server: &Served, role: Role, name: &str) -> Self {
        let mut browser = Self::at(server);
        let token = server.token(role, name).await;
        let answer = browser.sign_in("/sign-in", &token).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    /// Signs in on the page at a path.
    pub async fn sign_in(&mut self, path: &str, token: &str) -> Whole {
        let form = fields(&self.get(path).await.body);
        self.post("/sign-in", &with(form, &[("token", token), ("do", "in")])).await
    }

    /// The page at a path.
    pub async fn get(&mut self, path: &str) -> Whole {
        let request = self.client.get(format!("{}{path}", self.address));
        self.send(request).await
    }

    /// The answer to a form.
    pub async fn post(&mut self, path: &str, fields: &[(String, String)]) -> Whole {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = self.client.post(format!("{}{path}", self.address)).body(body.finish());
        self.send(request.header("content-type", "application/x-www-form-urlencoded")).await
    }

    /// The same somebody at another server over the same log, behind a proxy that tells its address.
    pub fn moved_to(self, address: std::net::SocketAddr, from: &str) -> Self {
        Self { address: format!("http://{address}"), from: Some(from.to_owned()), ..self }
    }

    /// The value of a cookie; empty when there is none.
    pub fn cookie(&self, name: &str) -> String {
        self.cookies.get(name).cloned().unwrap_or_default()
    }

    /// Sets a cookie.
    pub fn set(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    async fn send(&mut self, request: RequestBuilder) -> Whole {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header("accept", BROWSER);
        let request = if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) };
        let request = self.from.iter().fold(request, |request, from| request.header("x-forwarded-for", from));
        let answer = request.send().await.unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Whole::of(answer).await
    }
}

/// The fields of the first form of a page that is sent by POST, as a browser would send it untouched, but for its buttons.
pub fn fields(html: &str) -> Vec<(String, String)> {
    let form = html.split("method=\"post\"").nth(1).unwrap_or_else(|| panic!("no form: {html}"));
    let form = form.split("</form>").next().unwrap();
    let mut fields = Vec::new();
    let mut rest = form;
    while let Some(begin) = rest.find('<') {
        rest = &rest[begin + 1..];
        let tag = rest.split('>').next().unwrap();
        let name = attribute(tag, "name").unwrap_or_default();
        if let Some(of) = tag.strip_prefix("input ") {
            let choice = of.contains("type=\"radio\"") || of.contains("type=\"checkbox\"");
            if !choice || of.contains(" checked") {
                fields.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        } else if tag.starts_with("textarea") {
            let text = rest.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
            fields.push((name, unescaped(text)));
        } else if tag.starts_with("select") {
            let options = rest.split("</select>").next().unwrap();
            let all: Vec<&str> =
                options.split("<option").skip(1).map(|option| option.split('>').next().unwrap()).collect();
            let chosen = all.iter().find(|option| option.contains(" selected")).or(all.first());
            fields.push((name, chosen.and_then(|option| attribute(option, "value")).unwrap_or_default()));
        }
    }
    fields
}

/// The fields with some of them filled in.
pub fn with(mut fields: Vec<(String, String)>, filled: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in filled {
        match fields.iter_mut().find(|(given, _)| given == name) {
            Some((_, old)) => (*value).clone_into(old),
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    fields
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    Some(unescaped(value))
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#38;", "&").replace("&amp;", "&")
}
