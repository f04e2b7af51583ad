//! The two roads of an order: through the socket of the server that runs, or on the stored data while none does.

use std::path::Path;

use crate::config::Configuration;
use crate::lock::{DataDirectory, LockError};
use crate::office::Office;
use crate::orders::{Order, Refusal, Report};
use crate::{orders, socket};

/// Carries an order out, on whichever road is open.
pub(crate) fn carry_out(configuration: &Configuration, order: Order) -> Result<Report, Refusal> {
    if let Some(answer) = socket::send(&configuration.data, &order) {
        return answer;
    }
    let held = hold(&configuration.data)?;
    let origin = configuration.origin_at(configuration.listen.web);
    on_stored_data(async {
        let office = Office::open(configuration, &held, origin).await?;
        let answer = Box::pin(order.execute(&office)).await;
        office.store.close().await;
        answer
    })
}

/// Puts a saved state into an empty data directory.
pub(crate) fn restore(configuration: &Configuration, from: &Path) -> Result<Report, Refusal> {
    let held = hold(&configuration.data)?;
    on_stored_data(orders::backup::restore(configuration, &held, from))
}

/// Takes the data directory for this process.
pub(crate) fn hold(data: &Path) -> Result<DataDirectory, Refusal> {
    DataDirectory::hold(data).map_err(|error| match error {
        LockError::Held { .. } => Refusal::Unreachable(error.to_string()),
        LockError::Unusable { .. } => Refusal::Failed(error.to_string()),
    })
}

/// Runs a command to its end.
fn on_stored_data<T>(work: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| Refusal::failed("the runtime does not start", error))?;
    runtime.block_on(work)
}
