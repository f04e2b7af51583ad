//! Waiting: for a moment, or for something else but not for ever.
//!
//! **Invariant:** no other crate calls the runtime's clock; whoever waits for a peer names the longest wait.

use std::future::Future;
use std::time::Duration;

use thiserror::Error;

/// The time allowed for something ran out before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it took too long")]
pub struct TooLate;

/// Waits for `duration`.
#[expect(clippy::disallowed_methods, reason = "this is the one place that waits")]
pub async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// Waits for `future` for at most `limit`, and drops it when it takes longer.
///
/// # Errors
/// [`TooLate`] when `limit` passed first.
#[expect(clippy::disallowed_methods, reason = "this is the one place that sets time limits")]
pub async fn within<F: Future>(limit: Duration, future: F) -> Result<F::Output, TooLate> {
    tokio::time::timeout(limit, future).await.map_err(|_elapsed| TooLate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_ready_is_never_too_late() {
        assert_eq!(within(Duration::ZERO, async { 7 }).await, Ok(7));
    }

    #[tokio::test]
    async fn what_never_comes_is_given_up() {
        let never = std::future::pending::<()>();
        assert_eq!(within(Duration::ZERO, never).await, Err(TooLate));
    }

    #[tokio::test]
    async fn a_sleep_of_no_length_ends() {
        sleep(Duration::ZERO).await;
    }
}
