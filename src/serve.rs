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
    payment_methods::wallet,
    second_factor::sealing::Seals,
    security,
    staff::session,
    subscriptions::days,
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
    let mut shared = Shared::new(db.clone(), url.clone(), settings.secret()?.key());
    if let Some(former) = &settings.former_secrets_file {
        shared.seals = Seals::new(&shared.key, &former.keys());
    }
    shared.trusted_proxies.clone_from(&settings.trusted_proxies);
    db::report(&db).await;
    let server = start(shared, settings)?;
    tracing::info!(address = url.origin, "serving");
    rt::spawn(clean_up(db.clone()));
    let jobs = settings.jobs.of_server();
    let worker = (jobs > 0).then(|| Worker::new(db.beside_requests(), Clock::system()).with_loops(jobs).start());
    server.await.map_err(Error::internal)?;
    if let Some(worker) = worker {
        worker.end().await;
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
        let sessions = db.write(session::forget_expired).await;
        let keys = db.write(idempotency::forget_old).await;
        let tokens = db.write(gateway::tokens::forget_expired).await;
        let answers = db.write(api::replay::forget_old).await;
        let used = db.write(wallet::forget_used_tokens).await;
        let security = db.write(security::forget_old).await;
        let days = db.write(days::forget_over).await;
        match (sessions, keys, tokens, answers, used, security, days) {
            (Ok(sessions), Ok(keys), Ok(tokens), Ok(answers), Ok(used), Ok(security), Ok(days)) => {
                tracing::info!(sessions, keys, tokens, answers, used, security, days, "forgot what ran out")
            }
            _ => tracing::warn!("could not forget what ran out"),
        }
    }
}
