//! Does each form in which the program answers over HTTP keep to its own rules?

mod graphql;
mod pages;
mod rest;
mod tlog;
