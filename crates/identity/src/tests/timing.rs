//! What a stranger could measure (A4).

/// Slow by nature: many passwords are compared, one after the other.
mod slow {
    use std::time::{Duration, Instant};

    use domain::Secret;

    use crate::tests::world::{ANNA, World, each_database, home};
    use crate::{BrowserMark, SignInError};

    /// How often each is tried in a comparison.
    const ROUNDS: usize = 15;
    /// By how much the medians may differ: a comparison that is left out makes them differ more than tenfold.
    const WITHIN: u32 = 3;
    /// How many comparisons there are at most: a machine that is busy otherwise spoils one, and not all.
    const COMPARISONS: usize = 5;

    #[expect(clippy::disallowed_methods, reason = "what is measured is the work of the processor itself")]
    fn now() -> Instant {
        Instant::now()
    }

    /// How long a wrong password takes.
    async fn wrong(world: &World, address: &str) -> Duration {
        let (from, wrong) = (home(), Secret::new("not the password of anybody".to_owned()));
        let before = now();
        let refused = world.identity.sign_in_marked(address, &wrong, &from, &BrowserMark::none()).await;
        let took = before.elapsed();
        assert!(matches!(refused, Err(SignInError::Wrong)), "{refused:?}");
        took
    }

    /// The medians of both, measured in turns.
    async fn medians(world: &World) -> (Duration, Duration) {
        let (mut existing, mut absent) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            world.clock.advance(domain::duration::minutes(30));
            existing.push(wrong(world, ANNA).await);
            absent.push(wrong(world, "nobody@home.example").await);
        }
        existing.sort_unstable();
        absent.sort_unstable();
        (existing[ROUNDS / 2], absent[ROUNDS / 2])
    }

    #[test]
    fn a_wrong_password_takes_as_long_whether_there_is_an_account_or_not() {
        each_database(|world| async move {
            world.add_user(ANNA).await;
            let mut seen = Vec::new();
            for _ in 0..COMPARISONS {
                let (existing, absent) = medians(&world).await;
                if existing < absent * WITHIN && absent < existing * WITHIN {
                    return;
                }
                seen.push((existing, absent));
            }
            panic!("an account that exists can be told from one that does not: {seen:?}");
        });
    }
}
