//! A piece of work on its way to a driver and back.
//!
//! **Invariant:** whoever waits for a task is answered exactly once, also when the work panics or the store closes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::{StoreError, Tx};

/// Work without its types, so that the drivers are compiled once.
pub(crate) trait Task: Send {
    /// Runs the work in a transaction, possibly not for the first time. Whether it succeeded.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Answers the caller: with what the work returned if the transaction was kept, or if the work failed by itself.
    fn settle(self: Box<Self>, kept: Result<(), StoreError>);
}

/// The task of `work`, and where its answer comes out.
pub(crate) fn task<T, E, F>(work: F) -> (Box<dyn Task>, oneshot::Receiver<Result<T, E>>)
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (answer, answered) = oneshot::channel();
    (Box::new(Work { work, result: None, answer }), answered)
}

struct Work<F, T, E> {
    work: F,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Task for Work<F, T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        // The work is not run again after a panic, so nobody sees what it left half done.
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)))
            .unwrap_or_else(|_| Err(StoreError::internal("the work panicked").into()));
        let result = result.and_then(|value| tx.check().map(|()| value).map_err(E::from));
        let succeeded = result.is_ok();
        self.result = Some(result);
        succeeded
    }

    fn settle(self: Box<Self>, kept: Result<(), StoreError>) {
        let answer = match (self.result, kept) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::internal("the work was never run").into()),
        };
        // Nobody waits any more when the caller was cancelled; the work counts all the same.
        let _ = self.answer.send(answer);
    }
}
