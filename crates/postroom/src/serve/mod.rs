//! Serving: everything is opened, then announced, then ended in order.
//!
//! **Invariant:** a server says where it listens only when it does, and gives the data directory back only when
//! nothing of it works any more.

mod fronts;
mod housekeeping;
mod listeners;
mod mails;
mod missed;
mod outside;
mod pages;
mod signals;
mod sms;
mod tasks;
mod turns;

use domain::Language;
use net::{Shutdown, timer};
use tokio::task::JoinSet;
use ui::Locale;

use crate::config::{Configuration, Outbound};
use crate::lock::DataDirectory;
use crate::office::Office;
use crate::orders::Refusal;
use crate::socket::ControlSocket;
use crate::{console, logs, road};

use fronts::Fronts;
use listeners::Bound;
use mails::MailWriter;
use signals::Signals;
use sms::SmsSender;

/// Serves until the process is told to end.
pub(crate) fn run(configuration: &Configuration) -> Result<(), Refusal> {
    logs::begin(&configuration.log)?;
    let held = road::hold(&configuration.data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Refusal::failed("the runtime does not start", error))?;
    runtime.block_on(Box::pin(serve(configuration, &held)))
}

async fn serve(configuration: &Configuration, held: &DataDirectory) -> Result<(), Refusal> {
    let mut signals = Signals::listen()?;
    let bound = listeners::open(&configuration.listen).await?;
    let origin = configuration.origin_at(listeners::web(&bound));
    let office = Box::pin(Office::open(configuration, held, origin)).await?;
    let resolver = net::dns::Resolver::new(configuration.outbound.resolver)
        .map_err(|error| Refusal::failed("outbound.resolver: names cannot be looked up", error))?;
    let fronts = Fronts::new(configuration, &office, resolver.clone(), listeners::clients(&bound))?;
    let texting = configuration.sms.clone().map(|gateway| {
        office.identity.announce_sms_gateway();
        SmsSender::new(office.clone(), gateway, resolver.clone())
    });
    let carrier = carrier(configuration, &office, resolver);
    let orders = ControlSocket::open(held.path())
        .map_err(|error| Refusal::failed("the control socket does not open", error))?;
    let lines = announcement(&bound, &office).await?;

    let (trigger, shutdown) = Shutdown::new();
    let mut tasks = JoinSet::new();
    for one in bound {
        tasks.spawn(fronts.attend(one, shutdown.clone()));
    }
    let ending = shutdown.clone();
    tasks.spawn(async move { carrier.run(ending.begun()).await });
    tasks.spawn(MailWriter::new(office.clone(), configuration.host_name.clone()).run(shutdown.clone()));
    if let Some(texting) = texting {
        tasks.spawn(texting.run(shutdown.clone()));
    }
    tasks.spawn(housekeeping::run(office.clone(), shutdown.clone()));
    tasks.spawn(tasks::run(office.clone(), shutdown.clone()));
    tasks.spawn(missed::run(office.clone(), shutdown.clone()));
    tasks.spawn(turns::run(office.clone(), shutdown.clone()));
    let orders = tokio::spawn(orders.serve(office.clone()));
    lines.iter().for_each(|line| console::say(line));

    tracing::info!("ready");
    signals.next().await;
    tracing::info!("shutting down");
    trigger.begin();
    tokio::select! {
        () = wind_down(&mut tasks) => {}
        () = signals.next() => tracing::warn!("told twice to end: what was under way is cut short"),
    }
    tasks.shutdown().await;
    orders.abort();
    // Its end removes the socket's file.
    drop(orders.await);
    office.store.close().await;
    Ok(())
}

/// Waits for everything that works, but not for ever.
async fn wind_down(tasks: &mut JoinSet<()>) {
    let all = async { while tasks.join_next().await.is_some() {} };
    if timer::within(END_WITHIN, all).await.is_err() {
        tracing::warn!("something did not end in time and is cut short");
    }
}

/// Where it listens, a line each; last, that it is ready: with the link to the first account while there is none.
async fn announcement(bound: &[Bound], office: &Office) -> Result<Vec<String>, Refusal> {
    let mut lines: Vec<String> = bound.iter().map(Bound::line).collect();
    lines.push(match office.identity.first_link().await? {
        Some(path) => format!("Create the first account: {}{path}", office.identity.origin()),
        None => format!("Ready: {}", office.identity.origin()),
    });
    Ok(lines)
}

/// What carries the mail of the queue.
fn carrier(configuration: &Configuration, office: &Office, resolver: net::dns::Resolver) -> queue::Worker {
    let Outbound { resolver: _, smart_host, smart_host_credentials, port } = &configuration.outbound;
    let route = match smart_host {
        Some(host) => {
            let (host, port, credentials) = (host.host.clone(), host.port, smart_host_credentials.clone());
            queue::Route::SmartHost(queue::SmartHost { host, port, credentials })
        }
        None => queue::Route::Exchangers { port: *port },
    };
    let tools = queue::Tools {
        store: office.store.clone(),
        bus: office.bus.clone(),
        ambient: office.ambient.clone(),
        resolver,
        local: office.access.local_delivery(),
    };
    queue::Worker::new(tools, configuration.host_name.clone(), route, report_words)
}

/// What reports say, in the language of whoever sent the mail.
fn report_words(language: Language) -> queue::ReportWords {
    let locale = Locale::of(language);
    let saying = |subject, opening| queue::Saying::new(&locale.t(subject), &locale.t(opening));
    queue::ReportWords {
        sender: locale.t("bounce-sender"),
        given_up: locale.t("bounce-given-up"),
        failed: saying("bounce-subject", "bounce-opening"),
        delayed: saying("delay-subject", "delay-opening"),
        delivered: saying("arrival-subject", "arrival-opening"),
        relayed: saying("relay-subject", "relay-opening"),
    }
}

/// How long everything may take to end: longer than each part gives its own conversations.
const END_WITHIN: std::time::Duration = std::time::Duration::from_secs(20);
