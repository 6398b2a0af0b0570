//! What does a client hear when the way to PostgreSQL is cut, reset or silent, and does the server find back by itself?

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use depositary::store::Store;
use testkit::databases::Database;
use testkit::programs::{Program, free_port};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::ground::{
    AGREEMENTS, Book, Dice, Fate, Sender, assert_rebuilt_alike, assert_sound, close, opening, tell, times, token,
};

/// How the way to the database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Connections are closed.
    Cut,
    /// Connections are reset.
    Reset,
    /// Connections stay open, and nothing goes through; those of that time never wake up again.
    Silent,
}

/// Goes between the server and its database.
pub struct Proxy {
    pub address: SocketAddr,
    pub way: watch::Sender<Way>,
}

impl Proxy {
    pub async fn before(database: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let way = watch::Sender::new(Way::Open);
        let look = way.subscribe();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, database, look.clone()));
            }
        });
        Self { address, way }
    }
}

async fn forward(mut client: TcpStream, database: SocketAddr, mut way: watch::Receiver<Way>) {
    client.set_nodelay(true).unwrap();
    let Ok(mut database) = TcpStream::connect(database).await else { return };
    database.set_nodelay(true).unwrap();
    let closed = async { way.wait_for(|way| *way != Way::Open).await.map(|way| *way) };
    let way = tokio::select! {
        way = closed => way,
        _ = copy_bidirectional(&mut client, &mut database) => return,
    };
    match way {
        Ok(Way::Silent) => std::future::pending().await,
        Ok(Way::Reset) => {
            client.set_zero_linger().unwrap();
            database.set_zero_linger().unwrap();
        }
        _ => {}
    }
}

const WRITERS: u64 = 4;
const HEALED: Duration = Duration::from_secs(5);

/// A way to a database, and its address by that way.
async fn way_to(url: &str) -> (Proxy, String) {
    let parsed = url::Url::parse(url).unwrap();
    let host = format!("{}:{}", parsed.host_str().unwrap(), parsed.port().unwrap_or(5432));
    let there = tokio::net::lookup_host(host).await.unwrap().next().unwrap();
    let proxy = Proxy::before(there).await;
    let mut through = parsed;
    through.set_host(Some("127.0.0.1")).unwrap();
    through.set_port(Some(proxy.address.port())).unwrap();
    (proxy, through.to_string())
}

/// What memory holds is answered all the while, and at once: nobody writes to this agreement.
async fn is_answered_meanwhile(sender: &Sender, way: Way, asks_whether_ready: bool) {
    let asked = Instant::now();
    let headline = sender.headline().await;
    assert_eq!(headline.get("errors"), None, "{way:?}: {headline}");
    assert!(asked.elapsed() < Duration::from_secs(1), "{way:?}: memory took {:?}", asked.elapsed());
    if asks_whether_ready {
        let ready = sender.status("/readyz", Duration::from_secs(10)).await;
        assert_eq!(ready.map(|status| status.as_u16()), Some(503), "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_to_postgresql_that_is_cut_reset_or_silent_is_told_and_heals_by_itself() {
    let _alone = super::ground::alone().await;
    let Some(database) = Database::postgres().await else { return };
    let url = database.url();
    let (proxy, through) = way_to(&url).await;
    let token = token(&url).await;
    let program = Program::serve(&through, free_port(), &["--no-seed", "--rate-limit", "0"]);
    let sender = Sender::new(program.address, &token);
    for agreement in AGREEMENTS {
        assert!(matches!(sender.send("openAgreement", &opening(agreement)).await, Fate::Acknowledged(_)));
    }
    assert_eq!(sender.headline().await.get("errors"), None);
    let faults = times(40, 200);
    let book = Arc::new(Book::default());
    let mut dice = Dice(40);
    let (mut longest, mut landed) = (Duration::ZERO, 0);
    for fault in 0..faults {
        let way =
            if fault % 10 == 9 { Way::Silent } else { [Way::Cut, Way::Reset][usize::try_from(fault % 2).unwrap()] };
        let writers = book.write(WRITERS, &sender);
        tokio::time::sleep(Duration::from_millis(20 + dice.roll(80))).await;
        proxy.way.send_replace(way);
        tokio::time::sleep(Duration::from_millis(dice.roll(100))).await;
        is_answered_meanwhile(&sender, way, way == Way::Silent || fault < 2).await;
        proxy.way.send_replace(Way::Open);
        let back = Instant::now();
        sender.ready(HEALED).await;
        let recorded = book.count();
        while book.count() == recorded {
            assert!(back.elapsed() < HEALED, "{way:?}: nothing was recorded within {HEALED:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        longest = longest.max(back.elapsed());
        book.stop(writers).await;
        let store = Store::connect(&url).await.unwrap();
        landed += book.settle(&sender, &store).await;
        assert_sound(&store, &book).await;
        close(&store).await;
    }
    let store = Store::connect(&url).await.unwrap();
    assert_rebuilt_alike(&store).await;
    close(&store).await;
    let told = book.faults.lock().unwrap().clone();
    assert_eq!(told.keys().collect::<Vec<_>>(), ["STORAGE_UNAVAILABLE"], "the codes that were told");
    let waited = *book.longest.lock().unwrap();
    assert!(waited < Duration::from_secs(10), "somebody waited {waited:?} for an answer");
    tell(&format!(
        "the way to PostgreSQL cut, reset and silent, {faults} times: {} acknowledged and none lost; {} told as faults, {landed} \
         of what was in doubt had landed; recording again within {} ms; nobody waited longer than {} ms for an answer",
        book.count(),
        told.values().sum::<u64>(),
        longest.as_millis(),
        waited.as_millis(),
    ));
    drop(program);
    database.drop().await;
}
