//! Which log do the receivers hear of?

use depositary::store::Store;
use depositary::work::delivery::wants::Topic;
use testkit::delivering::Delivering;
use testkit::facts::{note, open};
use testkit::receivers::Receiver;

pub const ALL: [Topic; 2] = [Topic::Milestones, Topic::Statuses];

/// Records that so many things were noted.
pub async fn notes(process: &Delivering, from: u64, count: u64) {
    let unit = (from..from + count).map(|number| note(&format!("note {number}"), "rdp/FO")).collect();
    process.tracker.execute(unit).await.unwrap().clear();
}

pub async fn opened(store: Store, receivers: &[&Receiver]) -> Delivering {
    let process = Delivering::start(store, receivers).await;
    process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
    process
}
