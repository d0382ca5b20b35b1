//! The running server: sockets, time limits, a worker beside them, clean-up now and then, and a quiet end.

use std::time::Duration;

use actix_web::{HttpServer, dev::Server, rt};

use crate::{
    api,
    app::{Shared, app},
    clock::Clock,
    config::{DatabaseSettings, ServerSettings},
    db::{self, Db},
    error::{Error, Result},
    gateway, idempotency,
    outgoing::Outgoing,
    payment_methods::wallet,
    sealing::Seals,
    security,
    staff::session,
    subscriptions::days,
    webhooks::{deliveries, sending::Sender},
    work::Worker,
};

/// The time that requests in flight may take after SIGTERM, in seconds.
const DRAIN: u64 = 30;

/// The interval at which expired rows are deleted.
const CLEAN_UP_EVERY: Duration = Duration::from_secs(3600);

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(database: &DatabaseSettings, settings: &ServerSettings) -> Result<()> {
    let url = settings.public_url();
    let db = Db::open(database)?;
    let mut shared = Shared::new(db.clone(), url.clone(), settings.secrets.secret()?.key());
    shared.seals = Seals::new(&shared.key, &settings.secrets.former());
    shared.outgoing = Outgoing::new(settings.outgoing.webhook_networks.clone().into());
    shared.trusted_proxies.clone_from(&settings.trusted_proxies);
    db::report(&db).await;
    let sender = Sender::new(db.beside_requests(), shared.outgoing.clone(), shared.seals.clone(), Clock::system());
    let server = start(shared, settings)?;
    tracing::info!(address = url.origin, "serving");
    rt::spawn(clean_up(db.clone()));
    let jobs = settings.jobs.of_server();
    let worker = (jobs > 0).then(|| Worker::new(db.beside_requests(), Clock::system()).with_loops(jobs).start());
    let sender = (jobs > 0).then(|| sender.start());
    server.await.map_err(Error::internal)?;
    if let Some(worker) = worker {
        worker.end().await;
    }
    if let Some(sender) = sender {
        sender.end().await;
    }
    Ok(())
}

/// Starts the server without waiting for it.
///
/// # Errors
/// When the address cannot be listened on.
pub fn start(shared: Shared, settings: &ServerSettings) -> Result<Server> {
    let workers =
        settings.workers.map(usize::from).or_else(|| std::thread::available_parallelism().ok().map(usize::from));
    let server = HttpServer::new(move || app(shared.clone()))
        .workers(workers.unwrap_or(2))
        // Compressed answers would wait 40 ms for an acknowledgement.
        .on_connect(|connection, _| {
            if let Some(stream) = connection.downcast_ref::<rt::net::TcpStream>() {
                let _ = stream.set_nodelay(true);
            }
        })
        // A client that closes its side waits for no answer, so that its search can be ended.
        .h1_allow_half_closed(false)
        .client_request_timeout(Duration::from_secs(5))
        .client_disconnect_timeout(Duration::from_secs(2))
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(DRAIN)
        .bind(settings.listen)
        .map_err(|err| {
            Error::internal(format!(
                "cannot listen on {}: {err}; choose another with --listen or CLIENTELE_LISTEN",
                settings.listen
            ))
        })?;
    Ok(server.run())
}

async fn clean_up(db: Db) {
    let mut ticks = rt::time::interval(CLEAN_UP_EVERY);
    loop {
        ticks.tick().await;
        let forgotten = [
            ("sessions", db.write(session::forget_expired).await),
            ("one-time keys", db.write(idempotency::forget_old).await),
            ("tokens", db.write(gateway::tokens::forget_expired).await),
            ("answers", db.write(api::replay::forget_old).await),
            ("used tokens", db.write(wallet::forget_used_tokens).await),
            ("security events", db.write(security::forget_old).await),
            ("days without a charge", db.write(days::forget_over).await),
            ("webhooks", deliveries::forget_all_old(&db, &Clock::system()).await),
        ];
        for (what, forgotten) in forgotten {
            match forgotten {
                Ok(0) => {}
                Ok(number) => tracing::info!(number, what, "forgot what ran out"),
                Err(_) => tracing::warn!(what, "could not forget what ran out"),
            }
        }
    }
}
