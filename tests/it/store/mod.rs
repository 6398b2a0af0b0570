//! Do both databases keep what they are given, alike?

mod endpoints;
mod memory;
mod searches;
mod shapes;
mod tables;
mod trips;
